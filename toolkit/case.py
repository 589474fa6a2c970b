"""A case: one vendor in one period, cut out of a client; what a notebook holds in its hand. A selection is a case, too.

`open_case` hands over the vendor's own rows of the area's tables, up to the end of the period; `Case.check` shows what there
is of them; `Case.conclude` judges what was measured against the goals and writes the findings. A case is handed an area; it
does not look one up, and it never holds another vendor's rows. `open_selection` does the same for one decision between
several candidates: what stands in the vendor's place has the selection's id and name, and the rows are those of it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from toolkit.client import EVERY_VENDOR, EXCHANGE_RATES, GOALS, REMARKS, REPLIES, Client, find_client, open_client
from toolkit.errors import did_you_mean
from toolkit.files import ROOT, write_whole
from toolkit.history import history_of, parts_of
from toolkit.model import (
    MISSED,
    NAN,
    Finding,
    Goal,
    Measured,
    Period,
    Vendor,
    absence,
    ahead_words,
    finding,
    goal_from_row,
    write_findings,
)
from toolkit.sealed import FLOORS, Sealed, open_sealed
from toolkit.show import Shown, answer_html, escape, finding_html, table_html
from toolkit.store import read_slice
from toolkit.tables import Table, months_of

GENERAL = (GOALS, REMARKS, REPLIES, EXCHANGE_RATES)  # tables that every case of a vendor has, whatever its area
OF_SELECTIONS = (REMARKS, REPLIES, EXCHANGE_RATES)  # and every case of a selection: goals are agreed with vendors
WAVE = "wave"  # what the tables of surveys are dated by


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
    that carries the reason, and every measure that needs it is *not assessed* with that reason. A confidential table is
    `Sealed`: it can be handed to a measure, and not be looked at.
    """

    area: Area
    client: Client
    vendor: Vendor
    period: Period
    goals: list[Goal]
    goals_lost: str  # why there may be goals that could not be read, or ''
    tables: Mapping[str, pd.DataFrame | Sealed]
    folder: Path  # where this vendor's findings go

    def __getattr__(self, name: str) -> Any:
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
        own = [table.name for table in (*self.area.TABLES, GOALS)]
        listed = {name: rows for name, rows in self.tables.items() if name in own or rows.attrs["faulty"]}
        coverage = pd.DataFrame(
            [_coverage(name, open_sealed(rows), self.period) for name, rows in listed.items()],
            columns=["table", "file", "rows", "first", "last", "remark"],
        )
        html = table_html(coverage, caption="Tables of this case", cards=True)
        text = coverage.to_string(index=False)
        for frame in reconciliations:
            html += table_html(frame, caption="Checks of this area", cards=True)
            text += "\n\n" + frame.to_string(index=False)
        about = f'<p class="quiet">{escape(self.client.about)}</p>' if self.client.about else ""
        return Shown(about + html, text)

    @property
    def agreed(self) -> pd.DataFrame:
        """The goals as a table: one row a goal that counts in this period, those for every vendor too."""
        held = open_sealed(self.tables[GOALS.name])
        rows = pd.DataFrame([vars(goal) for goal in self.goals], columns=[item.name for item in fields(Goal)])
        absent = self.goals_lost or ("" if len(rows) else held.attrs["absent"] or f"no goal counts in {self.period}")
        rows.attrs |= {**held.attrs, "absent": absent}
        return rows

    def history(self) -> pd.DataFrame:
        """What the areas that this one `READS` found of this vendor, now and before: see `toolkit.history`."""
        reads = getattr(self.area, "READS", ())
        return history_of(self.folder.parents[1], self.vendor.id, self.period, of=reads)

    def found_by(self, part: str) -> pd.DataFrame:
        """One part of what those areas found of this vendor in this period, such as "reason": see `toolkit.history`."""
        reads = getattr(self.area, "READS", ())
        return parts_of(self.folder.parents[1], self.vendor.id, self.period, part, of=reads)

    def keep(self, name: str, content: str, words: str) -> Shown:
        """Write a file beside the vendor's pages, and give a link to it; `words` say what it is."""
        write_whole(self.folder / name, content)
        return Shown(f'<p><a class="file" href="{escape(name)}" download>{escape(words)}</a></p>', f"{words}: {name}")

    def conclude(self, *measured: Measured, stated: Mapping[str, Measured] | None = None) -> Shown:
        """Judge what was measured, write `findings/<area>.json`, and show the sentences.

        Every goal on this area gets a finding, whether or not its measure was concluded on. `stated` is what is known, by
        goal, of those that name no measure.
        """
        ids = [item.id for item in measured]
        if len(set(ids)) < len(ids):
            raise ValueError(f"concluded twice on {sorted({name for name in ids if ids.count(name) > 1})}")
        findings = [self._finding(item, goal) for item in measured for goal in self._goals_on(item.id)]
        findings += [self._unmeasured(goal, stated or {}) for goal in self._area_goals() if goal.measure not in ids]
        self._write(findings)
        return Shown("".join(finding_html(item) for item in findings), "\n".join(item.sentence for item in findings))

    def answer(self, *measured: Measured, words: Callable[[str, Mapping[str, Finding]], str] | None = None) -> Shown:
        """The area's question answered: what these measures say, each with what that means for the first goal on it.

        It stands at a notebook's end, where all is known; with the tag `answer` it is what its page begins with. `words`, an
        area's own `answer`, makes one sentence of them; where it has none, each measure says its own.
        """
        judged = {item.id: self._finding(item, self._goals_on(item.id)[0]) for item in measured}
        said = words(self.vendor.name, judged) if words is not None else ""
        known = [item for item in measured if item.assessed]
        sentences = [said] if said else [self._answered(item) for item in known or measured[:1]]
        silent = [item.label.lower() for item in measured if not item.assessed] if known and not said else []
        sentences += [f"Not assessed: {', '.join(silent)}."] if silent else []
        return Shown(answer_html(" ".join(sentences)), " ".join(sentences))

    def _answered(self, measured: Measured) -> str:
        """'96.1 % of tickets kept their service level; the goal of at least 92.0 % is met.'"""
        goal = self._goals_on(measured.id)[0]
        item = self._finding(measured, goal)
        sentence = item.sentence.rstrip(".")
        if goal is None or not measured.assessed:
            return f"{sentence}."
        ahead = ahead_words(goal, str(self.period)) if item.verdict == MISSED else ""
        aim = f"{replace(goal, unit=measured.unit).words()}{ahead}{',' if ahead else ''}"
        return f"{sentence}; the goal of {aim} is {item.verdict}."

    def fail(self, because: str) -> list[Finding]:
        """Write the findings of an area whose notebook failed: nothing is assessed, and every goal says why."""
        reason = " ".join(because.split()) or "the notebook failed"
        whole = self._finding(Measured(id=self.area.NAME, label=self.area.TITLE, because=reason))
        findings = [whole, *(replace(self._unmeasured(goal), because=reason) for goal in self._area_goals())]
        self._write(findings)
        return findings

    def _write(self, findings: list[Finding]) -> None:
        """Write the findings; where goals may have been lost with a faulty goals.csv, one more says so."""
        if self.goals_lost:
            lost = Measured(id=f"{self.area.NAME}.goals", label="Goals", because=self.goals_lost)
            findings.append(self._finding(lost))
        write_findings(self.folder / "findings" / f"{self.area.NAME}.json", findings)

    def _goals_on(self, address: str) -> Sequence[Goal | None]:
        return [goal for goal in self.goals if goal.measure == address] or [None]

    def _area_goals(self) -> list[Goal]:
        return [goal for goal in self.goals if goal.area == self.area.NAME]

    def _unmeasured(self, goal: Goal, stated: Mapping[str, Measured] = {}) -> Finding:
        """The finding for a goal whose measure was not concluded on, does not exist, or is not named."""
        if not goal.measure:
            return self._finding(stated.get(goal.goal) or _without_measure(goal), goal)
        known = measures_of(self.area)
        reason = f"the notebook did not conclude on {goal.measure}"
        if goal.measure not in known:
            hint = did_you_mean(goal.measure, known)
            reason = f"goal {goal.goal} names {goal.measure!r}, which is no measure. {hint}"
        return self._finding(Measured(id=goal.measure, label=goal.objective or goal.measure, because=reason), goal)

    def _finding(self, measured: Measured, goal: Goal | None = None) -> Finding:
        judged = finding(measured, self.vendor.id, str(self.period), goal)
        return replace(judged, remark=self._remark(measured.id), reply=self._reply(measured.id))

    def _remark(self, address: str) -> str:
        """What analysts wrote under this address in this period, with their names."""
        return " ".join(
            f"{row['remark']} ({row['author']})" if isinstance(row["author"], str) else row["remark"]
            for row in self._remarks
            if row["address"] == address
        )

    def _reply(self, address: str) -> str:
        """What the vendor answered under this address, to this review or to the last one of the same length."""
        now, last = str(self.period), str(self.period.before())
        return " ".join(
            f"{row['reply']} ({said})"
            for row in self._replies
            if row["address"] == address
            and (said := _said(row["by"], "" if row["period"] == now else f"to the review of {last}"))
        )

    @cached_property
    def _replies(self) -> list[dict[str, Any]]:
        replies = open_sealed(self.tables["replies"])
        chosen = replies[replies["period"].isin([str(self.period), str(self.period.before())])]
        return [{str(name): value for name, value in row.items()} for row in chosen.to_dict("records")]

    @cached_property
    def _remarks(self) -> list[dict[str, Any]]:
        remarks = open_sealed(self.tables["remarks"])
        chosen = remarks[remarks["period"] == str(self.period)]
        return [{str(name): value for name, value in row.items()} for row in chosen.to_dict("records")]


