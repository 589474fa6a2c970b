"""Write the invented sample client: every table of every area, with truths planted.

    python data/sample/make_sample.py            write the CSV files, truths.yaml and the figures in README.md
    python data/sample/make_sample.py --check    compare them with what is on disk; exit 1 when they differ

Quillmoor Water, its five vendors, the price index and the exchange rates are invented. Every random draw comes from a
seeded generator of the vendor's own: equal code gives equal bytes, and a change to one vendor leaves the others alone.

How a cost comes about, so that the truths are exact: before the contract a month costs `unit cost x volume x price
index`, times noise; all of it moves with volume and prices, none of it is fixed. During the contract it costs what is
billed plus what the client keeps doing itself. A *true* figure is the same month without the noise, at the volumes that
were counted.
"""

from __future__ import annotations

import calendar
import csv
import io
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for the modules beside this one, from wherever it is loaded
import make_complaints
import make_contract
import make_delivery
import make_disclosures
import make_exit
import make_goals
import make_quality
import make_quality_truths
import make_relationship
import make_selection
import make_sentiment
import make_sentiment_truths

FOLDER = Path(__file__).resolve().parent
SEED = 20255130
FIRST, LAST = "2022-07", "2026-09"
BASELINE_MONTHS = 12
INVENTED = "Invented for this sample"
PENNY = Decimal("0.01")
VENDORS = ("alder", "birch", "cedar", "dogwood", "elm")
START = {"alder": "2024-10", "birch": "2024-07", "cedar": "2024-10", "dogwood": "2026-08", "elm": "2024-10"}
KINDS = {"alder": "saver", "birch": "overrunner", "cedar": "noisy", "dogwood": "newcomer", "elm": "overbiller"}
SUPPLIER = {
    "alder": "ALDERVANE SYSTEMS LTD",
    "birch": "BIRCHQUILL HOSTING LTD",
    "cedar": "CEDARLATHE SOFTWARE LLP",
    "dogwood": "DOGWINTER MONITORING LTD",
    "elm": "ELMSTRAND WORKPLACE LTD",
}
Row = dict[str, Any]


class Service(NamedTuple):
    """One service: how its volume runs, and what a unit cost in house at a price index of 100."""

    name: str
    unit: str
    knots: dict[str, float]  # month -> level; geometric in between
    season: float  # amplitude of the yearly wave, as a share
    unit_cost: float
    noise: float  # monthly standard deviation of the cost, as a share
    split: dict[str, float]  # category of internal_costs -> share of the cost before the contract


