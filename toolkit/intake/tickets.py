"""An event log to tickets: the last event of a ticket is its state, and what changed from event to event its history.

Events are put in order by when they happened, those of one moment as they stand in the file. A ticket belongs to the vendor
whose team had it last. What the export has no column for is taken from the history, where a ticket has more than one event:
acknowledged is when it first left the state new, resolved and closed when it last came into them, reopens how often it left
them again, reassignments how often the team changed. A pause is the time between the event that shows a ticket waiting and
the next one that does not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.intake.cells import translate
from toolkit.intake.mapping import CHANGED, CHANGES, FIELDS, PAUSES, SUPPLIER, TICKETS, UPDATED, Mapping

TICKET, AT = "ticket", "at"
WAITING = "waiting_"
DONE = ("resolved", "closed")
TWICE = "already there in another file"
BROKEN = "another row of its ticket cannot be read"
COUNTED = 100  # what the last event of a ticket counts, in hundredths: one ticket


def settle(events: pd.DataFrame, *, kept: str, faulty: list[str]) -> pd.DataFrame:
    """All events in order, each with its ticket's last supplier, and a count of 1 in the last event of each ticket.

    events   one row an event, as read, with `why` it is left out or `kept`. Where one event of a ticket is `faulty`, its
             last state is not known: all its events are left out.
    """
    events = events.sort_values([TICKET, UPDATED], kind="stable", ignore_index=True)
    events["why"] = events["why"].mask(_come_again(events) & events["why"].eq(kept), TWICE)
    lost = events[TICKET].isin(events.loc[events["why"].isin(faulty), TICKET].dropna())
    events["why"] = events["why"].mask(lost & events["why"].eq(kept), BROKEN)
    named = events[events[TICKET].notna()]
    order = named.assign(kept=named["why"].eq(kept)).sort_values([TICKET, "kept"], kind="stable")
    last = order.groupby(TICKET, sort=False).tail(1)
    events["pence"] = np.where(events.index.isin(last.index), COUNTED, 0)
    events[SUPPLIER] = events[TICKET].map(last.set_index(TICKET)[SUPPLIER]).fillna(events[SUPPLIER])
    return events


def _come_again(events: pd.DataFrame) -> pd.Series:
    """Where an event is the same as one in an earlier file: exports of months that overlap. In one file all are kept."""
    if events["source_file"].nunique() < 2:
        return pd.Series(False, index=events.index)
    told = [name for name in events if name not in ("source_file", "source_row", "why", "pence", "remainder")]
    alike = events[events.duplicated(told, keep=False)]
    first = alike.groupby(told, dropna=False, observed=True)["source_file"].transform("min")
    return events["source_file"].ne(first.reindex(events.index, fill_value="")) & events.index.isin(alike.index)


def last_states(events: pd.DataFrame, mapping: Mapping, found: set[str]) -> pd.DataFrame:
    """One row a ticket: its last event, with what only the history tells; `found` are the columns that the export has."""
    changes = history(events, mapping, found)
    tickets = events.groupby(TICKET, sort=False).tail(1).reset_index(drop=True)
    known = (_times(events, tickets) > 1) | (_times(changes, tickets) > 0)
    state = changes[changes["field"] == "state"]
    counts = {
        "reopens": state[state["old"].isin(DONE) & ~state["new"].isin((*DONE, "cancelled")) & state["new"].notna()],
        "reassignments": changes[(changes["field"] == "group") & changes["old"].notna()],
    }
    for name, rows in counts.items():
        if name not in found:
            tickets[name] = _times(rows, tickets).where(known).astype("Int64")
    moments = {"acknowledged": state[state["old"] == "new"].drop_duplicates(TICKET)}
    moments |= {name: state[state["new"] == name].drop_duplicates(TICKET, keep="last") for name in DONE}
    for name, rows in moments.items():
        if name not in found:
            at = rows.set_index(TICKET)[AT].reindex(tickets[TICKET]).set_axis(tickets.index)
            over = tickets["state"].isin(DONE) if name in DONE else True
            tickets[name] = at.where((at >= tickets["opened"]) & over).astype(tickets["opened"].dtype)
    return tickets


def _times(rows: pd.DataFrame, tickets: pd.DataFrame) -> pd.Series:
    """How many of some rows each ticket has."""
    return tickets[TICKET].map(rows[TICKET].value_counts()).fillna(0)


def history(events: pd.DataFrame, mapping: Mapping, found: set[str]) -> pd.DataFrame:
    """One row a change: vendor, ticket, change (from 1), at, field, old, new, in order.

    Changes are those that the export lists (one a row, in `changed`, `old` and `new`); where it has no such columns, they
    are what differs between one event of a ticket and the next.
    """
    listed = CHANGED in found
    parts = [_listed(events, field, mapping) if listed else _differences(events, field, found) for field in FIELDS]
    changes = pd.concat(parts).sort_index(kind="stable")  # events are in order, and so are their changes
    changes = changes[changes["old"].fillna("") != changes["new"].fillna("")].reset_index(drop=True)
    changes["change"] = changes.groupby(TICKET).cumcount() + 1
    return changes[["vendor", TICKET, "change", AT, "field", "old", "new"]]


def _differences(events: pd.DataFrame, field: str, found: set[str]) -> pd.DataFrame:
    """What one field of a ticket was before each event and is after it; nothing for the first one."""
    new = events[field].astype("str") if field in found else pd.Series(np.nan, index=events.index, dtype="str")
    again = events[TICKET].eq(events[TICKET].shift())
    return _changes(events, field, new.shift(), new)[again]


def _listed(events: pd.DataFrame, field: str, mapping: Mapping) -> pd.DataFrame:
    """What the export says was changed in one field."""
    names = mapping.values.get(CHANGED, {name: name for name in FIELDS})
    written = [name.casefold() for name, meant in names.items() if meant == field]
    rows = events[events[CHANGED].str.casefold().isin(written)]
    old, new = (
        translate(rows[name].reset_index(drop=True), mapping.table[field], mapping)[0].set_axis(rows.index)
        for name in ("old", "new")
    )
    return _changes(rows, field, old.mask(old.eq("")), new.mask(new.eq("")))


def _changes(events: pd.DataFrame, field: str, old: pd.Series, new: pd.Series) -> pd.DataFrame:
    return events[["vendor", TICKET]].assign(at=events[UPDATED], field=field, old=old, new=new)


def pauses(events: pd.DataFrame, changes: pd.DataFrame, found: set[str]) -> pd.DataFrame:
    """One row a pause: vendor, ticket, start, end (missing while it lasts), party; pauses of no length are none."""
    first = events[events[TICKET].duplicated(keep=False) & ~events[TICKET].duplicated()]  # of tickets with a history
    states = changes.loc[changes["field"] == "state", ["vendor", TICKET, AT, "new"]]
    if CHANGED not in found:  # a ticket may be waiting in its first event already
        begun = first[["vendor", TICKET]].assign(at=first[UPDATED], new=first["state"])
        states = pd.concat([begun, states]).sort_values([TICKET, AT], kind="stable", ignore_index=True)
    states = states.reset_index(drop=True)
    end = states[AT].shift(-1).where(states[TICKET].eq(states[TICKET].shift(-1)))
    waiting = states["new"].str.startswith(WAITING).eq(True) & (end.isna() | (end > states[AT]))
    party = states["new"].str.removeprefix(WAITING)
    made = states[["vendor", TICKET]].assign(start=states[AT], end=end, party=party)
    return made[waiting].reset_index(drop=True)


def tables_of(
    events: pd.DataFrame, tickets: pd.DataFrame, mapping: Mapping, found: set[str]
) -> dict[str, pd.DataFrame]:
    """The tables that an event log makes: tickets, and what is known of their history."""
    changes = history(events, mapping, found)
    made = {TICKETS: tickets, CHANGES: changes, PAUSES: pauses(events, changes, found)}
    return {name: made[name].reindex(columns=mapping.others[name].names) for name in mapping.makes}