def _said(by: Any, to: str) -> str:
    """Who gave a reply, and to what: 'Service manager, to the review of 2026-Q2'."""
    return ", ".join(part for part in (by if isinstance(by, str) else "the vendor", to) if part)


def _without_measure(goal: Goal) -> Measured:
    """What is known of a goal that names no measure, by itself: nothing."""
    because = f"goal {goal.goal} names no measure of this toolkit"
    return Measured(id=f"{goal.area}.stated", label=goal.objective or goal.goal, because=because)


def measures_of(area: Area) -> list[str]:
    """The addresses of an area's measures, such as `cost.unit_cost`."""
    return [f"{area.NAME}.{name}" for name, item in vars(area).items() if getattr(item, "is_measure", False)]


def open_case(area: Area, vendor: str, period: str, data: str, reports: str) -> Case:
    """One vendor in one period, for one area.

    vendor, period   as in review.yaml; an unknown one is a SettingsError with a suggestion.
    data             the client's folder, or its name below data/; a relative path starts at the checkout.
    reports          the folder below which `<client>/<period>/<vendor>/findings/` is written.
    """
    client = open_client(find_client(data))
    return cut_case(area, client, client.vendor(vendor), client.period(period), ROOT / reports)


def open_selection(area: Area, selection: str, period: str, data: str, reports: str) -> Case:
    """One decision between several candidates, as far as it was known at the end of a period.

    selection        as in review.yaml; an unknown one is a SettingsError with a suggestion.
    period, data, reports    as for `open_case`.
    """
    client = open_client(find_client(data))
    chosen = client.selection(selection)
    return cut_case(area, client, Vendor(chosen.id, chosen.name), client.period(period), ROOT / reports)


