"""The quality tables of the invented sample client, with truths planted in them; `make_sample.py` writes the files.

Every draw comes from a seeded generator of the vendor's own. Time is counted in whole minutes of UTC since `EPOCH`, and
agreed hours by adding up the open minutes of each calendar: nothing here rests on the toolkit that is tested with it.

How a ticket comes about: a number of minutes of work is drawn for it, in the vendor's service hours, and laid out in steps
(taken up, worked on, waiting for somebody, passed on, resolved, reopened, closed). Steps become changes, pauses and the
ticket's last state as of the night after the last day: what would happen later is cut off. What the *contract* says of a
ticket, what the vendor *reports* of it and what would have become of it *unmanaged* are counted apart.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

SEEDS = {"alder": 11, "birch": 208, "cedar": 754, "elm": 15}
Row = dict[str, Any]
Step = tuple[Any, ...]
LONDON = "Europe/London"
EPOCH, HORIZON = datetime(2024, 9, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][9:33]
QUARTERS = sorted({f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}" for month in MONTHS})
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEK = 7 * 24 * 60


# --------------------------------------------------------------------------------------------------------------- clocks
def minute(day: date, minutes: int = 0, zone: str = LONDON) -> int:
    """The minute at which the clocks of a zone show so many minutes past midnight."""
    wall = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(minutes=minutes)
    return round((wall.astimezone(UTC) - EPOCH).total_seconds()) // 60


def at(text: str) -> int:
    """The minute of a wall-clock time in London such as `2025-03-29 21:10`; of one that comes twice, the first."""
    moment = datetime.fromisoformat(text)
    return minute(moment.date(), moment.hour * 60 + moment.minute)


STARTS = [minute(date.fromisoformat(f"{month}-01")) for month in [*MONTHS, "2026-10"]]
END = STARTS[-1]  # the night in which the tables were drawn


def month_of(moment: int) -> str:
    """The month in which a minute lies, by the clocks of London."""
    return MONTHS[min(bisect_right(STARTS, moment) - 1, len(MONTHS) - 1)] if moment < END else "2026-10"


def quarter(month: str) -> str:
    """The quarter of a month."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


class Hours(NamedTuple):
    """Service hours: how many open minutes lie before each minute."""

    before: np.ndarray

    def between(self, start: int, end: int) -> int:
        """Open minutes from one moment to another."""
        return int(self.before[end] - self.before[start])

    def after(self, start: int, minutes: int) -> int:
        """The moment at which so many open minutes have passed; closing time is one."""
        if minutes <= 0:
            return start
        return int(np.searchsorted(self.before, self.before[start] + minutes))


BANK_HOLIDAYS = {
    "2024-12-25": "Christmas Day",
    "2024-12-26": "Boxing Day",
    "2025-01-01": "New Year's Day",
    "2025-04-18": "Good Friday",
    "2025-04-21": "Easter Monday",
    "2025-05-05": "Early May bank holiday",
    "2025-05-26": "Spring bank holiday",
    "2025-08-25": "Summer bank holiday",
    "2025-12-25": "Christmas Day",
    "2025-12-26": "Boxing Day",
    "2026-01-01": "New Year's Day",
    "2026-04-03": "Good Friday",
    "2026-04-06": "Easter Monday",
    "2026-05-04": "Early May bank holiday",
    "2026-05-25": "Spring bank holiday",
    "2026-08-31": "Summer bank holiday",
    "2026-12-25": "Christmas Day",
    "2026-12-28": "Boxing Day, in lieu",
}
# Name: zone, hours Monday to Sunday, holidays
CALENDARS = {
    "Office hours": (LONDON, ("09:00-17:30",) * 5 + ("", ""), BANK_HOLIDAYS),
    "Desk hours": (
        LONDON,
        ("08:00-20:00",) * 5 + ("09:00-13:00", ""),
        {day: name for day, name in BANK_HOLIDAYS.items() if name.startswith(("Christmas", "Boxing", "New Year"))},
    ),
    "Restore hours": (
        "Europe/Amsterdam",
        ("08:00-12:00, 13:00-18:00",) * 5 + ("", ""),
        {
            "2024-12-25": "First day of Christmas",
            "2024-12-26": "Second day of Christmas",
            "2025-01-01": "New Year's Day",
            "2025-04-21": "Easter Monday",
            "2025-05-29": "Ascension Day",
            "2025-06-09": "Whit Monday",
            "2025-12-25": "First day of Christmas",
            "2025-12-26": "Second day of Christmas",
            "2026-01-01": "New Year's Day",
            "2026-04-06": "Easter Monday",
            "2026-04-27": "King's Day",
            "2026-05-14": "Ascension Day",
            "2026-05-25": "Whit Monday",
            "2026-12-25": "First day of Christmas",
        },
    ),
}


