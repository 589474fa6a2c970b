"""The plan of a run: which notebook is executed with which parameters, and what it waits for. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from toolkit.files import ROOT
from toolkit.model import Period

if TYPE_CHECKING:
    from toolkit.tables import Table

NOTEBOOKS = ROOT / "notebooks"
SUMMARY, PORTFOLIO = "90_executive_summary", "95_portfolio"


class Area(Protocol):
    """What the run must know of an area module."""

    NAME: str
    TITLE: str
    NOTEBOOK: str
    TABLES: tuple[Table, ...]


@dataclass(frozen=True)
class Step:
    """One notebook to execute: where it lies, what it is given, where its copy and its page go.

    vendor is '' for the portfolio, area '' for the summary and the portfolio. `after` names the steps whose findings it
    reads; they need not have succeeded, because a failed one leaves findings that say *not assessed*. `kept` names the files
    that its area keeps beside its page.
    """

    name: str
    notebook: Path
    parameters: dict[str, str]
    output: Path
    page: Path
    period: str
    vendor: str = ""
    area: str = ""
    after: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def plan(
    data: Path,
    vendors: Iterable[str],
    periods: Iterable[str],
    areas: Iterable[Area],
    reports: Path,
    notebooks: Path = NOTEBOOKS,
) -> list[Step]:
    """The steps of a run, each after those it waits for: a vendor's areas and summary, then the period's portfolio.

    A step may run as soon as those in its `after` have ended; the order of the list is that of their importance. An area
    that names others in `READS` waits for what they find of its vendor in this period and in earlier ones. A summary waits
    for its vendor's areas in this period and in earlier ones, with which it compares; a portfolio for the summaries of its
    period.

    Parameters
    ----------
    data
        The client's folder; its name is the client's id.
    vendors, periods
        Ids of vendors and periods, checked (see `toolkit.run.parameters`).
    reports
        The folder above `<client>/<period>/`.
    """
    vendors, areas = list(vendors), list(areas)
    steps: list[Step] = []
    assessed: dict[str, list[Step]] = {vendor: [] for vendor in vendors}
    for period in sorted(periods, key=Period.parse):
        shared = {"period": period, "data": passed_path(data), "reports": passed_path(reports)}
        folder = reports / data.name / period
        summaries = []
        for vendor in vendors:
            given = {"vendor": vendor, **shared}
            known: list[Step] = assessed[vendor]
            here: list[Step] = []
            for area in in_reading_order(areas):
                after = [step for step in [*known, *here] if step.area in reads(area)]
                here.append(_area_step(area, given, folder / vendor, notebooks, after))
            assessed[vendor] = [*known, *here]
            summaries.append(_step(SUMMARY, given, folder / vendor, "index.html", notebooks, after=assessed[vendor]))
            steps += [*here, summaries[-1]]
        steps.append(_step(PORTFOLIO, shared, folder, "index.html", notebooks, after=summaries))
    return steps


def reads(area: Area) -> tuple[str, ...]:
    """The names of the areas whose findings an area reads."""
    return getattr(area, "READS", ())


def in_reading_order(areas: Iterable[Area]) -> list[Area]:
    """Areas, each after those whose findings it reads, else in the order given."""
    by_name = {area.NAME: area for area in areas}

    def depth(name: str) -> int:
        return max((1 + depth(other) for other in reads(by_name[name]) if other in by_name), default=0)

    return sorted(by_name.values(), key=lambda area: depth(area.NAME))


def _area_step(area: Area, given: dict[str, str], folder: Path, notebooks: Path, after: Sequence[Step]) -> Step:
    page = f"{area.NOTEBOOK.split('_', 1)[1]}.html"  # 20_cost_comparison: the number is for the reader of notebooks/
    step = _step(area.NOTEBOOK, given, folder, page, notebooks, area=area.NAME, after=after)
    return replace(step, kept=tuple(getattr(area, "KEEPS", ())))


def _step(
    name: str,
    given: dict[str, str],
    folder: Path,
    page: str,
    notebooks: Path,
    area: str = "",
    after: Sequence[Step] = (),
) -> Step:
    vendor, period = given.get("vendor", ""), given["period"]
    return Step(
        name="/".join(part for part in (period, vendor, name) if part),
        notebook=notebooks / f"{name}.ipynb",
        parameters=given,
        output=folder / "notebooks" / f"{name}.ipynb",
        page=folder / page,
        period=period,
        vendor=vendor,
        area=area,
        after=tuple(step.name for step in after),
    )


def passed_path(path: Path) -> str:
    """A folder as a notebook is given it: relative to the checkout where it lies inside, so that runs are alike."""
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
