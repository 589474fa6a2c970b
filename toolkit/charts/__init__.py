"""Chart forms: what was measured, drawn; nothing is computed here but positions on the paper.

Each form takes a `Measured` (or `Finding`s) and returns a `Shown`: a figure of two pictures, one for a page and one for a
phone, with a computed sentence as alternative text. One notation throughout, after the International Business Communication
Standards (ibcs.com, 1.2): what is actual is solid and dark, what came before lighter, a target outlined and dashed, what was
not observed hatched; bars start at zero, there is one scale, and labels stand beside what they name. Blue and orange are told
apart by any eye, and always a word, sign or shape says the same.

The numbers of a part are in the unit of the measure, or in the one that the part names in `attrs["unit"]`.
Every form is planned in words first (a `Plan`; `months`, `rows`, `curves` and `courses` make them), then drawn once for each
width (`drawing`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.charts.answers import plan_gap, plan_stacked
from toolkit.charts.courses import plan_bands, plan_lines
from toolkit.charts.curves import plan_curve, plan_histogram
from toolkit.charts.drawing import Plan, publish
from toolkit.charts.grid import few_words, hidden_of
from toolkit.charts.months import WAVE, plan_control, plan_trend
from toolkit.charts.priorities import plan_priorities
from toolkit.charts.rows import (
    plan_bars,
    plan_bullet,
    plan_compare,
    plan_progress,
    plan_ranges,
    plan_tornado,
    plan_waterfall,
)
from toolkit.charts.sides import plan_two_sided
from toolkit.charts.sliders import sliders as sliders
from toolkit.charts.timelines import plan_timeline
from toolkit.model import Finding, Goal, Measured
from toolkit.show import IN_UNIT, Shown, part_unit, quiet

if TYPE_CHECKING:
    import pandas as pd


def trend(measured: Measured, goals: Iterable[Goal] = (), *, by: str = "month", subject: str = "") -> Shown:
    """A line over months: the value with its band, the period under review shaded, goals on this measure as dashed lines.

    Parameters
    ----------
    measured
        `parts[by]` has one row a month: `by` (month), `value`, and where they exist `low`, `high` (a band), `in_period`
        (shaded), `phase` ("before"/"after": the change is marked), `fitted`, `counterfactual` (drawn as "without the
        change"). A month without a row or value is a gap in the line. By "wave", each row is a dot with its interval.
    goals
        Those on this measure and in its unit are drawn; pass them only where a month can be held against the goal.
    subject
        Who and when, for the line under the title.
    """
    if measured.assessed and by == WAVE and by in measured.parts and measured.parts[by]["value"].count() == 1:
        return quiet(f"{measured.claim} It is the only wave whose figure may be shown: there is no trend yet.")
    return _shown(measured, by, lambda item, frame: plan_trend(item, frame, list(goals), by, subject))


def control(measured: Measured, *, by: str = "month", subject: str = "") -> Shown:
    """A control chart: points, centre line and limits, the baseline shaded, signals marked and named.

    `parts[by]` has one row a month: `by`, `value`, `center`, `lower`, `upper` (they may change from row to row: a split
    chart), `signal` (its name, "" for none), `baseline` (the months that set the limits), and perhaps `in_period`.
    """
    return _shown(measured, by, lambda item, frame: plan_control(item, frame, by, subject))


def waterfall(measured: Measured, *, by: str = "step", subject: str = "") -> Shown:
    """How one total becomes another: totals from zero, changes with their sign where the last step left off.

    `parts[by]` has one row a step, in order: `by` (text), `value`, `kind` ("total" or "change"), and perhaps `low`, `high`.
    """
    return _shown(measured, by, lambda item, frame: plan_waterfall(item, frame, by, subject))


def bars(measured: Measured, *, by: str, ranked: bool = True, subject: str = "") -> Shown:
    """Bars from zero, largest first, with a whisker from `low` to `high` where there is one; at most 12, the rest counted.

    `parts[by]` has one row a bar: `by` (its name), `value`, and perhaps `low`, `high`. Where the rows have an order of their
    own, such as stretches of a scale, say `ranked=False`.
    """
    if measured.assessed and by in measured.parts and len(measured.parts[by]) == 1:
        only = measured.parts[by].iloc[0]
        return quiet(f"{measured.label}, by {by}: all of it is {only[by]}.")
    if measured.assessed and by in measured.parts and not measured.parts[by]["value"].any():
        return quiet(measured.claim)  # nothing to compare: the sentence alone
    return _shown(measured, by, lambda item, frame: plan_bars(item, frame, by, subject, ranked))


def ranges(measured: Measured, *, by: str, subject: str = "") -> Shown:
    """Ranges from `low` to `high` with a dot at `value`, in the order of the table.

    `parts[by]` has one row a range: `by` (its name), `value`, `low`, `high`, and perhaps `worst`, drawn as a diamond, which
    `attrs["worst"]` of the part explains.
    """
    return _shown(measured, by, lambda item, frame: plan_ranges(item, frame, by, subject))


def tornado(measured: Measured, *, by: str = "input", subject: str = "") -> Shown:
    """What a result becomes when one input at a time goes to its low and its high end, in the order of the table.

    `parts[by]` has one row an input: `by` (its name), `value` (the result with all at their most likely values, the same in
    every row), `low` and `high` (the result at the input's low and high end, so that `low` may be the larger one), `range`
    (these ends, in words). At most 12 are drawn.
    """
    return _shown(measured, by, lambda item, frame: plan_tornado(item, frame, by, subject))


def curve(measured: Measured, *, by: str = "hours", part: str = "curve", subject: str = "") -> Shown:
    """How long until it is done: the share still open after a time, with its band, and where half was done.

    `parts[part]` has one row an ending: `by` (time since the beginning, in the unit that it is called by), `value` (share
    still open after it), and perhaps `low`, `high` and `group` (its name; the first is drawn firm, with the band, the next
    dashed). `attrs` of the part may say since when time runs (`since`) and what is still so (`still`).
    """
    return _shown(measured, part, lambda item, frame: plan_curve(item, frame, by, subject))


def histogram(measured: Measured, *, by: str = "from", part: str = "bin", subject: str = "") -> Shown:
    """How many fall into each stretch below and above a limit, beside what a smooth course would bring.

    `parts[part]` has one row a stretch: `by` and `to` (its ends, as shares of the limit), `value` (how many), and perhaps
    `expected`.
    """
    return _shown(measured, part, lambda item, frame: plan_histogram(item, frame, by, subject))


def progress(measured: Measured, *, by: str = "goal", subject: str = "") -> Shown:
    """Each goal's way from baseline to target: how far it is, how much of its time is over, where it is expected to end.

    `parts[by]` has one row a goal: `by` (its short name), `objective`, `value` (share of the way gone), `elapsed_share`, `low`
    and `high` (of the way at the deadline, expected), `probability` (of reaching the target), `now` and `expected` (in words).
    A goal without a way, such as one that has no baseline, is not drawn, and counted under the picture.
    """
    return _shown(measured, by, lambda item, frame: plan_progress(item, frame, by, subject))


def lines(measured: Measured, *, part: str = "course", by: str = "month", subject: str = "") -> Shown:
    """Several lines over months, each named at its end; one that is called "planned" is dashed.

    `parts[part]` has one row a line and month: `line` (its name), `by` (month), `value`. At most three are drawn beside
    what was planned.
    """
    return _shown(measured, part, lambda item, frame: plan_lines(item, frame, by, subject))


def bands(measured: Measured, *, part: str = "flow", by: str = "month", subject: str = "") -> Shown:
    """Bands on one another over months, the first at the bottom, each named at its end: a cumulative flow diagram.

    `parts[part]` has one row a band and month: `line` (the band's name), `by` (month), `value` (its height); at most three.
    """
    return _shown(measured, part, lambda item, frame: plan_bands(item, frame, by, subject))


def timeline(measured: Measured, *, by: str = "step", subject: str = "") -> Shown:
    """Steps before dates on a line of time: the day by which each has to be ready, and the date that it is for.

    `parts[by]` has one row a step, the earliest first: its name in the column of that name, and the columns "by" (a day),
    `date` (the event's day) and `state` ("done", "overdue", "too late", or any other word). Its `attrs["today"]` is the day
    that is marked: the period's last. Steps that are done are left to the table; at most 12 are drawn.
    """
    label = measured.label or measured.id or "This measure"
    if not measured.assessed:
        return quiet(f"{label}: not assessed, because {measured.because or 'there is no value'}.")
    if by not in measured.parts or measured.parts[by].empty:
        return quiet(f"{label}: not drawn, because there is no step.")
    return publish(plan_timeline(measured, measured.parts[by], by, subject))


def stacked_answers(measured: Measured, *, by: str = "item", part: str = "answers", subject: str = "") -> Shown:
    """Shares of answers on both sides of zero, those who took no side apart: unfavourable left, favourable right.

    `parts[part]` has one row an answer box of each `by`, in the order of the scale: `by`, `box` ("unfavourable", "neutral",
    "favourable", or any words where a column `side` has these), `value` (the share of the people) and `n`. The favourable
    share that is written, with its interval and n, is that of `parts[by]`: `by`, `value`, `low`, `high`, `n`. Rows that are
    `hidden` are hatched, and say for how few (`attrs["floor"]`).
    """
    return _shown(measured, part, lambda item, frame: plan_stacked(item, frame, by, subject))


def gap(
    measured: Measured, *, by: str = "item", sides: tuple[str, str] = ("team", "vendor"), subject: str = ""
) -> Shown:
    """What two sides say of the same: a pair of dots each, with the interval of their difference.

    `parts[by]` has one row a pair: `by`, one column for each of `sides`, `value` (the first less the second), `low`, `high`,
    and perhaps `hidden`.
    """
    return _shown(measured, by, lambda item, frame: plan_gap(item, frame, by, sides, subject))


def two_sided(
    measured: Measured,
    *,
    part: str = "ledger",
    by: str = "kind",
    sides: tuple[str, str] = ("client", "vendor"),
    subject: str = "",
) -> Shown:
    """A ledger of two sides: a pair of bars each from a common zero, pale what was owed, strong what of it was kept.

    `parts[part]` has one row a side and kind: `by`, `side` (one of `sides`, the first drawn to the left), `owed`, `kept` and
    `value` (the share). A kind that only one side owes has one bar.
    """
    return _shown(measured, part, lambda item, frame: plan_two_sided(item, frame, by, sides, subject))


def priorities(measured: Measured, *, by: str = "construct", subject: str = "") -> Shown:
    """A map of what matters, to the right, and what pleases, upwards; what matters much and pleases little is marked.

    `parts[by]` has one row a point: `by`, `value` (importance) with `low` and `high`, `favourable` (share), and perhaps
    `favourable_low`, `favourable_high`, `hidden`.
    """
    return _shown(measured, by, lambda item, frame: plan_priorities(item, frame, by, subject))


def table(measured: Measured, *, part: str, caption: str = "", titled: bool = False, cards: bool = False) -> Shown:
    """The numbers of a part as an open table, with what a reader must know beside them; `titled`, below what it shows in a
    sentence. With `cards`, each row becomes a card of its own on a phone.
    """
    from toolkit.show import escape, table_html

    if not measured.assessed or part not in measured.parts:
        return quiet(
            f"{measured.label or measured.id}: not assessed, because {measured.because or 'there is no value'}."
        )
    frame, unit = measured.parts[part], part_unit(measured, part)
    units = dict.fromkeys(IN_UNIT, unit) if unit == "share" else {}
    html = table_html(
        frame,
        caption=caption or f"{measured.label} by {part}",
        units=units,
        cards=cards or bool(frame.attrs.get("cards")),
    )
    said = f"<p><strong>{escape(measured.claim)}</strong></p>\n" if titled else ""
    return Shown(
        f'{said}{html}<p class="quiet">{escape(measured.because)}</p>',
        f"{frame.to_string(index=False)}\n{measured.because}",
    )


def bullet(findings: Sequence[Finding], *, subject: str = "") -> Shown:
    """Every finding that has a target against that target: value, interval, target and verdict, each row on its own scale."""
    aimed = [item for item in findings if item.target == item.target]
    return publish(plan_bullet(aimed, subject)) if aimed else quiet("No finding has a target to be held against.")


def compare(
    findings: Sequence[Finding], *, subject: str = "", names: Mapping[str, str] | None = None, small: bool = False
) -> Shown:
    """One measure, many vendors: a dot with its interval for each, highest first; what is not assessed stands last.

    `findings` are of one measure. `names` gives the vendors' names as printed, by id; `small` draws it narrow, to stand beside
    others of its kind.
    """
    known = [item for item in findings if item.assessed and item.value == item.value]
    if not known:
        label = findings[0].label or findings[0].id if findings else "Comparison"
        return quiet(f"{label}: not assessed for any vendor.")
    return publish(plan_compare(findings, known, dict(names or {}), subject), small=small)


def _shown(measured: Measured, by: str, plan: Callable[[Measured, pd.DataFrame], Plan]) -> Shown:
    """The chart, or the sentence that says why there is none: never an empty picture."""
    label = measured.label or measured.id or "This measure"
    if not measured.assessed:
        return quiet(f"{label}: not assessed, because {measured.because or 'there is no value'}.")
    if by not in measured.parts:
        return quiet(f"{label}: not drawn, because there are no figures by {by}.")
    frame = _floats(measured.parts[by])
    in_unit = replace(measured, unit=part_unit(measured, by))
    if hidden_of(frame) and all(hidden_of(frame)):
        return quiet(f"{label}: not drawn, because {few_words(frame)} people answered in each row.")
    if not frame["value"].notna().any():
        return quiet(f"{label}: not drawn, because no value by {by} is known.")
    return publish(plan(in_unit, frame))


def _floats(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns that are drawn as plain floats; what is unknown or without limit is not drawn."""
    columns = [name for name in IN_UNIT if name in frame]
    return frame.assign(
        **{name: frame[name].astype(float).where(lambda values: values.abs() < math.inf) for name in columns}
    )