def general_tables(client: Client, owner: str) -> tuple[Table, ...]:
    """The tables that a case has beside its area's: fewer where it is that of a selection."""
    return OF_SELECTIONS if owner in client.selections else GENERAL


def cut_case(area: Area, client: Client, vendor: Vendor, period: Period, reports: Path) -> Case:
    """The case of a vendor, or of what stands in its place, and a period of an open client."""
    declared = {table.name: table for table in (*area.TABLES, *general_tables(client, vendor.id))}
    tables = {name: _cut(client, table, vendor, period) for name, table in declared.items()}
    rates = tables[EXCHANGE_RATES.name]
    tables = {name: in_currency(rows, declared[name], client.currency, rates) for name, rows in tables.items()}
    held = {name: _sealed(rows, declared[name], client) for name, rows in tables.items()}
    goals, goals_lost = read_goals(client, vendor, period) if GOALS.name in declared else ([], "")
    return Case(
        area=area,
        client=client,
        vendor=vendor,
        period=period,
        goals=goals,
        goals_lost=goals_lost,
        tables=held,
        folder=_folder(client, vendor, period, reports),
    )


def read_goals(client: Client, vendor: Vendor, period: Period) -> tuple[list[Goal], str]:
    """The vendor's own goals and those for every vendor, and why others may be missing: the faults in goals, or ''.

    A goal that begins to count after the period is left out: nobody could be held to it then.
    """
    parts = [read_slice(client, GOALS, owner) for owner in (vendor.id, EVERY_VENDOR)]
    goals = [goal_from_row(row) for rows in parts for row in rows.to_dict("records")]
    lost = [rows.attrs["absent"] for rows in parts if rows.attrs["faulty"]]
    return [goal for goal in goals if goal.counts_in(period)], " and ".join(dict.fromkeys(lost))


