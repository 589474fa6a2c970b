"""Build the public example clients from their raw exports, review them, and print where the pages lie.

`make real` calls it. The recipes (`<client>/review.yaml` beside this file, the mappings) are part of the project; the data
are not: the archives are looked for in `../shared/data` beside the checkout, or in the folder given with --from.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import yaml

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
    "providers": (
        str(HERE / "providers" / "customer_survey.yaml"),
        "provider_customer_survey/corp_rep_data.csv",
        "corp_rep_data.csv",
    ),
}
MORALE = "civil_service_people_survey"  # of which the Cabinet Office is a part
ENGAGEMENT = "EES"  # its engagement index


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
        prepare(client, data)
        imported = toolkit("import", mapping, str(Path(folder) / exports), "--client", str(HERE / client))
    between = time.perf_counter()
    reviewed = toolkit("run", str(HERE / client), "--all-periods")
    done = time.perf_counter()
    print(f"{client}: imported in {between - started:.0f} s, reviewed in {done - between:.0f} s\n", flush=True)
    return imported if imported > 1 else reviewed


def prepare(client: str, data: Path) -> None:
    """Write the tables that no mapping makes: what was asked of the providers' customers, and the morale of civil servants."""
    if client == "providers":
        write_rows(HERE / client / "survey_items.csv", item_rows(HERE / client / "items.yaml"))
    if client == "cabinet_office" and (data / MORALE).is_dir():
        write_rows(HERE / client / "morale_benchmarks.csv", morale_rows(data / MORALE))


def item_rows(recipe: Path) -> list[dict[str, object]]:
    """The items of a questionnaire, from a recipe by construct."""
    asked = yaml.safe_load(recipe.read_text(encoding="utf-8"))
    return [
        {
            "audience": "customers",
            "item": item,
            "construct": construct,
            "wording": wording,
            "kind": "satisfaction" if item in asked["overall"] else "agreement",
            "low": 1,
            "high": asked["highest"].get(construct, 7),
            "reversed": "yes" if item in asked["reversed"] else "no",
            "overall": "yes" if item in asked["overall"] else "no",
            "follows": asked["follows"],
        }
        for construct, items in asked["constructs"].items()
        for item, wording in items.items()
    ]


def morale_rows(folder: Path) -> list[dict[str, object]]:
    """The engagement of all civil servants since 2009, and of the Cabinet Office's own in 2020.

    The survey is held each autumn and its files name years only: October stands for all of them.
    """
    about = {"source": "Cabinet Office, Civil Service People Survey 2020 (Open Government Licence)"}
    with (folder / "csps2020_mean_timeseries.csv").open(encoding="utf-8-sig", newline="") as file:
        means = next(row for row in csv.DictReader(file) if row["Measure"] == ENGAGEMENT)
    with (folder / "csps2020_orgscores_long.csv").open(encoding="utf-8-sig", newline="") as file:
        scores = {(row["organisation_code"], row["measure"]): row["value"] for row in csv.DictReader(file)}
    series = "Employee engagement index"
    rows = [
        {"series": f"{series}, all civil servants", "month": f"{year}-10", "value": value, "response_rate": "", **about}
        for year, value in means.items()
        if year.isdigit()
    ]
    rows[-1]["response_rate"] = scores["CS_MEAN", "RR"]
    own = {"value": scores["CO", ENGAGEMENT], "response_rate": scores["CO", "RR"]}
    return [*rows, {"series": f"{series}, Cabinet Office", "month": "2020-10", **own, **about}]


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive or a single packed file into a folder; one that is not packed is copied."""
    if archive.suffix in (".csv", ".arff"):
        shutil.copy(archive, folder)
    elif ".tar" in archive.suffixes:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    elif archive.suffix == ".csv":
        shutil.copy(archive, folder)
    else:
        with lzma.open(archive) as packed, (folder / archive.stem).open("wb") as file:
            shutil.copyfileobj(packed, file)


def toolkit(*words: str) -> int:
    print(f"$ toolkit {words[0]} {Path(words[1]).name if words[0] == 'run' else words[1]} ...", flush=True)
    return subprocess.run([sys.executable, "-m", "toolkit", *words], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