DESK = {"staff": 0.68, "tools": 0.12, "infrastructure": 0.08, "overhead": 0.12}
HOSTING = {"staff": 0.34, "infrastructure": 0.52, "overhead": 0.14}
BACKUP = {"staff": 0.25, "infrastructure": 0.65, "overhead": 0.10}
UPKEEP = {"staff": 0.62, "tools": 0.10, "overhead": 0.12, "other": 0.16}
DEVICES = {"staff": 0.52, "tools": 0.14, "infrastructure": 0.22, "overhead": 0.12}
SERVICES = {
    "alder": [
        Service("Service desk", "ticket", {"2022-07": 8600, "2026-09": 10100}, 0.08, 13.20, 0.020, DESK),
    ],
    "birch": [
        Service("Hosting", "server", {"2022-07": 432, "2023-12": 428, "2026-09": 280}, 0.0, 292.00, 0.018, HOSTING),
        Service("Backup", "terabyte", {"2022-07": 205, "2023-12": 210, "2026-09": 172}, 0.0, 92.00, 0.018, BACKUP),
    ],
    "cedar": [
        Service("Application maintenance", "request", {"2022-07": 500, "2026-09": 540}, 0.06, 158.00, 0.13, UPKEEP),
    ],
    "elm": [
        Service("Workplace devices", "device", {"2022-07": 1780, "2026-09": 1960}, 0.0, 24.60, 0.020, DEVICES),
    ],
}
# What the client goes on doing itself: vendor -> (service, category, amount a month at a price index of 100)
RETAINED = {
    "alder": (("Service desk", "management", 9800), ("Service desk", "tools", 2600)),
    "birch": (("Hosting", "management", 7600), ("Hosting", "staff", 5200), ("Backup", "management", 900)),
    "cedar": (("Application maintenance", "management", 5400), ("Application maintenance", "staff", 6100)),
    "elm": (("Workplace devices", "management", 3100), ("Workplace devices", "travel", 350)),
}
# One-off costs of the client's own: vendor -> (month, service, category, amount)
ONE_OFF = {
    "alder": (
        ("2024-05", "Service desk", "selection", 9000),
        ("2024-06", "Service desk", "selection", 12500),
        ("2024-08", "Service desk", "transition", 21000),
        ("2024-09", "Service desk", "transition", 34000),
        ("2024-10", "Service desk", "transition", 18000),
        ("2024-10", "Service desk", "severance", 62000),
        ("2024-11", "Service desk", "severance", 27500),
    ),
    "birch": (
        ("2024-02", "Hosting", "selection", 14000),
        ("2024-05", "Hosting", "transition", 38000),
        ("2024-06", "Hosting", "transition", 45000),
        ("2024-07", "Hosting", "severance", 41000),
        ("2024-07", "Backup", "transition", 8500),
    ),
    "cedar": (
        ("2024-07", "Application maintenance", "selection", 7500),
        ("2024-09", "Application maintenance", "transition", 16000),
        ("2024-10", "Application maintenance", "transition", 11000),
    ),
    "elm": (
        ("2024-07", "Workplace devices", "selection", 6000),
        ("2024-09", "Workplace devices", "transition", 14000),
        ("2024-10", "Workplace devices", "severance", 19000),
    ),
}
SET_UP = {"alder": "48000.00", "birch": "36000.00", "cedar": "9000.00", "elm": "12000.00"}
CHANGE_ORDERS = {
    "alder": {
        "2024-12": ("Change order 1: portal in Welsh", "4150.00"),
        "2025-04": ("Change order 2: chat channel", "6900.00"),
        "2025-09": ("Change order 3: joiners form", "2380.00"),
        "2026-02": ("Change order 4: knowledge base move", "5225.00"),
        "2026-07": ("Change order 5: weekend hours trial", "3640.00"),
    },
    "birch": {
        f"{year}-{month:02d}": (f"Change order {year}/{month:02d}", amount)
        for year, month, amount in (
            *((2024, 9, "2900.00"), (2024, 11, "4350.00"), (2025, 2, "5120.00"), (2025, 3, "3870.00")),
            *((2025, 5, "4480.00"), (2025, 7, "3360.00"), (2025, 8, "5940.00"), (2025, 10, "4210.00")),
            *((2025, 12, "3980.00"), (2026, 2, "5560.00"), (2026, 4, "4720.00"), (2026, 5, "3310.00")),
            *((2026, 7, "4890.00"), (2026, 9, "4065.00")),
        )
    },
    "cedar": {
        "2025-06": ("Change order 1: tariff screens", "5800.00"),
        "2026-05": ("Change order 2: archive", "3950.00"),
    },
    "elm": {
        "2025-01": ("Projector installation", "950.00"),  # the same again in April: 90 days apart, so no duplicate
        "2025-04": ("Projector installation", "950.00"),
        "2026-06": ("Change order 31: depot printers", "2275.00"),
    },
}
CREDITS = {
    "alder": {"2025-03": "-1850.00", "2025-11": "-920.00", "2026-08": "-1340.00"},
    "birch": {"2025-01": "-1500.00", "2026-06": "-2200.00"},
    "cedar": {"2025-08": "-1100.00"},
    "elm": {"2025-06": "-1250.00", "2026-08": "-980.00"},  # both in months with a planted overcharge
}
# Agreed prices: vendor, item, unit, first day, last day, price, currency, discount above, discount
CARD = (
    ("alder", "Ticket, standard", "ticket", "2024-10-01", "", "8.80", "", "", ""),
    ("alder", "Ticket, priority", "ticket", "2024-10-01", "", "16.80", "", "", ""),
    ("alder", "Platform fee", "month", "2024-10-01", "", "3600.00", "", "", ""),
    ("birch", "Server, managed", "server", "2024-07-01", "2025-06-30", "279.50", "", "", ""),
    ("birch", "Server, managed", "server", "2025-07-01", "2027-06-30", "288.00", "", "", ""),
    ("birch", "Service management fee", "month", "2024-07-01", "2027-06-30", "5400.00", "", "", ""),
    ("birch", "Backup, terabyte", "terabyte", "2024-07-01", "2025-06-30", "116.00", "EUR", "", ""),
    ("birch", "Backup, terabyte", "terabyte", "2025-07-01", "2027-06-30", "119.50", "EUR", "", ""),
    ("cedar", "Developer hour", "hour", "2024-10-01", "", "66.00", "", "", ""),
    ("cedar", "Analyst hour", "hour", "2024-10-01", "", "56.00", "", "", ""),
    ("cedar", "Tool licence fee", "month", "2024-10-01", "", "2400.00", "", "", ""),
    ("elm", "Laptop, managed", "device", "2024-10-01", "", "20.00", "", "", ""),
    ("elm", "Desktop, managed", "device", "2024-10-01", "", "14.00", "", "", ""),
    ("elm", "Site visit", "visit", "2024-10-01", "", "80.00", "", "120", "0.10"),
    ("elm", "Portal fee", "month", "2024-10-01", "", "1200.00", "", "", ""),
)
# Vendor, contract, service, first day, last day, value, notice days, indexation, rate
AGREED = (
    ("alder", "QM-2024-11", "Service desk", "2024-10-01", "2027-09-30", "3600000.00", "180", "index", "0.025"),
    ("birch", "QM-2024-07", "Hosting", "2024-07-01", "2027-06-30", "3900000.00", "180", "none", ""),
    ("birch", "QM-2024-08", "Backup", "2024-07-01", "2027-06-30", "720000.00", "90", "none", ""),
    ("cedar", "QM-2024-12", "Application maintenance", "2024-10-01", "2026-12-31", "2300000.00", "90", "fixed", "0.03"),
    ("elm", "QM-2024-13", "Workplace devices", "2024-10-01", "2027-09-30", "1650000.00", "120", "none", ""),
)
UPLIFT = {"alder": Decimal("1.025"), "cedar": Decimal("1.03")}  # as agreed, from the first anniversary
ANNIVERSARY = "2025-10"
# Elm's planted faults; each falls on lines of its own.
ABOVE_CARD = {
    ("2025-02", "Desktop, managed"): "14.60",
    ("2025-06", "Laptop, managed"): "20.45",
    ("2025-10", "Site visit"): "86.00",
    ("2026-02", "Desktop, managed"): "14.75",
}
WITHIN_TOLERANCE = {("2025-05", "Desktop, managed"): "14.02"}  # 0.14 % above the card: a rounding, not a fault
NO_DISCOUNT = ("2025-11", "2025-12", "2026-01")
INDEXED_FROM, NOT_AGREED = "2026-04", Decimal("1.035")
VISITS = (138, 106, 96, 84, 80, 78, 72, 70, 88, 104, 134, 148)  # January to December
# Billed twice: date, invoice, its copy's date and number, item, quantity, price, text
DUPLICATES = (
    ("2025-03-05", "ELM-C07", "2025-03-19", "ELM-C09", "", "", "3275.00", "Change order 7: docking stations"),
    ("2025-08-12", "ELM-S03", "2025-08-26", "ELM-S04", "Site visit", "12", "80.00", "Site visits, depot move"),
    ("2026-07-20", "ELM-C28", "2026-08-14", "ELM-C33", "", "", "4860.00", "Change order 28: meeting room screens"),
)
REASONS = ("above rate card", "missing volume discount", "price indexation not agreed", "likely duplicate")
BUDGET_SHARE = {"alder": 1.01, "birch": 1 / 1.10, "cedar": 1.00, "elm": 0.97}  # of the true charges of the month
PROMISED = {"alder": 68000, "birch": 24000, "cedar": 9000, "elm": 15000}  # net saving a quarter