def _folder(client: Client, vendor: Vendor, period: Period, reports: Path) -> Path:
    return reports / client.id / str(period) / vendor.id


def record_failure(area: Area, vendor: str, period: str, data: str, reports: str, because: str) -> list[Finding]:
    """The findings of an area whose notebook failed, written where `conclude` would have written them.

    vendor is the id of a selection where the area is about one.
    """
    opened = open_selection if vendor in open_client(find_client(data)).selections else open_case
    return opened(area, vendor, period, data, reports).fail(because)


def record_unclaimed_goals(
    areas: Sequence[Area], client: Client, vendor: Vendor, period: Period, reports: Path
) -> list[Finding]:
    """Findings for goals on measures of no area there is, so that no goal passes in silence; no file when there are none."""
    known = [address for area in areas for address in measures_of(area)]
    names = [area.NAME for area in areas]
    findings = []
    for goal in read_goals(client, vendor, period)[0]:
        if goal.area in names:
            continue
        if not goal.measure:
            findings.append(finding(_without_measure(goal), vendor.id, str(period), goal))
            continue
        hint = did_you_mean(goal.measure, known)
        reason = f"goal {goal.goal} names {goal.measure!r}, and there is no area of that name. {hint}"
        measured = Measured(id=goal.measure, label=goal.objective or goal.measure, because=reason)
        findings.append(finding(measured, vendor.id, str(period), goal))
    file = _folder(client, vendor, period, reports) / "findings" / "unclaimed.json"
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
    early = months_of(rows[table.dated]) <= period.end
    if early.all():
        return rows
    kept = rows[early]
    if kept.empty:
        kept.attrs["absent"] = f"{rows.attrs['file']} holds no row for this vendor up to {period}"
    return kept


def _sealed(rows: pd.DataFrame, table: Table, client: Client) -> pd.DataFrame | Sealed:
    """The rows, sealed where the table is confidential; with the numbers of people that they may not speak below."""
    if not table.confidential:
        return rows
    rows.attrs |= {name: client.thresholds[name] for name in FLOORS}
    return Sealed(rows)


