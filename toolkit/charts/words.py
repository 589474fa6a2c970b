"""What stands in and around a chart, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from toolkit.model import YES_NO, Finding, Goal, Measured, number

SCALES = ((1e9, " bn"), (1e6, " m"), (1e3, " k"))  # largest first


def clean(text: Any) -> str:
    """Text on one line, without characters that would break a picture's file."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", str(text)).split())


def short(value: float, unit: str = "") -> str:
    """A number beside its mark: '1.24 m', '12.4 %'; the unit stands on the axis."""
    if unit in ("share", YES_NO) or value != value:
        return number(value, unit)
    scale, letter = next(((scale, letter) for scale, letter in SCALES if abs(value) >= max(scale, 1e4)), (1, ""))
    return number(value / scale) + letter


def signed(value: float, unit: str = "") -> str:
    """A change beside its mark: with its sign."""
    return f"+{short(value, unit)}" if value > 0 else short(value, unit)


def aim(goal: Goal | Finding, unit: str) -> str:
    """A target in short words: 'at most 1.20 m GBP'."""
    if unit == YES_NO:
        return short(goal.target, unit)
    behind = f" {unit}" if unit not in ("", "share") else ""
    if goal.direction == "between":
        return f"between {short(goal.target, unit)} and {short(goal.target_high, unit)}{behind}"
    return f"{goal.direction.replace('_', ' ')} {short(goal.target, unit)}{behind}"


def targets_of(goals: Iterable[Goal | Finding]) -> list[float]:
    """Every known end of the goals."""
    return [target for goal in goals for target in (goal.target, goal.target_high) if target == target]


def subject_line(subject: str, measured: Measured | Finding, when: str = "") -> str:
    """Who, what, unit, period."""
    unit = "per cent" if measured.unit == "share" else measured.unit
    return " · ".join(part for part in (subject, measured.label, unit, when) if part)


def title_of(measured: Measured) -> str:
    """What the chart shows, as a title."""
    return (measured.claim or measured.label).removesuffix(".")


def basis(measured: Measured) -> list[str]:
    """What stands under a picture: what the number rests on, and how sure it is."""
    rests = f"{measured.n:,} {measured.n_of}" if measured.n else ""
    interval = f"Interval: {measured.interval}" if measured.interval else ""
    return [rests, interval, measured.because]


def zero_note(span: tuple[float, float]) -> str:
    """What a reader of a broken scale must know; '' where it starts at zero."""
    return "The scale does not start at zero" if span[0] > 0 or span[1] < 0 else ""
