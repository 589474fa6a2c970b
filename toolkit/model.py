"""The nouns that every floor speaks: Period, Vendor, Goal, Measured, Finding, and the rule `judge`.

A measure (in `toolkit.areas`) takes tables and gives one `Measured`. `toolkit.case` judges it against the goals and writes
`Finding`s, the only thing that travels between notebooks. Nothing here reads a table's rows or draws.
"""

from __future__ import annotations

import functools
import inspect
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import Fault, GoalError, SettingsError, did_you_mean
from toolkit.files import write_whole
from toolkit.sealed import Sealed, held_back, open_sealed, too_few

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")
ID = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
)  # vendors and clients become folder names: nothing else is let through
MET, MISSED, UNCLEAR, NOT_ASSESSED, NO_GOAL = "met", "missed", "unclear", "not assessed", "no goal"
VERDICTS = (MISSED, UNCLEAR, NOT_ASSESSED, MET, NO_GOAL)  # the order in which a reader needs them
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
YES_NO = "yes/no"  # the unit of what is done, 1, or not, 0
COUNTED = "none: a full count of the rows, not a sample"


# ---------------------------------------------------------------------------------------------------------------- Period
@dataclass(frozen=True, order=True)
class Period:
    """A stretch of whole months: `2026`, `2026-H1`, `2026-Q3` or `2026-07`.

    `first` and `months` are counted in months since year 0, so that periods sort and subtract.
    """

    first: int
    months: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period as it is written everywhere; raises SettingsError when it is anything else."""
        match = re.fullmatch(r"([1-9][0-9]{3})(?:-(?:(H)([12])|(Q)([1-4])|(0[1-9]|1[0-2])))?", str(text))
        if not match:
            raise SettingsError(Fault("period", repr(text), "a period such as 2026, 2026-H1, 2026-Q3 or 2026-07"))
        year, _, half, _, quarter, month = match.groups()
        if half:
            return cls(int(year) * 12 + (int(half) - 1) * 6, 6)
        if quarter:
            return cls(int(year) * 12 + (int(quarter) - 1) * 3, 3)
        if month:
            return cls(int(year) * 12 + int(month) - 1, 1)
        return cls(int(year) * 12, 12)

    @property
    def start(self) -> pd.Period:
        """The first month."""
        return _month(self.first)

    @property
    def end(self) -> pd.Period:
        """The last month."""
        return _month(self.first + self.months - 1)

    def months_index(self) -> pd.PeriodIndex:
        """Every month of the period."""
        import pandas as pd

        return pd.period_range(self.start, self.end, freq="M")

    def before(self, periods: int = 1) -> Period:
        """The period of the same length that many lengths earlier."""
        return replace(self, first=self.first - periods * self.months)

    def year_before(self) -> Period:
        """The same months one year earlier."""
        return replace(self, first=self.first - 12)

    def __str__(self) -> str:
        year, month = divmod(self.first, 12)
        return {12: f"{year}", 6: f"{year}-H{month // 6 + 1}", 3: f"{year}-Q{month // 3 + 1}"}.get(
            self.months, f"{year}-{month + 1:02d}"
        )


def _month(count: int) -> pd.Period:
    import pandas as pd

    return pd.Period(year=count // 12, month=count % 12 + 1, freq="M")


def month_words(month: pd.Period) -> str:
    """A month as a reader says it: 'March 2026'."""
    return month.strftime("%B %Y")


# ---------------------------------------------------------------------------------------------------------- Vendor, Goal
@dataclass(frozen=True)
class Vendor:
    """A company or team whose service is bought. `compare_from` is the month from which 'after' counts."""

    id: str
    name: str
    contract_start: pd.Period | None = None
    compare_from: pd.Period | None = None


@dataclass(frozen=True)
class Selection:
    """A decision between several candidates: what stands in a vendor's place where a case is about a choice.

    It is open from the day on which it was opened until that on which it was decided, both as 2026-03-31, or ''.
    """

    id: str
    name: str
    question: str = ""
    opened: str = ""
    decided: str = ""

    def open_in(self, period: Period) -> bool:
        """Whether anything about it was still to be decided in a period."""
        first, last = (str(day.date()) for day in (period.start.start_time, period.end.end_time))
        return (not self.opened or self.opened <= last) and (not self.decided or self.decided >= first)


@dataclass(frozen=True)
class Goal:
    """A row of goals.csv: what was agreed, on which measure, from what baseline to what target, by when, owned by whom.

    A goal may name no measure (then it belongs to the area `goals`, and `source` may say where its values come from), and
    no target: it is *not assessed*, with that reason.
    """

    goal: str
    measure: str = ""
    direction: str = "at_least"  # at_least | at_most | between
    target: float = NAN
    target_high: float = NAN  # the upper end, for `between`
    baseline: float = NAN
    unit: str = ""
    objective: str = ""
    due: str = ""
    owner: str = ""
    kind: str = "committed"  # committed | stretch
    weight: float = 1.0
    start: str = ""
    source: str = ""
    reason: str = ""
    serves: str = ""
    clause: str = ""
    achievable: str = ""  # yes | no
    achievable_because: str = ""
    acknowledged: str = ""
    client_rank: float = NAN
    vendor_rank: float = NAN

    @property
    def area(self) -> str:
        """The area that assesses it: that of its measure; `goals` where it names none."""
        return self.measure.split(".", 1)[0] or "goals"

    def counts_in(self, period: Period) -> bool:
        """Whether it had begun to count by the end of a period."""
        return not self.start or self.start[:7] <= str(period.end)

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest value that meet the goal; GoalError where it does not say which they are."""
        if self.direction == "between" and math.isnan(self.target_high):
            raise GoalError(Fault(f"goal {self.goal}, `target_high`", "nothing", "the upper end of the range"))
        known = {"at_least": (self.target, math.inf), "at_most": (-math.inf, self.target)}
        known["between"] = (self.target, self.target_high)
        if self.direction not in known:
            where, hint = f"goal {self.goal}, `direction`", did_you_mean(self.direction, list(known))
            raise GoalError(Fault(where, repr(self.direction), f"one of {', '.join(known)}", hint))
        return known[self.direction]

    def words(self) -> str:
        """The target as a reader says it: 'at least 10 %'."""
        return _aim_words(self)


