"""The tables of the goals area; `goals` itself is a table of every client (`toolkit.client`)."""

from __future__ import annotations

from toolkit.areas.columns import VENDOR, optional
from toolkit.tables import Column, Table

AREA = "goals"

CHECK_INS = Table(
    "check_ins",
    "what was said of one goal on one day: how far it is, and how sure those who work on it are",
    (
        VENDOR,
        Column("goal", "text", "Short name of the goal, as in goals", example="K1"),
        Column("date", "date", "Day of the check-in", example="2026-09-30"),
        optional(
            "value", "number", "How far it is, in the unit of the goal; 1 for done, 0 for not done", example="0.55"
        ),
        optional("confidence", "number", "How sure one is to reach it", unit="share", low=0, high=1, example="0.7"),
        optional("note", "text", "What was said", example="Two sites are waiting for cabling"),
        optional("author", "text", "Who said it", example="Service manager"),
    ),
    key=("vendor", "goal", "date"),
    dated="date",
    area=AREA,
)

MEASURES = Table(
    "measures",
    "one measure of the toolkit, by which a goal can be judged; written by `make forms`",
    (
        Column("measure", "text", "Its address", example="cost.unit_cost"),
        Column("label", "text", "Its name", example="Unit cost"),
        optional("better", "text", "Which is better, where one is", allowed=("lower", "higher"), example="lower"),
        optional("unit", "text", "Its unit, where that is the same for every client", example="share"),
        Column("area", "text", "The area that measures it", example="cost"),
    ),
    key=("measure",),
    area=AREA,
)

FORECAST_TRIALS = Table(
    "forecast_trials",
    "how one method of forecasting did in all forecasts of one kind of series; written by benchmarks/backtest.py",
    (
        Column("series", "text", "What was forecast", example="People Survey, yearly 2009-2020"),
        Column("method", "text", "How; `chosen` is what this toolkit does", example="no change"),
        Column("forecasts", "integer", "Forecasts whose outcome is known", low=1, example="120"),
        Column("error", "number", "Mean error, in mean changes of one period", low=0, example="1.10"),
        Column("to_no_change", "number", "The error, divided by that of no change", low=0, example="0.98"),
        Column("held80", "number", "Outcomes within the 80 % interval", unit="share", low=0, high=1, example="0.81"),
        Column("held95", "number", "Outcomes within the 95 % interval", unit="share", low=0, high=1, example="0.94"),
    ),
    key=("series", "method"),
    area=AREA,
)

TABLES = (CHECK_INS, MEASURES, FORECAST_TRIALS)
