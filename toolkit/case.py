"""A case: one vendor in one period, cut out of a client; what a notebook holds in its hand.

`open_case` hands over the vendor's own rows of the area's tables, up to the end of the period; `Case.check` shows what there
is of them; `Case.conclude` judges what was measured against the goals and writes the findings. A case is handed an area; it
does not look one up, and it never holds another vendor's rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from toolkit.client import EXCHANGE_RATES, GOALS, REMARKS, Client, find_client, open_client, read_slice
from toolkit.errors import did_you_mean
from toolkit.files import ROOT
from toolkit.model import (
    NOT_ASSESSED,
    Finding,
    Goal,
    Measured,
    Period,
    Vendor,
    absence,
    finding,
    goal_from_row,
    write_findings,
)
from toolkit.show import Shown, escape, finding_html, table_html
from toolkit.tables import Table

GENERAL = (GOALS, REMARKS, EXCHANGE_RATES)  # tables that every case has, whatever its area


class Area(Protocol):
    """What an area module holds: its names, its tables, and its measures as functions."""

    NAME: str
    TITLE: str
    QUESTION: str
    NOTEBOOK: str
    TABLES: tuple[Table, ...]


@dataclass(frozen=True)
class Case:
    """One vendor in one period: `case.<table>` is the vendor's rows of that table up to the period's end.

    Money is in the client's currency. A table that is missing, faulty or without a row of this vendor is an empty frame
    that carries the reason, and every measure that needs it is *not assessed* with that reason.
    """

    area: Area
    client: Client
    vendor: Vendor
    period: Period
    goals: list[Goal]
    tables: dict[str, pd.DataFrame]
    folder: Path  # where this vendor's findings go

    def __getattr__(self, name: str) -> pd.DataFrame:
        tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"this case has no table {name!r}. {did_you_mean(name, list(tables))}")

    @property
    def subject(self) -> str:
        """Who and when, for the line under a chart's title."""
        return f"{self.vendor.name}, {self.period}"

    @property
    def since(self) -> pd.Period | None:
        """The month from which 'after' counts."""
        return self.vendor.compare_from

    def thresholds(self, *names: str) -> dict[str, float]:
        """These thresholds of review.yaml, or their defaults, as options of a measure."""
        return {name: self.client.thresholds[name] for name in names}

    def check(self, *reconciliations: pd.DataFrame) -> Shown:
        """What there is of every table, then the area's own checks: always a table, also when all is well."""
        rows = [_coverage(name, table, self.period) for name, table in self.tables.items() if name in self._own_tables]
        coverage = pd.DataFrame(rows, columns=["table", "file", "rows", "first", "last", "remark"])
        html = table_html(coverage, caption="Tables of this case")
        text = coverage.to_string(index=False)
        for frame in reconciliations:
            html += table_html(frame, caption="Checks of this area")
            text += "\n\n" + frame.to_string(index=False)
        about = f'<p class="quiet">{escape(self.client.about)}</p>' if self.client.about else ""
        return Shown(about + html, text)

    @property
    def _own_tables(self) -> list[str]:
        return [table.name for table in (*self.area.TABLES, GOALS)]

    def conclude(self, *measured: Measured) -> Shown:
        """Judge what was measured, write `findings/<area>.json`, and show the sentences.

        Every goal on this area gets a finding, whether or not its measure was concluded on.
        """
        ids = [item.id for item in measured]
        if len(set(ids)) < len(ids):
            raise ValueError(f"concluded twice on {sorted({name for name in ids if ids.count(name) > 1})}")
        findings = [
            finding(item, self.vendor.id, str(self.period), goal, self._remark(item.id))
            for item in measured
            for goal in ([goal for goal in self.goals if goal.measure == item.id] or [None])
        ]
        findings += [self._unmeasured(goal) for goal in self._area_goals() if goal.measure not in ids]
        if self.tables["goals"].attrs.get("faulty"):
            findings.append(self._missing(f"{self.area.NAME}.goals", "Goals", self.tables["goals"].attrs["absent"]))
        write_findings(self.folder / "findings" / f"{self.area.NAME}.json", findings)
        return Shown("".join(finding_html(item) for item in findings), "\n".join(item.sentence for item in findings))

    def fail(self, because: str) -> list[Finding]:
        """Write the findings of an area whose notebook failed: nothing is assessed, and every goal says why."""
        reason = " ".join(because.split()) or "the notebook failed"
        findings = [self._missing(self.area.NAME, self.area.TITLE, reason)]
        findings += [replace(self._unmeasured(goal), because=reason) for goal in self._area_goals()]
        write_findings(self.folder / "findings" / f"{self.area.NAME}.json", findings)
        return findings

    def _area_goals(self) -> list[Goal]:
        return [goal for goal in self.goals if goal.measure.split(".", 1)[0] == self.area.NAME]

    def _unmeasured(self, goal: Goal) -> Finding:
        names = [
            f"{self.area.NAME}.{name}" for name, item in vars(self.area).items() if getattr(item, "is_measure", False)
        ]
        reason = f"the notebook did not conclude on {goal.measure}"
        if goal.measure not in names:
            reason = (
                f"goal {goal.goal} names {goal.measure!r}, which is no measure. {did_you_mean(goal.measure, names)}"
            )
        label = goal.objective or goal.measure
        return finding(Measured(id=goal.measure, label=label, because=reason), self.vendor.id, str(self.period), goal)

    def _missing(self, address: str, label: str, because: str) -> Finding:
        return Finding(
            id=address,
            vendor=self.vendor.id,
            period=str(self.period),
            label=label,
            verdict=NOT_ASSESSED,
            because=because,
        )

    def _remark(self, address: str) -> str:
        remarks = self.tables["remarks"]
        if absence("remarks", remarks):
            return ""
        chosen = remarks[(remarks["address"] == address) & (remarks["period"] == str(self.period))]
        return " ".join(
            f"{row['remark']} ({row['author']})" if isinstance(row["author"], str) else row["remark"]
            for row in chosen.to_dict("records")
        )