def _aim_words(item: Goal | Finding) -> str:
    """The target of a goal, or of a finding that is held against one, as a reader says it."""
    if math.isnan(item.target):
        return "no target"
    if item.unit == YES_NO:
        return "done" if item.target else "not done"
    if item.direction == "between":
        return f"between {number(item.target, item.unit)} and {number(item.target_high, item.unit)}"
    return f"{item.direction.replace('_', ' ')} {number(item.target, item.unit)}"


# -------------------------------------------------------------------------------------------------------------- Measured
@dataclass(frozen=True, kw_only=True)
class Measured:
    """The result of a measure: a value with its interval, what it was made of, and one sentence that says it.

    value, low, high    in `unit`; NaN where unknown. `low` and `high` are what `interval` says they are.
    n, n_of             how many of what the value rests on ("6 months", "214 invoice lines").
    interval            the interval's method and level, or "none: ..." with the reason.
    counted             True for a full count, which is exact and therefore judged by its value alone.
    claim               one sentence with the number, without a verdict.
    better              "lower", "higher" or "" where neither is good in itself.
    probability         that the true value is above zero, where that question makes sense; else NaN.
    numerator, denominator  the two totals of a ratio, so that nobody downstream recomputes.
    parts               tables behind the value by grouping ("month", "service", ...), for charts and tables.
    because             why it is not assessed, or what a reader must know beside the number.
    """

    unit: str = ""
    value: float = NAN
    low: float = NAN
    high: float = NAN
    n: int = 0
    n_of: str = "rows"
    interval: str = ""
    counted: bool = False
    claim: str = ""
    because: str = ""
    probability: float = NAN
    numerator: float = NAN
    denominator: float = NAN
    parts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    # the decorator `measure` fills these in
    id: str = ""
    label: str = ""
    better: str = ""
    definition: str = ""
    sources: tuple[dict[str, Any], ...] = ()

    @property
    def assessed(self) -> bool:
        """Whether there is a value; an infinite one ('never') is one."""
        return not math.isnan(self.value)

    def _repr_html_(self) -> str:
        from toolkit.show import measured_html

        return measured_html(self)

    def __str__(self) -> str:
        return self.claim if self.assessed else f"{self.label}: not assessed, because {self.because}"

    __repr__ = __str__


