"""How numbers are shown in HTML: a table, a measured value, and the small object a notebook cell returns.

Everything that comes from data passes through `escape`. The markup reads well with no style sheet at all (in JupyterLab) and
carries class names (`measured`, `num`, `scroll`, `quiet`) by which a page may dress it.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.model import NO_GOAL, number, probability_words

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.model import Finding, Measured

DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")
ROWS = 24  # rows of a table on a page: two years of months
WIDE = 6  # columns from which a table may be too wide for a phone and gets a scroll bar of its own
IN_UNIT = (
    "value",
    "low",
    "high",
    "center",
    "lower",
    "upper",
    "fitted",
    "counterfactual",
)  # columns of a part, in its unit
MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)  # not the machine's locale
UNKNOWN = "unknown"
LONGEST = 200  # characters of one cell: a vendor must not be able to make a page too heavy to open


@dataclass(frozen=True, repr=False)
class Shown:
    """What a notebook cell returns to be displayed once: HTML, and the same in words for a terminal.

    A chart is also there as its picture for print, an SVG of which `text` is the alternative text.
    """

    html: str
    text: str = ""
    picture: str = ""

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def escape(text: Any) -> str:
    """Text from data, made safe for HTML: the one place through which it must pass."""
    return html.escape(str(text), quote=True)


# a full stop behind one of these words, or behind a single capital, ends no sentence
_SHORT = ["Inc", "Ltd", "Co", "Corp", "No", "St", "Dr", "Mr", "Ms", "Bros", "Jr", "[A-Z]"]
_FULL_STOP = re.compile("".join(rf"(?<!\b{word})" for word in _SHORT) + r"\. (?=[A-Z0-9])")


def answer_html(text: str) -> str:
    """The answer that a page begins with, its first sentence in large type; numbers and periods stay on one line."""
    unbroken = re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", escape(text))
    unbroken = re.sub(r"\b\d{4}-(?:[QH]\d|\d\d)\b", r'<span class="unbroken">\g<0></span>', unbroken)
    first, rest = first_sentence(unbroken)
    return f'<p class="answer">{first}</p><p>{rest}</p>' if rest else f'<p class="answer">{unbroken}</p>'


def sentence(text: str) -> str:
    """Text as a sentence: a capital first, a full stop last."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence, and the rest; a firm's name may hold full stops: 'Acme Inc. is rated', 'J. Doe & Co. Services'."""
    first, *rest = _FULL_STOP.split(text, maxsplit=1)
    return (f"{first}.", rest[0]) if rest else (text, "")


def month_short(month: Any) -> str:
    """A month as it is written in tables and on axes: 'Mar 2026'."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def table_html(
    frame: pd.DataFrame,
    *,
    caption: str = "",
    units: Mapping[str, str] | None = None,
    limit: int | None = ROWS,
    cards: bool = False,
) -> str:
    """A table in plain, accessible HTML: headed columns, numbers to the right, unknown values in words, all text escaped.

    Parameters
    ----------
    frame
        One row is one row of the table; the index is left out. Months are written 'Mar 2026', days 2026-03-31.
    caption
        What the table shows; printed above it and read out first.
    units
        Unit by column. It stands in the heading; a column in `share` is printed in per cent.
    limit
        The most rows shown; None for all. Of a table that begins with months the last rows are shown, of any other the
        first, and the caption says so.
    cards
        Whether each row becomes a card of its own on a phone, headed by its first cell: for tables of few numbers and
        long remarks.
    """
    units = dict(units or {})
    latest = limit is not None and len(frame) > limit and _is_monthly(frame)
    rows = frame if limit is None else frame.tail(limit) if latest else frame.head(limit)
    cut = f"{'last' if latest else 'first'} {len(rows):,} of {len(frame):,} rows" if len(rows) < len(frame) else ""
    words = " – ".join(part for part in (caption, cut) if part)
    heads = "".join(_head(rows[name], str(name), units.get(str(name), "")) for name in rows.columns)
    columns = [_cells(rows[name], str(name), units.get(str(name), "")) for name in rows.columns]
    if cards:
        names = [escape(str(name).replace("_", " ")) for name in rows.columns]
        columns = [_labelled(column, name) for column, name in zip(columns, names, strict=True)]
    body = "".join(f"<tr>{''.join(cells)}</tr>\n" for cells in zip(*columns, strict=True))
    table = (
        ('<table class="cards">\n' if cards else "<table>\n")
        + (f"<caption>{escape(words)}</caption>\n" if words else "")
        + f'<thead><tr>{heads}</tr></thead>\n<tbody style="text-align:right">\n{body}</tbody>\n</table>'
    )
    if len(frame.columns) < WIDE:
        return table
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(words or "table")}">\n{table}\n</div>'


def _labelled(cells: list[str], name: str) -> list[str]:
    """Cells that know the name of their column, for a page on which no heads are to be seen."""
    named = [cell.replace("<td", f'<td data-label="{name}"', 1) for cell in cells]
    return [re.sub(r"^(<td[^>]*>)(.*)(</td>)$", r"\1<span>\2</span>\3", cell, flags=re.DOTALL) for cell in named]


def _is_monthly(frame: pd.DataFrame) -> bool:
    return bool(len(frame.columns)) and str(frame.dtypes.iloc[0]).startswith("period")


def _is_number(column: pd.Series, name: str) -> bool:
    """Whether a column is printed as numbers; a year is a name, and 2,026 would misread."""
    return column.dtype.kind in "iuf" and name != "year"


def _head(column: pd.Series, name: str, unit: str) -> str:
    words = escape(name.replace("_", " ") + (f" ({unit})" if unit not in ("", "share") else ""))
    if _is_number(column, name):
        return f'<th scope="col" class="num">{words}</th>'
    return f'<th scope="col" style="text-align:left">{words}</th>'


def _cells(column: pd.Series, name: str, unit: str) -> list[str]:
    """A column's cells; JupyterLab pushes every cell to the right, so that text has to say it stands left."""
    if _is_number(column, name):
        bare = "share" if unit == "share" or name == "share" or name.endswith("_share") else ""
        return [f'<td class="num">{escape(number(value, bare))}</td>' for value in column.astype(float)]
    words = [_words(value) for value in column]
    whole = [";white-space:nowrap" if DATE.fullmatch(text) else "" for text in words]  # a date is not broken over lines
    return [f'<td style="text-align:left{look}">{escape(text)}</td>' for text, look in zip(words, whole, strict=True)]


