"""Which date comes next, and what has to be ready by when: renewal, notice and options planned backwards.

Today is the last day of the period, and never the clock.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas.contract.look import as_cards, text_of
from toolkit.areas.contract.tables import END, NOTICE
from toolkit.areas.contracts import contracts_in_force
from toolkit.areas.look import YEAR, last_day, need
from toolkit.areas.words import day_words, joined, listed, noun, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure

LEAD_DAYS = 90  # days before a notice date by which to have decided: later, leverage is lost; own default
DECISION = "Decision: go on, renegotiate or leave"
ITSELF = {NOTICE: "Notice, if it is to end", END: "All handed over"}
DONE, TOO_LATE, OVERDUE, SOON, LATER = STATES = ("done", "too late", "overdue", "due within 90 days", "later")
EVENT_WORDS = {"price_review": "price review", "other": "date"}
COLUMNS = ["contract", "event", "title", "date", "ready", "by", "owner", "done", "then", "state"]


def planned_steps(contracts: pd.DataFrame, contract_dates: pd.DataFrame, *, period: Period) -> pd.DataFrame:
    """What has to be ready by when, planned backwards from the dates of all contracts, the earliest first.

    contracts: one row a contract; its last day, and the notice before it, are dates. contract_dates: one row a thing that has
    to be ready so many days before a date. Where it plans nothing for a contract's notice, the decision is due 90 days before
    it, which is a default of this toolkit. Giving notice is a step of its own, with 0 days.

    One row is a step. Columns: contract, event, title, date (of the event), ready (what), by (the day), owner, done, then (what
    follows where no notice is given), state: done (by the period's last day), too late (the date itself has passed), overdue
    (its own day has), due within 90 days, later. Contracts that ended by then are left out, and so are events more than a year
    behind. `attrs["absent"]` says why there is none.
    """
    until = last_day(period)
    known = contracts_in_force(contracts, period)
    own = contract_dates.assign(contract=text_of(contract_dates["contract"]), title=text_of(contract_dates["title"]))
    own = own[~own["contract"].isin(set(contracts["contract"]) - set(known["contract"]))]
    dated = own.assign(date=_dates(own, known))
    steps = pd.concat([_listed(dated), _of_contracts(known, dated)], ignore_index=True)
    follows = known.set_index("contract")["then"].reindex(steps["contract"]).set_axis(steps.index)
    steps = steps.assign(then=text_of(follows.where(steps["event"].eq(NOTICE))))
    steps = steps[steps["date"].notna() & (steps["date"] > until - pd.DateOffset(months=YEAR))]
    steps = steps.assign(done=steps["done"].where(steps["done"] <= until))
    steps = steps.assign(state=_states(steps, until)).sort_values(["by", "date", "contract", "ready"], kind="stable")
    steps = steps[COLUMNS].reset_index(drop=True)
    reasons = [str(table.attrs.get("absent", "")) for table in (contracts, contract_dates)]
    absent = (
        "" if len(steps) else " and ".join(filter(None, reasons)) or f"no contract has a date about {period} or later"
    )
    steps.attrs.update(
        absent=absent, sources=[*_sources(contracts, "contracts"), *_sources(contract_dates, "contract_dates")]
    )
    return steps


def _sources(table: pd.DataFrame, name: str) -> list[dict]:
    from toolkit.model import source

    return [source(name, table)] if len(table) else []


def _dates(own: pd.DataFrame, contracts: pd.DataFrame) -> pd.Series:
    """The date of each planned event: as given, else that of the contract."""
    ends = contracts.set_index("contract")["end"]
    notices = (contracts["end"] - pd.to_timedelta(contracts["notice_days"].astype("float64"), unit="D")).set_axis(
        ends.index
    )
    noticed, ended = (days.reindex(own["contract"]).set_axis(own.index) for days in (notices, ends))
    given = own["date"].fillna(noticed.where(own["event"].eq(NOTICE)))
    return given.fillna(ended.where(own["event"].eq(END))).astype("datetime64[us]")


def _listed(dated: pd.DataFrame) -> pd.DataFrame:
    """The steps that somebody planned."""
    lead = pd.to_timedelta(dated["lead_days"].astype("float64"), unit="D")
    return dated.assign(by=(dated["date"] - lead).astype("datetime64[us]"), owner=text_of(dated["owner"]))[COLUMNS[:-2]]


def _of_contracts(contracts: pd.DataFrame, dated: pd.DataFrame) -> pd.DataFrame:
    """The steps that follow from the contracts alone: the decision, the notice and the end, where nobody planned them."""
    ends = contracts[contracts["end"].notna()]
    notice = ends["end"] - pd.to_timedelta(ends["notice_days"].astype("float64"), unit="D")
    planned, given = dated[dated["event"].eq(NOTICE)], dated[dated["lead_days"].eq(0)]
    parts = [
        _step(ends, NOTICE, notice, DECISION, LEAD_DAYS)[~ends["contract"].isin(planned["contract"])],
        _step(ends, NOTICE, notice, ITSELF[NOTICE], 0)[
            ~ends["contract"].isin(given.loc[given["event"].eq(NOTICE), "contract"])
        ],
        _step(ends, END, ends["end"], ITSELF[END], 0)[
            ~ends["contract"].isin(given.loc[given["event"].eq(END), "contract"])
        ],
    ]
    return pd.concat(parts, ignore_index=True)


def _step(contracts: pd.DataFrame, event: str, date: pd.Series, ready: str, lead: int) -> pd.DataFrame:
    day = date.astype("datetime64[us]")
    nothing = pd.Series(pd.NaT, index=contracts.index, dtype="datetime64[us]")
    return pd.DataFrame(
        {
            "contract": contracts["contract"],
            "event": event,
            "title": "",
            "date": day,
            "ready": ready,
            "by": (day - pd.Timedelta(lead, "D")).astype("datetime64[us]"),
            "owner": "",
            "done": nothing,
        }
    )


def _states(steps: pd.DataFrame, until: pd.Timestamp) -> np.ndarray:
    conditions = [
        steps["done"].notna(),
        steps["date"] < until,
        steps["by"] < until,
        steps["by"] <= until + pd.Timedelta(LEAD_DAYS, "D"),
    ]
    return np.select(conditions, STATES[:4], LATER)


# ---------------------------------------------------------------------------------------------------------------- measures
@measure("Days to give notice", better="higher", unit="days")
def days_to_notice(planned_steps: pd.DataFrame, *, period: Period) -> Measured:
    """Days from the period's last day to the next last day on which notice can be given; below zero where it has passed and no
    notice was given.

    planned_steps: as the function of that name makes it. Of several contracts the earliest counts, one that has passed within a
    year first of all. A full count, so without interval. Parts: notice (each notice date with its days). Not assessed where no
    contract in force has a notice date, or notice was given on all. Source: own definition.
    """
    rows = planned_steps[planned_steps["event"].eq(NOTICE)]
    given = rows[rows["done"].notna() & (rows["by"] == rows["date"])]
    rows = rows[~rows["contract"].isin(given["contract"]) | ~rows["date"].isin(given["date"])]
    dates = rows.drop_duplicates(["contract", "date"]).sort_values("date", kind="stable")
    need(
        dates,
        "no contract in force has an open notice date. Supply end and notice_days in contracts, or dates in contract_dates",
    )
    days = (dates["date"] - last_day(period)).dt.days
    first, value = dates.iloc[0], int(days.iloc[0])
    passed = int((days < 0).sum())
    name, then = _named(first), f", else {first['then']}" if first["then"] and value >= 0 else ""
    then = f"; {first['then']}" if first["then"] and value < 0 else then
    claim = (
        f"The last day to give notice on {name} was {day_words(first['date'])}, {plural(-value, 'day')} before the period "
        f"ended; no notice is on record{then}."
        if value < 0
        else f"Notice on {name} can be given until {day_words(first['date'])}, {plural(value, 'day')} after the period's "
        f"end{then}."
    )
    after = dates[days >= 0]
    table = dates.assign(value=days)[["contract", "title", "date", "value"]].reset_index(drop=True)
    return Measured(
        unit="days",
        value=float(value),
        n=len(dates),
        n_of=noun(len(dates), "notice date"),
        interval=COUNTED,
        counted=True,
        claim=claim,
        because=joined(
            f"{plural(passed, 'notice date')} passed" if passed > 1 else "",
            f"the next one is {day_words(after.iloc[0]['date'])}, on {_named(after.iloc[0])}"
            if passed and len(after)
            else "",
        ),
        parts={"notice": table},
    )


@measure("Steps overdue before contract dates", better="lower")
def steps_overdue(planned_steps: pd.DataFrame, *, period: Period) -> Measured:
    """What had to be ready before a date of the contract, by a day that has passed, and is not: overdue while the date lies
    ahead, too late when it has passed as well.

    planned_steps: as the function of that name makes it. A full count, so without interval. Parts: step (every step with its
    day, date and state), table (the same, to be read), state (how many by state). Not assessed where no contract has a date.
    Source: planned backwards from the date, own definition; the default of 90 days is that of practitioners, who hold that
    leverage is lost later.
    """
    late = planned_steps[planned_steps["state"].isin((OVERDUE, TOO_LATE))]
    value, n = len(late), len(planned_steps)
    ahead = planned_steps[planned_steps["state"].isin((SOON, LATER))]
    if not n:
        raise NotAssessed("no step is planned")
    counts = planned_steps["state"].value_counts().reindex(STATES, fill_value=0)
    too_late = int(counts[TOO_LATE])
    steps = planned_steps.assign(step=[_step_name(row) for row in planned_steps.to_dict("records")])
    steps.attrs = {"today": last_day(period)}
    coming = f"next: {ahead.iloc[0]['ready']} by {day_words(ahead.iloc[0]['by'])}" if len(ahead) else ""
    return Measured(
        value=float(value),
        n=n,
        n_of=noun(n, "step"),
        interval=COUNTED,
        counted=True,
        claim=f"{value} of {plural(n, 'step')} before contract dates {noun(value, 'is', 'are')} late"
        + (f", {too_late} of them beyond recall" if too_late else "")
        + f": {listed(list(dict.fromkeys(late['ready'])))}."
        if value
        else f"None of {plural(n, 'step')} before contract dates is late.",
        because=coming,
        parts={
            "step": steps,
            "table": _for_reading(planned_steps),
            "state": pd.DataFrame({"state": counts.index, "value": counts.to_numpy()}),
        },
    )


def _named(row: pd.Series) -> str:
    """A contract as it is said aloud, with what it is about where there are several of a kind."""
    return joined(row["contract"] or "the contract", row["title"]).replace("; ", ", ")


def _step_name(row: dict) -> str:
    """'Offers of two other vendors: notice, QM-2024-11'."""
    about = row["title"] or EVENT_WORDS.get(row["event"], row["event"])
    return f"{row['ready']}: {about}{', ' + row['contract'] if row['contract'] else ''}"


def _for_reading(steps: pd.DataFrame) -> pd.DataFrame:
    """The steps in the order in which they are read: until when, what, before what, who, how it stands."""
    before = steps["title"].where(steps["title"].ne(""), steps["event"].replace(EVENT_WORDS))
    table = steps.assign(before=before, ready_by=steps["by"], what=steps["ready"])
    return as_cards(table[["what", "ready_by", "before", "date", "contract", "owner", "state"]])