class NotAssessed(Exception):
    """Raised inside a measure that cannot be assessed; its text ends the sentence 'not assessed, because ...'."""


def measure(
    label: str, *, better: str = "", unit: str = ""
) -> Callable[[Callable[..., Measured]], Callable[..., Measured]]:
    """Name a measure and guard it: what it needs and does not have becomes *not assessed*, with the reason.

    `unit` is given where it is the same for every client, so that a goal in another unit is found before anything is measured.

    Positional parameters without a default are the tables the measure needs, those with the default None the tables it
    can do without. A table that is absent or empty makes the measure not assessed, or is passed as None. The id is
    `<area>.<function>`, also where the area is a package of several modules; the definition is the first paragraph of the
    docstring, the sources are the tables that were used. Sealed tables are opened for the function, and what it makes of
    them is withheld where it speaks for too few people.
    """

    def name(function: Callable[..., Measured]) -> Callable[..., Measured]:
        signature = inspect.signature(function)
        module = function.__module__.partition(".areas.")[2] or function.__module__.rpartition(".")[2]
        address = f"{module.partition('.')[0]}.{function.__name__}"
        definition = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())

        @functools.wraps(function)
        def guarded(*args: Any, **options: Any) -> Measured:
            bound = signature.bind(*args, **options)
            given = {key: value for key, value in bound.arguments.items() if _is_table(value)}
            reasons = {key: absence(key, table) for key, table in given.items() if absence(key, table)}
            needed = [reason for key, reason in reasons.items() if signature.parameters[key].default is inspect._empty]
            bound.arguments.update(dict.fromkeys(reasons))
            sources = _sources({key: table for key, table in given.items() if key not in reasons})
            sealed = [table for table in given.values() if isinstance(table, Sealed)]
            bound.arguments.update({key: open_sealed(value) for key, value in bound.arguments.items()})
            try:
                if needed:
                    raise NotAssessed(" and ".join(dict.fromkeys(reason.removesuffix(".") for reason in needed)))
                measured = function(*bound.args, **bound.kwargs)
                measured = _withheld(measured, sealed) if sealed else measured
            except NotAssessed as reason:
                measured = Measured(because=str(reason))
            return replace(measured, id=address, label=label, better=better, definition=definition, sources=sources)

        vars(guarded).update(is_measure=True, label=label, better=better, unit=unit)
        return guarded

    return name


def _withheld(measured: Measured, sealed: Sequence[Sealed]) -> Measured:
    """What a measure gave of confidential rows, without anything that speaks for too few people.

    Its `n` has to count people, and so has the column `n` of each of its parts.
    """
    floor = max(table.attrs["people_floor"] for table in sealed)
    reason = too_few(measured.n, floor) if measured.assessed else ""
    if reason:
        raise NotAssessed(reason)
    return replace(measured, parts={name: held_back(part, floor) for name, part in measured.parts.items()})


def _sources(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, Any], ...]:
    """Where the tables came from; a derived table names those that it was made of."""
    every = [item for key, table in tables.items() for item in table.attrs.get("sources", [source(key, table)])]
    return tuple({item["table"]: item for item in every}.values())