def _words(value: Any) -> str:
    """One value of a text, month, day or yes-no column as a reader wants it."""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if value is None or (not isinstance(value, str) and value != value) or str(value) in ("<NA>", "NaT"):
        return UNKNOWN
    if hasattr(value, "freqstr") and hasattr(value, "month"):
        return month_short(value).replace(" ", "\u00a0")  # a narrow column must not break it
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    text = number(value) if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def measured_html(measured: Measured) -> str:
    """A measured value as a block of HTML: label, value, interval, claim, what it rests on, and its first table folded in."""
    facts = _facts(measured)
    listed = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>\n" for term, text in facts)
    claim = f"<p>{escape(measured.claim)}</p>\n" if measured.assessed and measured.claim else ""
    return (
        f'<div class="measured" id="{escape(measured.id)}">\n'
        f"<p><strong>{escape(measured.label or measured.id)}</strong>: {_value_html(measured)}</p>\n"
        f"{claim}<dl>\n{listed}</dl>\n{_part_html(measured)}</div>"
    )


def _value_html(measured: Measured) -> str:
    if not measured.assessed:
        return f'<span class="quiet">not assessed, because {escape(measured.because or "there is no value")}</span>'
    value = f'<span class="num"><strong>{escape(number(measured.value, measured.unit))}</strong></span>'
    if measured.low != measured.low or measured.high != measured.high or measured.low == measured.high == math.inf:
        return value
    bare = "share" if measured.unit == "share" else ""
    return f"{value} ({escape(number(measured.low, bare))} to {escape(number(measured.high, bare))})"


def _facts(measured: Measured) -> list[tuple[str, str]]:
    """What stands under the value, as pairs of term and text; what is empty is left out."""
    known = measured.assessed
    sources = "; ".join(f"{item['file'] or item['table']} ({item['rows']:,} rows)" for item in measured.sources)
    facts = (
        ("Probability", _probability(measured) if known else ""),
        ("Rests on", f"{measured.n:,} {measured.n_of}" if known else ""),
        ("Interval", measured.interval if known else ""),
        ("Note", measured.because if known else ""),
        ("Definition", measured.definition.replace("`", "")),
        ("Sources", sources),
    )
    return [(term, text) for term, text in facts if text]


def _probability(measured: Measured) -> str:
    known = measured.probability == measured.probability
    return f"above zero with probability {probability_words(measured.probability)}" if known else ""


def part_unit(measured: Measured, name: str) -> str:
    """The unit of a part's numbers: the one that the table names in `attrs["unit"]`, else that of the measure."""
    return str(measured.parts[name].attrs.get("unit", measured.unit))


def _part_html(measured: Measured) -> str:
    """The first table behind the value that has a row, folded away: the numbers one click from their chart."""
    for name, part in measured.parts.items():
        if part.empty:
            continue
        by, unit = name.replace("_", " "), part_unit(measured, name)
        caption = f"{measured.label or measured.id} by {by}{f', in {unit}' if unit not in ('', 'share') else ''}"
        shares = dict.fromkeys(IN_UNIT, unit) if unit == "share" else {}
        table = table_html(part, caption=caption, units=shares, cards=bool(part.attrs.get("cards")))
        return f"<details>\n<summary>The numbers by {escape(by)}</summary>\n{table}\n</details>\n"
    return ""


def quiet(text: str) -> Shown:
    """A sentence in place of something that cannot be shown."""
    return Shown(f'<p class="quiet">{escape(text)}</p>', text)


def finding_html(finding: Finding) -> str:
    """A finding as one paragraph: the verdict in a word, the sentence, the goal and the reason, and an analyst's remark."""
    name = finding.verdict.replace(" ", "-")
    word = "" if finding.verdict == NO_GOAL else f'<strong class="verdict-{name}">{escape(finding.verdict)}</strong>: '
    sentence = finding.sentence if finding.assessed else f"{finding.label or finding.id}, because {finding.because}"
    reason = finding.because if finding.assessed else ""
    more = f'<br><span class="quiet">{escape(reason)}</span>' if reason else ""
    remark = f'<br><span class="quiet">Remark: {escape(finding.remark)}</span>' if finding.remark else ""
    remark += f'<br><span class="quiet">The vendor replies: {escape(finding.reply)}</span>' if finding.reply else ""
    return f'<p class="finding" id="{escape(finding.id)}">{word}{escape(sentence)}{more}{remark}</p>\n'