def open_case(area: Area, vendor: str, period: str, data: str, reports: str) -> Case:
    """One vendor in one period, for one area.

    vendor, period   as in review.yaml; an unknown one is a SettingsError with a suggestion.
    data             the client's folder, or its name below data/; a relative path starts at the checkout.
    reports          the folder below which `<client>/<period>/<vendor>/findings/` is written.
    """
    client = open_client(find_client(data))
    return cut_case(area, client, client.vendor(vendor), client.period(period), ROOT / reports)


def cut_case(area: Area, client: Client, vendor: Vendor, period: Period, reports: Path) -> Case:
    """The case of a vendor and a period of an open client."""
    tables = {table.name: _cut(client, table, vendor, period) for table in (*area.TABLES, *GENERAL)}
    every = read_slice(client, GOALS, "*")
    goals = pd.concat([rows for rows in (tables["goals"], every) if not rows.empty]) if len(every) else tables["goals"]
    tables = {name: _in_currency(rows, area, client, tables["exchange_rates"]) for name, rows in tables.items()}
    return Case(
        area=area,
        client=client,
        vendor=vendor,
        period=period,
        goals=[goal_from_row(row) for row in goals.to_dict("records")],
        tables=tables,
        folder=reports / client.id / str(period) / vendor.id,
    )


def record_failure(area: Area, vendor: str, period: str, data: str, reports: str, because: str) -> list[Finding]:
    """The findings of an area whose notebook failed, written where `conclude` would have written them."""
    return open_case(area, vendor, period, data, reports).fail(because)


def record_unclaimed_goals(
    areas: Sequence[Area], client: Client, vendor: Vendor, period: Period, reports: Path
) -> list[Finding]:
    """Findings for goals on measures of no area there is, so that no goal passes in silence; no file when there are none."""
    case = cut_case(areas[0], client, vendor, period, reports)
    names = [area.NAME for area in areas]
    unclaimed = [goal for goal in case.goals if goal.measure.split(".", 1)[0] not in names]
    reason = "goal {} names {!r}, and there is no area of that name"
    findings = [
        finding(
            Measured(
                id=goal.measure, label=goal.objective or goal.measure, because=reason.format(goal.goal, goal.measure)
            ),
            vendor.id,
            str(period),
            goal,
        )
        for goal in unclaimed
    ]
    file = case.folder / "findings" / "unclaimed.json"
    if findings:
        write_findings(file, findings)
    else:
        file.unlink(missing_ok=True)
    return findings


