"""Confidential rows: who is in them and what they said is read by measures only, and no number speaks for too few people.

A case hands on a confidential table `Sealed`: it shows how many rows there are and nothing of them. A measure (the
decorator in `toolkit.model`) opens the seal, and what it gives is held back where it speaks for fewer people than the
floor: a value is *not assessed*, the row of a part loses its numbers. Which further groups have to be held back, so that no
small one can be derived by subtraction, is for the area to choose; here nothing below the floor passes, whoever forgot to.

Source: own definition; a floor of five people for scores and eight for distributions is the common rule of survey tools.
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FLOORS = ("people_floor", "distribution_floor", "comment_floor")  # thresholds that travel with sealed rows, in `attrs`
HIDDEN = "hidden"  # the column of a part that says which rows are held back
PEOPLE = "n"  # the column of a part that says how many people each row speaks for
HASH = re.compile(r"p_[0-9a-f]{16}")


def person_hash(person: str, salt: str) -> str:
    """What stands for a person in the prepared store: the same for the same person and salt; a hash stays as it is."""
    if HASH.fullmatch(person):
        return person
    return "p_" + hashlib.sha256(f"{salt}\0{person.strip().casefold()}".encode()).hexdigest()[:16]


class Sealed:
    """Rows that are not to be seen: only `open_sealed` reads them, and only measures and cases call it.

    `columns` and `attrs` are those of the rows, so that a measure can tell what it was given and say where it came from.
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: pd.DataFrame) -> None:
        self._rows = rows

    @property
    def columns(self) -> pd.Index:
        """The names of the columns."""
        return self._rows.columns

    @property
    def attrs(self) -> dict[Any, Any]:
        """Where the rows came from."""
        return self._rows.attrs

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        absent = self.attrs.get("absent")
        if absent:
            return f"not there: {absent}"
        return f"{len(self):,} confidential rows of {self.attrs.get('table', 'a table')}: only measures read them"

    def _repr_html_(self) -> str:
        from toolkit.show import escape

        return f'<p class="quiet">{escape(repr(self))}</p>'

    def __reduce__(self) -> Any:
        raise TypeError("confidential rows are not written to a file")


def open_sealed(table: Any) -> Any:
    """The rows of a sealed table; anything else as it is."""
    return table._rows if isinstance(table, Sealed) else table


def keeps_sealed(function: Callable[..., pd.DataFrame]) -> Callable[..., Any]:
    """Let a function that makes rows of rows take sealed ones, and seal what it makes of them."""

    @functools.wraps(function)
    def sealing(*args: Any, **options: Any) -> Any:
        sealed = [value for value in (*args, *options.values()) if isinstance(value, Sealed)]
        made = function(*map(open_sealed, args), **{key: open_sealed(value) for key, value in options.items()})
        made.attrs |= {name: max(table.attrs[name] for table in sealed) for name in FLOORS if sealed}
        return Sealed(made) if sealed else made

    return sealing


def held_back(part: pd.DataFrame, floor: float) -> pd.DataFrame:
    """A part with nothing left in the rows that speak for fewer people than the floor, or are marked as hidden already.

    part: one row a group, with the number of people in PEOPLE, and perhaps HIDDEN. In a row that is held back every number
    is missing, PEOPLE included. Adds HIDDEN, and to `attrs` the floor, where the part names no higher one of its own. A part
    without PEOPLE is a ValueError: nobody could tell for whom it speaks.
    """
    if PEOPLE not in part:
        raise ValueError(f"a part of confidential rows needs the column {PEOPLE!r}: it has {list(part.columns)}")
    few = part[PEOPLE].isna() | (part[PEOPLE] < floor) & (part[PEOPLE] > 0)
    hidden = few | part[HIDDEN] if HIDDEN in part else few
    away = hidden.to_numpy(dtype=bool)
    columns = {name: _without(column, away) for name, column in part.items()}
    held = type(part)({**columns, HIDDEN: away}, index=part.index)
    held.attrs = {"floor": floor, **part.attrs}
    return held


def _without(column: pd.Series, away: Any) -> Any:
    """The values of a column: those of numbers as floats, and missing where they are held back."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if is_bool_dtype(column.dtype) or not is_numeric_dtype(column.dtype):
        return column.array
    values = column.to_numpy(dtype="float64", na_value=math.nan, copy=True)
    values[away] = math.nan
    return values


def too_few(people: float, floor: float) -> str:
    """Why a value is not shown, or '': it does not say how many people there are."""
    return f"fewer than {floor:g} people answered" if math.isnan(people) or people < floor else ""