# ------------------------------------------------------------------------------------------------ months, prices, noise
def months_from(first: str, last: str) -> list[str]:
    """Months as `2026-03`, both ends included."""
    low, high = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return [f"{count // 12}-{count % 12 + 1:02d}" for count in range(low, high + 1)]


MONTHS = months_from(FIRST, LAST)


def months_of(period: str) -> list[str]:
    """The months of `2025` or `2026-Q3`."""
    year, _, quarter = period.partition("-Q")
    if not quarter:
        return months_from(f"{year}-01", f"{year}-12")
    last = int(quarter) * 3
    return months_from(f"{year}-{last - 2:02d}", f"{year}-{last:02d}")


def last_day(month: str) -> str:
    """The date of the regular invoice of a month."""
    year, number = int(month[:4]), int(month[5:])
    return f"{month}-{calendar.monthrange(year, number)[1]}"


def words(month: str) -> str:
    """`2026-03` as 'March 2026'."""
    return f"{calendar.month_name[int(month[5:])]} {month[:4]}"


def price_levels() -> dict[str, float]:
    """The invented index: 100 in the first month, 2.6 to 3.6 % a year, with a slight wave."""
    at = np.arange(len(MONTHS))
    growth = np.interp(at, [0, 18, 36, 50], [0.034, 0.029, 0.032, 0.028])
    level = 100 * np.exp(np.cumsum(np.log1p(growth)) / 12 - np.log1p(growth[0]) / 12 + 0.001 * np.sin(at * np.pi / 6))
    return {month: round(float(value), 2) for month, value in zip(MONTHS, level, strict=True)}


def rates_per_usd() -> dict[str, dict[str, float]]:
    """Invented units of each currency per US dollar, by month."""
    at = np.arange(len(MONTHS))
    gbp = 0.80 - 0.0006 * at + 0.012 * np.sin(at / 5)
    eur = gbp * (1.165 + 0.015 * np.sin(at / 7 + 1))
    rows = {"EUR": eur, "GBP": gbp, "USD": np.ones(len(MONTHS))}
    return {name: {m: round(float(v), 4) for m, v in zip(MONTHS, values, strict=True)} for name, values in rows.items()}


PRICES = price_levels()
PER_USD = rates_per_usd()


def in_pounds(amount: Decimal, currency: str, month: str) -> float:
    """An amount in GBP, at the month's average rate."""
    return float(amount) * (PER_USD["GBP"][month] / PER_USD[currency][month] if currency else 1.0)


def generator(vendor: str) -> np.random.Generator:
    """A generator of the vendor's own."""
    return np.random.default_rng([SEED, VENDORS.index(vendor)])


def noise(rng: np.random.Generator, count: int, spread: float, memory: float = 0.3) -> np.ndarray:
    """Factors around 1 whose logarithms are alike from month to month (autoregressive of order one)."""
    shocks = rng.normal(0, spread * np.sqrt(1 - memory**2), count)
    shocks[0] = shocks[0] / np.sqrt(1 - memory**2)
    logs = np.zeros(count)
    for at, shock in enumerate(shocks):
        logs[at] = (memory * logs[at - 1] if at else 0) + shock
    return np.exp(logs - spread**2 / 2)


def volume_by_month(rng: np.random.Generator, service: Service) -> dict[str, int]:
    """Trend, season and a little noise; never the same twice running, so that no honest bill looks like a duplicate."""
    at = np.arange(len(MONTHS))
    knots = [MONTHS.index(month) for month in service.knots]
    trend = np.exp(np.interp(at, knots, np.log(list(service.knots.values()))))
    wave = 1 + service.season * np.cos((at + int(FIRST[5:]) - 2) * np.pi / 6)  # highest in February
    counts = np.rint(trend * wave * (1 + rng.normal(0, 0.02 if service.season else 0.006, len(MONTHS)))).astype(int)
    for place in range(1, len(counts)):
        counts[place] += counts[place] == counts[place - 1]
    return dict(zip(MONTHS, (int(count) for count in counts), strict=True))


# --------------------------------------------------------------------------------------------------- the client's costs
def cost_before(service: Service, volume: dict[str, int], month: str) -> float:
    """What the month cost, or would have cost, in house: the restated baseline without noise."""
    return service.unit_cost * volume[month] * PRICES[month] / 100


