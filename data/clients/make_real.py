"""Build the public example clients from their raw exports, set goals for them, review them, and print where the pages lie.

`make real` calls it. The recipes (`<client>/review.yaml` beside this file, the mappings) are part of the project; the data
are not: the archives are looked for in `../shared/data` beside the checkout, or in the folder given with --from.
"""

from __future__ import annotations

import argparse
import csv
import io
import lzma
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for the module beside this one, from wherever it is loaded
import make_selections

from toolkit.files import csv_text
from toolkit.model import read_findings
from toolkit.stats.money import concentration

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REPORTS = ROOT / "reports"
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
TENDERS = ("digital_marketplace", "uk_digital_marketplace/opportunity-data.csv")  # which its vendors won
SPENDERS = ("cabinet_office", "sheffield")  # clients whose exports hold every payee
REDACTED = re.compile(r"^REDACTED( PERSONAL)? DAT[AS]$")  # people whose names are withheld, as in the mapping uk_spend
SPENT = (
    "Published payments, summed by payee; names as written, in capitals; people whose names are withheld are in the sum "
    "and no suppliers; payees with more credits than charges are left out of the concentration"
)
MORALE = "civil_service_people_survey"  # of which the Cabinet Office is a part
ENGAGEMENT = "EES"  # its engagement index


SET = "Set for this example from the vendor's own {earlier}; neither the client nor the vendor ever agreed to it"


class Aim(NamedTuple):
    """A goal that is set from what a measure found of a vendor in earlier periods: their mean, times a factor."""

    goal: str
    objective: str
    measure: str
    direction: str
    factor: float
    unit: str
    earlier: tuple[str, ...]
    start: str
    due: str


