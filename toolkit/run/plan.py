"""The plan of a run: which notebook is executed with which parameters, and what it waits for. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from toolkit.files import ROOT

NOTEBOOKS = ROOT / "notebooks"
SUMMARY, PORTFOLIO = "90_executive_summary", "95_portfolio"


class Area(Protocol):
    """What the run must know of an area module."""

    NAME: str
    TITLE: str
    NOTEBOOK: str


@dataclass(frozen=True)
class Step:
    """One notebook to execute: where it lies, what it is given, where its copy and its page go.

    vendor is '' for the portfolio, area '' for the summary and the portfolio. `after` names the steps whose findings it
    reads; they need not have succeeded, because a failed one leaves findings that say *not assessed*.
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


def plan(
    data: Path,
    vendors: Iterable[str],
    periods: Iterable[str],
    areas: Iterable[Area],
    reports: Path,
    notebooks: Path = NOTEBOOKS,
) -> list[list[Step]]:
    """The steps of a run in waves: areas by vendor, then each vendor's summary, then each period's portfolio.

    A wave needs only earlier waves, so its steps may run in any order and at the same time. All periods share the
    waves, because a summary compares its period with earlier ones.

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
    waves: list[list[Step]] = [[], [], []]
    for period in periods:
        shared = {"period": period, "data": passed_path(data), "reports": passed_path(reports)}
        folder = reports / data.name / period
        for vendor in vendors:
            given = {"vendor": vendor, **shared}
            assessed = [_area_step(area, given, folder / vendor, notebooks) for area in areas]
            waves[0] += assessed
            waves[1].append(_step(SUMMARY, given, folder / vendor, "index.html", notebooks, after=assessed))
        summaries = [step for step in waves[1] if step.period == period]
        waves[2].append(_step(PORTFOLIO, shared, folder, "index.html", notebooks, after=summaries))
    return [wave for wave in waves if wave]


def _area_step(area: Area, given: dict[str, str], folder: Path, notebooks: Path) -> Step:
    page = f"{area.NOTEBOOK.split('_', 1)[1]}.html"  # 20_cost_comparison: the number is for the reader of notebooks/
    return _step(area.NOTEBOOK, given, folder, page, notebooks, area=area.NAME)


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
