"""Shares of rows: with an interval that allows for what happens in batches, by a group, and by month on a control chart."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import shown_months
from toolkit.areas.monthly import Months, charted_shares
from toolkit.areas.words import bracket, plural
from toolkit.areas.words import noun as noun_of
from toolkit.model import COUNTED, Measured, Period, number
from toolkit.stats.intervals import Interval
from toolkit.stats.proportions import clustered_wilson, wilson

ALIKE = 2.0  # rows a day from which days, and not rows, are what varies
FEWEST_DAYS = 2  # days that tell how much they differ
EVIDENCE = 100  # rows shown as evidence at most
WILSON = "95 % interval (Wilson)"


def share_of(
    flags: pd.Series,
    what: str,
    *,
    noun: str,
    days: pd.Series | None = None,
    because: str = "",
    parts: dict[str, pd.DataFrame],
    of: str = "",
) -> Measured:
    """The measure '96.1 % (94.3 % to 97.4 %) of 648 tickets <what>.': the share of rows with a property.

    flags: whether each has it; noun: what a row is, in the singular; days: the day of each, where rows of one day fare alike;
    of: what rows they are, behind the noun in `n_of`.
    """
    (value, low, high), method = interval_of(flags, noun, days)
    n = len(flags)
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=n,
        n_of=f"{noun_of(n, noun)}{of}",
        interval=method,
        numerator=float(flags.sum()),
        denominator=float(n),
        claim=f"{number(value, 'share')}{bracket(low, high, 'share')} of {plural(n, noun)} {what}.",
        because=because,
        parts=parts,
    )


def counted_share(
    whole: float,
    n: int,
    one: str,
    *,
    claim: str,
    parts: dict[str, pd.DataFrame],
    because: str = "",
    many: str = "",
) -> Measured:
    """The measure of a share that is fully counted, so that it has no interval.

    whole of n have the property; one and many: what a row is, in the singular and, where it is no plain one, in the plural.
    """
    return Measured(
        unit="share",
        value=whole / n,
        n=n,
        n_of=noun_of(n, one, many),
        interval=COUNTED,
        counted=True,
        numerator=float(whole),
        denominator=float(n),
        claim=claim,
        because=because,
        parts=parts,
    )


def interval_of(flags: pd.Series, noun: str, days: pd.Series | None = None) -> tuple[Interval, str]:
    """The share of rows with a property, its interval, and the interval's name.

    One outage brings many tickets that fare alike, and one release many deliverables: where two or more a day are counted on
    average, days are the batches.
    """
    if days is not None:
        by_day = flags.groupby(days.dt.tz_localize(None).dt.normalize()).agg(["sum", "size"])
        if len(flags) >= ALIKE * len(by_day) and len(by_day) >= FEWEST_DAYS:
            found = clustered_wilson(by_day["sum"].to_numpy(), by_day["size"].to_numpy())
            return found, f"95 % interval (Wilson, with {noun}s of one day taken as alike)"
    return wilson(int(flags.sum()), len(flags)), WILSON


def shares_by(flags: pd.Series, groups: pd.Series, name: str) -> pd.DataFrame:
    """The part of a share by a group: one row a group with value, low, high (Wilson) and n, in the groups' order."""
    counts = flags.groupby(groups, observed=True).agg(["sum", "size"])
    value, low, high = wilson(counts["sum"].to_numpy(), counts["size"].to_numpy())
    return pd.DataFrame(
        {name: counts.index.to_numpy(), "value": value, "low": low, "high": high, "n": counts["size"].to_numpy()}
    )


def monthly_share(flags: pd.Series, months: pd.Series, period: Period) -> Months:
    """A share by month: the last months up to the period's end on a p chart, with Wilson's interval and n of each."""
    counts = (
        flags.groupby(months).agg(["sum", "size"]).reindex(shown_months(months, period), fill_value=0).astype("float64")
    )
    charted = charted_shares(counts["sum"], counts["size"], period)
    _, low, high = wilson(counts["sum"].to_numpy(), counts["size"].to_numpy())
    return charted._replace(table=charted.table.assign(low=low, high=high, n=counts["size"].to_numpy()))