def internal_rows(rng: np.random.Generator, vendor: str, volumes: dict[str, dict[str, int]]) -> list[Row]:
    """The client's own costs: the whole service before the contract, what it kept during it, and the one-off costs."""
    before = [month for month in MONTHS if month < START[vendor]]
    after = [month for month in MONTHS if month >= START[vendor]]
    rows = []
    for service in SERVICES[vendor]:
        factors = noise(rng, len(before), service.noise)
        for month, factor in zip(before, factors, strict=True):
            parts = np.array(list(service.split.values())) * (1 + rng.normal(0, 0.015, len(service.split)))
            true = cost_before(service, volumes[service.name], month)
            for category, part in zip(service.split, parts / parts.sum(), strict=True):
                rows.append(cost_row(vendor, month, service.name, category, true * factor * part, true * part))
    for name, category, amount in RETAINED[vendor]:
        for month, factor in zip(after, noise(rng, len(after), 0.03), strict=True):
            true = amount * PRICES[month] / 100
            rows.append(cost_row(vendor, month, name, category, true * factor, true))
    return rows + [cost_row(vendor, *one_off, one_off[-1]) for one_off in ONE_OFF[vendor]]


def cost_row(vendor: str, month: str, service: str, category: str, amount: float, true: float) -> Row:
    """One row of internal_costs; `true` is the amount without noise."""
    return {
        "vendor": vendor,
        "month": month,
        "service": service,
        "category": category,
        "amount": f"{amount:.2f}",
        "true": true,
    }


# ------------------------------------------------------------------------------------------------------- what is billed
def agreed_price(vendor: str, item: str, day: str) -> Decimal:
    """The price on the rate card that is in force on a day, before indexation and discount."""
    fitting = [row for row in CARD if row[:2] == (vendor, item) and row[3] <= day <= (row[4] or "9999")]
    return Decimal(fitting[-1][5])


def line(vendor: str, day: str, invoice: str, item: str, quantity: Any, price: Decimal | str, **more: Any) -> Row:
    """One invoice line. Without a quantity the price is the amount. `planted` is (reason, money at stake)."""
    amount = Decimal(str(quantity)) * Decimal(price) if quantity != "" else Decimal(price)
    row = {
        "vendor": vendor,
        "invoice": invoice,
        "date": day,
        "amount": amount.quantize(PENNY, ROUND_HALF_UP),
        "currency": "",
        "category": "run",
        "service": SERVICES[vendor][0].name if vendor in SERVICES else "",
        "item": item,
        "quantity": quantity,
        "unit_price": Decimal(price).quantize(PENNY) if quantity != "" else "",
        "description": f"{item}, {words(day[:7])}",
        "supplier": SUPPLIER[vendor],
        "true": None,
        "planted": None,
    }
    return {**row, **more}


def card_line(vendor: str, month: str, item: str, quantity: Any, **more: Any) -> Row:
    """A line of the regular invoice at the agreed price, with the agreed uplift from the first anniversary."""
    day = last_day(month)
    price = agreed_price(vendor, item, day) * (UPLIFT.get(vendor, Decimal(1)) if month >= ANNIVERSARY else 1)
    return line(vendor, day, regular(vendor, month), item, quantity, price.quantize(PENNY), **more)


def regular(vendor: str, month: str) -> str:
    """The number of the regular invoice of a month."""
    return f"{vendor[:3].upper()}-{month.replace('-', '')}"


def other_lines(vendor: str) -> list[Row]:
    """Set-up at the start, change orders and service credits."""
    start = START[vendor]
    rows = [line(vendor, f"{start}-15", regular(vendor, start) + "-S", "", "", SET_UP[vendor], category="one_off")]
    rows[0]["description"] = "Set-up and takeover"
    for month, (text, amount) in CHANGE_ORDERS[vendor].items():
        number = regular(vendor, month) + "-C"
        rows.append(line(vendor, f"{month}-20", number, "", "", amount, category="change", description=text))
    for month, amount in CREDITS[vendor].items():
        number, text = regular(vendor, month) + "-CN", f"Service credit, {words(month)}"
        rows.append(line(vendor, last_day(month), number, "", "", amount, category="credit", description=text))
    return rows


def alder_lines(rng: np.random.Generator, volumes: dict[str, dict[str, int]], month: str) -> list[Row]:
    """Tickets of two kinds and a fixed monthly fee."""
    tickets = volumes["Service desk"][month]
    priority = round(tickets * (0.20 + rng.normal(0, 0.006)))
    quantities = {"Ticket, standard": tickets - priority, "Ticket, priority": priority, "Platform fee": 1}
    return [card_line("alder", month, item, quantity) for item, quantity in quantities.items()]


def birch_lines(rng: np.random.Generator, volumes: dict[str, dict[str, int]], month: str) -> list[Row]:
    """Servers and a fixed fee in pounds; backup on an invoice of its own, in euros."""
    backup = card_line("birch", month, "Backup, terabyte", volumes["Backup"][month], currency="EUR", service="Backup")
    return [
        card_line("birch", month, "Server, managed", volumes["Hosting"][month]),
        card_line("birch", month, "Service management fee", 1),
        {**backup, "invoice": regular("birch", month) + "-E"},
    ]


