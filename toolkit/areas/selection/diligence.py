"""What due diligence says of the candidates on the day of the report: failed, expired, or never done."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import last_day
from toolkit.areas.selection.look import names_of
from toolkit.areas.words import day_words, listed, noun, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure

BAD = ("failed", "expired")


def state_of(diligence_checks: pd.DataFrame, period: Period) -> pd.Series:
    """Where each check stands at the period's end: failed, expired, open or passed; what came later is open."""
    until = last_day(period)
    done = diligence_checks["checked"].isna() | (diligence_checks["checked"] <= until)
    result = diligence_checks["result"].fillna("open").astype("str").where(done, "open")
    over = diligence_checks["expires"].notna() & (diligence_checks["expires"] < until)
    return result.mask(result.eq("passed") & over, "expired")


@measure("Checks failed or expired", better="lower")
def failed_checks(diligence_checks: pd.DataFrame, candidates: pd.DataFrame, *, period: Period) -> Measured:
    """How many due-diligence checks of candidates were failed, or rest on evidence that had expired, at the period's end.

    Evidence holds up to its last day. What was checked after the period counts as open. A check that somebody else passed and
    that nobody made of a candidate is named as missing, and counts as neither.

    low and high: none, a full count. Parts: candidate (checks by state), rows (each that is not passed, the worst first). Not
    assessed where no check of a candidate is there. Source: own definition.
    """
    names = names_of(candidates)
    rows = diligence_checks[diligence_checks["candidate"].astype("str").isin(names.index)]
    if rows.empty:
        raise NotAssessed("no check of a candidate is in diligence_checks")
    rows = rows.assign(state=state_of(rows, period), name=rows["candidate"].astype("str").map(names))
    bad = rows[rows["state"].isin(BAD)]
    told = [_told(row) for row in bad.to_dict("records")]
    missing = _missing(rows, names)
    waiting = int(rows["state"].eq("open").sum())
    claim = f"{len(bad)} of {plural(len(rows), 'check')} {'has' if len(bad) == 1 else 'have'} failed or expired"
    return Measured(
        unit=noun(len(bad), "check"),
        value=float(len(bad)),
        n=len(rows),
        n_of="checks",
        interval=COUNTED,
        counted=True,
        claim=f"{claim}{f': {listed(told)}' if told else ''}.",
        because="; ".join(
            part
            for part in (
                f"{waiting} still open" if waiting else "",
                f"nobody has checked {listed(missing)}" if missing else "",
            )
            if part
        ),
        parts={"candidate": _by_candidate(rows), "rows": _evidence(rows)},
    )


def _told(row: dict) -> str:
    since = f", {day_words(row['expires'])}" if row["state"] == "expired" else ""
    return f"{row['name']} ({row['check']}, {row['state']}{since})"


def _missing(rows: pd.DataFrame, names: pd.Series) -> list[str]:
    """Checks that were made of one candidate and not of another."""
    made = set(zip(rows["name"], rows["check"].astype("str"), strict=True))
    every = dict.fromkeys(rows["check"].astype("str"))
    return [f"{check} of {name}" for name in names for check in every if (name, check) not in made]


def _by_candidate(rows: pd.DataFrame) -> pd.DataFrame:
    counts = rows.groupby(["name", "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["failed", "expired", "open", "passed"], fill_value=0)
    value = counts["failed"] + counts["expired"]
    return counts.assign(value=value).rename_axis("candidate").rename_axis(None, axis="columns").reset_index()


def _evidence(rows: pd.DataFrame) -> pd.DataFrame:
    """Every check that is not passed, failed ones first."""
    order = {"failed": 0, "expired": 1, "open": 2}
    shown = rows[rows["state"].isin(order)]
    shown = shown.iloc[shown["state"].map(order).argsort(kind="stable")]
    table = pd.DataFrame(
        {
            "candidate": shown["name"].to_numpy(),
            "check": shown["check"].to_numpy(),
            "state": shown["state"].to_numpy(),
            "holds_until": ["" if pd.isna(day) else day_words(day) for day in shown["expires"]],
        }
    )
    table.attrs["cards"] = True  # on a phone
    return table