def _cut(client: Client, table: Table, vendor: Vendor, period: Period) -> pd.DataFrame:
    """The vendor's rows up to the end of the period: a review of an earlier period does not see what came later."""
    rows = read_slice(client, table, vendor.id)
    if not table.dated or rows.empty:
        return rows
    months = rows[table.dated] if table[table.dated].kind == "month" else rows[table.dated].dt.to_period("M")
    kept = rows[months <= period.end]
    kept.attrs.update(rows.attrs)
    if kept.empty:
        kept.attrs["absent"] = f"{rows.attrs['file']} holds no row for this vendor up to {period}"
    return kept


def _in_currency(rows: pd.DataFrame, area: Area, client: Client, exchange: pd.DataFrame) -> pd.DataFrame:
    """Amounts in the client's currency: those in another one are converted at the rate of their month.

    Adds `exchange`, the factor applied to each row. Prices per unit stay in the currency in which they were agreed.
    """
    table = next((item for item in area.TABLES if item.name == rows.attrs.get("table", "")), None)
    if table is None or "currency" not in table.names or not table.dated or rows.empty:
        return rows
    foreign = rows["currency"].notna() & (rows["currency"] != client.currency)
    factor = pd.Series(1.0, index=rows.index)
    if foreign.any():
        months = rows[table.dated] if table[table.dated].kind == "month" else rows[table.dated].dt.to_period("M")
        factor = factor.mask(foreign, _factors(rows["currency"], months, client.currency, exchange))
    money = [column.name for column in table.columns if column.unit == "currency"]
    converted = rows.assign(exchange=factor, **{name: rows[name] * factor for name in money})
    converted.attrs.update(rows.attrs)
    lost = (
        sorted(
            {
                f"{code} in {month}"
                for code, month in zip(rows["currency"][factor.isna()], months[factor.isna()], strict=True)
            }
        )
        if factor.isna().any()
        else []
    )
    if lost:
        converted.attrs["absent"] = f"exchange_rates.csv holds no rate for {', '.join(lost[:3])}"
    return converted


def _factors(codes: pd.Series, months: pd.Series, into: str, exchange: pd.DataFrame) -> pd.Series:
    """For each row, units of `into` for one unit of its currency, in its month, else on average of its year."""
    per_usd = exchange.set_index(["currency", "period"])["per_usd"] if len(exchange) else pd.Series(dtype="float64")
    known = per_usd.to_dict()

    def rate(code: str, month: pd.Period) -> float:
        fallback = 1.0 if code == "USD" else float("nan")
        return known.get((code, str(month)), known.get((code, str(month.year)), fallback))

    pairs = pd.DataFrame({"code": codes, "month": months})
    each = pairs.drop_duplicates()
    factors = [
        rate(into, month) / rate(code, month)
        for code, month in zip(each["code"].fillna(into), each["month"], strict=True)
    ]
    return pairs.merge(each.assign(factor=factors), on=["code", "month"], how="left").set_axis(codes.index)["factor"]


def _coverage(name: str, rows: pd.DataFrame, period: Period) -> list[Any]:
    """One row of the check table: rows, span, gaps and freshness."""
    absent = absence(name, rows)
    if absent:
        return [name, rows.attrs.get("file", ""), len(rows), "", "", absent]
    dated = rows.attrs.get("dated", "")
    if not dated:
        return [name, rows.attrs["file"], len(rows), "", "", "complete"]
    months = rows[dated].dt.to_period("M") if dated == "date" else rows[dated]
    first, last = months.min(), months.max()
    gaps = len(pd.period_range(first, last, freq="M").difference(pd.PeriodIndex(months.unique(), freq="M")))
    remarks = []
    if gaps:
        remarks.append(f"{gaps} {'month' if gaps == 1 else 'months'} without a row")
    if rows.attrs["silent"]:
        remarks.append(f"no vendor has a row in {', '.join(rows.attrs['silent'][:3])}")
    if rows.attrs["covers"][1] < str(period.end):
        remarks.append(f"the file ends in {rows.attrs['covers'][1]}, before the period does")
    return [name, rows.attrs["file"], len(rows), str(first), str(last), "; ".join(remarks) or "complete"]