def cedar_lines(rng: np.random.Generator, volumes: dict[str, dict[str, int]], month: str) -> list[Row]:
    """Hours that follow the requests on average, and scatter widely around them month by month; a fixed fee."""
    requests = volumes["Application maintenance"][month]
    factor = noise(rng, 1, 0.16)[0]
    rows = []
    for item, hours in (("Developer hour", 1.72), ("Analyst hour", 0.46)):
        true = hours * requests
        row = card_line("cedar", month, item, f"{round(true * factor * 2) / 2:.1f}")
        rows.append({**row, "true": true * float(row["unit_price"])})
    return [*rows, card_line("cedar", month, "Tool licence fee", 1)]


def elm_lines(rng: np.random.Generator, volumes: dict[str, dict[str, int]], month: str) -> list[Row]:
    """Devices, visits and a fixed fee, with the planted faults."""
    devices = volumes["Workplace devices"][month]
    laptops = round(devices * (0.62 + 0.003 * MONTHS.index(month) + rng.normal(0, 0.002)))
    visits = VISITS[int(month[5:]) - 1] + int(rng.integers(-5, 6))
    parts = [80, visits - 80] if month == "2025-12" else [visits]  # two lines that exceed the threshold only together
    quantities = [("Laptop, managed", laptops), ("Desktop, managed", devices - laptops)]
    quantities += [("Site visit", part) for part in parts] + [("Portal fee", 1)]
    return [elm_line(month, item, quantity, visits) for item, quantity in quantities]


def elm_line(month: str, item: str, quantity: int, visits: int) -> Row:
    """One regular line of elm, at the price it bills, with the money at stake where that is not the agreed one."""
    row = card_line("elm", month, item, quantity)
    card = agreed = row["unit_price"]
    discounted = item == "Site visit" and visits > 120
    if discounted:
        agreed = card * Decimal("0.90")
    billed, reason = agreed, ""
    if discounted and month in NO_DISCOUNT:
        billed, reason = card, REASONS[1]
    if (month, item) in ABOVE_CARD:
        billed, reason = Decimal(ABOVE_CARD[month, item]), REASONS[0]
    if (month, item) in WITHIN_TOLERANCE:
        billed = Decimal(WITHIN_TOLERANCE[month, item])
    if month >= INDEXED_FROM:
        billed, reason = agreed * NOT_AGREED, REASONS[2]
    planted = (reason, (billed - agreed) * quantity) if reason else None
    return line("elm", row["date"], row["invoice"], item, quantity, billed, planted=planted)


def duplicate_lines() -> list[Row]:
    """Three lines of elm and their copies under other numbers."""
    rows = []
    for day, invoice, copy_day, copy, item, quantity, price, text in DUPLICATES:
        more = {"description": text, "category": "run" if item else "change"}
        first = line("elm", day, invoice, item, quantity, price, **more)
        again = {**first, "date": copy_day, "invoice": copy, "planted": (REASONS[3], first["amount"])}
        rows += [first, again]
    return rows


def dogwood_lines() -> list[Row]:
    """All there is of the newcomer: two months."""
    more = {"service": "Network monitoring"}
    rows = [
        line("dogwood", "2026-08-10", "DOG-0001", "", "", "12000.00", category="one_off", description="Set-up"),
        line("dogwood", "2026-08-31", "DOG-0002", "Monitoring", "", "17840.00"),
        line("dogwood", "2026-09-18", "DOG-0003", "", "", "2340.00", category="change", description="Extra probes"),
        line("dogwood", "2026-09-30", "DOG-0004", "Monitoring", "", "18655.00"),
    ]
    return [{**row, **more} for row in rows]


def refuse_lookalikes(rows: Sequence[Row]) -> None:
    """Raise when chance made two honest lines of neighbouring months equal: they would pass for a duplicate."""
    varying = [row for row in rows if row["quantity"] not in ("", 1) and not row["planted"]]
    seen = {(row["item"], row["amount"], MONTHS.index(row["date"][:7])): row for row in varying}
    for item, amount, place in seen:
        if (item, amount, place - 1) in seen:
            raise ValueError(f"{item} costs {amount} in two months running; choose another seed")


BILLED = {"alder": alder_lines, "birch": birch_lines, "cedar": cedar_lines, "elm": elm_lines}


def invoice_rows(rng: np.random.Generator, vendor: str, volumes: dict[str, dict[str, int]]) -> list[Row]:
    """Every line of a vendor, numbered within its invoice."""
    if vendor == "dogwood":
        rows = dogwood_lines()
    else:
        months = [month for month in MONTHS if month >= START[vendor]]
        rows = [row for month in months for row in BILLED[vendor](rng, volumes, month)] + other_lines(vendor)
    if vendor == "elm":
        rows += duplicate_lines()
    refuse_lookalikes(rows)
    used: dict[str, int] = defaultdict(int)
    for row in rows:
        used[row["invoice"]] += 1
        row["line"] = used[row["invoice"]]
        row["pounds"] = in_pounds(row["amount"], row["currency"], row["date"][:7])
        row["true"] = row["pounds"] if row["true"] is None else row["true"]
    return rows


# --------------------------------------------------------------------------------------------------------- other tables
def budget_rows(vendor: str, invoices: Sequence[Row]) -> list[Row]:
    """A budget for every month of the contract and service: a share of the true charges, in whole hundreds."""
    regular_lines: dict[tuple[str, str], float] = defaultdict(float)
    for row in invoices:
        if row["category"] in ("run", "one_off"):
            regular_lines[row["date"][:7], row["service"]] += row["true"]
    return [
        {
            "vendor": vendor,
            "month": month,
            "service": service,
            "amount": f"{round(true * BUDGET_SHARE[vendor], -2):.2f}",
        }
        for (month, service), true in regular_lines.items()
    ]


