"""People in the cells of an export: only the side that they are of is kept, or a salted hash, and never a name.

Which side somebody is of follows from the mail domain, or from a list of names, both in the mapping's `sides`. A cell may name
several people; where they are of both sides it is *both*, in a column that may hold that. Faults count people and name none.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pandas as pd

from toolkit.intake.mapping import Mapping
from toolkit.intake.results import FileResult
from toolkit.sealed import person_hash
from toolkit.tables import Column

CLIENT, VENDOR, BOTH = "client", "vendor", "both"
ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")  # vendor.example
BETWEEN = re.compile(r"[;\n\r|/&+]| and | und ", re.IGNORECASE)
SHORTEST = 3  # letters of a listed name that is looked for inside a text; initials would be found in any word
MASKED_ADDRESS, MASKED_NAME = "[address]", "[name]"


def names_sides(column: Column) -> bool:
    """Whether a column holds a side: the client or the vendor."""
    return {CLIENT, VENDOR} <= set(column.allowed)


def sides_of(text: pd.Series, column: Column, result: FileResult, mapping: Mapping) -> pd.Series:
    """The side of each cell, '' where it is empty or of nobody listed; those are counted in a fault, without a name."""
    values = {written.casefold(): value for written, value in mapping.values.get(column.name, {}).items()}
    known = {_plain(name): side for side, names in mapping.sides.items() for name in names}
    known |= {side: side for side in column.allowed}
    codes, unique = pd.factorize(text)
    read = [values.get(cell.casefold()) or _side(cell, column, known) for cell in unique]
    unknown = [place for place, cell in enumerate(unique) if cell and not read[place]]
    if unknown:
        result.strangers.setdefault(column.name, set()).update(unique[unknown])
        result.strange_rows[column.name] += int(np.isin(codes, unknown).sum())
    return pd.Series(read, dtype="str").take(codes).reset_index(drop=True)


def _side(cell: str, column: Column, known: dict[str, str]) -> str:
    """The side of one cell; '' where nobody knows, or where several are named and the column has no word for that."""
    addresses = ADDRESS.findall(cell)
    if addresses:
        found = {_side_of_address(address, known) for address in addresses}
    elif _plain(cell) in known:
        found = {known[_plain(cell)]}
    else:
        parts = BETWEEN.split(cell)
        parts = parts if len(parts) > 1 else cell.split(",")
        found = {known.get(_plain(part), "") for part in parts if part.strip()}
    found -= {""}
    if found == {CLIENT, VENDOR}:
        found = {BOTH}
    return next(iter(found & set(column.allowed)), "") if len(found) == 1 else ""


def _plain(name: str) -> str:
    """A name with its words in one order, so that `Doe, Jane` is `Jane Doe`; an address or a domain as it is."""
    name = name.strip().casefold()
    return name.lstrip("@") if "@" in name else " ".join(sorted(re.findall(r"[\w.'-]+", name)))


def _side_of_address(address: str, known: dict[str, str]) -> str:
    """The side of an address: its own, else that of its domain or of the one above it."""
    address = address.casefold()
    if address in known:
        return known[address]
    parts = address.partition("@")[2].split(".")
    return next((known[name] for place in range(len(parts) - 1) if (name := ".".join(parts[place:])) in known), "")


def hashed(text: pd.Series, salt: str) -> pd.Series:
    """A salted hash in place of each person, '' where there is none."""
    codes, unique = pd.factorize(text)
    return (
        pd.Series([person and person_hash(person, salt) for person in unique], dtype="str")
        .take(codes)
        .reset_index(drop=True)
    )


def masked(text: str, mapping: Mapping) -> str:
    """A text with every mail address, and every name that the mapping lists, made unreadable."""
    text = ADDRESS.sub(MASKED_ADDRESS, text)
    listed = _listed_names(tuple(name for names in mapping.sides.values() for name in names))
    return listed.sub(MASKED_NAME, text) if listed else text


@lru_cache(maxsize=8)
def _listed_names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """What finds any of some names, the longest first; domains, and names too short to be told from words, are none."""
    plain = [name for name in names if "@" not in name and not DOMAIN.fullmatch(name) and len(name) >= SHORTEST]
    found = "|".join(map(re.escape, sorted(plain, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE) if found else None


def without_people(text: pd.Series, mapping: Mapping) -> pd.Series:
    """Texts with every mail address, and every name that the mapping lists, made unreadable."""
    return text.map(lambda value: masked(value, mapping), na_action="ignore").astype("str")