YEARS, MARCH = ("2016", "2017", "2018"), ("2016-03",)
FROM_2019, SPRING = ("2019-01-01", "2021-12-31"), ("2016-04-01", "2016-06-30")
AIMS = {
    "cabinet_office": (
        Aim("C1", "Spend a tenth less", "cost.vendor_charges", "at_most", 0.9, "GBP", YEARS, *FROM_2019),
    ),
    "servicenow": (
        Aim("S1", "Resolve a tenth faster", "quality.time_to_resolve", "at_most", 0.9, "hours", MARCH, *SPRING),
        Aim("S2", "Reopen a tenth less", "quality.reopened_share", "at_most", 0.9, "share", MARCH, *SPRING),
        Aim("S3", "Leave a tenth less open", "quality.backlog", "at_most", 0.9, "tickets", MARCH, *SPRING),
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--from", dest="data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the archives"
    )
    parser.add_argument(
        "--client", choices=[*EXPORTS, *make_selections.SOURCES], action="append", help="only this client"
    )
    given = parser.parse_args()
    clients = given.client or [*EXPORTS, *make_selections.SOURCES]
    archives = {client: archive for client, (_, archive, _) in EXPORTS.items()} | make_selections.SOURCES
    missing = [archives[client] for client in clients if not (given.data / archives[client]).is_file()]
    if missing:
        print(
            f"make_real: found no {missing[0]} in {given.data}; expected the public exports there. "
            "Name their folder with --from."
        )
        return 2
    return max((decide if client in make_selections.SOURCES else build)(client, given.data) for client in clients)


def decide(client: str, data: Path) -> int:
    """Write the tables of an example selection and report on all its periods; the exit code of the run."""
    print(f"{client}: {make_selections.write(client, data)}", flush=True)
    return toolkit("run", str(HERE / client), "--all-periods")


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
        if client in SPENDERS:
            write_rows(HERE / client / "client_spend.csv", spend_rows(Path(folder) / exports))
        imported = toolkit("import", mapping, str(Path(folder) / exports), "--client", str(HERE / client))
        if client == "cabinet_office" and (data / TENDERS[1]).is_file():
            match_tenders(client, data, f"{mapping}={Path(folder) / exports}")
    between = time.perf_counter()
    set_goals(client)
    reviewed = toolkit("run", str(HERE / client), "--all-periods")
    done = time.perf_counter()
    print(f"{client}: imported in {between - started:.0f} s, reviewed in {done - between:.0f} s\n", flush=True)
    return imported if imported > 1 else reviewed


def match_tenders(client: str, data: Path, payees: str) -> None:
    """Import the public tenders that a client's vendors won, and look for all winners among its payees.

    The account of the payments, which the import of the tenders would overwrite, is kept beside it.
    """
    account = HERE / client / "import"
    kept = account.with_name("import_payments")
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(account, kept)
    toolkit("import", TENDERS[0], str(data / TENDERS[1]), "--client", str(HERE / client), "--payees", payees)


def prepare(client: str, data: Path) -> None:
    """Write the tables that no mapping makes: what was asked of the providers' customers, and the morale of civil servants."""
    if client == "providers":
        write_rows(HERE / client / "survey_items.csv", item_rows(HERE / client / "items.yaml"))
    if client == "cabinet_office" and (data / MORALE).is_dir():
        write_rows(HERE / client / "morale_benchmarks.csv", morale_rows(data / MORALE))


def spend_rows(folder: Path) -> list[dict[str, object]]:
    """What a client paid to all payees in each year of which every month is published, or in its first half."""
    paid: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for path in sorted(folder.glob("*.csv")):
        for row in csv.DictReader(io.StringIO(text_of(path), newline="")):
            month, payee = (
                month_of(row["Payment Date"] or ""),
                " ".join((row["Beneficiary Name"] or "").upper().split()),
            )
            amount = (row["Amount"] or "").replace(",", "")
            if month and payee and re.fullmatch(r"-?[0-9.]+", amount):
                paid[month][payee] += float(amount)
    rows = []
    for year in sorted({month[:4] for month in paid}):
        for name, last in ((year, 12), (f"{year}-H1", 6)):
            months = [f"{year}-{month:02d}" for month in range(1, last + 1)]
            if all(month in paid for month in months):
                rows.append(spend_row(name, [paid[month] for month in months]))
                break
    return rows


def spend_row(period: str, months: Sequence[Mapping[str, float]]) -> dict[str, object]:
    """The payments of some months: their sum, how many payees with a name, and how concentrated they are."""
    sums: dict[str, float] = defaultdict(float)
    for month in months:
        for payee, amount in month.items():
            sums[payee] += amount
    named = [amount for payee, amount in sums.items() if amount > 0 and not REDACTED.match(payee)]
    about = {"period": period, "service": "", "amount": f"{sum(sums.values()):.2f}", "suppliers": len(named)}
    return {**about, "concentration": f"{concentration(named):.6f}", "source": SPENT}


def text_of(path: Path) -> str:
    """A published file as text: most are UTF-8, some Windows-1252."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def month_of(text: str) -> str:
    """'2022-04' of 2022-04-05 or of Tuesday, April 05, 2022; '' of anything else."""
    if re.match(r"\d{4}-\d\d-\d\d", text):
        return text[:7]
    try:
        return f"{datetime.strptime(text.strip(), '%A, %B %d, %Y'):%Y-%m}"
    except ValueError:
        return ""


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


def set_goals(client: str) -> None:
    """Write goals.csv from what a review of earlier periods found: there is no published goal of these clients."""
    aims = AIMS.get(client, ())
    periods = sorted({period for aim in aims for period in aim.earlier})
    if not aims:
        return
    toolkit("run", str(HERE / client), *(word for period in periods for word in ("--period", period)))
    rows = [
        row for vendor in sorted(vendors_of(client, periods)) for aim in aims for row in goal_of(client, vendor, aim)
    ]
    header = (
        "vendor",
        "goal",
        "objective",
        "measure",
        "direction",
        "target",
        "baseline",
        "unit",
        "start",
        "due",
        "reason",
    )
    (HERE / client / "goals.csv").write_text(csv_text(header, rows), encoding="utf-8")
    print(f"{client}: {len(rows)} goals set from {periods[0]} to {periods[-1]}", flush=True)


def vendors_of(client: str, periods: Sequence[str]) -> set[str]:
    found = [path for period in periods for path in (REPORTS / client / period).glob("*/findings")]
    return {path.parent.name for path in found}


def goal_of(client: str, vendor: str, aim: Aim) -> list[tuple]:
    """The row of goals.csv, or none where an earlier period has no value, or nothing that could be less."""
    values = [value for period in aim.earlier for value in values_of(client, vendor, period, aim)]
    if len(values) < len(aim.earlier) or not any(values):
        return []
    before = sum(values) / len(values)
    digits = 0 if abs(before) >= 1000 else 4
    earlier = f"{aim.earlier[0]} to {aim.earlier[-1]}" if len(aim.earlier) > 1 else aim.earlier[0]
    target = f"{before * aim.factor:.{digits}f}"
    return [
        (
            vendor,
            aim.goal,
            aim.objective,
            aim.measure,
            aim.direction,
            target,
            f"{before:.{digits}f}",
            aim.unit,
            aim.start,
            aim.due,
            SET.format(earlier=f"figures of {earlier}"),
        )
    ]


def values_of(client: str, vendor: str, period: str, aim: Aim) -> list[float]:
    area = aim.measure.partition(".")[0]
    path = REPORTS / client / period / vendor / "findings" / f"{area}.json"
    found = read_findings(path) if path.is_file() else []
    return [item.value for item in found if item.id == aim.measure and item.value == item.value][:1]


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