def quarters_from(month: str) -> list[str]:
    """The quarters from the one of a month to the last."""
    return sorted({f"{each[:4]}-Q{(int(each[5:]) + 2) // 3}" for each in months_from(month, LAST)})


def remark_rows() -> list[Row]:
    """What an analyst thought; the second holds characters that a page must escape."""
    rows = (
        ("alder", "cost.saving", "Ticket numbers still rise; the saving is worth more than the budget shows."),
        (
            "birch",
            "cost.budget_variance",
            'Budget < charges since the start; R&D servers were "forgotten" in the plan.',
        ),
        ("elm", "cost.invoice_check", "Elmstrand was asked on 6 October to explain the rise of April 2026."),
    )
    return [
        {
            "vendor": vendor,
            "period": "2026-Q3",
            "address": address,
            "remark": remark,
            "author": "A. Analyst",
            "date": "2026-10-12",
        }
        for vendor, address, remark in rows
    ]


def sample() -> dict[str, Any]:
    """Everything of every vendor: volumes, invoices, internal costs and budgets, with their true values beside them."""
    made: dict[str, Any] = {"volumes": {}, "invoices": {}, "internal_costs": {}, "budgets": {}}
    for vendor in VENDORS:
        rng = generator(vendor)
        volumes = {service.name: volume_by_month(rng, service) for service in SERVICES.get(vendor, ())}
        made["volumes"][vendor] = volumes
        made["internal_costs"][vendor] = internal_rows(rng, vendor, volumes) if volumes else []
        made["invoices"][vendor] = invoice_rows(rng, vendor, volumes)
        made["budgets"][vendor] = budget_rows(vendor, made["invoices"][vendor]) if volumes else []
    return made