class Kept(tuple[Any, ...]):
    """A tuple of what nobody changes: pandas makes a deep copy of `attrs` for every slice, and this one is its own copy."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Kept:
        return self


class KeptMapping(dict[Any, Any]):
    """A mapping of what nobody changes: as `Kept`, for what is looked up by name."""

    def __deepcopy__(self, memo: dict[int, Any]) -> KeptMapping:
        return self


def _is_table(value: Any) -> bool:
    return hasattr(value, "columns") and hasattr(value, "attrs")


def absence(name: str, table: pd.DataFrame) -> str:
    """Why a table cannot be used, or '' when it can: it carries the reason itself, or it has no row."""
    return str(table.attrs.get("absent") or ("" if len(table) else f"{name} holds no row"))


def source(name: str, table: pd.DataFrame) -> dict[str, Any]:
    """Where a table came from: file name, rows of this case and the digest of all that the vendor has in that file."""
    return {
        "table": name,
        "file": str(table.attrs.get("file", "")),
        "rows": len(table),
        "digest": str(table.attrs.get("digest", "")),
    }


# --------------------------------------------------------------------------------------------------------------- Finding
@dataclass(frozen=True, kw_only=True)
class Finding:
    """One sentence with its number, interval, goal and verdict: the only thing that travels between notebooks."""

    id: str
    vendor: str
    period: str
    label: str = ""
    claim: str = ""
    value: float = NAN
    low: float = NAN
    high: float = NAN
    n: int = 0
    n_of: str = "rows"
    unit: str = ""
    interval: str = ""
    counted: bool = False
    better: str = ""
    probability: float = NAN
    numerator: float = NAN
    denominator: float = NAN
    goal: str = ""
    direction: str = ""
    target: float = NAN
    target_high: float = NAN
    due: str = ""
    owner: str = ""
    kind: str = ""  # of the goal: committed | stretch
    weight: float = NAN
    verdict: str = NO_GOAL
    because: str = ""
    definition: str = ""
    remark: str = ""
    reply: str = ""  # the vendor's own words
    sources: tuple[dict[str, Any], ...] = ()
    parts: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def area(self) -> str:
        """The name of the area that the finding comes from."""
        return self.id.split(".", 1)[0]

    @property
    def assessed(self) -> bool:
        """Whether there is a value."""
        return self.verdict != NOT_ASSESSED

    @property
    def aim(self) -> str:
        """What it is held against, as a reader says it: 'at most 2.0 %'; '' without a goal."""
        return _aim_words(self) if self.goal else ""

    @property
    def sentence(self) -> str:
        """The claim, or what is missing, in one sentence."""
        return self.claim if self.assessed else f"{self.label or self.id}: not assessed, because {self.because}"


def finding(measured: Measured, vendor: str, period: str, goal: Goal | None = None) -> Finding:
    """What a measure says about a vendor in a period, judged against a goal where there is one.

    A verdict is on the period. What is missed while its deadline is ahead stays *missed*, since nothing tells a level that is
    to be kept from one that is to be reached; that the deadline is ahead is said with it.
    """
    verdict, because = judge(measured, goal)
    if goal is not None and verdict == MISSED:
        because += ahead_words(goal, period)
    shared = {name: getattr(measured, name) for name in _SHARED}
    shared["unit"] = measured.unit or (goal.unit if goal else "")  # what is not assessed has no unit of its own
    aim = {} if goal is None else {name: getattr(goal, name) for name in _AIM}
    parts = {name: _records(table, measured.unit) for name, table in measured.parts.items()}
    return Finding(vendor=vendor, period=period, verdict=verdict, because=because, parts=parts, **shared, **aim)


_SHARED = (
    *("id", "label", "claim", "value", "low", "high", "n", "n_of", "unit", "interval", "counted", "better"),
    *("probability", "numerator", "denominator", "definition", "sources"),
)
_AIM = ("goal", "direction", "target", "target_high", "due", "owner", "kind", "weight")


def judge(measured: Measured, goal: Goal | None) -> tuple[str, str]:
    """The verdict on a measure, by its interval and not by its point, and the reason in words.

    *met* or *missed* only when the whole interval lies on one side of the target, else *unclear*. A full count is exact
    and judged by its value. A value that should have an interval and has none is *unclear*; an unknown value is *not
    assessed*. Own rule, after the reading of intervals against a limit in ISO 14253-1 (decision rules).
    """
    if not measured.assessed:
        return NOT_ASSESSED, measured.because or "there is no value"
    if goal is None:
        return NO_GOAL, measured.because
    if math.isnan(goal.target):
        return NOT_ASSESSED, f"goal {goal.goal} names no target"
    if goal.unit and goal.unit != measured.unit:
        return NOT_ASSESSED, f"goal {goal.goal} is in {goal.unit!r}, the measure in {measured.unit!r}"
    low, high = (measured.value, measured.value) if measured.counted else (measured.low, measured.high)
    aim = replace(goal, unit=measured.unit).words()
    if math.isnan(low) or math.isnan(high):
        return (
            UNCLEAR,
            f"there is no interval to hold against {aim}: {(measured.interval or measured.because).removeprefix('none: ')}",
        )
    bottom, top = goal.limits
    # a sum of pennies must not miss its target by the rounding of binary fractions
    low, high = _rounded(low), _rounded(high)
    shown = number(measured.value, measured.unit) if measured.counted else interval_words(measured)
    if measured.unit == YES_NO:
        return (MET if bottom <= low <= top else MISSED), f"{shown}, and agreed was: {aim}"
    if low >= bottom and high <= top:
        return MET, f"{shown}, within the goal of {aim}"
    if high < bottom or low > top:
        return MISSED, f"{shown}, outside the goal of {aim}"
    return UNCLEAR, f"{shown} lies on both sides of the goal of {aim}"


def ahead_words(goal: Goal, period: str) -> str:
    """', which is due on 31 December 2026' where a goal's deadline lies after the period, else ''."""
    try:
        due, last = date.fromisoformat(goal.due), Period.parse(period).end.end_time.date()
    except (ValueError, SettingsError):
        return ""
    return f", which is due on {due.day} {due.strftime('%B %Y')}" if due > last else ""