# -------------------------------------------------------------------------------------------------------------- currency
def in_currency(rows: pd.DataFrame, table: Table, into: str, rates: pd.DataFrame) -> pd.DataFrame:
    """Amounts in one currency: those in another are converted at the rate of their month, else of their year.

    rows, table      rows of a dated table; one without a column `currency` comes back as it is. A blank currency is `into`.
    into             ISO 4217 code of the client's currency.
    rates            rows of exchange_rates: units of a currency for one US dollar, by month or year.

    Adds `exchange`, the factor applied to each row. Prices per unit stay in the currency in which they were agreed. Where
    a rate is missing the whole table is absent, with that reason: a sum of the rest would be too small.
    """
    if "currency" not in table.names or not table.dated or rows.empty:
        return rows
    codes, months = rows["currency"].fillna(into).str.upper(), months_of(rows[table.dated])
    factors = _exchange_factors(codes, months, into, rates)
    money = [column.name for column in table.columns if column.unit == "currency"]
    converted = rows.assign(exchange=factors, **{name: rows[name] * factors for name in money})
    lost = factors.isna()
    if lost.any():
        first = months[lost].min()
        foreign = ", ".join(sorted(set(codes[lost & (months == first)])))
        reason = rates.attrs["absent"] or f"{rates.attrs['file']} lacks a rate from {foreign} to {into} in {first}"
        converted.attrs["absent"] = f"{rows.attrs['file']} holds amounts in {foreign}, and {reason}"
    return converted


def _exchange_factors(codes: pd.Series, months: pd.Series, into: str, rates: pd.DataFrame) -> pd.Series:
    """For each row the units of `into` for one unit of its currency in its month; NaN where a rate is missing."""
    if (codes == into).all():
        return pd.Series(1.0, index=codes.index)
    per_dollar = rates.set_index(["currency", "period"])["per_usd"].to_dict()

    def rate(code: str, month: pd.Period) -> float:
        known = per_dollar.get((code, str(month)), per_dollar.get((code, str(month.year))))
        return known if known is not None else 1.0 if code == "USD" else NAN

    pairs = pd.MultiIndex.from_arrays([codes, months])
    factors = {
        (code, month): 1.0 if code == into else rate(into, month) / rate(code, month) for code, month in set(pairs)
    }
    return pd.Series(pairs.map(factors), index=codes.index, dtype="float64")


def _coverage(name: str, rows: pd.DataFrame, period: Period) -> list[Any]:
    """One row of the check table: rows, span, gaps and freshness."""
    absent = absence(name, rows)
    if absent:
        return [name, rows.attrs.get("file", ""), len(rows), "", "", absent]
    strays = rows.attrs["strays"]
    belong = "row of the file belongs" if strays == 1 else "rows of the file belong"
    remarks = [f"{strays:,} {belong} to no known {rows.attrs['owner'] or 'vendor'}"] if strays else []
    if not rows.attrs["dated"]:
        return [name, rows.attrs["file"], len(rows), "", "", "; ".join(remarks) or "complete"]
    months = months_of(rows[rows.attrs["dated"]])
    first, last = months.min(), months.max()
    gaps = len(pd.period_range(first, last, freq="M").difference(pd.PeriodIndex(months.unique(), freq="M")))
    if rows.attrs["dated"] == WAVE:  # months in which nobody was asked are no gaps
        remarks.append(f"{months.nunique()} {'wave' if months.nunique() == 1 else 'waves'}")
    elif gaps:
        remarks.append(f"{gaps} {'month' if gaps == 1 else 'months'} without a row")
    if rows.attrs["silent"] and rows.attrs["dated"] != WAVE:
        remarks.append(f"no vendor has a row in {', '.join(rows.attrs['silent'][:3])}")
    if rows.attrs["thins"]:
        remarks.append(rows.attrs["thins"])
    if rows.attrs["covers"][1] < str(period.end):
        remarks.append(f"the file ends in {rows.attrs['covers'][1]}, before the period does")
    return [name, rows.attrs["file"], len(rows), str(first), str(last), "; ".join(remarks) or "complete"]
