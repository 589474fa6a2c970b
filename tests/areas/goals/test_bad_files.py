"""Files as people send them: what contradicts itself is said of each goal, and what cannot be read is a fault with its row."""

from __future__ import annotations

import json

import pytest

from toolkit.areas import goals
from toolkit.areas.goals.tables import CHECK_INS
from toolkit.case import open_case
from toolkit.client import GOALS
from toolkit.tables import read_table

SETTINGS = """client: Test
currency: GBP
periods: [2026-Q3]
vendors:
  - {vendor: alder, name: Alder}
"""
AGREED = """vendor,goal,objective,measure,direction,target,baseline,unit,start,due,owner,source
alder,K1,Nothing to reach,,at_least,0.4,0.4,share,2026-01-01,2026-12-31,Ann,Inventory
alder,K2,Ends before it begins,,at_least,0.9,0.1,share,2026-06-01,2026-03-31,Ann,Inventory
alder,K3,Told after its end,,at_least,0.9,0.1,share,2026-01-01,2026-06-30,Ann,Inventory
alder,K4,On no measure,quality.baklog,at_most,10,40,tickets,2026-01-01,2026-12-31,Ann,
alder,K5,In another unit,quality.reopened_share,at_most,10,20,%,2026-01-01,2026-12-31,Ann,
alder,K6,One\u0085line <b>only</b>,,at_least,0.9,0.1,share,2026-01-01,2026-12-31,Ann,Inventory
"""
SAID = """vendor,goal,date,value,confidence,note,author
alder,K1,2026-08-31,0.5,0.9,,Ann
alder,K2,2026-08-31,0.5,0.9,,Ann
alder,K3,2026-06-30,0.5,0.9,,Ann
alder,K3,2026-08-31,0.95,0.9,,Ann
alder,K6,2026-08-31,0.5,0.9,said\u0085on two lines,Ann
alder,K9,2026-08-31,0.5,0.9,,Ann
"""


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "test"
    folder.mkdir()
    for name, text in {"review.yaml": SETTINGS, "goals.csv": AGREED, "check_ins.csv": SAID}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return open_case(goals, "alder", "2026-Q3", str(folder), str(tmp_path / "reports"))


@pytest.fixture
def register(case):
    history = case.history()
    series = goals.series(case.agreed, case.check_ins, history, period=case.period)
    return goals.register(case.agreed, series, history, case.measures, case.check_ins, period=case.period)


@pytest.mark.parametrize(
    ("goal", "fault"),
    [
        ("K1", "target and baseline are both 0.4: there is nothing to reach"),
        ("K2", "the deadline 2026-03-31 lies before the start 2026-06-01"),
        ("K3", ""),
        ("K5", "it is in '%', and Tickets reopened in 'share'"),
        ("K6", ""),
    ],
)
def test_a_goal_that_contradicts_itself_says_why(register, goal, fault):
    row = register.set_index("goal").loc[goal]
    assert row["faults"] == fault
    assert (row["grade"] == row["grade"]) is not bool(fault)


def test_what_is_said_after_the_deadline_is_not_the_grade(register):
    assert register.set_index("goal").loc["K3", "value"] == 0.5


def test_a_goal_on_an_unknown_measure_is_told_which_is_meant(register):
    row = register.set_index("goal").loc["K4"]
    assert not row["known"]
    assert "quality.backlog" in row["hint"]


def test_a_next_line_character_splits_neither_goal_nor_check_in(case, register):
    assert register.set_index("goal").loc["K6", "value"] == 0.5
    assert len(case.check_ins) == 6
    page = goals.rows_of(goals.grade(register, period=case.period)).html
    assert "<b>only" not in page


def test_checks_name_every_one_of_them(case, register):
    found = goals.checks(case.agreed, case.check_ins, case.history(), register, period=case.period)
    said = dict(zip(found["check"], found["remark"], strict=True))
    assert said["Check-ins after the deadline"] == "K2 and K3: not used for the grade"
    assert said["Check-ins on goals that are not there"] == "K9: not used"
    assert said["Goals on a measure that does not exist"] == "quality.baklog"


def test_every_goal_of_the_file_has_a_finding(case, register, tmp_path):
    case.conclude(goals.grade(register, period=case.period), stated=goals.stated(register))
    path = tmp_path / "reports" / "test" / "2026-Q3" / "alder" / "findings" / "goals.json"
    found = {item["goal"]: item["verdict"] for item in json.loads(path.read_text(encoding="utf-8")) if item["goal"]}
    assert {"K1", "K2", "K3", "K6"} <= set(found)


@pytest.mark.parametrize(
    ("table", "row", "column", "found"),
    [
        (CHECK_INS, 'alder,K1,2026-08-31,"0,55",0.9,,Ann', "value", "'0,55'"),
        (CHECK_INS, 'alder,K1,2026-08-31,"110.643,5",0.9,,Ann', "value", "'110.643,5'"),
        (CHECK_INS, "alder,K1,31.8.2026,0.5,0.9,,Ann", "date", "'31.8.2026'"),
        (CHECK_INS, "alder,K1,2026-08-31,0.5,90,,Ann", "confidence", "'90'"),
        (GOALS, 'alder,K1,Less,,at_most,"1.250,00",,GBP,,2026-12-31,Ann,', "target", "'1.250,00'"),
        (GOALS, "alder,K1,Less,,at_most,12,,GBP,,2026-02-30,Ann,", "due", "'2026-02-30'"),
    ],
)
def test_numbers_and_days_that_cannot_be_read_are_named_with_their_row(tmp_path, table, row, column, found):
    header = (SAID if table is CHECK_INS else AGREED).splitlines()[0]
    path = tmp_path / f"{table.name}.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    (fault,) = read_table(path, table, "GBP", ("alder",)).faults
    assert (fault.where, fault.found) == (f"{table.name}.csv, row 2, `{column}`", found)
    assert fault.wanted
