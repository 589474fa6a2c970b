"""Which firms of one list are in another: the winners of public tenders among the payees of a client.

Both lists are read by the rules of their own mappings, every different firm standing for itself. Two names are one firm where
they are equal in the plain form in which suppliers are compared everywhere (`suppliers.plain_name`): *exact*; without blanks:
*spaces*; where a name that the winner gives himself in brackets, or behind "trading as" or "formerly", is equal: *alias*; where
both are known as one vendor of the client: *vendor*. What is merely like it is a near miss: *close* (nearly the same letters)
or *beginning* (the one begins with the other, word by word). A near miss is for somebody to look at, and is no match: QA
Consulting and PA Consulting differ by one letter and are two firms.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.intake.imports import Imported, import_files
from toolkit.intake.mapping import SUPPLIER, Mapping
from toolkit.intake.suppliers import Suppliers, plain_name, read_vendors

EXACT, SPACES, ALIAS, OF_VENDOR, CLOSE, BEGINNING = ("exact", "spaces", "alias", "vendor", "close", "beginning")
WORDS = {
    EXACT: "by equal names",
    SPACES: "by names equal but for blanks",
    ALIAS: "by another name of theirs",
    OF_VENDOR: "as one vendor of this client",
}
CERTAIN = tuple(WORDS)
NEAR = 0.85  # of the letters: below, a list of IT firms holds hardly anything but other firms (Nasim and Xansium: 0.88)
SHORT = 5  # letters: so short a name is easily borne by two firms
NAMING = re.compile(r"^\W*(?:(?:a )?trading (?:as|name of|division of)|formerly|t/a)\b", re.IGNORECASE)
TOO_SHORT = "a name so short that another firm may bear it"
LIKE = "the names are only alike"
BEGINS = "may be another firm of a group"
EARLIER = "last paid before its first tender"
NOT_OURS = "won from other buyers only"
TABLE = ("winner", "payee", "how", "certain", "score", "tenders", "own_tenders", "value", "payments", "paid")
DAYS = ("first_tender", "first_paid", "last_paid")


def everybody(mapping: Mapping, files: Iterable[str | Path]) -> Imported:
    """An import in which every supplier is a vendor of his own, his plain name being its id; its account is whole."""
    files = list(files)
    account = import_files(mapping, files, _vendors([])).reconciliation
    plain = (plain_name(name, mapping) for name in account.unmatched[SUPPLIER])
    return import_files(mapping, files, _vendors(sorted(set(filter(None, plain)))))


def matched_winners(
    mapping: Mapping,
    files: Iterable[str | Path],
    payers: Mapping,
    payments: Iterable[str | Path],
    vendors: pd.DataFrame,
) -> tuple[pd.DataFrame, str]:
    """The winners of tenders among the payees of an export (see `namesakes`), and in words how many there are.

    mapping, files: the tenders; payers, payments: the payments; vendors: those of the client, as in `import_files`.
    """
    won, paid = everybody(mapping, files), everybody(payers, payments)
    found = namesakes(won.table, paid.table, read_vendors(vendors, payers))
    return found, summary(found, won, paid)


def summary(found: pd.DataFrame, won: Imported, paid: Imported) -> str:
    """How many winners were found among how many payees, and how, as lines for a terminal."""
    sure = found[found["certain"] == "yes"]
    near = found[~found["winner"].isin(sure["winner"])]
    hows = sure.drop_duplicates("winner")["how"].value_counts()
    told = ", ".join(f"{hows[how]} {words}" for how, words in WORDS.items() if how in hows)
    lines = [
        f"{won.table['winner'].nunique():,} winners of {len(won.table):,} tenders, "
        f"{paid.table['vendor'].nunique():,} payees in {len(paid.table):,} payments",
        f"{sure['winner'].nunique():,} winners are payees" + (f": {told}" if told else ""),
        f"{near['winner'].nunique():,} more are like a payee and have to be looked at",
    ]
    for name, imported in (("tenders", won), ("payments", paid)):
        if not imported.reconciliation.balanced:
            lines.append(f"THE ACCOUNT OF THE {name.upper()} DOES NOT BALANCE: a defect.")
    return "\n".join(lines)


def _vendors(names: list[str]) -> pd.DataFrame:
    nothing: list[list[str]] = [[] for _ in names]
    return pd.DataFrame({"vendor": names, "name": names, "aliases": nothing, "patterns": nothing})


def namesakes(tenders: pd.DataFrame, payments: pd.DataFrame, suppliers: Suppliers) -> pd.DataFrame:
    """The winners of tenders that are, or may be, among the payees.

    Parameters
    ----------
    tenders, payments
        One row is a tender (`vendor, winner, published, own, value`) or a payment (`vendor, supplier, date, amount`), each with
        the plain name of the firm as its vendor, from `everybody`.
    suppliers
        The vendors of the client, from `read_vendors`.

    Returns
    -------
    One row is a winner and a payee, winners by name, the surest payee first: `vendor` (of the client, '' where the winner is
    none), and the columns of the table `tender_matches`. A winner that is like nobody has no row.
    """
    winners, payees = _winners(tenders), _payees(payments)
    rows = [
        {"winner": winner, "plain": plain, "payee_plain": payee, "how": how, "score": score}
        for winner, plain in winners["plain"].items()
        for payee, how, score in _alike(str(winner), str(plain), payees, suppliers)
    ]
    found = pd.DataFrame(rows, columns=["winner", "plain", "payee_plain", "how", "score"])
    found = found.merge(winners.drop(columns="plain"), left_on="winner", right_index=True)
    found = found.merge(payees, left_on="payee_plain", right_index=True)
    found["certain"] = np.where(found["how"].isin(CERTAIN), "yes", "no")
    found["vendor"] = [suppliers.match(name).vendor for name in found["winner"]]
    found["doubt"] = _doubts(found)
    order = found.assign(unsure=~found["how"].isin(CERTAIN), unlike=-found["score"])
    found = found.loc[order.sort_values(["winner", "unsure", "unlike", "payee"], kind="stable").index]
    return found[["vendor", *TABLE, *DAYS, "doubt"]].reset_index(drop=True)


def _winners(tenders: pd.DataFrame) -> pd.DataFrame:
    """One row a winner as written: his plain name, and what he won."""
    own = tenders["own"].eq("yes") if "own" in tenders else pd.Series(False, index=tenders.index)
    groups = tenders.assign(own_tender=own).groupby("winner", sort=True)
    return groups.agg(
        plain=("vendor", "first"),
        tenders=("vendor", "size"),
        own_tenders=("own_tender", "sum"),
        value=("value", "sum"),
        first_tender=("published", "min"),
    )


def _payees(payments: pd.DataFrame) -> pd.DataFrame:
    """One row a payee, by plain name: this without blanks, as he is written most often, and what he was paid."""
    written = payments.groupby(["vendor", "supplier"]).size().rename("times").reset_index()
    often = written.sort_values(["vendor", "times", "supplier"], ascending=[True, False, True], kind="stable")
    groups = payments.groupby("vendor", sort=True)
    sums = groups.agg(
        payments=("amount", "size"), paid=("amount", "sum"), first_paid=("date", "min"), last_paid=("date", "max")
    )
    tight = sums.index.str.replace(" ", "")
    return sums.assign(
        tight=tight, payee=often.drop_duplicates("vendor").set_index("vendor")["supplier"], paid=sums["paid"].round(2)
    )


def _alike(winner: str, plain: str, payees: pd.DataFrame, suppliers: Suppliers) -> list[tuple[str, str, float]]:
    """The payees that are or may be one winner: plain name, how, score; near misses only where none is certain."""
    if plain in payees.index:
        return [(plain, EXACT, 1.0)]
    tight = plain.replace(" ", "")
    if same := payees.index[payees["tight"] == tight].tolist():
        return [(name, SPACES, _likeness(plain, name)) for name in same]
    other = {plain_name(part, suppliers.mapping) for part in other_names(winner)} - {""}
    if same := sorted(other & set(payees.index)):
        return [(name, ALIAS, _likeness(plain, name)) for name in same]
    vendor = suppliers.match(winner).vendor
    if vendor and (same := [name for name in payees.index if suppliers.match(name).vendor == vendor]):
        return [(name, OF_VENDOR, _likeness(plain, name)) for name in same]
    close = difflib.get_close_matches(plain, payees.index, n=3, cutoff=NEAR)
    near = [(name, CLOSE, _likeness(plain, name)) for name in close]
    begun = [name for name in payees.index if _begins(plain, name) and name not in close]
    return near + [(name, BEGINNING, _likeness(plain, name)) for name in begun]


def other_names(winner: str) -> list[str]:
    """The names that a firm gives itself beside its own: in brackets, or behind "trading as", "t/a" or "formerly"."""
    bare = re.sub(r"\([^()]*\)", " ", winner)
    inside = [NAMING.sub("", text) for text in re.findall(r"\(([^()]*)\)", winner)]
    beside = re.split(r"[,.;]?\s+(?:t/a|trading as|is the trading name of|formerly)\s+", bare, flags=re.IGNORECASE)
    return [text.strip() for text in [*beside, *inside] if text.strip() and text.strip() != winner]


def _begins(one: str, other: str) -> bool:
    """Whether one name begins with all the words of the other."""
    first, second = one.split(), other.split()
    length = min(len(first), len(second))
    return first[:length] == second[:length]


def _likeness(one: str, other: str) -> float:
    return round(difflib.SequenceMatcher(None, one, other).ratio(), 2)


def _doubts(found: pd.DataFrame) -> list[str]:
    """What may be wrong with each, in words."""
    told = {
        LIKE: found["how"].eq(CLOSE),
        BEGINS: found["how"].eq(BEGINNING),
        TOO_SHORT: found["payee_plain"].str.replace(" ", "").str.len() <= SHORT,
        EARLIER: found["last_paid"] < found["first_tender"],
        NOT_OURS: found["own_tenders"].eq(0),
    }
    return ["; ".join(words for words, where in told.items() if where.iloc[row]) for row in range(len(found))]
