"""The command line: `toolkit run | pack | verify | check | import | forms | questionnaires`.

Everything heavy is imported inside the commands, so that `toolkit --help` answers at once. A fault that a user can mend is
printed as its text, without a traceback: exit 2 for settings and parameters, 1 for data and failed notebooks, 3 where
another run is at work in the same folder, 130 after Ctrl-C.
"""

from __future__ import annotations

import glob
import io
import json
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.errors import DataError, Fault, SettingsError, ToolkitError, did_you_mean
from toolkit.files import ROOT, csv_text, write_whole

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.intake import Mapping
    from toolkit.run.executor import RunReport
    from toolkit.run.plan import Step
    from toolkit.run.progress import Event, Progress
    from toolkit.tables import Table

DATA_FAULT, USAGE_FAULT, BUSY, INTERRUPTED = 1, 2, 3, 130
MAPPINGS, FORMS, DICTIONARY = ROOT / "templates" / "mappings", ROOT / "templates" / "forms", ROOT / "data" / "README.md"
SURVEYS, MEASURES = ROOT / "templates" / "surveys", ROOT / "data" / "reference" / "measures.csv"
TENDER_MATCHES = "tender_matches"  # the winners of tenders who are paid by a client
LISTED = 500  # faults of one file printed; all of them are in faults.csv