def side_of_zero(item: Measured | Finding) -> int:
    """1 or −1 where the whole interval of a difference lies above or below zero, else 0; a full count goes by its value."""
    low, high = (item.value, item.value) if item.counted else (item.low, item.high)
    return 1 if low > 0 else -1 if high < 0 else 0


def goal_from_row(row: Mapping[Any, Any]) -> Goal:
    """A Goal from one checked row of the table `goals`."""
    known = {item.name for item in fields(Goal)}
    values = {key: value for key, value in row.items() if key in known and value is not None and value == value}
    return Goal(**{**values, **{name: str(values.get(name, ""))[:10] for name in ("start", "due", "acknowledged")}})


# ------------------------------------------------------------------------------------------------------- numbers in words
def number(value: float, unit: str = "") -> str:
    """A number as a reader wants it: three figures that matter, thousands apart, shares as per cent, unit behind."""
    if value is None or math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "never" if unit == "months" else "without limit"  # a duration without end, such as a payback
    if unit == "share":
        return f"{value * 100:,.1f} %".replace("-", "−")
    if unit == YES_NO:
        return "done" if value >= 1 else "not done"
    digits = 0 if value == 0 or abs(value) >= 1000 else max(0, 2 - math.floor(math.log10(abs(value))))
    digits = min(digits, 4)
    if abs(value) >= 1000 or float(value).is_integer():
        text = f"{value:,.0f}"
    else:
        text = f"{value:,.{digits}f}"
    text = text.removeprefix("-") if float(text.replace(",", "")) == 0 else text
    return f"{text.replace('-', '−')} {unit}".strip()