@cache
def hours(name: str) -> Hours:
    """The hours of a calendar; without a name, every hour."""
    count = round((HORIZON - EPOCH).total_seconds()) // 60
    if not name:
        return Hours(np.arange(count + 1))
    zone, week, closed = CALENDARS[name]
    open_ = np.zeros(count, dtype=np.int32)
    for days in range(1, count // 1440 - 1):
        day = EPOCH.date() + timedelta(days=days)
        for window in filter(None, week[day.weekday()].split(", ")) if day.isoformat() not in closed else ():
            first, last = (int(text[:2]) * 60 + int(text[3:]) for text in window.split("-"))
            open_[minute(day, first, zone) : minute(day, last, zone)] = 1
    return Hours(np.concatenate([[0], np.cumsum(open_)]))


def office() -> Hours:
    """The hours in which the client answers."""
    return hours("Office hours")


# --------------------------------------------------------------------------------------------------------- what is agreed
class Level(NamedTuple):
    """One agreed service level."""

    vendor: str
    level: str
    measure: str
    kind: str
    priority: int | None
    limit: int  # minutes
    target: str
    threshold: str
    weight: int
    calendar: str
    stops: str
    exclusions: str
    service: str = ""
    valid_from: str = "2024-10-01"
    valid_to: str = ""


CLIENT, BOTH = ("client", "maintenance|client"), "client_or_third_party"
LEVELS = (
    Level("alder", "P1 resolution", "resolution", "incident", 1, 240, "0.90", "0.75", 2, "Desk hours", *CLIENT),
    Level("alder", "P2 resolution", "resolution", "incident", 2, 480, "0.90", "0.80", 3, "Desk hours", *CLIENT),
    Level("alder", "P3 resolution", "resolution", "incident", 3, 1440, "0.90", "0.80", 3, "Desk hours", *CLIENT,
          valid_to="2025-09-30"),
    Level("alder", "P3 resolution", "resolution", "incident", 3, 1440, "0.92", "0.80", 3, "Desk hours", *CLIENT,
          valid_from="2025-10-01"),
    Level("alder", "First response", "response", "", None, 60, "0.90", "0.80", 1, "Desk hours", "never", "client"),
    Level("alder", "Calls answered in 30 s", "other", "", None, 0, "0.85", "0.75", 1, "", "", ""),
    Level("birch", "P1 resolution", "resolution", "incident", 1, 240, "0.85", "0.70", 1, "", *CLIENT, "Hosting"),
    Level("birch", "P2 resolution", "resolution", "incident", 2, 480, "0.90", "0.80", 3, "", *CLIENT, "Hosting"),
    Level("birch", "P3 resolution", "resolution", "incident", 3, 1440, "0.90", "0.80", 2, "", *CLIENT, "Hosting"),
    Level("birch", "Restore requests", "resolution", "request", None, 960, "0.90", "0.75", 1, "Restore hours", *CLIENT,
          "Backup"),
    Level("birch", "Availability", "availability", "", None, 0, "0.995", "0.98", 3, "", "", "maintenance", "Hosting"),
    Level("birch", "Backup success", "other", "", None, 0, "0.98", "0.94", 2, "", "", "", "Backup"),
    Level("cedar", "P2 response", "response", "incident", 2, 60, "0.95", "0.85", 1, "Office hours", "never", "client"),
    Level("cedar", "P2 resolution", "resolution", "incident", 2, 480, "0.90", "0.80", 3, "Office hours", BOTH,
          "client"),
    Level("cedar", "P3 resolution", "resolution", "incident", 3, 1440, "0.90", "0.75", 2, "Office hours", BOTH,
          "client"),
    Level("dogwood", "P1 resolution", "resolution", "incident", 1, 240, "0.95", "0.85", 1, "", "client", "client",
          valid_from="2026-08-01"),
    Level("dogwood", "Availability", "availability", "", None, 0, "0.999", "0.99", 1, "", "", "maintenance",
          valid_from="2026-08-01"),
    Level("elm", "P2 resolution", "resolution", "incident", 2, 480, "0.90", "0.80", 3, "Office hours", "client",
          "client"),
    Level("elm", "P3 resolution", "resolution", "incident", 3, 960, "0.90", "0.80", 3, "Office hours", "client",
          "client"),
)  # fmt: skip
TIMED = ("response", "resolution")


def in_force(vendor: str, month: str) -> list[Level]:
    """A vendor's levels on the first day of a month."""
    day = f"{month}-01"
    return [x for x in LEVELS if x.vendor == vendor and x.valid_from <= day <= (x.valid_to or "9999")]


# Credits. Money in pence and shares in hundredths of a per cent, so that every sum is one of whole numbers.
WHOLE = 10_000
LADDERS = {  # vendor and level: below, what the contract calls it, points or share of the amount at risk
    ("cedar", "P2 response"): ((9500, "minor", 1), (9200, "serious", 2), (8800, "severe", 3), (8500, "failure", 4)),
    ("cedar", "P2 resolution"): ((9000, "minor", 1), (8700, "serious", 2), (8400, "severe", 3), (8000, "failure", 4)),
    ("birch", "Availability"): ((9950, "minor", 4000), (9900, "severe", 7000)),
    ("birch", "Backup success"): ((9800, "minor", 1250), (9600, "serious", 2000), (9400, "severe", 5000)),
    ("birch", "P2 resolution"): ((9000, "minor", 1500), (8000, "severe", 4000)),
}


class Terms(NamedTuple):
    """By what a missed level becomes money, from one day on."""

    vendor: str
    model: str
    charges: int  # pence a month
    rate: int  # of the charges: for a point, or at risk
    repeat: int | None
    cap: int | None  # of the charges
    earn_back_months: int | None
    earn_back_at: int | None
    valid_from: str
    valid_to: str


TERMS = (
    Terms("cedar", "service_points", 8_800_000, 125, 2, None, None, None, "2024-10-01", "2025-09-30"),
    Terms("cedar", "service_points", 9_064_000, 125, 2, None, None, None, "2025-10-01", ""),
    Terms("birch", "at_risk", 12_000_000, 1000, None, 1000, 3, 9800, "2024-07-01", "2025-06-30"),
    Terms("birch", "at_risk", 11_000_000, 1000, None, 1000, 3, 9800, "2025-07-01", ""),
)
# Months in which birch's availability and backups were planted to miss: minutes down, share of backups that worked
DOWN = {"2024-12": 280, "2025-03": 560, "2025-04": 270, "2025-09": 300, "2026-01": 620, "2026-05": 290, "2026-08": 285}
BACKUPS = {
    **{"2024-12": 0.972, "2025-03": 0.930, "2025-05": 0.975, "2025-12": 0.955},
    **{"2026-05": 0.954, "2026-06": 0.972, "2026-09": 0.976},
}
# Which of the credit notes among the invoices is for what: month of the note -> month and level of the miss
NOTED_FOR = {
    ("birch", "2025-01"): ("2024-12", "Backup success"),
    ("birch", "2026-06"): ("2026-05", "Backup success"),
    ("cedar", "2025-08"): (None, None),  # the first point of the last miss before it that was due for more
}


# ---------------------------------------------------------------------------------------------------------------- tickets
class Desk(NamedTuple):
    """How a vendor's tickets come about. Medians and spreads are of work, in minutes, as lognormal."""

    prefix: str
    service: str
    calendar: str
    mean: float  # tickets a month
    late: float  # share opened outside the hours
    mix: dict[int, float]  # priority -> share
    median: dict[int, float]
    spread: dict[int, float]
    taken_up: tuple[float, float]  # median and spread of the time to the acknowledgement
    teams: tuple[str, ...]
    client_waits: tuple[float, float, float]  # share of tickets, median and spread in the client's office hours
    others_wait: float  # share that waits for a third party
    client_caused: float
    reopened: float
    clock: str  # how its moments are written: local, offset or utc


TEAMS = {
    "alder": ("Second line", "Field support", "Accounts"),
    "birch": ("Servers", "Storage", "Network"),
    "cedar": ("Billing screens", "Interfaces", "Reports"),
    "elm": ("Devices", "Print", "Depot"),
}
REST = 1800.0  # median of requests, which no level covers but birch's restores
DESKS = {
    "alder": Desk(
        "ALD", "Service desk", "Desk hours", 116, 0.06, {1: 0.02, 2: 0.18, 3: 0.65, 4: 0.15},
        {1: 45, 2: 66, 3: 132, 4: REST}, {1: 0.7, 2: 0.8, 3: 0.8, 4: 1.2}, (14, 0.85), TEAMS["alder"],
        (0.10, 120, 0.8), 0.03, 0.05, 0.0, "local",
    ),
    "birch": Desk(
        "BIR", "Hosting", "", 80, 0.0, {1: 0.03, 2: 0.33, 3: 0.50, 4: 0.14},
        {1: 70, 2: 180, 3: 540, 4: 300}, {1: 0.6, 2: 0.6, 3: 0.6, 4: 0.6}, (9, 0.8), TEAMS["birch"],
        (0.40, 300, 0.9), 0.02, 0.14, 0.05, "offset",
    ),
    "cedar": Desk(
        "CED", "Application maintenance", "Office hours", 98, 0.04, {1: 0.02, 2: 0.31, 3: 0.53, 4: 0.14},
        {1: 80, 2: 180, 3: 600, 4: REST}, {1: 0.6, 2: 0.66, 3: 0.70, 4: 1.2}, (14.1, 0.8), TEAMS["cedar"],
        (0.15, 150, 0.8), 0.05, 0.04, 0.06, "utc",
    ),
    "elm": Desk(
        "ELM", "Workplace devices", "Office hours", 106, 0.05, {1: 0.02, 2: 0.24, 3: 0.62, 4: 0.12},
        {1: 90, 2: 216, 3: 420, 4: REST}, {1: 0.6, 2: 0.8, 3: 0.75, 4: 1.2}, (20, 0.9), TEAMS["elm"],
        (0.10, 120, 0.7), 0.03, 0.04, 0.04, "local",
    ),
}  # fmt: skip
REASONS = {"client": ("Answer of the user", "Approval", "Access to the site"), "third_party": ("Part from the maker",)}
# birch: one true step for the better
STEP_MONTH, STEP_FACTOR = "2025-11", 0.62
HARDER = 2.6  # by how much longer birch works on what the client caused
# birch: a change of clocks inside the ticket; opened and resolved by the clocks of London
CLOCK_CHANGES = (
    ("2024-10-26 20:00", "2024-10-27 03:40"),
    ("2025-03-29 21:10", "2025-03-30 05:50"),
    ("2025-10-25 21:20", "2025-10-26 05:05"),
    ("2026-03-28 22:30", "2026-03-29 06:50"),
)
MAINTENANCE = (60, 360)  # second Sunday of a month, 01:00 to 06:00
# alder: the share that comes back, from the first month to the last
COMES_BACK, FOLLOWED_UP = (0.08, 0.25), (0.03, 0.09)
# elm: from when, and what share of the tickets that would have been late
MANAGED_FROM, COVERED_FROM = "2025-07", "2025-10"
BUNCHED, LOWERED, REOPENED, COVERED = 0.80, 0.60, 0.60, 0.50
WAITS_GROW = (0.02, 8.0)  # a month from then on: share of tickets that wait for the client, minutes of the median


@dataclass(eq=False)
class Ticket:
    """A ticket as it is planned, and what became of it by the night of the tables."""

    vendor: str
    kind: str
    service: str
    calendar: str
    group: str
    first_priority: int
    opened: int
    steps: list[Step]
    work: int  # minutes of service hours that it would have taken if nobody had managed it
    caused_by: str = ""
    excluded: str = ""
    outage: str = ""
    mitigated: int | None = None
    parent: Ticket | None = None
    planted: str = ""
    number: str = ""
    events: list[tuple[int, str, str, str]] = field(default_factory=list)
    pauses: list[tuple[int, int | None, str, str]] = field(default_factory=list)
    state: str = "new"
    priority: int = 0
    resolved: int | None = None
    closed: int | None = None
    ended: int | None = None  # when it was resolved, or else closed
    acknowledged: int | None = None
    reopens: int = 0

    def last(self, what: str, first: str) -> str:
        """The last value of one of its fields."""
        return next((new for _, name, _, new in reversed(self.events) if name == what), first)

    def moments(self, state: str) -> list[int]:
        """When it came into a state."""
        return [moment for moment, name, _, new in self.events if name == "state" and new == state]

    def settle(self) -> Ticket:
        """Take its last state from its changes."""
        self.state, self.priority = self.last("state", "new"), int(self.last("priority", str(self.first_priority)))
        done, over = self.state in ("resolved", "closed"), self.state in ("closed", "cancelled")
        self.resolved = (self.moments("resolved") or [None])[-1] if done else None
        self.closed = self.moments(self.state)[-1] if over else None
        self.ended = self.closed if self.resolved is None else self.resolved
        self.acknowledged = (self.moments("active") or [None])[0]
        left = [new for _, name, old, new in self.events if name == "state" and old in ("resolved", "closed")]
        self.reopens = left.count("active")
        return self


def play(ticket: Ticket) -> Ticket:
    """Let a ticket's steps happen, up to the night of the tables."""
    clock, now = hours(ticket.calendar), ticket.opened
    values = {"state": "new", "priority": str(ticket.first_priority), "group": ticket.group}
    events, pauses = [], []

    def change(what: str, new: str) -> None:
        if values[what] != new:
            events.append((now, what, values[what], new))
            values[what] = new

    for step in ticket.steps:
        if now >= END:
            break
        match step:
            case ("work", minutes):
                now = clock.after(now, minutes)
            case ("later", minutes):
                now += minutes
            case ("wait", party, parts):  # (minutes of office hours after the start, length, reason)
                change("state", f"waiting_{party}")
                spans = [
                    (office().after(now, begin), office().after(now, begin + long), why) for begin, long, why in parts
                ]
                pauses += [(start, end, party, why) for start, end, why in spans]
                now = max(end for _, end, _ in spans)
                change("state", "active")
            case (what, new):
                change(what, str(new))
    ticket.events = [event for event in events if event[0] < END]
    ticket.pauses = [(a, b if b < END else None, party, why) for a, b, party, why in pauses if a < END]
    return ticket.settle()


def course(taken_up: int, work: int, extras: Iterable[tuple[float, Step]]) -> list[Step]:
    """The steps up to the end of the work: what else happens lies at shares of it."""
    steps: list[Step] = [("work", taken_up), ("state", "active")]
    done = taken_up
    for part, step in sorted(extras, key=lambda extra: extra[0]):
        until = max(done, round(part * work))
        steps += [("work", until - done), step]
        done = until
    return [*steps, ("work", work - done)]


RESOLVE: list[Step] = [("state", "resolved"), ("later", 5 * 1440), ("state", "closed")]


def lognormal(rng: np.random.Generator, median: float, spread: float, least: int = 5) -> int:
    """A draw in whole minutes."""
    return max(least, round(median * math.exp(rng.normal(0, spread))))


def chosen(rng: np.random.Generator, shares: dict[int, float]) -> int:
    """A key, with the probability that it names."""
    return int(rng.choice(list(shares), p=list(shares.values())))


def openings(rng: np.random.Generator, desk: Desk, month: str) -> list[int]:
    """When a month's tickets are opened: within the hours, and a few on evenings."""
    place = MONTHS.index(month)
    start, end, clock = STARTS[place], STARTS[place + 1], hours(desk.calendar)
    first, last = int(clock.before[start]), int(clock.before[end])
    times = []
    for _ in range(int(rng.poisson(desk.mean))):
        if rng.random() < desk.late:
            day = date.fromisoformat(f"{month}-01") + timedelta(days=int(rng.integers(0, 28)))
            times.append(minute(day, int(rng.integers(20 * 60 + 5, 23 * 60))))
        else:
            times.append(clock.after(start, int(rng.integers(1, last - first))))
    return times


def waits(rng: np.random.Generator, party: str, median: float, spread: float) -> Step:
    """A wait for a party; one in eight consists of two that overlap."""
    long, reasons = lognormal(rng, median, spread), REASONS[party]
    parts = [(0, long, reasons[int(rng.integers(len(reasons)))])]
    if long > 60 and rng.random() < 0.125:
        parts.append((long // 2, long, "Access to the site"))
    return ("wait", party, tuple(parts))


def ordinary_extras(rng: np.random.Generator, desk: Desk, share: float, median: float) -> list[tuple[float, Step]]:
    """What happens to a ticket of any vendor: it waits, and passes from team to team."""
    extras: list[tuple[float, Step]] = []
    if rng.random() < share:
        extras.append((rng.uniform(0.1, 0.9), waits(rng, "client", median, desk.client_waits[2])))
    if rng.random() < desk.others_wait:
        extras.append((rng.uniform(0.1, 0.9), waits(rng, "third_party", 360, 0.8)))
    for _ in range(int(rng.choice([0, 1, 2], p=[0.72, 0.22, 0.06]))):
        extras.append((rng.uniform(0.05, 0.6), ("group", desk.teams[int(rng.integers(len(desk.teams)))])))
    return extras


def reopening(work: int, extras: list[tuple[float, Step]]) -> list[tuple[float, Step]]:
    """Resolved halfway, found wanting later: all of it within the same minutes."""
    before = [(part * 0.5, step) for part, step in extras]
    return [*before, (0.5, ("state", "resolved")), (0.75, ("state", "active"))]


def ordinary(rng: np.random.Generator, vendor: str, opened: int, **more: Any) -> Ticket:
    """A ticket that nobody manages. `more` may replace what is drawn."""
    desk = DESKS[vendor]
    priority = chosen(rng, desk.mix)
    caused = ("client", "third_party", "vendor", "")[
        int(rng.choice(4, p=[c := desk.client_caused, 0.03, 0.6, 0.37 - c]))
    ]
    taken_up = lognormal(rng, *desk.taken_up, least=1)
    work = lognormal(rng, desk.median[priority], desk.spread[priority])
    request = priority == 4
    if request and vendor != "birch" and rng.random() < 0.03:
        work *= 40  # lies about for months
    if vendor == "birch":
        work = round(
            work * (STEP_FACTOR if month_of(opened) >= STEP_MONTH else 1) * (HARDER if caused == "client" else 1)
        )
    work = max(work, taken_up + 5)
    share, median, _ = more.get("client_waits", desk.client_waits)
    extras = ordinary_extras(rng, desk, share, median)
    retriage, ending = rng.random(), RESOLVE
    if rng.random() < desk.reopened:
        extras = reopening(work, extras)
    elif request and rng.random() < 0.05:
        ending = [("state", "cancelled")] if rng.random() < 0.6 else [("state", "closed")]
    if priority == 3 and retriage < 0.02 and vendor in ("alder", "elm"):
        extras.append((rng.uniform(0.02, 0.2), ("priority", 2 if retriage < 0.01 else 4)))
    problem = request and vendor == "birch" and retriage < 0.25
    restore = request and vendor == "birch" and not problem
    if problem:
        extras, work = [], work * 200  # a cause that is looked for during weeks
    return Ticket(
        vendor,
        "problem" if problem else "request" if request else "incident",
        "Backup" if restore else desk.service,
        "Restore hours" if restore else desk.calendar,
        desk.teams[int(rng.integers(len(desk.teams)))],
        priority,
        opened,
        course(taken_up, work, extras) + ending,
        work,
        caused,
        outage="no" if priority == 1 else "",
    )


def alder_tickets(rng: np.random.Generator) -> list[Ticket]:
    """Quick to resolve, and ever more comes back: reopened, or as a new ticket that goes on with the old one."""
    tickets = []
    for place, month in enumerate(MONTHS):
        back, followed = (low + (high - low) * place / (len(MONTHS) - 1) for low, high in (COMES_BACK, FOLLOWED_UP))
        for opened in openings(rng, DESKS["alder"], month):
            ticket = ordinary(rng, "alder", opened)
            incident = ticket.first_priority < 4
            if incident and rng.random() < back:
                come_back(rng, ticket)
            tickets.append(play(ticket))
            if incident and ticket.resolved and rng.random() < followed:
                again = ordinary(rng, "alder", hours("Desk hours").after(ticket.resolved, lognormal(rng, 1300, 0.6)))
                again.parent, again.group, again.planted = ticket, ticket.group, "follow_up"
                tickets.append(play(again))
    return tickets


def come_back(rng: np.random.Generator, ticket: Ticket) -> None:
    """Resolved, and found not to be, once or twice."""
    scale = 0.45 if ticket.first_priority < 3 else 1.0
    ticket.planted = "came_back"
    steps = ticket.steps[: -len(RESOLVE)]
    for _ in range(2 if rng.random() < 0.15 else 1):
        found, mended = (lognormal(rng, median * scale, 0.6) for median in (190, 95))
        steps += [("state", "resolved"), ("work", found), ("state", "active"), ("work", mended)]
    ticket.steps = steps + RESOLVE


def birch_tickets(rng: np.random.Generator) -> list[Ticket]:
    """Much waits for the client, and much is its doing; outages, maintenance, and clocks that change."""
    tickets = []
    for month in MONTHS:
        tickets += [unstraddled(ordinary(rng, "birch", opened)) for opened in openings(rng, DESKS["birch"], month)]
        outages = [lognormal(rng, 22, 0.6) for _ in range(int(rng.integers(1, 4)))]
        for down in [*outages, *([DOWN[month]] if month in DOWN else [])]:
            tickets.append(play(outage(rng, month, down)))
        tickets += [play(ticket) for ticket in maintenance(rng, month)]
    return tickets + [play(clock_change(rng, *map(at, pair))) for pair in CLOCK_CHANGES]


def outage(rng: np.random.Generator, month: str, down: int) -> Ticket:
    """An incident during which nothing worked."""
    start = STARTS[MONTHS.index(month)] + int(rng.integers(2 * 1440, 26 * 1440))
    taken_up, work = int(rng.integers(2, 9)), down + lognormal(rng, 40, 0.5)
    more = {
        "caused_by": "vendor",
        "outage": "yes",
        "mitigated": start + down,
        "planted": "outage" if down > 200 else "",
    }
    team = TEAMS["birch"][int(rng.integers(3))]
    return Ticket(
        "birch", "incident", "Hosting", "", team, 1, start, course(taken_up, work, []) + RESOLVE, work, **more
    )


def maintenance(rng: np.random.Generator, month: str) -> list[Ticket]:
    """Alarms of the window that was agreed on; somebody closes them on Monday."""
    first = date.fromisoformat(f"{month}-01")
    sunday = first + timedelta(days=(6 - first.weekday()) % 7 + 7)
    start, end = (minute(sunday, moment) for moment in MAINTENANCE)
    tickets = []
    for _ in range(int(rng.integers(1, 3))):
        opened = start + int(rng.integers(3, 40))
        monday = minute(sunday + timedelta(days=1), int(rng.integers(9 * 60, 12 * 60)))
        steps = course(int(rng.integers(5, 30)), monday - opened, []) + RESOLVE
        more = {"excluded": "maintenance", "outage": "yes", "mitigated": end - int(rng.integers(1, 60))}
        tickets.append(Ticket("birch", "incident", "Hosting", "", "Servers", 2, opened, steps, monday - opened, **more))
    return tickets


def clock_change(rng: np.random.Generator, opened: int, resolved: int) -> Ticket:
    """A ticket during which clocks change; its hours by the clocks on the wall are one more or less than passed."""
    steps = course(int(rng.integers(3, 12)), resolved - opened, []) + RESOLVE
    more = {"caused_by": "vendor", "planted": "clock_change"}
    return Ticket("birch", "incident", "Hosting", "", "Servers", 2, opened, steps, resolved - opened, **more)


def cedar_tickets(rng: np.random.Generator) -> list[Ticket]:
    """The same distribution in every month."""
    desk = DESKS["cedar"]
    return [unstraddled(ordinary(rng, "cedar", opened)) for month in MONTHS for opened in openings(rng, desk, month)]


def unstraddled(ticket: Ticket) -> Ticket:
    """A ticket on whose level credits rest lies within one month, so that it counts there by every convention."""
    play(ticket)
    levels = [x for x in in_force(ticket.vendor, month_of(ticket.opened)) if (x.vendor, x.level) in LADDERS]
    levels = [level for level in levels if level.measure in TIMED and applies(level, ticket)]
    while (
        levels and len({month_of(ticket.opened), *(month_of(x) for level in levels for x in ends(level, ticket))}) > 1
    ):
        if ticket.opened - WEEK < STARTS[0]:
            raise ValueError(f"{ticket.vendor}: a ticket fits into no month; choose another seed")
        ticket.opened -= WEEK
        play(ticket)
    return ticket


def elm_tickets(rng: np.random.Generator) -> list[Ticket]:
    """Late as often as before, and ever less to be seen of it."""
    tickets = []
    for month in MONTHS:
        since = max(0, months_between(MANAGED_FROM, month) + 1)
        share, median, spread = DESKS["elm"].client_waits
        grown = (share + WAITS_GROW[0] * since, median + WAITS_GROW[1] * since, spread)
        for opened in openings(rng, DESKS["elm"], month):
            ticket = ordinary(rng, "elm", opened, client_waits=grown)
            if month >= MANAGED_FROM and ticket.first_priority in (2, 3):
                manage(rng, ticket, month)
            tickets.append(play(ticket))
    return tickets


def manage(rng: np.random.Generator, ticket: Ticket, month: str) -> None:
    """What is done to a ticket that is about to be late; nothing in most cases, and never two things at once."""
    limit = {2: 480, 3: 960}[ticket.first_priority]
    late, work = ticket.work / limit, ticket.work
    bunched, lowered, reopened, covered = (rng.random() < share for share in (BUNCHED, LOWERED, REOPENED, COVERED))
    taken_up = min(ticket.steps[0][1], limit // 2)
    extras = [(rng.uniform(0.05, 0.6), ("group", DESKS["elm"].teams[0]))] if rng.random() < 0.25 else []
    again: list[Step] = []
    if late <= 1:
        return
    if ticket.first_priority == 2 and lowered:
        ticket.planted = "lowered"
        extras.append((rng.uniform(0.75, 0.97) * limit / work, ("priority", 3)))
    elif ticket.first_priority == 3 and late <= 1.2 and bunched:
        ticket.planted, work = "bunched", round(rng.uniform(0.952, 0.998) * limit)
    elif 1.2 < late <= 1.7 and reopened:
        ticket.planted, first = "reopened", round(rng.uniform(0.80, 0.99) * limit)
        found = int(rng.integers(15, 90))
        again = [("state", "resolved"), ("later", 2), ("state", "closed"), ("work", found), ("state", "active")]
        again += [("work", max(work - first - found, 20))]
        work = first
    elif month >= COVERED_FROM and covered:
        ticket.planted, seen = "covered", round(rng.uniform(0.60, 0.93) * limit)
        extras.append((rng.uniform(0.3, 0.8), ("wait", "client", ((0, work - seen, "Answer of the user"),))))
        work = seen
    else:
        return
    ticket.steps = course(taken_up, work, extras) + again + RESOLVE


def months_between(first: str, last: str) -> int:
    """How many months one lies after another."""
    return MONTHS.index(last) - MONTHS.index(first)


MADE: dict[str, Callable[[np.random.Generator], list[Ticket]]] = {
    "alder": alder_tickets,
    "birch": birch_tickets,
    "cedar": cedar_tickets,
    "elm": elm_tickets,
}


def tickets_of(vendor: str) -> list[Ticket]:
    """A vendor's tickets, numbered in the order in which they were opened; none for a vendor without a desk."""
    if vendor not in MADE:
        return []
    made = MADE[vendor](np.random.default_rng([SEEDS[vendor], 2026]))
    tickets = sorted((ticket for ticket in made if ticket.opened < END), key=lambda ticket: ticket.opened)
    for place, ticket in enumerate(tickets):
        ticket.number = f"{DESKS[vendor].prefix}{10_001 + place}"
    return tickets


# ------------------------------------------------------------------------------------------------------------- judging them
def applies(level: Level, ticket: Ticket) -> bool:
    """Whether a level is for a ticket: by its kind, its service and its last priority."""
    return (
        level.vendor == ticket.vendor
        and level.kind in ("", ticket.kind)
        and level.priority in (None, ticket.priority)
        and level.service in ("", ticket.service)
    )


def stopped(ticket: Ticket, parties: Sequence[str]) -> list[tuple[int, int]]:
    """The stretches in which it waited for one of some parties; overlaps count once."""
    spans = sorted((start, END if end is None else end) for start, end, party, _ in ticket.pauses if party in parties)
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


STOPPING = {"": (), "never": (), "client": ("client",), "client_or_third_party": ("client", "third_party")}


def end_of(level: Level, ticket: Ticket) -> int | None:
    """When what the level is about was done."""
    return ticket.acknowledged if level.measure == "response" else ticket.ended


def on_the_clock(ticket: Ticket, calendar: str, end: int, stops: Sequence[str]) -> int:
    """Agreed minutes from the opening to an end, less those in which it waited for one of some parties."""
    clock = hours(calendar)
    waited = [(start, min(over, end)) for start, over in stopped(ticket, stops) if start < end]
    return clock.between(ticket.opened, end) - sum(clock.between(*span) for span in waited)


def due(level: Level, ticket: Ticket) -> int:
    """When its limit was reached, or would have been if it had gone on."""
    clock, left, now = hours(level.calendar), level.limit, ticket.opened
    for start, end in stopped(ticket, STOPPING[level.stops]):
        if clock.between(now, start) >= left:
            break
        left -= clock.between(now, start)
        now = end
    return clock.after(now, left)


def ends(level: Level, ticket: Ticket) -> tuple[int, int]:
    """When its limit was reached, and when it ended, or else the night of the tables."""
    end = end_of(level, ticket)
    return due(level, ticket), END if end is None else end


def excluded(level: Level, ticket: Ticket) -> bool:
    """Whether the contract leaves it out."""
    words = level.exclusions.split("|")
    return bool(ticket.excluded and ticket.excluded in words) or bool(ticket.caused_by and ticket.caused_by in words)


def kept(level: Level, ticket: Ticket, stops: Sequence[str] | None = None) -> bool | None:
    """Whether it kept a level; None where it is open and within its limit. `stops`: whose waiting stops the clock instead."""
    end = end_of(level, ticket)
    stops = STOPPING[level.stops] if stops is None else stops
    in_time = on_the_clock(ticket, level.calendar, END if end is None else end, stops) <= level.limit
    return None if end is None and in_time else in_time


def counted(ticket: Ticket) -> bool:
    """Whether it counts at all: what was cancelled does not."""
    return ticket.state != "cancelled"


def own_count(ticket: Ticket) -> str:
    """Whether it kept its resolution level as the vendor counts: alder and elm to the first resolution, elm less all waits."""
    levels = [x for x in LEVELS if x.measure == "resolution" and applies(x, ticket)]
    if not levels or ticket.ended is None or not counted(ticket) or excluded(levels[0], ticket):
        return ""
    level, end = levels[0], ticket.ended
    if ticket.vendor in ("alder", "elm"):
        end = min([end, *ticket.moments("resolved")])
    stops = ("client", "third_party") if ticket.vendor == "elm" else STOPPING[level.stops]
    return "kept" if on_the_clock(ticket, level.calendar, end, stops) <= level.limit else "missed"


CONVENTIONS: dict[str, Callable[[Level, Ticket], int]] = {
    "opened": lambda level, ticket: ticket.opened,
    "due": lambda level, ticket: due(level, ticket),
    "ended": lambda level, ticket: due(level, ticket) if end_of(level, ticket) is None else end_of(level, ticket) or 0,
}


def attainment(level: Level, tickets: Sequence[Ticket], convention: str) -> dict[str, list[int]]:
    """By month: how many kept a level, and of how many, by the contract's rules."""
    months: dict[str, list[int]] = {month: [0, 0] for month in MONTHS}
    for ticket in tickets:
        if applies(level, ticket) and counted(ticket) and not excluded(level, ticket):
            found, month = kept(level, ticket), month_of(CONVENTIONS[convention](level, ticket))
            if found is not None and month in months:
                months[month][0] += found
                months[month][1] += 1
    return months


# ------------------------------------------------------------------------------------------------------ what is reported
def span_hours(month: str) -> int:
    """Minutes of a month, with the hour that a change of clocks takes or gives."""
    place = MONTHS.index(month)
    return STARTS[place + 1] - STARTS[place]


def downtime(tickets: Sequence[Ticket], month: str, word: str = "") -> int:
    """Minutes of a month in which outages that bear this word of `excluded` had the service down; overlaps count once."""
    start, end = STARTS[MONTHS.index(month)], STARTS[MONTHS.index(month) + 1]
    down = np.zeros(end - start, dtype=bool)
    for ticket in tickets:
        if ticket.outage == "yes" and ticket.excluded == word and ticket.mitigated is not None:
            down[max(ticket.opened - start, 0) : max(ticket.mitigated - start, 0)] = True
    return int(down.sum())


def availability(tickets: Sequence[Ticket], month: str) -> tuple[int, int]:
    """Minutes up and minutes agreed; the window of maintenance is neither."""
    agreed = span_hours(month) - (MAINTENANCE[1] - MAINTENANCE[0])
    return agreed - downtime(tickets, month), agreed


def other_figures(rng: np.random.Generator, level: str, month: str) -> tuple[int, int]:
    """What comes as a monthly figure and from nowhere else: how many, and of how many."""
    if level == "Backup success":
        jobs = int(rng.integers(3600, 4400))
        return round(jobs * BACKUPS.get(month, rng.uniform(0.984, 0.995))), jobs
    calls = int(rng.integers(8800, 9900))
    return round(calls * rng.uniform(0.868, 0.915)), calls


def own_results(vendor: str, tickets: Sequence[Ticket]) -> dict[str, dict[str, list[int]]]:
    """By level and month, as the vendor counts: resolutions in the month of the end, responses in that of the opening."""
    said = [(ticket, own_count(ticket)) for ticket in tickets]
    found: dict[str, dict[str, list[int]]] = {}
    for level in (x for x in LEVELS if x.vendor == vendor and x.measure in TIMED and x.level not in found):
        if level.measure == "response":
            found[level.level] = attainment(level, tickets, "opened")
            continue
        months: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for ticket, word in said:
            if word and ticket.ended is not None and applies(level, ticket):
                months[month_of(ticket.ended)][0] += word == "kept"
                months[month_of(ticket.ended)][1] += 1
        found[level.level] = months
    return found


def reported(vendor: str, tickets: Sequence[Ticket]) -> list[Row]:
    """Every month's figure of every level, by the vendor's own counting."""
    if not tickets:
        return []
    rng = np.random.default_rng([SEEDS[vendor], 7])
    own = own_results(vendor, tickets)
    rows = []
    for month in MONTHS:
        for level in in_force(vendor, month):
            if level.measure in TIMED:
                part, whole = own[level.level].get(month, (0, 0))
            elif level.measure == "availability":
                part, whole = availability(tickets, month)
            else:
                part, whole = other_figures(rng, level.level, month)
            if whole:
                rows.append(result_row(level, month, part, whole))
    return rows


def result_row(level: Level, month: str, part: int, whole: int) -> Row:
    """One row of service_level_results; hours where it is of time."""
    scale = 60 if level.measure == "availability" else 1
    year, number = int(month[:4]), int(month[5:])
    return {
        "vendor": level.vendor,
        "level": level.level,
        "month": month,
        "numerator": f"{part / scale:.2f}" if scale > 1 else part,
        "denominator": f"{whole / scale:.2f}" if scale > 1 else whole,
        "value": f"{part / whole:.5f}",
        "target": level.target,
        "source": f"Service report, {date(year, number, 1):%B %Y}",
        "part": part,
        "whole": whole,
    }


# ---------------------------------------------------------------------------------------------------------------- credits
@dataclass
class Due:
    """What one level was due for in one month, in pence, and what became of it."""

    vendor: str
    month: str
    level: str
    part: int
    whole: int
    weight: int  # points, repeats doubled, or ten-thousandths of the amount at risk
    repeated: bool
    pence: int
    returned_in: str = ""  # the month with which it was earned back
    credited: int = 0


def band(vendor: str, level: str, part: int, whole: int) -> int:
    """Points or allocation of the lowest band that a result is below; 0 when the level was met."""
    ladder = sorted(LADDERS[vendor, level])
    return next((weight for below, _, weight in ladder if part * WHOLE < below * whole), 0)


def terms_of(vendor: str, month: str) -> Terms:
    """The terms in force in a month."""
    day = f"{month}-01"
    return next(x for x in TERMS if x.vendor == vendor and x.valid_from <= day <= (x.valid_to or "9999"))


def in_pence(charges: int, *shares: int) -> int:
    """An amount times shares in hundredths of a per cent; ValueError where it is not in whole pence."""
    product, whole = math.prod([charges, *shares]), WHOLE ** len(shares)
    if product % whole:
        raise ValueError(f"{product} / {whole} pence is no whole number")
    return product // whole


Counts = dict[str, dict[str, list[int]]]  # level -> month -> kept, counted


def credit_counts(vendor: str, tickets: Sequence[Ticket], results: Sequence[Row]) -> Counts:
    """What credits rest on: of tickets by the contract's rules, else as reported."""
    found: Counts = {}
    for owner, name in LADDERS:
        level = next(x for x in LEVELS if (x.vendor, x.level) == (owner, name))
        if owner != vendor:
            continue
        if level.measure in TIMED:
            every = [attainment(level, tickets, convention) for convention in CONVENTIONS]
            if every[0] != every[1] or every[0] != every[2]:
                raise ValueError(f"{vendor}, {name}: a ticket lies in two months")
            found[name] = every[0]
        else:
            rows = [row for row in results if row["level"] == name]
            found[name] = {row["month"]: [row["part"], row["whole"]] for row in rows}
    return found


def credits_due(vendor: str, counts: Counts) -> list[Due]:
    """Every level and month that was missed, with the money by the contract's model."""
    found = []
    for level, months in counts.items():
        before = False
        for month in MONTHS:
            part, whole = months[month]
            if not whole:
                raise ValueError(f"{vendor}, {level}: nothing in {month}; choose another seed")
            terms, weight = terms_of(vendor, month), band(vendor, level, part, whole)
            repeated = bool(weight and before and terms.repeat)
            weight *= (terms.repeat or 1) if repeated else 1
            pence = in_pence(terms.charges, terms.rate) * weight
            if terms.model == "at_risk":
                pence = in_pence(terms.charges, terms.rate, weight)
            if weight:
                found.append(Due(vendor, month, level, part, whole, weight, repeated, pence))
            before = weight > 0
    for item in found:
        item.returned_in = earned_back(item, counts[item.level])
    return sorted(found, key=lambda item: (item.month, item.level))


def earned_back(item: Due, months: dict[str, list[int]]) -> str:
    """The month with which a credit was returned, or '': every month after it had to be good enough."""
    terms = terms_of(item.vendor, item.month)
    if not terms.earn_back_months:
        return ""
    target = min(below for below, *_ in sorted(LADDERS[item.vendor, item.level])[-1:])
    needed = max(target, terms.earn_back_at or 0)
    place = MONTHS.index(item.month)
    following = MONTHS[place + 1 : place + 1 + terms.earn_back_months]
    good = [months[month][0] * WHOLE >= needed * months[month][1] for month in following]
    return following[-1] if len(following) == terms.earn_back_months and all(good) else ""


def capped(vendor: str, month: str, pence: int) -> int:
    """No more than the contract's cap for a month."""
    terms = terms_of(vendor, month)
    return pence if terms.cap is None else min(pence, in_pence(terms.charges, terms.cap))


def credit_rows(notes: dict[str, dict[str, str]], dues: Sequence[Due]) -> list[Row]:
    """The credit notes among the invoices, each for the month and level that the vendor names; `dues` learn of theirs."""
    rows = []
    for vendor, month, amount in [(v, m, -float(a)) for v, months in notes.items() for m, a in months.items()]:
        pence = round(amount * 100)
        missed, level = NOTED_FOR.get((vendor, month), (month, ""))
        if (vendor, month) in NOTED_FOR:
            fitting = [x for x in dues if x.vendor == vendor and x.pence >= pence and not x.returned_in]
            fitting = [
                x for x in fitting if (x.month, x.level) == (missed, level) or (missed is None and x.month < month)
            ]
            if not fitting:
                raise ValueError(f"{vendor}: nothing was due for the credit note of {month}; choose another seed")
            fitting[-1].credited += pence
            missed, level = fitting[-1].month, fitting[-1].level
        reference = f"{vendor[:3].upper()}-{month.replace('-', '')}-CN"
        row = {
            "vendor": vendor,
            "month": missed,
            "level": level,
            "reference": reference,
            "amount": f"{pence / 100:.2f}",
        }
        rows.append(row)
    return rows


def credit_truths(vendor: str, dues: Sequence[Due]) -> Row:
    """Month by month: what was due, what was returned, what was credited and what nobody claimed, in pounds."""
    months = []
    for month in sorted({item.month for item in dues}):
        items = [item for item in dues if item.month == month]
        total = sum(item.pence for item in items)
        at_most = capped(vendor, month, total)
        back = sum(item.pence for item in items if item.returned_in)
        if at_most < total and back:
            raise ValueError(f"{vendor}: {month} is capped and earned back in part; choose another seed")
        left, credited = at_most - back, sum(item.credited for item in items)
        row = {"month": month, "before_cap": total, "due": at_most, "earned_back": back, "credited": credited}
        amounts = {name: pounds(value) if name != "month" else value for name, value in row.items()}
        months.append(
            {**amounts, "unclaimed": pounds(left - credited), "levels": [level_truth(item) for item in items]}
        )
    names = ("due", "earned_back", "credited", "unclaimed")
    total_of = {name: pounds(sum(round(row[name] * 100) for row in months)) for name in names}
    by_quarter: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(names, 0))
    for row in months:
        for name in names:
            by_quarter[quarter(row["month"])][name] += round(row[name] * 100)
    quarters = {key: {name: pounds(value) for name, value in sums.items()} for key, sums in sorted(by_quarter.items())}
    return {"model": terms_of(vendor, MONTHS[0]).model, "total": total_of, "by_quarter": quarters, "by_month": months}


def level_truth(item: Due) -> Row:
    """One level of one month, as the truths print it."""
    points = terms_of(item.vendor, item.month).model == "service_points"
    weight = {"points": item.weight} if points else {"allocation": item.weight / WHOLE}
    facts = {"level": item.level, "kept": item.part, "counted": item.whole, **weight, "repeated": item.repeated}
    return {**facts, "due": pounds(item.pence), "earned_back_in": item.returned_in, "credited": pounds(item.credited)}


def pounds(pence: int) -> float:
    """Pence as pounds."""
    return round(pence / 100, 2)


# --------------------------------------------------------------------------------------------- releases, defects, deployments
def releases(rng: np.random.Generator) -> list[Row]:
    """Cedar's releases, every second month."""
    rows = []
    for place in range(1, len(MONTHS), 2):
        first = date.fromisoformat(f"{MONTHS[place]}-01")
        day = first + timedelta(days=(1 - first.weekday()) % 7 + 7)  # the second Tuesday
        name = f"{first.year}.{sum(row['release'].startswith(str(first.year)) for row in rows) + 1}"
        size = int(rng.integers(160, 320))
        more = {"service": "Application maintenance", "size": size, "size_unit": "function points"}
        rows.append({"vendor": "cedar", "release": name, "released": day.isoformat(), **more})
    return rows


BEFORE = {"review": 0.30, "build": 0.20, "test": 0.38, "acceptance": 0.12}


def defects(rng: np.random.Generator, made: Sequence[Row]) -> list[Row]:
    """What was found in each release: about a tenth per function point, one in seven of them in production."""
    rows = []
    for release in made:
        day = date.fromisoformat(release["released"])
        for _ in range(int(rng.poisson(0.11 * release["size"]))):
            escaped = rng.random() < 0.14
            days = int(rng.integers(1, 50)) if escaped else -int(rng.integers(2, 40))
            found = day + timedelta(days=days)
            row = {
                "vendor": "cedar",
                "found": found.isoformat(),
                "phase": "production" if escaped else str(rng.choice(list(BEFORE), p=list(BEFORE.values()))),
                "severity": int(rng.choice([1, 2, 3, 4], p=[0.04, 0.21, 0.50, 0.25])),
                "release": release["release"],
                "service": "Application maintenance",
                "rejected": "yes" if rng.random() < 0.08 else "no",
            }
            if row["found"] <= "2026-09-30":
                rows.append(row)
    rows.sort(key=lambda row: (row["found"], row["release"], row["phase"], row["severity"], row["rejected"]))
    return [{"defect": f"CED-D{1001 + place}", **row} for place, row in enumerate(rows)]


def deployments(rng: np.random.Generator) -> list[Row]:
    """Cedar's deployments: committed some days before, one in eleven fails."""
    rows = []
    for month in MONTHS:
        place = MONTHS.index(month)
        days = (STARTS[place + 1] - STARTS[place]) // 1440
        for _ in range(int(rng.poisson(8))):
            day = date.fromisoformat(f"{month}-01") + timedelta(days=int(rng.integers(0, days)))
            deployed = office().after(minute(day, 9 * 60), int(rng.integers(30, 440)))
            failed = rng.random() < 0.09
            row = {
                "vendor": "cedar",
                "service": "Application maintenance",
                "committed": deployed - lognormal(rng, 4200, 0.9),
                "deployed": deployed,
                "failed": "yes" if failed else "no",
                "restored": deployed + lognormal(rng, 110, 0.8) if failed else None,
                "rework": "yes" if rng.random() < 0.07 else "no",
            }
            if max(deployed, row["restored"] or 0) < END:
                rows.append(row)
    rows.sort(key=lambda row: row["deployed"])
    return [{"deployment": f"CED-R{101 + place}", **row} for place, row in enumerate(rows)]


# ------------------------------------------------------------------------------------------------------------------ tables
@cache
def stamp(moment: int | None, style: str) -> str:
    """A moment as a vendor's system writes it."""
    if moment is None:
        return ""
    there = EPOCH + timedelta(minutes=moment)
    if style == "utc":
        return f"{there:%Y-%m-%d %H:%M}Z"
    wall = there.astimezone(ZoneInfo(LONDON))
    if style == "offset":
        return wall.isoformat(" ", "minutes")
    if wall.fold or (there + timedelta(hours=1)).astimezone(ZoneInfo(LONDON)).fold:
        raise ValueError(f"{wall} comes twice; choose another seed")
    return f"{wall:%Y-%m-%d %H:%M}"


def ticket_row(ticket: Ticket) -> Row:
    """One row of tickets."""
    write = DESKS[ticket.vendor].clock
    moments = {
        "opened": ticket.opened,
        "acknowledged": ticket.acknowledged,
        "mitigated": ticket.mitigated,
        "resolved": ticket.resolved,
        "closed": ticket.closed,
    }
    return {
        "vendor": ticket.vendor,
        "ticket": ticket.number,
        "kind": ticket.kind,
        "service": ticket.service,
        "group": ticket.last("group", ticket.group),
        "priority": ticket.priority,
        "state": ticket.state,
        **{name: stamp(moment, write) for name, moment in moments.items()},
        "reopens": ticket.reopens,
        "reassignments": sum(name == "group" for _, name, *_ in ticket.events),
        "sla_reported": own_count(ticket),
        "caused_by": ticket.caused_by,
        "excluded": ticket.excluded,
        "outage": ticket.outage,
        "parent": ticket.parent.number if ticket.parent else "",
    }


def change_rows(ticket: Ticket) -> list[Row]:
    """A ticket's rows of ticket_changes, in their order."""
    write, names = DESKS[ticket.vendor].clock, ("at", "field", "old", "new")
    start = {"vendor": ticket.vendor, "ticket": ticket.number}
    return [
        {**start, "change": place, **dict(zip(names, (stamp(moment, write), *rest), strict=True))}
        for place, (moment, *rest) in enumerate(ticket.events, start=1)
    ]


def pause_rows(ticket: Ticket) -> list[Row]:
    """A ticket's rows of ticket_pauses."""
    write = DESKS[ticket.vendor].clock
    start = {"vendor": ticket.vendor, "ticket": ticket.number}
    return [
        {**start, "start": stamp(a, write), "end": stamp(b, write), "party": party, "reason": why}
        for a, b, party, why in ticket.pauses
    ]


def level_rows() -> list[Row]:
    """service_levels, with the definition in words."""
    return [
        {
            **level._asdict(),
            "about": about(level),
            "priority": level.priority or "",
            "limit_hours": f"{level.limit / 60:g}" if level.limit else "",
            "clock_stops": level.stops,
        }
        for level in LEVELS
    ]


def about(level: Level) -> str:
    """The definition of a level in the contract's words."""
    if level.measure not in TIMED:
        return {
            "Availability": "Hours in which the service was up, of all hours less agreed maintenance",
            "Backup success": "Backups that ended without error, of all that were run",
            "Calls answered in 30 s": "Calls answered within 30 seconds, of all calls",
        }[level.level]
    what = "taken up" if level.measure == "response" else "resolved"
    whose = f"P{level.priority} {level.kind}s" if level.priority else f"{level.kind or 'ticket'}s".capitalize()
    return f"{whose} {what} within {level.limit / 60:g} h of {level.calendar or 'the clock'}"


def band_rows() -> list[Row]:
    """credit_bands."""
    rows = []
    for (vendor, level), ladder in LADDERS.items():
        points = terms_of(vendor, MONTHS[0]).model == "service_points"
        start = min(terms.valid_from for terms in TERMS if terms.vendor == vendor)
        for below, severity, weight in ladder:
            amount = {"points": weight} if points else {"allocation": f"{weight / WHOLE:g}"}
            row = {"vendor": vendor, "level": level, "below": f"{below / WHOLE:g}", "severity": severity, **amount}
            rows.append({**row, "valid_from": start})
    return rows


def term_rows() -> list[Row]:
    """credit_terms."""
    return [
        {
            **terms._asdict(),
            "monthly_charges": f"{terms.charges / 100:.2f}",
            ("point_rate" if terms.model == "service_points" else "at_risk"): f"{terms.rate / WHOLE:g}",
            "repeat_factor": terms.repeat or "",
            "cap": f"{terms.cap / WHOLE:g}" if terms.cap else "",
            "earn_back_months": terms.earn_back_months or "",
            "earn_back_at": f"{terms.earn_back_at / WHOLE:g}" if terms.earn_back_at else "",
        }
        for terms in TERMS
    ]


COLUMNS = {  # table: its columns, and how many of them it is sorted by
    "tickets": "vendor ticket kind service group priority state opened acknowledged mitigated resolved closed reopens "
    "reassignments sla_reported caused_by excluded outage parent",
    "ticket_changes": "vendor ticket change at field old new",
    "ticket_pauses": "vendor ticket start end party reason",
    "service_levels": "vendor level about measure service kind priority limit_hours target threshold weight calendar "
    "clock_stops exclusions valid_from valid_to",
    "calendars": "calendar timezone monday tuesday wednesday thursday friday saturday sunday",
    "holidays": "calendar date about",
    "service_level_results": "vendor level month numerator denominator value target source",
    "releases": "vendor release released service size size_unit",
    "defects": "vendor defect found phase severity release service rejected",
    "deployments": "vendor deployment service committed deployed failed restored rework",
    "credits": "vendor month level reference amount",
    "credit_terms": "vendor model monthly_charges point_rate repeat_factor at_risk cap earn_back_months earn_back_at "
    "valid_from valid_to",
    "credit_bands": "vendor level below severity points allocation valid_from",
}
SORTED_BY = {
    "ticket_changes": ("vendor", "ticket", "change"),
    "ticket_pauses": ("vendor", "ticket", "start", "end"),
    "service_levels": ("vendor", "level", "valid_from"),
    "service_level_results": ("vendor", "level", "month"),
    "credit_terms": ("vendor", "valid_from"),
    "credit_bands": ("vendor", "level", "below"),
    "credits": ("vendor", "reference"),
}


@dataclass
class Quality:
    """Everything that was made: the tickets of each vendor, and the rows of every table."""

    tickets: dict[str, list[Ticket]]
    rows: dict[str, list[Row]]
    dues: dict[str, list[Due]]


def quality(notes: dict[str, dict[str, str]]) -> Quality:
    """Make all of it. `notes` are the credit notes among the invoices: vendor -> month -> amount, negative."""
    tickets = {vendor: tickets_of(vendor) for vendor in MADE}
    every = [ticket for made in tickets.values() for ticket in made]
    results = {vendor: reported(vendor, made) for vendor, made in tickets.items()}
    dues = {v: credits_due(v, credit_counts(v, tickets[v], results[v])) for v in sorted({x.vendor for x in TERMS})}
    rng = np.random.default_rng([SEEDS["cedar"], 3])
    made = releases(rng)
    found, deployed = defects(rng, made), deployments(rng)
    moments = ("committed", "deployed", "restored")
    rows = {
        "tickets": [ticket_row(ticket) for ticket in every],
        "ticket_changes": [row for ticket in every for row in change_rows(ticket)],
        "ticket_pauses": [row for ticket in every for row in pause_rows(ticket)],
        "service_levels": level_rows(),
        "calendars": [
            {"calendar": name, "timezone": zone, **dict(zip(WEEKDAYS, week, strict=True))}
            for name, (zone, week, _) in CALENDARS.items()
        ],
        "holidays": [
            {"calendar": name, "date": day, "about": words}
            for name, (_, _, closed) in CALENDARS.items()
            for day, words in closed.items()
        ],
        "service_level_results": [row for rows in results.values() for row in rows],
        "releases": made,
        "defects": found,
        "deployments": [{**row, **{name: stamp(row[name], "utc") for name in moments}} for row in deployed],
        "credits": credit_rows(notes, [item for items in dues.values() for item in items]),
        "credit_terms": term_rows(),
        "credit_bands": band_rows(),
    }
    return Quality(tickets, rows, dues)


def tables(made: Quality) -> dict[str, tuple[Sequence[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted."""
    columns = {name: text.split() for name, text in COLUMNS.items()}
    return {name: (columns[name], made.rows[name], SORTED_BY.get(name, columns[name][:2])) for name in COLUMNS}
