"""Text to dates and exact amounts, whole columns at a time.

An amount is held as two integers: pence (hundredths, rounded half away from zero) and a remainder in units of 10^-15, so
that sums are exact however many decimals an export writes. `exact_sum` puts the two together again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from toolkit import tables
from toolkit.intake.kinds import EXCEL_SERIAL
from toolkit.tables import UTC

DIGITS = 15  # before and after the decimal mark: what fits 64-bit integers
PENNY = 10 ** (DIGITS - 2)  # a penny in units of 10^-15
ISO = r"^(\d{4}-\d{1,2}-\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$"
ADORNED = r"(?i)(?<=\d)(?:st|nd|rd|th)\b|^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]*\s+"
SERIAL = r"\d{5}(?:\.\d+)?"  # 10000 is 1927-05-18, 99999 is 2173-10-13
YEARS = (1900, 2099)  # beyond them a date is a slip of the pen


@dataclass(frozen=True)
class Amounts:
    """Amounts read from text: pence, remainder (units of 10^-15) and whether the text was an amount at all."""

    pence: np.ndarray
    remainder: np.ndarray
    known: np.ndarray

    def negated(self, where: np.ndarray) -> Amounts:
        """The same amounts, with the other sign where told."""
        sign = np.where(where, -1, 1)
        return Amounts(self.pence * sign, self.remainder * sign, self.known)

    def exact_sum(self, where: np.ndarray) -> int:
        """The exact sum of some of the amounts, in units of 10^-15."""
        return int(self.pence[where].sum()) * PENNY + int(self.remainder[where].sum())


def as_decimal(units: int) -> Decimal:
    """Units of 10^-15 as an exact amount, with two decimals or as many as it needs."""
    if units % PENNY == 0:
        return Decimal(f"{units // PENNY}E-2")
    return Decimal(format(Decimal(f"{units}E-{DIGITS}"), "f").rstrip("0"))


def read_amounts(text: pd.Series, decimal: str, thousands: Sequence[str], symbols: Sequence[str]) -> Amounts:
    """Exact amounts from text such as `1,234.50`, `-5`, `5-`, `(5)`, `£5`; what is anything else is not `known`.

    Thousands marks are taken only where three digits follow each: a decimal comma in an export with decimal points is not
    read as a hundred times the amount, it is no amount.
    """
    parts = _split_numbers(text, decimal, thousands, symbols)
    whole = _integers(parts["whole"])
    fraction = _integers(pc.utf8_rpad(parts["fraction"], DIGITS, "0"))
    pence, remainder = np.divmod(fraction, PENNY)
    up = remainder >= PENNY // 2
    pence = whole * 100 + pence + up
    remainder = remainder - up * PENNY
    amounts = Amounts(np.where(parts["known"], pence, 0), np.where(parts["known"], remainder, 0), parts["known"])
    return amounts.negated(parts["negative"])


def read_numbers(text: pd.Series, decimal: str, thousands: Sequence[str], symbols: Sequence[str]) -> np.ndarray:
    """Numbers such as quantities and unit prices from text, as floating-point; NaN where the text is no number."""
    parts = _split_numbers(text, decimal, thousands, symbols)
    joined = pc.binary_join_element_wise(parts["whole"], parts["fraction"], ".")
    plain = pc.if_else(pa.array(parts["known"]), joined, "0.0")
    number = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
    return np.where(parts["known"], np.where(parts["negative"], -number, number), np.nan)


def _number_pattern(decimal: str, thousands: Sequence[str], symbols: Sequence[str]) -> str:
    symbol = f"(?:{'|'.join(re.escape(mark) for mark in symbols)})?" if symbols else ""
    grouped = f"[0-9]{{1,3}}(?:[{re.escape(''.join(thousands))}][0-9]{{3}}){{1,4}}|" if thousands else ""
    return (
        rf"(?i)^{symbol} *(?P<open>\()? *(?P<sign>[-+])? *{symbol} *(?P<whole>{grouped}[0-9]{{0,{DIGITS}}})"
        rf"(?:{re.escape(decimal)}(?P<fraction>[0-9]{{0,{DIGITS}}}))? *{symbol} *(?P<minus>-)? *(?P<close>\))? *{symbol}$"
    )


def _split_numbers(text: pd.Series, decimal: str, thousands: Sequence[str], symbols: Sequence[str]) -> dict:
    """The digits before and after the decimal mark, the sign, and which texts are numbers at all."""
    plain = pc.replace_substring_regex(pa.array(text, pa.string()), "[\u00a0\u2007\u2009\u202f]", " ")
    plain = pc.replace_substring_regex(plain, "[\u2212\u2013]", "-")  # a minus sign or a dash set for a minus
    found = pc.extract_regex(pc.utf8_trim_whitespace(plain), _number_pattern(decimal, thousands, symbols))
    parts = {name: pc.fill_null(pc.struct_field(found, name), "") for name in ("whole", "fraction")}
    marks = {name: _written(found, name) for name in ("open", "sign", "minus", "close")}
    signs = marks["open"].astype(int) + marks["sign"] + marks["minus"]
    digits = pc.binary_length(pc.binary_join_element_wise(parts["whole"], parts["fraction"], ""))
    known = (marks["open"] == marks["close"]) & (signs <= 1) & (digits.to_numpy(zero_copy_only=False) > 0)
    minus = pc.fill_null(pc.equal(pc.struct_field(found, "sign"), "-"), False).to_numpy(zero_copy_only=False)
    for mark in thousands:
        parts["whole"] = pc.replace_substring(parts["whole"], mark, "")
    return {**parts, "known": known, "negative": marks["open"] | minus | marks["minus"]}


def _written(found: pa.StructArray, name: str) -> np.ndarray:
    length = pc.fill_null(pc.binary_length(pc.struct_field(found, name)), 0)
    return length.to_numpy(zero_copy_only=False) > 0


def _integers(digits: pa.Array) -> np.ndarray:
    filled = pc.if_else(pc.equal(digits, ""), "0", digits)
    return pc.cast(filled, pa.int64()).to_numpy(zero_copy_only=False)


def read_dates(
    text: pd.Series, formats: Sequence[str], zone: str | None = None
) -> tuple[pd.Series, dict[str, dict[str, str]]]:
    """Days from text, or, with a time zone, points in time; and the texts that two formats read differently.

    Every format is tried on every different text. ISO dates (2022-04-05, with or without a time) are always read, since
    they can mean one day only. A text that names no offset from UTC is read by the clocks of the zone, as in `on_clock`:
    of an hour that comes twice the first, of one that is skipped nothing.

    Returns
    -------
    dates : Series of datetime64, in the zone where there is one; NaT where no format fits, two formats disagree or the
        year lies outside 1900-2099.
    ambiguous : for each text read two ways, what each format makes of it.
    """
    codes, unique = pd.factorize(text)
    texts = pd.Series(unique, dtype="str")
    best = _read_iso(texts, zone)
    readings: dict[str, dict[str, str]] = {}
    by_format = {"ISO": best.copy()}
    for form in formats:
        read = _read_format(texts, form, zone)
        for index in np.flatnonzero(read.notna() & best.notna() & (read != best)).tolist():
            ways = readings.setdefault(texts[index], {})
            ways.update({name: _shown(past[index], zone) for name, past in by_format.items() if pd.notna(past[index])})
            ways[form] = _shown(read[index], zone)
        by_format[form] = read
        best = best.fillna(read)
    years = best.dt.year
    best = best.where(years.between(*YEARS) & ~texts.isin(list(readings)))
    return best.take(codes).reset_index(drop=True), readings


def is_skipped(text: str, formats: Sequence[str], zone: str) -> bool:
    """Whether a text is a time that the clocks of a zone never showed, rather than no time at all."""
    one = pd.Series([text], dtype="str")
    return bool(read_dates(one, formats, zone)[0].isna().all() and read_dates(one, formats, UTC)[0].notna().all())


def _shown(moment: pd.Timestamp, zone: str | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if zone else f"{moment:%Y-%m-%d}"


def _read_iso(texts: pd.Series, zone: str | None) -> pd.Series:
    if zone:
        return tables.read_moments(texts.where(texts.str.fullmatch(tables.PATTERNS["moment"]).eq(True)), zone)
    days = pd.to_datetime(texts.str.extract(ISO)[0], format="%Y-%m-%d", errors="coerce")
    return days.astype("datetime64[us]")


def _read_format(texts: pd.Series, form: str, zone: str | None) -> pd.Series:
    if form == EXCEL_SERIAL:
        days = pd.to_numeric(texts.where(texts.str.fullmatch(SERIAL).eq(True)), errors="coerce")
        read = pd.to_datetime(days, unit="D", origin="1899-12-30", errors="coerce").dt.round("s")
    else:
        read = pd.to_datetime(texts, format=form, errors="coerce", utc="%z" in form)
        plain = texts.str.replace(ADORNED, "", regex=True).str.split().str.join(" ")
        if not plain.equals(texts):  # as people write: Thu 12th March 2026
            read = read.fillna(pd.to_datetime(plain, format=form, errors="coerce", utc="%z" in form))
    if zone is None:
        return read.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
    if read.dt.tz is None:
        return tables.on_clock(read, zone)
    return read.dt.tz_convert(zone).astype(pd.DatetimeTZDtype("us", zone))
