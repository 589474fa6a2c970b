"""Service levels: each ticket judged by them, their monthly results, and what the vendor's own count says instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from toolkit.areas.monthly import course
from toolkit.areas.quality.clock import (
    ENDS,
    MOMENT,
    agreed_calendars,
    cancelled,
    ended,
    last_look,
    of_rows,
    over,
    pauses_of,
    zone_of,
)
from toolkit.areas.quality.tables import PARTIES
from toolkit.areas.service_levels import TIMED
from toolkit.areas.shares import EVIDENCE, monthly_share, share_of, shares_by
from toolkit.areas.words import joined, plural
from toolkit.model import COUNTED, NAN, Kept, Measured, NotAssessed, Period, absence, measure, number, source
from toolkit.stats.calendars import Calendar, business_hours, due, merged, paused_hours
from toolkit.stats.proportions import wilson
from toolkit.tables import months_of

KEPT, MISSED, OPEN, UNKNOWN = "kept", "missed", "open", "unknown"
JUDGED = pd.CategoricalDtype([KEPT, MISSED, OPEN, UNKNOWN])
CANCELLED, UNRECORDED = "cancelled", "no moment recorded"
STOPS = {"client": ("client",), "client_or_third_party": ("client", "third_party")}
CAUSED = {"client": "caused by client", "third_party": "caused by third party"}
NONE_APPLIES = "no service level with a limit in hours applies to any ticket"
ROUNDING = 1e-9  # hours: a ticket that ends on its limit has kept it
WAITED = [f"paused_{party}" for party in PARTIES]
WORDS = ("vendor", "kind", "service", "state", "caused_by", "excluded")
NEEDED = [*WORDS, "ticket", "priority", "opened", *ENDS.values(), "closed"]
COLUMNS = (
    *("vendor", "ticket", "level", "measure", "priority", "opened", "ended", "limit_hours", "elapsed_hours"),
    *("agreed_hours", "state", "excluded", *WAITED, "row", "month", "in_period"),
)


# ------------------------------------------------------------------------------------------------ each ticket judged once
def judged_tickets(
    tickets: pd.DataFrame,
    service_levels: pd.DataFrame,
    ticket_pauses: pd.DataFrame | None = None,
    calendars: pd.DataFrame | None = None,
    holidays: pd.DataFrame | None = None,
    *,
    period: Period,
) -> pd.DataFrame:
    """Each ticket by each service level that applies to it: kept, missed, or still open within its limit.

    One row is a ticket and a response, mitigation or resolution level. The version of a level in force when the ticket
    was opened applies, where the ticket's kind, priority and service are the level's. Columns: vendor, ticket, level,
    measure, priority, opened, ended (missing: not by the last look, which is the period's end), limit_hours, agreed_hours
    (of the level's calendar from opened to ended or the last look), elapsed_hours (those less the pauses that stop its
    clock), state (kept, missed, open: within its limit; unknown: over without a moment), excluded (why it does not count,
    or missing), paused_vendor, paused_client, paused_third_party (agreed hours in which it waited for each), row (the
    ticket's position among those given), month, in_period.

    A ticket is decided once and for all, and counts in the month of that moment: when it ended within its limit, or when
    the limit passed, whether it is still open or not. So no missed ticket is put off by leaving it open, and none counts
    twice. One that is open within its limit stands in the last month and counts nowhere yet.

    A ticket does not count where the level's `exclusions` name its `excluded` word or the party that caused it, when it
    was cancelled, or when it is over and no moment says when. Where a table is missing, or a calendar is not there, the
    frame is empty and `attrs["absent"]` says why; `attrs["unjudged"]` counts tickets opened in the period to which no
    level applies. Source: own definition.
    """
    given = {"tickets": tickets, "service_levels": service_levels}
    judged = _frame([], tickets, period)
    unjudged = 0
    try:
        if missing := [absence(name, table) for name, table in given.items() if absence(name, table)]:
            raise NotAssessed(" and ".join(missing))
        judged, unjudged = _judged(tickets, service_levels, ticket_pauses, calendars, holidays, period)
        if judged.empty:
            raise NotAssessed(NONE_APPLIES)
        absent = ""
    except NotAssessed as reason:
        absent = str(reason)
    others = {"ticket_pauses": ticket_pauses, "calendars": calendars, "holidays": holidays}
    used = given | {name: table for name, table in others.items() if table is not None}
    judged.attrs.update(absent=absent, unjudged=unjudged, paused=bool(ticket_pauses is not None and len(ticket_pauses)))
    judged.attrs["sources"] = Kept(source(name, table) for name, table in used.items() if not absence(name, table))
    return judged


def timed_tickets(
    tickets: pd.DataFrame,
    service_levels: pd.DataFrame,
    ticket_pauses: pd.DataFrame | None = None,
    calendars: pd.DataFrame | None = None,
    holidays: pd.DataFrame | None = None,
    *,
    period: Period,
) -> pd.DataFrame:
    """The hours that each ticket took by each service level that applies to it, without a judgement.

    Rows as in `judged_tickets`; of its columns ticket, level, ended, limit_hours, elapsed_hours, excluded and row, which
    take half the time. NotAssessed where a table is missing, a calendar is not there, or no level applies.
    """
    given = {"tickets": tickets, "service_levels": service_levels}
    if missing := [absence(name, table) for name, table in given.items() if absence(name, table)]:
        raise NotAssessed(" and ".join(missing))
    timed, _ = _judged(tickets, service_levels, ticket_pauses, calendars, holidays, period, brief=True)
    if timed.empty:
        raise NotAssessed(NONE_APPLIES)
    return timed


def _judged(
    tickets: pd.DataFrame,
    service_levels: pd.DataFrame,
    ticket_pauses: pd.DataFrame | None,
    calendars: pd.DataFrame | None,
    holidays: pd.DataFrame | None,
    period: Period,
    *,
    brief: bool = False,
) -> tuple[pd.DataFrame, int]:
    """The rows of `judged_tickets`, or in brief those of `timed_tickets`, and how many of the period no level applies to."""
    timed = service_levels[service_levels["measure"].isin(TIMED) & service_levels["limit_hours"].notna()]
    clocks = agreed_calendars(timed["calendar"], calendars, holidays, zone_of(tickets))
    until = last_look(tickets, period)
    known = np.flatnonzero(tickets["opened"] < until)
    tickets = tickets if len(known) == len(tickets) else tickets.iloc[known]
    pauses, judged_at_all = pauses_of(tickets, ticket_pauses), np.zeros(len(tickets), dtype=bool)
    lean = tickets[NEEDED].astype(dict.fromkeys(WORDS, "category"))  # as text, their rows take longest to pick
    lean.attrs = {}  # would be copied with every column
    ends = {measure: ended(lean, measure, until) for measure in timed["measure"].unique()}
    judgeable = lean[["vendor", "ticket", "priority", "opened", "closed", "excluded", "caused_by"]].assign(
        over=over(lean, until), cancelled=cancelled(lean, until)
    )
    parts: list[dict[str, Any]] = []
    for level, applies in _applying(lean, timed):
        if not applies.any():
            continue
        judged_at_all |= applies
        clock, rows = clocks[level["calendar"] if isinstance(level["calendar"], str) else ""], np.flatnonzero(applies)
        own = judgeable.iloc[rows].assign(ended=ends[level["measure"]].iloc[rows])
        columns = _by_level(own, level, clock, of_rows(pauses, rows), until, brief)
        parts.append({**columns, "row": known[rows].astype("int32")})
    opened_inside = months_of(tickets["opened"]).isin(period.months_index()).to_numpy()
    return _frame(parts, tickets, period), int((opened_inside & ~judged_at_all).sum())


def _applying(tickets: pd.DataFrame, levels: pd.DataFrame) -> Iterator[tuple[dict, np.ndarray]]:
    """Each version of each service level, and to which tickets it applies; a later version ends an earlier one."""
    levels = levels.sort_values(["level", "valid_from"], kind="stable")
    following = levels.groupby("level")["valid_from"].shift(-1)
    day = pd.Timedelta(1, "D")
    ends = pd.concat([levels["valid_to"] + day, following], axis="columns").min(axis="columns")
    opened = tickets["opened"].dt.tz_localize(None)
    for level, end in zip(levels.to_dict("records"), ends, strict=True):
        applies = (opened >= level["valid_from"]).to_numpy()
        if pd.notna(end):
            applies = applies & (opened < end).to_numpy()
        for name in ("kind", "priority", "service"):
            if pd.notna(level[name]):
                applies = applies & tickets[name].eq(level[name]).fillna(False).to_numpy(dtype=bool)
        yield {str(name): value for name, value in level.items()}, applies


def _by_level(
    tickets: pd.DataFrame, level: dict, clock: Calendar, pauses: pd.DataFrame, until: pd.Timestamp, brief: bool
) -> dict[str, Any]:
    """Tickets judged by one version of a service level, or in brief only timed."""
    opened, ends = tickets["opened"], tickets["ended"]
    to, limit = ends.fillna(until), float(level["limit_hours"])
    agreed = business_hours(opened, to, clock)
    stopping = pauses[pauses["party"].isin(STOPS.get(level["clock_stops"], ()))]
    elapsed = agreed - paused_hours(opened, to, stopping, clock)
    unknown = (ends.isna() & tickets["over"]).to_numpy()

    def one(word: str) -> Any:
        return pd.Categorical.from_codes(np.zeros(len(tickets), dtype="int8"), dtype=pd.CategoricalDtype([word]))

    timed = {
        **{"ticket": tickets["ticket"], "level": one(level["level"]), "ended": ends},
        **{"limit_hours": np.full(len(tickets), limit), "elapsed_hours": np.where(unknown, NAN, elapsed)},
        "excluded": _excluded(tickets, level, unknown),
    }
    if brief:
        return timed
    state = np.select([unknown, elapsed > limit + ROUNDING, ends.notna()], [3, 1, 0], 2)
    decided = ends.fillna(until - MOMENT).mask(unknown, tickets["closed"].fillna(opened))
    missed = state == 1
    decided[missed] = _passed(opened[missed], limit, stopping, np.flatnonzero(missed), clock, until)
    waited = {
        f"paused_{party}": paused_hours(opened, to, pauses[pauses["party"] == party], clock).astype("float32")
        for party in PARTIES
    }
    return {
        **timed,
        **{name: tickets[name] for name in ("vendor", "priority", "opened")},
        **{"measure": one(level["measure"]), "agreed_hours": np.where(unknown, NAN, agreed)},
        **{"state": pd.Categorical.from_codes(state, dtype=JUDGED), "month": months_of(decided), **waited},
    }


def _passed(
    opened: pd.Series, limit: float, stopping: pd.DataFrame, rows: np.ndarray, clock: Calendar, until: pd.Timestamp
) -> pd.Series:
    """When the limit of missed tickets passed: every pause that began before then puts it off by its agreed hours."""
    pauses = of_rows(stopping, rows)
    held = _held(opened, limit, pauses, clock, until) if len(pauses) else 0.0
    passed = pd.Series(due(opened, limit + held, clock).tz_convert(opened.dt.tz), index=opened.index)
    return passed.where(passed < until, until - MOMENT)


def _held(opened: pd.Series, limit: float, pauses: pd.DataFrame, clock: Calendar, until: pd.Timestamp) -> np.ndarray:
    """For each ticket the agreed hours of its pauses that began before its limit was used up."""
    start = opened.iloc[pauses["row"]].set_axis(pauses.index)
    begins = pauses["start"].where(pauses["start"] > start, start)
    ends = pauses["end"].fillna(until)
    ends = ends.where(ends > begins, begins)
    row, first, last = merged(_ticks(begins), _ticks(ends), pauses["row"].to_numpy())
    begun, over_at = (pd.to_datetime(end, unit="us", utc=True) for end in (first, last))
    hours = pd.Series(business_hours(begun, over_at, clock))
    earlier = (hours.groupby(row).cumsum() - hours).to_numpy()
    ran = business_hours(opened.iloc[row], begun, clock) - earlier
    return np.bincount(row, weights=hours.where(ran < limit - ROUNDING, 0.0), minlength=len(opened))


def _ticks(moments: pd.Series) -> np.ndarray:
    """Moments as microseconds of UTC."""
    return pd.DatetimeIndex(moments).as_unit("us").asi8


def _excluded(tickets: pd.DataFrame, level: dict, unknown: np.ndarray) -> pd.Categorical:
    """Why each ticket does not count; missing where it does."""
    words = [word.strip() for word in str(level["exclusions"]).split("|")] if pd.notna(level["exclusions"]) else []
    agreed = [word for word in tickets["excluded"].cat.categories if word in words and word not in CAUSED]
    rules = [(word, tickets["excluded"].eq(word).to_numpy()) for word in agreed]
    rules += [(CAUSED[word], tickets["caused_by"].eq(word).to_numpy()) for word in words if word in CAUSED]
    rules += [(CANCELLED, tickets["cancelled"].to_numpy()), (UNRECORDED, unknown)]
    rule = np.select([holds for _, holds in rules], range(len(rules)), -1)
    there = sorted({rules[place][0] for place in np.unique(rule) if place >= 0})
    codes = [there.index(name) if name in there else -1 for name, _ in rules]
    dtype = pd.CategoricalDtype(pd.Index(there, dtype="str"))
    return pd.Categorical.from_codes(np.array([*codes, -1], dtype="int8")[rule], dtype=dtype)


def _frame(parts: list[dict[str, Any]], tickets: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The parts as one frame, column by column: of millions of rows there is never more than one column twice."""
    if not parts:
        empty = pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
        moment = tickets["opened"].dtype if "opened" in tickets else "datetime64[us, UTC]"
        numbers = [name for name in COLUMNS if name.endswith("_hours") or name in WAITED]
        types = dict.fromkeys(numbers, "float64") | dict.fromkeys(("opened", "ended"), moment)
        return empty.astype({**types, "row": "int32", "month": "period[M]", "in_period": "bool"})
    columns: dict[str, Any] = {}
    for name in [name for name in COLUMNS if name in parts[0]]:
        pieces = [pd.Series(part.pop(name)) for part in parts]
        if isinstance(pieces[0].dtype, pd.CategoricalDtype):
            columns[name] = union_categoricals(pieces)
        else:
            columns[name] = pd.concat(pieces, ignore_index=True)
    if "month" in columns:
        columns["in_period"] = columns["month"].isin(period.months_index())
    return pd.DataFrame(columns, copy=False)


# --------------------------------------------------------------------------------------------------------- monthly results
def monthly_results(
    judged: pd.DataFrame,
    service_levels: pd.DataFrame,
    service_level_results: pd.DataFrame | None = None,
    *,
    period: Period,
) -> pd.DataFrame:
    """Each service level's result of each month, beside its target.

    One row is a level and a month with something to judge, by level and month. Columns: level, month, kept, counted,
    value (kept / counted, a share), target, threshold, weight (of the version in force on the month's last day), source
    ('tickets', or who says so in service_level_results), in_period. Results come from the judged tickets that count; of
    months without any, and of levels for availability and others, from service_level_results, where kept and counted are
    its numerator and denominator (missing where it gives the value alone). Months after the period are left out.

    Without any result the frame is empty and `attrs["absent"]` says why. Source: own definition.
    """
    counted = counted_tickets(judged, ["level", "month", "state"])
    groups = counted["state"].eq(KEPT).groupby([counted["level"].astype("str"), counted["month"]])
    own = groups.agg(["sum", "size"]).rename_axis(["level", "month"]).reset_index()
    own = own.rename(columns={"sum": "kept", "size": "counted"}).astype({"kept": "float64", "counted": "float64"})
    rows = own.assign(value=own["kept"] / own["counted"], source="tickets")
    if service_level_results is not None and len(service_level_results):
        told = _reported_results(service_level_results)
        known = pd.MultiIndex.from_frame(rows[["level", "month"]])
        rows = pd.concat([rows, told[~pd.MultiIndex.from_frame(told[["level", "month"]]).isin(known)]])
    rows = rows[rows["month"] <= period.end]
    rows = _with_terms(rows, service_levels)
    rows["in_period"] = rows["month"].isin(period.months_index())
    columns = ["level", "month", "kept", "counted", "value", "target", "threshold", "weight", "source", "in_period"]
    rows = rows.sort_values(["level", "month"], ignore_index=True)[columns]
    silent = absence("service_levels", service_levels) or judged.attrs.get("absent") or "no service level has a result"
    made_of = {"service_levels": service_levels, "service_level_results": service_level_results}
    told_by = [source(name, table) for name, table in made_of.items() if table is not None and not absence(name, table)]
    sources = {item["table"]: item for item in (*judged.attrs.get("sources", ()), *told_by)}
    rows.attrs = {"absent": "" if len(rows) else silent, "sources": Kept(sources.values())}
    return rows


def counted_tickets(judged: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Some columns of the judged tickets that count: not excluded, and decided."""
    return judged.loc[judged["excluded"].isna() & judged["state"].isin((KEPT, MISSED)), list(columns)]


def _reported_results(results: pd.DataFrame) -> pd.DataFrame:
    """service_level_results in the columns of `monthly_results`."""
    value = results["value"].fillna(results["numerator"] / results["denominator"].where(results["denominator"] > 0))
    told = pd.DataFrame(
        {
            **{"level": results["level"], "month": results["month"], "kept": results["numerator"]},
            **{"counted": results["denominator"], "value": value},
            "source": results["source"].fillna("service_level_results"),
        }
    )
    return told[told["value"].notna()]


def _with_terms(rows: pd.DataFrame, service_levels: pd.DataFrame) -> pd.DataFrame:
    """Add target, threshold and weight of the version in force on the last day of each month; NaN where none is."""
    terms = service_levels[["level", "valid_from", "valid_to", "target", "threshold", "weight"]].sort_values(
        "valid_from"
    )
    last_day = rows["month"].dt.end_time.dt.normalize().astype(terms["valid_from"].dtype)
    rows = rows.assign(day=last_day).sort_values("day", kind="stable")
    rows = pd.merge_asof(rows.astype({"level": "str"}), terms, left_on="day", right_on="valid_from", by="level")
    ended_before = rows["valid_to"] < rows["month"].dt.start_time
    terms_of = ["target", "threshold", "weight"]
    return rows.assign(**{name: rows[name].mask(ended_before) for name in terms_of}).drop(columns="day")


# ---------------------------------------------------------------------------------------------------------------- measures
@measure("Service levels kept", better="higher", unit="share")
def sla_attainment(tickets: pd.DataFrame, judged_tickets: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """Share of the tickets decided in the period that kept their service level, by our own count from the raw moments.

    A ticket is decided when it ended within its limit, or when the limit passed, resolved or not; each service level that
    applies to it counts once. Agreed hours, pauses, exclusions and delay caused by the client are those of
    service_levels, the same for both sides (`quality.excluded_tickets` shows what they leave out). Tickets open within
    their limit are not decided and do not count yet.

    tickets: for what the ticket system itself says (`sla_reported`), used only where no service level tells what was
    agreed: then tickets resolved in the period count, or opened in it where no moment of resolution is known.
    judged_tickets: as `judged_tickets` makes it. low and high: Wilson's interval, widened where tickets opened on one day
    fare alike. Parts: month (p chart of the present level), level (with target), priority, rows (missed, by how much).
    Source: E. Wilson, JASA 22 (1927) 209-212; E. Korn and B. Graubard, Survey Methodology 24 (1998) 193-201.
    """
    if judged_tickets is None:
        return _reported_attainment(tickets, period)
    counted = counted_tickets(judged_tickets, ["state", "month"])
    inside = counted_tickets(judged_tickets[judged_tickets["in_period"]], COLUMNS)
    if inside.empty:
        raise NotAssessed(f"no ticket was decided by a service level in {period}")
    kept = counted["state"].eq(KEPT)
    months = monthly_share(kept, counted["month"], period)
    chosen = kept[inside.index]
    return share_of(
        chosen,
        f"decided in {period} kept their service level",
        noun="ticket",
        days=inside["opened"],
        of=" decided",
        because=joined(course(months, "share"), *_open_words(judged_tickets, period)),
        parts={
            "month": months.table,
            "level": shares_by(chosen, inside["level"], "level"),
            "priority": shares_by(chosen, inside["priority"], "priority"),
            "rows": _missed_rows(inside),
        },
    )


def _open_words(judged: pd.DataFrame, period: Period) -> Iterator[str]:
    """What the count leaves open: tickets within their limit, tickets of no level, pauses that no table holds."""
    waiting = int((judged["state"].eq(OPEN) & judged["excluded"].isna()).sum())
    if waiting:
        yield f"{plural(waiting, 'ticket')} open within the limit, not yet counted"
    if unjudged := judged.attrs["unjudged"]:
        yield f"no service level applies to {plural(unjudged, 'ticket')} opened in {period}"
    if not judged.attrs["paused"]:
        yield "no pauses are recorded, so all waiting counts against the vendor"


def _missed_rows(inside: pd.DataFrame) -> pd.DataFrame:
    """The missed tickets as evidence, by how far they went beyond the limit."""
    missed = inside[inside["state"] == MISSED]
    missed = missed.assign(over_hours=missed["elapsed_hours"] - missed["limit_hours"])
    columns = ["ticket", "level", "opened", "ended", "elapsed_hours", "limit_hours", "over_hours"]
    listed = missed.nlargest(EVIDENCE, "over_hours")[columns]
    moments = {name: _minutes(listed[name]) for name in ("opened", "ended")}
    return listed.assign(level=listed["level"].astype("str"), **moments).reset_index(drop=True)


def _minutes(moments: pd.Series) -> pd.Series:
    """Moments as they are written in a table."""
    return moments.dt.strftime("%Y-%m-%d %H:%M")


def _reported_attainment(tickets: pd.DataFrame, period: Period) -> Measured:
    """The share kept by the ticket system's own count."""
    told = tickets[tickets["sla_reported"].notna()]
    if told.empty:
        raise NotAssessed(
            "no service level applies to any ticket, and no ticket says in sla_reported whether it kept one; "
            "supply service_levels.csv"
        )
    until = last_look(tickets, period)
    dated = ended(told, "resolution", until).mask(~told["state"].isin(("resolved", "closed")) & told["state"].notna())
    months = months_of(dated.fillna(told["opened"]))
    inside = months.isin(period.months_index())
    if not inside.any():
        raise NotAssessed(f"no ticket of {period} says in sla_reported whether it kept its service level")
    kept = told["sla_reported"].eq(KEPT)
    by_month, chosen = monthly_share(kept, months, period), kept[inside]
    return share_of(
        chosen,
        f"of {period} kept their service level by the ticket system's own count",
        noun="ticket",
        days=told.loc[inside, "opened"],
        because=joined("there are no agreed limits to recount it by", course(by_month, "share")),
        parts={"month": by_month.table, "priority": shares_by(chosen, told.loc[inside, "priority"], "priority")},
    )


@measure("Service levels that reached their target", better="higher", unit="levels")
def levels_met(
    service_levels: pd.DataFrame,
    judged_tickets: pd.DataFrame | None = None,
    service_level_results: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """How many of the agreed service levels reached their target, all months of the period taken together.

    Results are those of `monthly_results`: tickets recounted, or the reported figures of levels that no ticket tells.
    low: the levels that reached it surely, their whole interval being at the target or above; high: those that did not
    surely miss it. A level whose interval holds its target is named: so few tickets do not tell. Reported shares without
    their totals have no interval and count as they stand, as the mean of their months.

    Part `level`: level, value, low, high, target, threshold, n, verdict. Not assessed where no level has a result in the
    period. Source: own definition; Wilson's interval.
    """
    judged = _frame([], pd.DataFrame(), period) if judged_tickets is None else judged_tickets
    results = monthly_results(judged, service_levels, service_level_results, period=period)
    table = _by_target(results[results["in_period"] & results["target"].notna()])
    if table.empty:
        raise NotAssessed(f"no service level has a result in {period}; supply service_level_results.csv or tickets.csv")
    reached = table["value"] >= table["target"]
    sure, possible = table["low"] >= table["target"], table["high"] >= table["target"]
    doubtful = table.loc[possible & ~sure, "level"].tolist()
    n, met = len(table), int(reached.sum())
    named = (
        f"; too few tickets tell of {', '.join(doubtful[:4])}{' ...' if len(doubtful) > 4 else ''}" if doubtful else ""
    )
    silent = sorted({*service_levels["level"]} - {*table["level"]})
    return Measured(
        unit="levels",
        value=float(met),
        low=float(sure.sum()),
        high=float(possible.sum()),
        n=n,
        n_of="service level" if n == 1 else "service levels",
        interval="levels whose 95 % interval (Wilson) lies wholly at the target or above, and those not wholly below",
        numerator=float(met),
        denominator=float(n),
        claim=f"{met} of {n} service levels reached their target in {period}{named}.",
        because=f"without any result: {', '.join(silent[:4])}{' ...' if len(silent) > 4 else ''}" if silent else "",
        parts={"level": table},
    )


def _by_target(results: pd.DataFrame) -> pd.DataFrame:
    """Each level over the period: its share with its interval, beside its latest target."""
    groups = results.groupby("level", sort=True)
    sums = groups[["kept", "counted"]].sum(min_count=1)
    whole = groups["counted"].count() == groups["value"].size()  # every month has its totals
    ends = wilson(sums["kept"].where(whole), sums["counted"].where(whole & (sums["counted"] > 0)))
    value, low, high = (np.atleast_1d(end) for end in ends)
    mean = groups["value"].mean().to_numpy()
    value, low, high = (np.where(np.isnan(end), mean, end) for end in (value, low, high))
    table = groups[["target", "threshold"]].last()
    verdict = np.select([low >= table["target"], high < table["target"]], ["reached", "missed"], "too few to tell")
    return pd.DataFrame(
        {
            **{"level": table.index.to_numpy(), "value": value, "low": low, "high": high},
            **{"target": table["target"].to_numpy(), "threshold": table["threshold"].to_numpy()},
            **{"n": sums["counted"].to_numpy(), "verdict": verdict},
        }
    )


@measure("Tickets left out of the service levels", unit="tickets")
def excluded_tickets(judged_tickets: pd.DataFrame, *, period: Period) -> Measured:
    """How many tickets of the period were left out of the service levels, and how many hours stopped the clock.

    The audit line of `quality.sla_attainment`: by the rules of service_levels, which are the same for both sides, tickets
    are left out by an agreed exclusion, because the client or a third party caused them, because they were cancelled, or
    because no moment says when they ended; and waiting for the client or a third party stops the clock where that was
    agreed. Counted are tickets, each once, whatever number of levels applies to them.

    Parts: reason (reason, party, tickets, hours: agreed hours they took or waited, and whether it was left out); without
    (what the share kept would be: as counted, had nothing been excluded, had no clock stopped). A full count. Source: own
    definition.
    """
    inside = judged_tickets[judged_tickets["in_period"]]
    if inside.empty:
        raise NotAssessed(f"no ticket falls under a service level in {period}")
    left_out = inside[inside["excluded"].notna()]
    reasons, without = _reasons(inside), _without(inside)
    tickets, n = left_out["ticket"].nunique(), inside["ticket"].nunique()
    stopped = (inside["agreed_hours"] - inside["elapsed_hours"])[inside["excluded"].isna()].sum()
    as_counted, bare = without["value"].iloc[0], without["value"].iloc[-1]
    return Measured(
        unit="tickets",
        value=float(tickets),
        n=n,
        n_of="ticket" if n == 1 else "tickets",
        counted=True,
        interval=COUNTED,
        numerator=float(tickets),
        denominator=float(n),
        claim=f"{tickets:,} of {n:,} tickets were left out and {number(float(stopped), 'hours')} of waiting were not "
        f"counted in {period}; without either, {number(bare, 'share')} would have kept their service level instead of "
        f"{number(as_counted, 'share')}.",
        parts={"reason": reasons, "without": without},
    )


def _reasons(inside: pd.DataFrame) -> pd.DataFrame:
    """The audit line: one row a reason to leave tickets out, and one a party whose waiting stopped or did not stop clocks."""
    parties = {text: party for party, text in CAUSED.items()}
    gone = inside[inside["excluded"].notna()].groupby("excluded", observed=True)
    rows = [
        (str(reason), parties.get(str(reason), ""), rows["ticket"].nunique(), rows["elapsed_hours"].sum(), "left out")
        for reason, rows in gone
    ]
    counted = inside[inside["excluded"].isna()]
    # paused hours of one ticket are those of each of its levels: the longest stands for them
    for party in PARTIES:
        hours = counted.groupby("ticket")[f"paused_{party}"].max()
        if (hours > 0).any():
            rows.append(
                (f"waited for {party.replace('_', ' ')}", party, int((hours > 0).sum()), hours.sum(), "see clock")
            )
    table = pd.DataFrame(rows, columns=["reason", "party", "value", "hours", "effect"])
    stopped = (counted["agreed_hours"] - counted["elapsed_hours"]) > ROUNDING
    used = [f"paused_{party}" for party in PARTIES if counted.loc[stopped, f"paused_{party}"].sum() > 0]
    waits = table["effect"].eq("see clock")
    stops = waits & ("paused_" + table["party"]).isin(used) & table["party"].ne("vendor")
    return table.assign(effect=table["effect"].mask(waits, "counted").mask(stops, "clock stopped"))


def _without(inside: pd.DataFrame) -> pd.DataFrame:
    """The share kept as counted, with the excluded tickets, and also with every clock running on."""
    known = inside[~inside["state"].isin((UNKNOWN,))]
    counted = known["excluded"].isna()
    kept, decided = known["state"].eq(KEPT), known["state"].isin((KEPT, MISSED))
    late = known["agreed_hours"] > known["limit_hours"] + ROUNDING
    running = known["ended"].notna() & ~late, late | known["ended"].notna()
    cases = {
        "as counted": (kept & counted, decided & counted),
        "with the excluded tickets": (kept, decided),
        "with clocks that never stop": (running[0] & counted, running[1] & counted),
        "with both": running,
    }
    rows = [(name, int(good.sum()), int(every.sum())) for name, (good, every) in cases.items()]
    table = pd.DataFrame(rows, columns=["rule", "kept", "n"])
    value, low, high = wilson(table["kept"].to_numpy(), table["n"].to_numpy())
    table = table.assign(value=value, low=low, high=high)[["rule", "value", "low", "high", "n"]]
    table.attrs["unit"] = "share"
    return table


@measure("Tickets counted differently by the vendor", better="lower", unit="share")
def reported_difference(
    judged_tickets: pd.DataFrame,
    tickets: pd.DataFrame,
    service_levels: pd.DataFrame | None = None,
    service_level_results: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """Share of the tickets decided in the period on which the ticket system says otherwise than our own count.

    A ticket's `sla_reported` is held against its resolution level, or against all of its levels where it has none for
    resolution; tickets that do not count are left out. Where no ticket says, but the vendor reported monthly figures, it
    is the share of levels and months whose reported figure lies more than half a percentage point from our count.

    Parts: rows (tickets on which they differ), level (monthly figures side by side: level, month, value: ours, reported,
    difference), direction (how often each way). A full count. Not assessed where the vendor reported neither. Source: own
    definition.
    """
    side_by_side = _monthly_difference(judged_tickets, service_levels, service_level_results, period)
    compared = _compared(judged_tickets, tickets)
    parts: dict[str, pd.DataFrame] = {"level": side_by_side} if len(side_by_side) else {}
    if compared.empty and side_by_side.empty:
        raise NotAssessed("neither sla_reported of tickets nor service_level_results say what the vendor counted")
    if compared.empty:
        differ, what = side_by_side["difference"].abs() > 0.005, "monthly figure"
        claim = (
            f"{int(differ.sum())} of {len(differ)} reported monthly figures of {period} differ from our own count by "
        )
        claim += "more than half a percentage point."
    else:
        differ, what = compared["state"] != compared["sla_reported"], "ticket"
        better = int((compared["sla_reported"] == KEPT)[differ].sum())
        found = int(differ.sum())
        claim = (
            f"On {found:,} of {len(differ):,} tickets decided in {period} the ticket system says otherwise than our "
        )
        claim += f"own count: {better:,} that it reports as kept were missed, {found - better:,} the other way."
        parts["direction"] = _directions(better, found - better)
        parts["rows"] = _differing(compared[differ])
    n = len(differ)
    return Measured(
        unit="share",
        value=float(differ.mean()),
        n=n,
        n_of=what if n == 1 else f"{what}s",
        counted=True,
        interval=COUNTED,
        numerator=float(differ.sum()),
        denominator=float(n),
        claim=claim,
        because="a pause, an exclusion or a calendar that one side does not record explains a difference as well",
        parts=parts,
    )


def _compared(judged: pd.DataFrame, tickets: pd.DataFrame) -> pd.DataFrame:
    """Tickets of the period with our own state and the reported one, one row a ticket."""
    told = tickets.loc[tickets["sla_reported"].notna(), ["ticket", "sla_reported"]]
    columns = ["ticket", "level", "measure", "elapsed_hours", "limit_hours", "state"]
    rows = (
        counted_tickets(judged[judged["in_period"]], columns)
        .astype({"state": "str", "level": "str"})
        .merge(told, on="ticket")
    )
    resolves = rows["measure"].eq("resolution")
    rows = rows[resolves | ~rows["ticket"].isin(rows.loc[resolves, "ticket"])]
    # of several levels the one that was missed decides, and among those the one missed by most
    rows = rows.assign(ratio=rows["elapsed_hours"] / rows["limit_hours"])
    rows = rows.sort_values(["ticket", "state", "ratio"], ascending=[True, False, False], kind="stable")
    return rows.drop_duplicates("ticket")


def _differing(rows: pd.DataFrame) -> pd.DataFrame:
    """The tickets on which the counts differ, those beyond their limit by most first."""
    listed = rows.nlargest(EVIDENCE, "ratio")[
        ["ticket", "level", "elapsed_hours", "limit_hours", "state", "sla_reported"]
    ]
    return listed.rename(columns={"state": "our count", "sla_reported": "reported"}).reset_index(drop=True)


def _directions(better: int, worse: int) -> pd.DataFrame:
    names = ["reported kept, missed by our count", "reported missed, kept by our count"]
    table = pd.DataFrame({"direction": names, "value": [float(better), float(worse)]})
    table.attrs["unit"] = "tickets"
    return table


def _monthly_difference(
    judged: pd.DataFrame,
    service_levels: pd.DataFrame | None,
    service_level_results: pd.DataFrame | None,
    period: Period,
) -> pd.DataFrame:
    """Our monthly results beside the reported ones, of levels and months of the period that have both."""
    columns = ["level", "month", "value", "low", "high", "reported_share", "difference"]
    if service_levels is None or service_level_results is None:
        return pd.DataFrame(columns=columns)
    own = monthly_results(judged, service_levels, period=period)
    told = _reported_results(service_level_results).rename(columns={"value": "reported_share"})
    both = own[own["in_period"]].merge(told[["level", "month", "reported_share"]], on=["level", "month"])
    _, low, high = (np.atleast_1d(end) for end in wilson(both["kept"], both["counted"]))
    return both.assign(difference=both["reported_share"] - both["value"], low=low, high=high)[columns]
