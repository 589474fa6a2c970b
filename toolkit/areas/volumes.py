"""The table of volumes, which several areas read: how much of a service was used, and by how many people."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.columns import MONTH, SERVICE, VENDOR, optional
from toolkit.areas.words import listed
from toolkit.model import NotAssessed
from toolkit.tables import Column, Table

NO_SERVICE = "all services"  # stands for rows that name none

VOLUMES = Table(
    "volumes",
    "how much of a service was used in one month, before the contract or during it",
    (
        VENDOR,
        MONTH,
        SERVICE,
        Column("unit", "text", "What is counted; one unit a service, for all months", example="ticket"),
        Column("volume", "number", "How many", low=0, example="10400"),
        optional("users", "number", "People who could use the service in that month", low=0, example="2450"),
    ),
    key=("vendor", "month", "service"),
    dated="month",
    area="cost",
)


def volumes_by_service(volumes: pd.DataFrame, column: str = "volume") -> pd.DataFrame:
    """The volume (or the users) of each month, one column a service; NaN where the table has no row."""
    named = volumes.assign(service=volumes["service"].astype("str").fillna(NO_SERVICE))
    return named.pivot_table(index="month", columns="service", values=column, aggfunc="sum", min_count=1).sort_index()


def only_unit(volumes: pd.DataFrame) -> str:
    """The unit in which all volumes are counted; not assessed where they do not add up."""
    units = sorted({*volumes["unit"].dropna()})
    if len(units) > 1:
        raise NotAssessed(
            f"volumes are counted in {listed(units)}, which do not add up; supply the column users in volumes"
        )
    return units[0]
