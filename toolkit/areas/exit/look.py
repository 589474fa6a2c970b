"""Reading the tables: charges of a year by service, quotes known by then, how an option is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.areas.exit.tables import OPTIONS
from toolkit.areas.look import YEAR, last_day
from toolkit.areas.monthly import known_months
from toolkit.areas.words import listed_months
from toolkit.model import NotAssessed, Period, probability_words

ALL = "all services"


def way_words(row: Mapping[str, Any]) -> str:
    """'Cloudwick (switch)'."""
    return f"{row['alternative']} ({OPTIONS[str(row['option'])].lower()})"


def case_words(share: float) -> str:
    """'90 % of the simulated cases', 'nearly every simulated case' or 'hardly any simulated case'."""
    if share < 0.005 or share > 0.995:
        return f"{'nearly every' if share > 0.5 else 'hardly any'} simulated case"
    return f"{probability_words(share)} of the simulated cases"


def quoted_by(alternatives: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The alternatives whose figures were there by the period's end; services in words."""
    rows = alternatives[~(alternatives["quoted"] > last_day(period))]
    return rows.assign(service=rows["service"].astype("str").where(rows["service"].notna(), ALL))


def year_of_charges(invoices: pd.DataFrame, period: Period) -> pd.Series:
    """Charges but one-off ones of the year up to the period's end, net of credits, by service, and of `ALL`.

    Not assessed where the file says nothing of one of the twelve months.
    """
    months = invoices["date"].dt.to_period("M")
    known = known_months(invoices, months, period, YEAR).tail(YEAR)
    if len(known) < YEAR or not known.all():
        gaps = "" if known.all() else f"; nothing is known of {listed_months(known.index[~known])}"
        raise NotAssessed(f"invoices say what staying costs for {int(known.sum())} of 12 months{gaps}")
    lines = invoices[months.isin(known.index) & invoices["category"].ne("one_off")]
    by_service = lines.groupby(lines["service"].fillna("(not given)").astype("str"))["amount"].sum()
    return pd.concat([by_service, pd.Series({ALL: float(lines["amount"].sum())})])


def currency_of(table: pd.DataFrame) -> str:
    """The currency in which a table's money is."""
    return str(table.attrs.get("currency", "money"))