def tables(made: dict[str, Any]) -> dict[str, tuple[Sequence[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted."""
    every = {
        name: [row for rows in made[name].values() for row in rows]
        for name in ("invoices", "internal_costs", "budgets")
    }
    units = {(v, s.name): s.unit for v, services in SERVICES.items() for s in services}
    volumes = [
        {"vendor": vendor, "month": month, "service": service, "unit": units[vendor, service], "volume": count}
        for vendor, services in made["volumes"].items()
        for service, counts in services.items()
        for month, count in counts.items()
    ]
    people = {vendor: make_complaints.users(vendor, MONTHS) for vendor in VENDORS}
    volumes = [{**row, "users": people[row["vendor"]].get(row["month"], "")} for row in volumes]
    card = ("vendor", "item", "unit", "valid_from", "valid_to", "unit_price", "currency", "discount_above", "discount")
    terms = ("vendor", "contract", "service", "start", "end", "value", "notice_days", "indexation", "indexation_rate")
    invoice = ("vendor", "invoice", "line", "date", "amount", "currency", "category", "service", "item", "quantity")
    promised = [
        {"vendor": vendor, "period": period, "promised_saving": f"{amount:.2f}"}
        for vendor, amount in PROMISED.items()
        for period in quarters_from(START[vendor])
    ]
    index = [
        dict(zip(INDEX, ("SAMPLE-PRICES", m, f"{v:.2f}", INVENTED, "2026"), strict=True)) for m, v in PRICES.items()
    ]
    rates = [
        dict(zip(RATES, (name, month, f"{value:.4f}", INVENTED, "2026"), strict=True))
        for name, values in PER_USD.items()
        for month, value in values.items()
    ]
    by_month = ("vendor", "month", "service")
    return {
        "budgets": ((*by_month, "amount"), every["budgets"], by_month),
        "business_case": (("vendor", "period", "promised_saving"), promised, ("vendor", "period")),
        "contracts": (terms, [dict(zip(terms, row, strict=True)) for row in AGREED], ("vendor", "contract")),
        "exchange_rates": (RATES, rates, ("currency", "period")),
        "check_ins": (make_goals.CHECK_INS, make_goals.check_in_rows(), ("vendor", "goal", "date")),
        "goals": (make_goals.COLUMNS, make_goals.goal_rows(), ("vendor", "goal")),
        "internal_costs": ((*by_month, "category", "amount"), every["internal_costs"], (*by_month, "category")),
        "invoices": (
            (*invoice, "unit_price", "description", "supplier"),
            every["invoices"],
            ("vendor", "date", "invoice", "line"),
        ),
        "price_index": (INDEX, index, ("index", "period")),
        "rates": (card, [dict(zip(card, row, strict=True)) for row in CARD], ("vendor", "item", "valid_from")),
        "remarks": (("vendor", "period", "address", "remark", "author", "date"), remark_rows(), ("vendor",)),
        "volumes": ((*by_month, "unit", "volume", "users"), volumes, by_month),
    }


INDEX = ("index", "period", "value", "source", "source_year")
RATES = ("currency", "period", "per_usd", "source", "source_year")
ONE_OFF_KINDS = ("one_off", "selection", "transition", "severance", "exit")


# --------------------------------------------------------------------------------------------------------------- truths
def by_month(rows: Iterable[Row], field: str, *, one_off: bool = False) -> dict[str, float]:
    """The sum by month of recurring rows, or of one-off ones."""
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        if (row["category"] in ONE_OFF_KINDS) == one_off:
            sums[row["month"] if "month" in row else row["date"][:7]] += float(row[field])
    return sums


def total(sums: dict[str, float], months: Iterable[str]) -> float:
    """The sum over some months; a month without a row counts nothing."""
    return sum(sums.get(month, 0.0) for month in months)


def truths_of(vendor: str, made: dict[str, Any]) -> Row:
    """What is true of one vendor, in the latest quarter, in 2025 and by quarter."""
    invoices = made["invoices"][vendor]
    charges = by_month(invoices, "pounds")
    for month, amount in by_month(invoices, "pounds", one_off=True).items():
        charges[month] += amount
    shown = quarters_from(START[vendor]) + (["2025"] if START[vendor] < "2025" else [])
    facts: Row = {
        "kind": KINDS[vendor],
        "contract_start": f"{START[vendor]}-01",
        "charges": {period: money(total(charges, months_of(period))) for period in shown},
    }
    if vendor not in SERVICES:
        return {**facts, **one_off_truths(vendor, made)}
    budget = by_month([{**row, "category": ""} for row in made["budgets"][vendor]], "amount")
    variance = {p: share(total(charges, months_of(p)) / total(budget, months_of(p)) - 1) for p in shown}
    return {**facts, "budget_variance": variance, **saving_truths(vendor, made, shown), **one_off_truths(vendor, made)}


def saving_truths(vendor: str, made: dict[str, Any], shown: Sequence[str]) -> Row:
    """Restated baseline, total cost and saving without noise, and what a comparison without restating would say."""
    rows = made["invoices"][vendor] + made["internal_costs"][vendor]
    true, seen = by_month(rows, "true"), by_month(made["invoices"][vendor], "pounds")
    for month, amount in by_month(made["internal_costs"][vendor], "amount").items():
        seen[month] += amount
    place = MONTHS.index(START[vendor])
    window = MONTHS[place - BASELINE_MONTHS : place]
    restated = true_baseline(vendor, made)
    saving = {period: total(restated, months_of(period)) - total(true, months_of(period)) for period in shown}
    promised = {p: PROMISED[vendor] * len(months_of(p)) / 3 for p in shown}
    usual = total(seen, window) / BASELINE_MONTHS
    return {
        "baseline_window": [window[0], window[-1]],
        "baseline_cost_a_month": money(usual),
        "true_restated_baseline": {p: money(total(restated, months_of(p))) for p in shown},
        "true_saving": {p: money(saving[p]) for p in shown},
        "true_saving_share": {p: share(saving[p] / total(restated, months_of(p))) for p in shown},
        "promised_saving": {p: money(promised[p]) for p in shown},
        "true_saving_realised": {p: share(saving[p] / promised[p]) for p in shown},
        "total_cost": {p: money(total(seen, months_of(p))) for p in shown},
        "naive_change": {p: share(total(seen, months_of(p)) / (usual * len(months_of(p))) - 1) for p in shown},
    }


def true_baseline(vendor: str, made: dict[str, Any]) -> dict[str, float]:
    """What each month would have cost in house, without noise."""
    volumes = made["volumes"][vendor]
    return {m: sum(cost_before(s, volumes[s.name], m) for s in SERVICES[vendor]) for m in MONTHS}


def growth_truths() -> Row:
    """By how much the level of each service's volume grows from one year to the next, by the last stretch of its knots."""
    found: Row = {}
    for vendor, services in SERVICES.items():
        for service in services:
            (first, start), (last, end) = list(service.knots.items())[-2:]
            years = (MONTHS.index(last) - MONTHS.index(first)) / 12
            found.setdefault(vendor, {})[service.name] = share((end / start) ** (1 / years) - 1)
    return found


def one_off_truths(vendor: str, made: dict[str, Any]) -> Row:
    """One-off cost, and the month in which the true saving since the start has first paid it back."""
    rows = made["invoices"][vendor] + made["internal_costs"][vendor]
    single = sum(float(row["amount"]) for row in rows if row["category"] in ONE_OFF_KINDS)
    if vendor not in SERVICES:
        return {"one_off_cost": money(single)}
    restated, true = true_baseline(vendor, made), by_month(rows, "true")
    months = months_from(START[vendor], LAST)
    gained = np.cumsum([restated[month] - true[month] for month in months])
    paid = [month for month, gain in zip(months, gained, strict=True) if gain >= single]
    return {"one_off_cost": money(single), "true_payback_month": paid[0] if paid else None}


def check_truths(invoices: Sequence[Row]) -> Row:
    """The money at stake that was planted, to the penny, by reason and quarter, and line by line."""
    planted = [row for row in invoices if row["planted"]]
    sums: dict[str, Decimal] = {reason: Decimal(0) for reason in REASONS}
    quarters: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in planted:
        reason, amount = row["planted"]
        sums[reason] += amount
        quarters[quarters_from(row["date"][:7])[0]][reason] += amount
    return {
        "total": money(sum(sums.values())),
        "by_reason": {reason: money(amount) for reason, amount in sums.items()},
        "by_quarter": {
            period: {reason: money(amount) for reason, amount in sorted(parts.items())}
            for period, parts in sorted(quarters.items())
        },
        "lines": [
            [row["invoice"], row["line"], row["planted"][0], money(row["planted"][1])]
            for row in sorted(planted, key=lambda row: (row["date"], row["invoice"], row["line"]))
        ],
    }


def money(amount: float | Decimal) -> float:
    """Pounds and pence."""
    return round(float(amount), 2)


def share(value: float) -> float:
    """A share at four places."""
    return round(value, 4)


def truths(made: dict[str, Any]) -> Row:
    """Everything planted, as `truths.yaml` holds it."""
    vendors = {vendor: truths_of(vendor, made) for vendor in VENDORS}
    for vendor in VENDORS:
        vendors[vendor]["invoice_check"] = check_truths(made["invoices"][vendor])
    return {"latest_period": quarters_from(LAST)[-1], "price_index": "SAMPLE-PRICES", "vendors": vendors}


# ---------------------------------------------------------------------------------------------------------------- files
def csv_text(columns: Sequence[str], rows: Sequence[Row], order: Sequence[str]) -> str:
    """A table as CSV, sorted."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: [row[name] for name in order]))
    return out.getvalue()


def figures_text(found: Row) -> str:
    """The tables of figures that stand in README.md."""
    head = "| vendor | kind | period | true saving | naive change of cost | budget variance | realised of promised |"
    lines = [head, "|---|---|---|--:|--:|--:|--:|"]
    for vendor, facts in found["vendors"].items():
        for period in ("2025", found["latest_period"]):
            if "true_saving" not in facts:
                continue
            names = ("true_saving_share", "naive_change", "budget_variance", "true_saving_realised")
            shares = [f"{facts[name][period]:+.1%}" for name in names]
            shares[0] = f"{facts['true_saving'][period]:,.0f} GBP ({shares[0]})"
            lines.append(" | ".join([f"| `{vendor}`", facts["kind"], period, *shares]) + " |")
    lines += [
        "",
        "| vendor | one-off cost, GBP | paid back in | at stake in the invoice check, GBP |",
        "|---|--:|---|--:|",
    ]
    for vendor, facts in found["vendors"].items():
        back = facts.get("true_payback_month", "unknown") or "not by the last month"
        lines.append(f"| `{vendor}` | {facts['one_off_cost']:,.2f} | {back} | {facts['invoice_check']['total']:,.2f} |")
    check = found["vendors"]["elm"]["invoice_check"]
    latest = check["by_quarter"][found["latest_period"]]
    lines += ["", f"| `elm`, reason | since the start, GBP | in {found['latest_period']}, GBP |", "|---|--:|--:|"]
    lines += [f"| {name} | {check['by_reason'][name]:,.2f} | {latest.get(name, 0):,.2f} |" for name in REASONS]
    return "\n".join(lines)


def files() -> dict[str, str]:
    """Every file this script writes: name -> content."""
    made = sample()
    found = truths(made)
    quality = make_quality.quality(CREDITS)
    delivery = make_delivery.delivery()
    contract = make_contract.contract()
    surveys = make_sentiment.sentiment()
    partnership = make_relationship.relationship()
    every = {
        **tables(made),
        **make_quality.tables(quality),
        **make_delivery.tables(delivery),
        **make_sentiment.tables(surveys),
        **make_relationship.tables(partnership),
        **make_contract.tables(contract),
        **make_selection.tables(),
        **make_exit.tables(),
        **make_complaints.tables(MONTHS),
        **make_disclosures.tables(),
    }
    texts = {f"{name}.csv": csv_text(*parts) for name, parts in every.items()}
    head = "# Written by make_sample.py. Money in GBP, shares as 0.15; what each figure means stands in README.md.\n"
    texts["truths.yaml"] = head + yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=120)
    texts["truths.yaml"] += make_quality_truths.truths_text(quality) + make_delivery.truths_text(delivery)
    texts["truths.yaml"] += make_sentiment_truths.truths_text(surveys)
    texts["truths.yaml"] += make_relationship.truths_text(partnership) + make_contract.truths_text()
    texts["truths.yaml"] += make_selection.truths_text()
    texts["truths.yaml"] += make_exit.truths_text()
    texts["truths.yaml"] += make_complaints.truths_text() + make_disclosures.truths_text()
    texts["truths.yaml"] += yaml.safe_dump({"volume_growth": growth_truths()}, sort_keys=False)
    texts["truths.yaml"] += yaml.safe_dump(make_goals.truths(), sort_keys=False, allow_unicode=True, width=120)
    readme = filled_in((FOLDER / "README.md").read_text(encoding="utf-8"), "figures", figures_text(found))
    readme = filled_in(readme, "figures of quality", make_quality_truths.figures_text(quality))
    readme = filled_in(readme, "figures of delivery", make_delivery.figures_text(delivery))
    readme = filled_in(readme, "figures of relationship", make_relationship.figures_text(partnership))
    readme = filled_in(readme, "figures of contract", make_contract.figures_text())
    readme = filled_in(readme, "figures of exit", make_exit.figures_text())
    texts["README.md"] = filled_in(readme, "figures of sentiment", make_sentiment_truths.figures_text(surveys))
    return texts


def filled_in(text: str, name: str, figures: str) -> str:
    """A text with what stands between two marks replaced."""
    first, last = f"<!-- {name}: written by make_sample.py -->", f"<!-- end of {name} -->"
    before, _, rest = text.partition(first)
    return f"{before}{first}\n{figures}\n{last}{rest.partition(last)[2]}"


def main(arguments: Sequence[str]) -> int:
    """Write the files, or with `--check` name those that differ."""
    texts = files()
    if "--check" not in arguments:
        for name, text in texts.items():
            (FOLDER / name).write_bytes(text.encode("utf-8"))
        print(f"{len(texts)} files written to {FOLDER.name}")
        return 0
    on_disk = {name: (FOLDER / name).read_bytes() if (FOLDER / name).exists() else b"" for name in texts}
    wrong = [name for name, text in texts.items() if on_disk[name] != text.encode("utf-8")]
    for name in wrong:
        print(f"{name} is not what make_sample.py writes; run make_sample.py, or undo the edit")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