def interval_words(measured: Measured | Finding) -> str:
    """'12.4 % (9.8 % to 15.0 %)', or the value alone where there is no interval, or one without width."""
    return spread_words(measured.value, measured.low, measured.high, measured.unit)


def spread_words(value: float, low: float, high: float, unit: str = "") -> str:
    """A value with its interval behind it, where that has a width: '17 minutes (16 to 18)'."""
    (value, low, high), unit = readable((value, low, high), unit)
    if math.isnan(low) or math.isnan(high) or low == high:
        return number(value, unit)
    bare = "share" if unit == "share" else ""
    return f"{number(value, unit)} ({number(low, bare)} to {number(high, bare)})"


def readable(values: tuple[float, float, float], unit: str) -> tuple[tuple[float, float, float], str]:
    """A value, its low and its high in the unit that reads best: hours as minutes where none of them reaches one."""
    known = [abs(value) for value in values if not math.isnan(value)]
    if unit != "hours" or not known or not 0 < max(known) < 1:
        return values, unit
    value, low, high = (math.nan if math.isnan(each) else float(round(60 * each, 1)) for each in values)
    return (value, low, high), "minutes"


def count_word(count: int) -> str:
    """A small count as a word ('three'), a large one in figures ('14')."""
    return SMALL[count] if 0 <= count < len(SMALL) else f"{count:,}"


def of_hundred(share: float) -> str:
    """'87 of 100', and never all or none of what was only simulated."""
    whole = round(share * 100)
    if whole >= 100:
        return "more than 99 of 100"
    return "fewer than 1 of 100" if whole < 1 else f"{whole} of 100"


def probability_words(probability: float) -> str:
    """A probability as a reader wants it: whole per cents, and never a certainty."""
    if math.isnan(probability):
        return "unknown"
    if probability > 0.995 or probability < 0.005:
        return "above 99 %" if probability > 0.5 else "below 1 %"
    return f"{probability * 100:.0f} %"


# ------------------------------------------------------------------------------------------------------- findings as files
def findings_text(findings: Sequence[Finding]) -> str:
    """Findings as JSON: sorted, no clock inside, unknown numbers as null; equal findings give equal text."""
    rows = sorted((vars(item) for item in findings), key=lambda row: (row["id"], row["goal"]))
    return json.dumps(_plain(rows), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_findings(path: Path, findings: Sequence[Finding]) -> Path:
    """Write a findings file, whole or not at all."""
    return write_whole(path, findings_text(findings))


def read_findings(path: Path) -> list[Finding]:
    """Read a findings file; unknown and infinite numbers become numbers again, unknown fields are left out."""
    types = {item.name: item.type for item in fields(Finding)}

    def value(name: str, given: Any) -> Any:
        if types[name] == "float":
            return NAN if given is None else float(given)
        return tuple(given) if name == "sources" else given

    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Finding(**{name: value(name, given) for name, given in row.items() if name in types}) for row in rows]


def _records(table: pd.DataFrame, unit: str) -> list[dict[str, Any]]:
    """The rows of a table by column, in Python's own types; each says its unit where it is not that of the measure."""
    names = [str(name) for name in table.columns]
    columns = [table[name].tolist() for name in table.columns]
    own = str(table.attrs.get("unit", unit))
    more = {"unit": own} if own != unit and "unit" not in names else {}
    return [dict(zip(names, row, strict=True)) | more for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    """JSON's own types: days and months as text, unknown as None, infinite as text, floats at 12 significant digits."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if hasattr(value, "item") and not isinstance(value, float):
        return _plain(value.item())
    if isinstance(value, float):
        return None if math.isnan(value) else str(value) if math.isinf(value) else _rounded(value)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return None if text in ("NaT", "<NA>") else text.removesuffix("T00:00:00")


def _rounded(value: float) -> float:
    """A number at 12 significant digits: the order in which it was summed no longer shows."""
    return value if math.isinf(value) else float(f"{value:.12g}")