class Commands(click.Group):
    """A group of commands whose faults are printed as sentences."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a fault that a user can mend ends it with a sentence and a number other than 0."""
        try:
            return super().invoke(ctx)
        except ToolkitError as error:
            click.echo(f"toolkit: {error}", err=True)
            ctx.exit(USAGE_FAULT if isinstance(error, SettingsError) else DATA_FAULT)
        except BrokenPipeError:
            raise  # whoever read the output has gone: click ends quietly
        except OSError as error:  # a full disk, a file that another program holds, a folder without permission
            where = Path(str(error.filename)).name if error.filename else "a file"
            fault = Fault(where, error.strerror or type(error).__name__, "a file that can be read and written")
            click.echo(f"toolkit: {fault}", err=True)
            ctx.exit(DATA_FAULT)
        except KeyboardInterrupt:
            click.echo("toolkit: stopped", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vendor-review-toolkit", prog_name="toolkit")
def main() -> None:
    """Review outsourcing vendors: tables in, a report for each vendor and a portfolio page out."""


# -------------------------------------------------------------------------------------------------------------------- run
@main.command()
@click.argument("client", default="sample")
@click.option("--period", "periods", multiple=True, help="Period to review, such as 2026-Q3; the latest by default.")
@click.option("--all-periods", is_flag=True, help="Review every period of review.yaml.")
@click.option("--vendor", "vendors", multiple=True, help="Id of a vendor to review; every vendor by default.")
@click.option("--selection", "selections", multiple=True, help="Id of a selection to report on; every one by default.")
@click.option(
    "--reports", type=click.Path(file_okay=False, path_type=Path), help="Folder for the reports; reports/ by default."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Most notebooks run at the same time; one a core (or a worker's thread) by default.",
)
@click.option(
    "--cluster",
    default="",
    metavar="ADDRESS",
    help="Run on the workers of a Dask scheduler, such as tcp://host:8786, or local for a worker for each core.",
)
@click.option("--time-limit", type=click.IntRange(min=1), help="Seconds that a cell may take; 600 by default.")
@click.option("--force", is_flag=True, help="Run every notebook, also where nothing changed.")
@click.option(
    "--plain-kernels", is_flag=True, help="Start every kernel afresh instead of forking a warm one: the same, later."
)
@click.option("--explain", is_flag=True, help="Say for each notebook why it would be run, or not, and run nothing.")
@click.option(
    "--events", type=click.Path(dir_okay=False, path_type=Path), help="Write what happens here, as JSON lines."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def run(
    client: str,
    periods: tuple[str, ...],
    all_periods: bool,
    vendors: tuple[str, ...],
    selections: tuple[str, ...],
    reports: Path | None,
    jobs: int | None,
    cluster: str,
    time_limit: int | None,
    force: bool,
    plain_kernels: bool,
    explain: bool,
    events: Path | None,
    as_json: bool,
) -> None:
    """Run the notebooks and write the reports.

    CLIENT is a folder, or a name in data/; the sample without one. --period, --vendor and --selection may be given several
    times; where vendors are named and no selection, only they are reviewed, and the other way round. A notebook is run
    again only when it, its parameters, the toolkit or its vendor's rows changed, or when it failed. Ends with 1 when a
    notebook failed; its vendor's page says what could not be assessed and why.
    """
    from toolkit.run.kernels import Kernels

    kernels = Kernels(warm=not plain_kernels)
    if force and not (explain or cluster):
        kernels.start()  # they warm up in a process of their own while this one imports
    from toolkit.client import find_client, open_client
    from toolkit.run import executor
    from toolkit.run.engine import TIME_LIMIT, Engine
    from toolkit.run.lock import BusyError
    from toolkit.run.progress import shown_progress, written_events

    if periods and all_periods:
        raise SettingsError(Fault("command line", "--period and --all-periods", "one of the two"))
    folder = find_client(client)
    chosen = [str(period) for period in open_client(folder).periods] if all_periods else list(periods)
    asked = (folder, chosen, list(vendors), reports or executor.REPORTS)
    if explain:
        click.echo(_explain_text(executor.explain(*asked, force=force, selections=selections), as_json))
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a run that is told to end ends its kernels first
    engine = Engine(kernels, time_limit or TIME_LIMIT)
    try:
        with shown_progress(sys.stderr) as show, written_events(events) as write:
            report = executor.run(
                *asked,
                jobs,
                _both(show, write),
                force=force,
                engine=engine,
                cluster=cluster,
                selections=selections,
            )
    except BusyError as error:
        click.echo(f"toolkit: {error}", err=True)
        sys.exit(BUSY)
    click.echo(_run_json(report) if as_json else _run_text(report))
    if report.stopped:
        sys.exit(INTERRUPTED)
    if not report.ok:
        sys.exit(DATA_FAULT)


# ------------------------------------------------------------------------------------------------------ handing it over
@main.command()
@click.argument("client", default="sample")
@click.option("--period", help="Period that was reviewed, such as 2026-Q3; the latest by default.")
@click.option("--edition", default="leadership", help="working, leadership or vendor; leadership by default.")
@click.option("--vendor", "vendors", multiple=True, help="Id of a vendor; every vendor that was reviewed by default.")
@click.option(
    "--reports", type=click.Path(file_okay=False, path_type=Path), help="Folder of the reports; reports/ by default."
)
def pack(client: str, period: str | None, edition: str, vendors: tuple[str, ...], reports: Path | None) -> None:
    """Pack what was reviewed: pages, briefs as PDF, slides and workbooks, in one archive.

    The working edition holds all, notebooks and code included; the leadership edition no code. The vendor edition is one
    archive a vendor: what concerns it and may be shared, with a sheet to reply in.
    """
    from toolkit.client import find_client, open_client
    from toolkit.report.editions import edition_named
    from toolkit.report.folder import client_folder, was_run
    from toolkit.report.pack import pack as packed

    known = open_client(find_client(client))
    when = known.period(period) if period else known.periods[-1]
    folder = client_folder(reports.absolute() if reports else "reports", known.id)
    reviewed = [name for name in known.vendors if was_run(folder, name, when)]
    chosen = [known.vendor(name) for name in dict.fromkeys(vendors or reviewed or known.vendors)]
    for place in packed(known, when, folder, edition_named(edition), chosen):
        click.echo(f"{_near(place)}  {place.stat().st_size / 1024:,.0f} KB")


@main.command()
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option("--recompute", "address", metavar="ADDRESS", help="Derive this finding again, such as cost.saving.")
@click.option("--client", default="sample", help="The client whose tables it is derived from; the sample by default.")
@click.option("--vendor", help="Whose finding, or the id of a selection; needed where the pack holds several.")
def verify(place: Path, address: str | None, client: str, vendor: str | None) -> None:
    """Say whether anything in a pack was changed since it was made, and derive a finding again.

    PLACE is an archive that `toolkit pack` wrote, or the folder made from one. Ends with 1 when anything differs.
    """
    from toolkit.report.evidence import claimed, verified

    faults = verified(place)
    if faults:
        fault = [Fault(f"{place.name}/{name}", what, "the file as it was made") for name, what in faults]
        raise DataError(fault)
    click.echo(f"{place.name}: every file is as it was made")
    if address:
        from toolkit.client import find_client
        from toolkit.run.again import derived_again

        period, whose, told = claimed(place, address, vendor)
        again = {item.goal: item for item in derived_again(find_client(client), period, whose, address)}
        changed = [said for goal, said in told.items() if goal not in again or again[goal].sentence != said]
        if changed:
            raise DataError(
                [Fault(f"{whose}/{address}", said, "what the client's tables give now") for said in changed]
            )
        for said in dict.fromkeys(told.values()):
            click.echo(f"{whose}, {period}, {address}: derived again, the same: {said}")


def _both(first: Progress, second: Progress) -> Progress:
    def tell(event: Event) -> None:
        second(event)
        first(event)

    return tell


def _explain_text(reasons: Sequence[tuple[Step, str]], as_json: bool) -> str:
    from toolkit.run.progress import explained

    if not as_json:
        return explained(reasons)
    rows = [
        {"vendor": step.vendor, "period": step.period, "notebook": step.notebook.stem, "run": bool(why), "why": why}
        for step, why in reasons
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False)


def _run_text(report: RunReport) -> str:
    from toolkit.run.progress import results_table

    lines = [results_table(report.results, report.planned), ""]
    lines += ["Stopped before the end; the next run goes on from here."] if report.stopped else []
    lines += [f"Note: {note}." for note in report.notes]
    lines += [f"Portfolio: {_near(page)}" for page in report.pages]
    return "\n".join(lines)


def _run_json(report: RunReport) -> str:
    steps = [
        {
            "vendor": result.step.vendor,
            "period": result.step.period,
            "notebook": result.step.notebook.stem,
            "ok": result.outcome.ok,
            "because": result.outcome.because,
            "run": bool(result.why),
            "why": result.why,
            "seconds": round(result.seconds, 2),
            "page": _near(result.step.page),
        }
        for result in report.results
    ]
    pages = [_near(page) for page in report.pages]
    shown = {"client": report.client, "ok": report.ok, "stopped": report.stopped, "notes": report.notes}
    shown |= {"portfolio": pages, "steps": steps}
    return json.dumps(shown, indent=1, ensure_ascii=False)


def _near(path: Path) -> str:
    """A path as it can be opened from the current folder."""
    path = path.resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


# ------------------------------------------------------------------------------------------------------------------ check
@main.command()
@click.argument("client")
def check(client: str) -> None:
    """Check a client's files and print all faults.

    CLIENT is a folder, or a name in data/. The faults are written to faults.csv in the client's folder as well. Ends
    with 1 when there is any.
    """
    from toolkit.client import find_client
    from toolkit.store import check_client

    folder = find_client(client)
    file = folder / "faults.csv"
    summaries = None
    try:
        checked = check_client(folder, every_table())
        faults: Sequence[Fault | str] = checked.faults
        summaries = checked.summaries
    except ToolkitError as error:  # review.yaml itself: without it no table can be checked
        faults = error.faults
    if not faults:
        file.unlink(missing_ok=True)
        click.echo(f"{_summary_text(summaries)}\n\nNo faults.")
        return
    write_whole(file, _faults_csv(faults))
    click.echo("\n".join(_fault_lines(faults)))
    click.echo(f"\n{_counted(len(faults))}, listed in {_near(file)}")
    sys.exit(DATA_FAULT)


def every_table() -> list[Table]:
    """The tables of the client itself and of every area, each once."""
    from toolkit.areas import EVERY_AREA
    from toolkit.client import TABLES

    tables = [*TABLES, *(table for area in EVERY_AREA for table in area.TABLES)]
    return list({table.name: table for table in tables}.values())


def _counted(number: int) -> str:
    return f"{number:,} fault{'' if number == 1 else 's'}"


def _fault_lines(faults: Iterable[Fault | str]) -> list[str]:
    """Faults grouped by file, in the order found, each as where, found, wanted."""
    files: dict[str, list[str]] = {}
    for fault in faults:
        files.setdefault(str(fault).split(":")[0].split(",")[0], []).append(str(fault))
    lines = []
    for file, sentences in files.items():
        lines += [f"{file}: {_counted(len(sentences))}", *(f"  {sentence}" for sentence in sentences[:LISTED])]
        lines += [f"  ... and {len(sentences) - LISTED:,} more"] if len(sentences) > LISTED else []
    return lines


def _faults_csv(faults: Iterable[Fault | str]) -> str:
    rows = [
        (fault.where, fault.found, fault.wanted, fault.do) if isinstance(fault, Fault) else ("", fault, "", "")
        for fault in faults
    ]
    return csv_text(("where", "found", "wanted", "do"), rows)


def _summary_text(summaries: pd.DataFrame | None) -> str:
    """One line a table: file, rows and the months it covers; tables without a file last, in one line."""
    if summaries is None or summaries.empty:
        return "No table."
    there = summaries[summaries["file"] != ""]
    missing = summaries.loc[summaries["file"] == "", "table"]
    text = (
        there.to_string(index=False, columns=["table", "file", "rows", "first", "last"]) if len(there) else "No table."
    )
    noticed = there[there["remark"] != ""]
    text += "".join(f"\n{row['file']}: {row['remark']}" for row in noticed.to_dict("records"))
    return f"{text}\n\nNot there: {', '.join(missing)}" if len(missing) else text


# ----------------------------------------------------------------------------------------------------------------- import
@main.command("import")
@click.argument("mapping")
@click.argument("files", nargs=-1, required=True)
@click.option("--client", required=True, help="Folder of the client (or its name in data/) that they are for.")
@click.option("--format", "suffix", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--constant", "constants", multiple=True, metavar="NAME=VALUE", help="A constant beside the mapping's.")
@click.option(
    "--payees",
    multiple=True,
    metavar="MAPPING=FILES",
    help="Of tenders: look for their winners among the payees of payments, such as uk_spend=FOLDER.",
)
def import_(
    mapping: str, files: tuple[str, ...], client: str, suffix: str, constants: tuple[str, ...], payees: tuple[str, ...]
) -> None:
    """Turn real exports into a client's tables.

    MAPPING is a YAML file, or the name of one in templates/mappings/; FILES are files, folders or patterns. What is made
    replaces an earlier table; of a survey, only the waves that it holds. The account of every row, and of every penny,
    ticket or answer, is printed and written to import/ in the client's folder. Of a survey say which one it is:
    --constant vendor=alder --constant audience=team --constant wave=2026-09. Of tenders, --payees writes tender_matches
    beside them: which winners are paid by this client, how they were matched, and what may be wrong; those who are no
    vendors of the client stand in import/tender_matches.csv alone. Ends with 1 when something could not be read, or the
    account does not balance.
    """
    from tqdm import tqdm

    from toolkit.client import find_client, open_client
    from toolkit.files import salt_of
    from toolkit.intake import import_files, read_mapping
    from toolkit.intake.namesakes import matched_winners

    folder = find_client(client)
    read = read_mapping(find_mapping(mapping), every_table(), _named_values(constants))
    payers = _payers(payees, read)
    made = [*read.makes, *([TENDER_MATCHES] if payers else [])]
    targets = {name: _target(folder, name, suffix) for name in made}
    buyer = open_client(folder)
    items, salt = _items(folder) if read.survey else None, salt_of(folder) if read.personal else ""
    with tqdm(unit=" files", file=sys.stderr, disable=None, leave=False) as bar:
        given = (read, expand(files), buyer.names)
        imported = import_files(*given, zone=buyer.zone, items=items, salt=salt, progress=lambda name: bar.update())
    tables, told = imported.tables, []
    for payer, payments in payers:
        found, words = matched_winners(read, expand(files), payer, payments, buyer.names)
        write_whole(
            folder / "import" / f"{TENDER_MATCHES}.csv",
            csv_text([str(name) for name in found], found.itertuples(index=False)),
        )
        tables, told = {**tables, TENDER_MATCHES: found[found["vendor"] != ""]}, ["", words]
    rows = _write_tables(tables, targets, replaces_waves=read.survey is not None)
    account = imported.reconciliation
    account.write(folder / "import")
    write_whole(folder / "import" / "reconciliation.txt", account.text() + "\n")
    click.echo("\n".join([account.text(), *told, "", *rows, f"The account is in {_near(folder / 'import')}"]))
    if account.faults or not account.balanced:
        sys.exit(DATA_FAULT)


def _payers(texts: Sequence[str], read: Mapping) -> list[tuple[Mapping, list[Path]]]:
    """The mapping and the files of the payments among which winners are looked for; SettingsError where it is none of that."""
    from toolkit.intake import read_mapping

    if not texts:
        return []
    wanted = "once, MAPPING=FILES, such as uk_spend=FOLDER, with a mapping of tenders"
    name, _, files = texts[0].partition("=")
    if len(texts) > 1 or not files or read.table.name != "tenders":
        raise SettingsError(Fault("--payees", " and ".join(map(repr, texts)), wanted))
    payer = read_mapping(find_mapping(name), every_table())
    if payer.table.name != "invoices":
        raise SettingsError(Fault("--payees", f"{name!r}, a mapping of {payer.table.name}", "a mapping of invoices"))
    return [(payer, expand([files]))]


def _named_values(texts: Iterable[str]) -> dict[str, str]:
    """Constants by name; SettingsError where one is no `name=value`."""
    pairs = [text.partition("=") for text in texts]
    faults = [
        Fault("--constant", repr(name), "NAME=VALUE, such as wave=2026-09") for name, _, value in pairs if not value
    ]
    if faults:
        raise SettingsError(faults)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _items(folder: Path) -> pd.DataFrame | None:
    """The client's items of surveys, None where it has none; DataError where they are faulty."""
    from toolkit.tables import find_file, read_table

    table = next(table for table in every_table() if table.name == "survey_items")
    file = find_file(folder, table.name)
    loaded = file and read_table(file, table)
    if loaded and loaded.faults:
        raise DataError(loaded.faults)
    return loaded.frame if loaded else None


def _write_tables(tables: dict[str, pd.DataFrame], targets: dict[str, Path], *, replaces_waves: bool) -> list[str]:
    """Write what was imported; returns a line for each table. Of surveys, the waves that are not imported anew stay."""
    from toolkit.intake.waves import write_waves

    if replaces_waves:
        return [f"{line} in {_near(targets[name])}" for name, line in write_waves(tables, targets).items()]
    for name, table in tables.items():
        write_whole(targets[name], _table_bytes(table, targets[name].suffix.removeprefix(".")))
    return [f"{len(table):,} rows in {_near(targets[name])}" for name, table in tables.items()]


def find_mapping(text: str) -> Path:
    """The mapping file: a path, or a name in templates/mappings/; SettingsError with a suggestion otherwise."""
    for path in (Path(text), MAPPINGS / text, MAPPINGS / f"{text}.yaml"):
        if path.is_file():
            return path
    known = sorted(path.stem for path in MAPPINGS.glob("*.yaml"))
    raise SettingsError(
        Fault("mapping", repr(text), "a YAML file, or a name in templates/mappings", did_you_mean(text, known))
    )


def expand(files: Iterable[str]) -> list[Path]:
    """Files and folders as they are, patterns as what they match; a pattern that matches nothing stays, to be reported."""
    return [
        Path(found)
        for text in files
        for found in ([text] if os.path.exists(text) else sorted(glob.glob(text, recursive=True)) or [text])
    ]


def _target(folder: Path, table: str, suffix: str) -> Path:
    """Where the table goes; SettingsError where another file already holds that table, which two files must not."""
    target = folder / f"{table}.{suffix}"
    others = [
        path.name
        for path in folder.glob(f"{table}.*")
        if path.suffix in (".csv", ".parquet", ".xlsx") and path != target
    ]
    if others:
        do = f"Move {others[0]} away first, or choose its format with --format."
        raise SettingsError(Fault(folder.name, " and ".join(others), f"no other file for the table {table}", do))
    return target


def _table_bytes(table: pd.DataFrame, suffix: str) -> bytes:
    content = io.BytesIO()
    if suffix == "parquet":
        table.to_parquet(content, index=False)
    else:
        table.to_csv(content, index=False, lineterminator="\n")
    return content.getvalue()


# ------------------------------------------------------------------------------------------------------------------ forms
@main.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def forms(folder: Path | None) -> None:
    """Write blank forms, the dictionary and the questionnaires.

    There is a form (CSV and XLSX) for every table. Without FOLDER they go to templates/forms/ and data/README.md, and the
    list of measures to data/reference/measures.csv; with it, all go there. The questionnaires are written from
    templates/surveys/survey_items.csv, and lie beside it.
    """
    from toolkit.areas import AREAS
    from toolkit.forms import dictionary, measures_csv, write_forms
    from toolkit.questionnaires import read_items, write_questionnaires

    tables = every_table()
    written = write_forms(folder or FORMS, tables)
    asked = write_questionnaires(folder / "surveys" if folder else SURVEYS, read_items(SURVEYS / "survey_items.csv"))
    words = write_whole(folder / "dictionary.md" if folder else DICTIONARY, dictionary(tables))
    write_whole(folder / "measures.csv" if folder else MEASURES, measures_csv(AREAS))
    click.echo(f"{len(written)} forms in {_near(folder or FORMS)}, the dictionary in {_near(words)}")
    click.echo(f"{len(asked)} questionnaires in {_near(asked[0].parent)}")


@main.command()
@click.argument("client")
def questionnaires(client: str) -> None:
    """Write the questionnaires of a client's own items.

    CLIENT is a folder, or a name in data/, with a survey_items.csv; templates/surveys/ has one to start from. They go to
    surveys/ in the client's folder: for each audience a list of questions, a survey for LimeSurvey and for Qualtrics, and
    a form to print.
    """
    from toolkit.client import find_client
    from toolkit.questionnaires import write_questionnaires

    folder = find_client(client)
    items = _items(folder)
    if items is None or items.empty:
        do = "Copy templates/surveys/survey_items.csv there, and change what is asked."
        raise DataError(Fault(f"folder {folder.name}", "no survey_items", "the items to ask", do))
    rows = items.astype(object).where(items.notna(), "").astype("str").to_dict("records")
    written = write_questionnaires(folder / "surveys", [{str(key): text for key, text in row.items()} for row in rows])
    click.echo(f"{len(written)} questionnaires in {_near(folder / 'surveys')}")
