"""Shares of tickets: with an interval that allows for outages, by a group, and by month on a control chart."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.quality.monthly import MIN_CHART, SHOWN, Months, change_words, charted_shares, standing_out
from toolkit.areas.quality.words import listed_months
from toolkit.areas.words import bracket
from toolkit.model import Measured, Period, number
from toolkit.stats.intervals import Interval
from toolkit.stats.proportions import clustered_wilson, wilson

ALIKE = 2.0  # tickets a day from which days, and not tickets, are what varies
EVIDENCE = 100  # rows shown as evidence at most
WILSON = "95 % interval (Wilson)"
BY_DAY = "95 % interval (Wilson, with tickets opened on one day taken as alike)"


def share_of_tickets(
    flags: pd.Series, opened: pd.Series, what: str, *, because: str, parts: dict[str, pd.DataFrame], of: str = ""
) -> Measured:
    """The measure '96.1 % (94.3 % to 97.4 %) of 648 tickets <what>.': the share of tickets with a property.

    flags: whether each has it; opened: when each was opened; of: what tickets they are, behind the word in `n_of`.
    """
    (value, low, high), method = _share(flags, opened)
    n = len(flags)
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=n,
        n_of=f"{'ticket' if n == 1 else 'tickets'}{of}",
        interval=method,
        numerator=float(flags.sum()),
        denominator=float(n),
        claim=f"{number(value, 'share')}{bracket(low, high, 'share')} of {n:,} tickets {what}.",
        because=because,
        parts=parts,
    )


def _share(flags: pd.Series, opened: pd.Series) -> tuple[Interval, str]:
    """The share of tickets with a property, its interval, and the interval's name.

    One outage brings many tickets that fare alike: where two or more a day are counted on average, days are the batches.
    """
    days = opened.dt.tz_localize(None).dt.normalize()
    by_day = flags.groupby(days).agg(["sum", "size"])
    if len(flags) < ALIKE * len(by_day) or len(by_day) < 2:
        return wilson(int(flags.sum()), len(flags)), WILSON
    return clustered_wilson(by_day["sum"].to_numpy(), by_day["size"].to_numpy()), BY_DAY


def shares_by(flags: pd.Series, groups: pd.Series, name: str) -> pd.DataFrame:
    """The part of a share by a group: one row a group with value, low, high (Wilson) and n, in the groups' order."""
    counts = flags.groupby(groups, observed=True).agg(["sum", "size"])
    value, low, high = wilson(counts["sum"].to_numpy(), counts["size"].to_numpy())
    return pd.DataFrame(
        {name: counts.index.to_numpy(), "value": value, "low": low, "high": high, "n": counts["size"].to_numpy()}
    )


def monthly_share(flags: pd.Series, months: pd.Series, period: Period) -> Months:
    """A share by month: the last months up to the period's end on a p chart, with Wilson's interval and n of each."""
    counts = flags.groupby(months).agg(["sum", "size"])
    shown = pd.period_range(min(max(counts.index.min(), period.end - SHOWN + 1), period.start), period.end, freq="M")
    counts = counts.reindex(shown, fill_value=0).astype("float64")
    charted = charted_shares(counts["sum"], counts["size"], period)
    _, low, high = wilson(counts["sum"].to_numpy(), counts["size"].to_numpy())
    return charted._replace(table=charted.table.assign(low=low, high=high, n=counts["size"].to_numpy()))


def course(months: Months, unit: str) -> str:
    """What the months say of change: a level that shifted, or none that did, and months of the period that stand out."""
    known = int(months.table["value"].notna().sum())
    if known < MIN_CHART:
        return f"{known} of the {MIN_CHART} months are known that would tell a change from chance"
    standing = standing_out(months)
    stands = f"; {listed_months(standing)} {'stands' if len(standing) == 1 else 'stand'} out" if len(standing) else ""
    return change_words(months, unit) + stands
