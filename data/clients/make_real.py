"""Build the public example clients from their raw exports, review them, and print where the pages lie.

`make real` calls it. The recipes (`<client>/review.yaml` beside this file, the mappings) are part of the project; the data
are not: the archives are looked for in `../shared/data` beside the checkout, or in the folder given with --from.
"""

from __future__ import annotations

import argparse
import lzma
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXPORTS = {  # client: mapping, archive below the data folder, and where the exports lie within it
    "cabinet_office": (
        "uk_spend",
        "uk_cabinet_office_spend/cabinetoffice_processed_and_clean.tar.xz",
        "cabinetoffice/processed",
    ),
    "sheffield": ("uk_spend", "sheffield_spend/sheffield_city_council_processed.tar.xz", "sheffield/processed"),
    "ebspm": ("ebspm", "ebspm_projects/HuijgensPhD.csv", "HuijgensPhD.csv"),
    "kitchenham": ("kitchenham", "estimates/kitchenham.arff", "kitchenham.arff"),
    "servicenow": ("servicenow", "servicenow_incidents/incident_event_log.csv.xz", "incident_event_log.csv"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--from", dest="data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the archives"
    )
    parser.add_argument("--client", choices=EXPORTS, action="append", help="only this client")
    given = parser.parse_args()
    clients = given.client or list(EXPORTS)
    missing = [archive for _, archive, _ in map(EXPORTS.get, clients) if not (given.data / archive).is_file()]
    if missing:
        print(
            f"make_real: found no {missing[0]} in {given.data}; expected the public exports there. "
            "Name their folder with --from."
        )
        return 2
    return max(build(client, given.data) for client in clients)


def build(client: str, data: Path) -> int:
    """Import one client's exports and review all its periods; the exit code of the review.

    Rows that cannot be read (Sheffield's last file is cut off in its last row) are listed by the import, which then ends
    with 1; they are in its account, and no reason to stop.
    """
    mapping, archive, exports = EXPORTS[client]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        unpack(data / archive, Path(folder))
        imported = toolkit("import", mapping, str(Path(folder) / exports), "--client", str(HERE / client))
    between = time.perf_counter()
    reviewed = toolkit("run", str(HERE / client), "--all-periods")
    done = time.perf_counter()
    print(f"{client}: imported in {between - started:.0f} s, reviewed in {done - between:.0f} s\n", flush=True)
    return imported if imported > 1 else reviewed


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive or a single packed file into a folder; one that is not packed is copied."""
    if archive.suffix in (".csv", ".arff"):
        shutil.copy(archive, folder)
    elif ".tar" in archive.suffixes:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    else:
        with lzma.open(archive) as packed, (folder / archive.stem).open("wb") as file:
            shutil.copyfileobj(packed, file)


def toolkit(*words: str) -> int:
    print(f"$ toolkit {words[0]} {Path(words[1]).name if words[0] == 'run' else words[1]} ...", flush=True)
    return subprocess.run([sys.executable, "-m", "toolkit", *words], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
