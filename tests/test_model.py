"""The nouns: how periods are written, how a goal is judged by an interval, and how findings travel unchanged."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import GoalError, SettingsError
from toolkit.model import (
    COUNTED,
    MET,
    MISSED,
    NAN,
    NO_GOAL,
    NOT_ASSESSED,
    UNCLEAR,
    Finding,
    Goal,
    Measured,
    NotAssessed,
    Period,
    absence,
    finding,
    findings_text,
    goal_from_row,
    interval_words,
    judge,
    measure,
    month_words,
    number,
    probability_words,
    read_findings,
    spread_words,
    write_findings,
)

INF = float("inf")


# ---------------------------------------------------------------------------------------------------------------- periods
@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01", "2026-12"),
        ("2026-H1", "2026-01", "2026-06"),
        ("2026-H2", "2026-07", "2026-12"),
        ("2026-Q3", "2026-07", "2026-09"),
        ("2026-07", "2026-07", "2026-07"),
        ("2026-12", "2026-12", "2026-12"),
    ],
)
def test_a_period_is_written_as_it_is_read(text, start, end):
    period = Period.parse(text)
    assert (str(period), str(period.start), str(period.end)) == (text, start, end)
    assert len(period.months_index()) == period.months


@pytest.mark.parametrize(
    "text", ["", "26", "0000", "٢٠٢٦", "2026-Q5", "2026-H0", "2026-13", "2026-7", "2026-Q3 ", "2026-q3", "Q3"]
)
def test_what_is_no_period(text):
    with pytest.raises(SettingsError) as error:
        Period.parse(text)
    assert str(error.value) == (f"period: found {text!r}; expected a period such as 2026, 2026-H1, 2026-Q3 or 2026-07")


def test_periods_before_and_a_year_before():
    assert str(Period.parse("2026-Q1").before()) == "2025-Q4"
    assert str(Period.parse("2026-07").before(7)) == "2025-12"
    assert str(Period.parse("2026-H2").year_before()) == "2025-H2"
    assert Period.parse("2025-Q4") < Period.parse("2026-Q1")


# ------------------------------------------------------------------------------------------------------------------ goals
def goal(direction="at_most", target=10.0, **more):
    return Goal(goal="G1", measure="cost.unit_cost", direction=direction, target=target, **more)


def measured(value=8.0, low=NAN, high=NAN, **more):
    return Measured(**{"id": "cost.unit_cost", "label": "Unit cost", "value": value, "low": low, "high": high} | more)


@pytest.mark.parametrize(
    ("direction", "low", "high", "verdict"),
    [
        ("at_most", 8, 10, MET),
        ("at_most", 8, 10.1, UNCLEAR),
        ("at_most", 10, 12, UNCLEAR),
        ("at_most", 10.1, 12, MISSED),
        ("at_least", 10, 12, MET),
        ("at_least", 9.9, 12, UNCLEAR),
        ("at_least", 8, 10, UNCLEAR),
        ("at_least", 8, 9.9, MISSED),
        ("between", 10, 20, MET),
        ("between", 9, 15, UNCLEAR),
        ("between", 15, 21, UNCLEAR),
        ("between", 9, 21, UNCLEAR),
        ("between", 8, 9, MISSED),
        ("between", 21, 22, MISSED),
        ("at_most", 8, INF, UNCLEAR),
        ("at_most", 11, INF, MISSED),
        ("at_least", -INF, INF, UNCLEAR),
        ("at_least", NAN, 12, UNCLEAR),
        ("at_least", 12, NAN, UNCLEAR),
    ],
)
def test_a_goal_is_judged_by_the_whole_interval(direction, low, high, verdict):
    aim = goal(direction, target_high=20.0 if direction == "between" else NAN)
    assert judge(measured(11.0, low, high), aim)[0] == verdict


@pytest.mark.parametrize(
    ("due", "ahead"),
    [("2026-12-31", ", which is due on 31 December 2026"), ("2026-09-30", ""), ("2026-06-30", ""), ("", "")],
)
def test_what_is_missed_before_its_deadline_says_when_that_is(due, ahead):
    found = finding(measured(12.0, 11, 13), "alder", "2026-Q3", goal(due=due))
    assert (found.verdict, found.because) == (MISSED, f"12 (11 to 13), outside the goal of at most 10{ahead}")


def test_what_is_met_before_its_deadline_is_met():
    found = finding(measured(8.0, 7, 9), "alder", "2026-Q3", goal(due="2026-12-31"))
    assert (found.verdict, found.because) == (MET, "8 (7 to 9), within the goal of at most 10")


@pytest.mark.parametrize(("done", "verdict"), [(1.0, MET), (0.0, MISSED)])
def test_what_is_done_or_not_is_said_as_such(done, verdict):
    found = judge(measured(done, counted=True, unit="yes/no"), goal("at_least", 1.0, unit="yes/no"))
    assert found == (verdict, f"{'done' if done else 'not done'}, and agreed was: done")


@pytest.mark.parametrize(
    ("direction", "value", "verdict"),
    [
        ("at_most", 10, MET),
        ("at_most", 10.01, MISSED),
        ("at_least", 10, MET),
        ("at_least", 9.99, MISSED),
        ("between", 10, MET),
        ("between", 20, MET),
        ("between", 9.99, MISSED),
        ("between", 20.01, MISSED),
        ("at_most", INF, MISSED),
        ("at_least", INF, MET),
        ("between", INF, MISSED),
        ("at_least", -INF, MISSED),
    ],
)
def test_a_full_count_is_judged_by_its_value(direction, value, verdict):
    aim = goal(direction, target_high=20.0 if direction == "between" else NAN)
    assert judge(measured(value, counted=True, interval=COUNTED), aim)[0] == verdict


def test_a_payback_that_never_comes_misses_its_goal():
    assert judge(measured(INF, INF, INF, unit="months"), goal(target=24.0))[0] == MISSED


def test_a_sum_of_pennies_does_not_miss_by_binary_rounding():
    assert sum([0.1] * 3) > 0.3
    assert judge(measured(sum([0.1] * 3), counted=True), goal("at_most", 0.3))[0] == MET


@pytest.mark.parametrize(
    ("result", "aim", "said"),
    [
        (measured(NAN, because="volumes.csv is missing"), goal(), (NOT_ASSESSED, "volumes.csv is missing")),
        (measured(NAN), None, (NOT_ASSESSED, "there is no value")),
        (measured(8.0, because="a note"), None, (NO_GOAL, "a note")),
        (
            measured(8.0, 7, 9, unit="GBP per ticket"),
            goal(unit="EUR"),
            (NOT_ASSESSED, "goal G1 is in 'EUR', the measure in 'GBP per ticket'"),
        ),
        (
            measured(8.0, interval="none: 2 months are too few"),
            goal(),
            (UNCLEAR, "there is no interval to hold against at most 10: 2 months are too few"),
        ),
        (
            measured(0.08, 0.07, 0.09, unit="share"),
            goal("at_most", 0.1),
            (MET, "8.0 % (7.0 % to 9.0 %), within the goal of at most 10.0 %"),
        ),
        (measured(8.0, 7, 9), goal("at_least"), (MISSED, "8 (7 to 9), outside the goal of at least 10")),
        (
            measured(8.0, 7, 11),
            goal("between", 10.0, target_high=20.0),
            (UNCLEAR, "8 (7 to 11) lies on both sides of the goal of between 10 and 20"),
        ),
        (measured(8.0, counted=True, unit="GBP"), goal(unit="GBP"), (MET, "8 GBP, within the goal of at most 10 GBP")),
    ],
)
def test_the_reason_for_a_verdict(result, aim, said):
    assert judge(result, aim) == said


@given(
    value=st.floats(-1e6, 1e6),
    below=st.floats(0, 1e3),
    above=st.floats(0, 1e3),
    target=st.floats(-1e6, 1e6),
)
def test_a_goal_and_its_opposite_are_never_both_missed(value, below, above, target):
    result = measured(value, value - below, value + above)
    verdicts = {judge(result, goal(direction, target))[0] for direction in ("at_most", "at_least")}
    assert verdicts in ({MET, MISSED}, {UNCLEAR}, {MET, UNCLEAR}, {MET})


def test_a_goal_that_does_not_say_what_meets_it():
    with pytest.raises(GoalError) as error:
        judge(measured(8.0, 7, 9), goal("atmost"))
    assert str(error.value) == (
        "goal G1, `direction`: found 'atmost'; expected one of at_least, at_most, between. Did you mean 'at_most'?"
    )
    with pytest.raises(GoalError) as error:
        judge(measured(8.0, 7, 9), goal("between"))
    assert str(error.value) == "goal G1, `target_high`: found nothing; expected the upper end of the range"


def test_a_goal_from_a_row_leaves_out_what_is_missing():
    row = {"vendor": "alder", "goal": "G1", "measure": "cost.saving", "direction": "at_least", "target": 5.0}
    blank = {"target_high": NAN, "unit": NAN, "owner": None, "objective": NAN}
    read = goal_from_row(row | blank | {"due": pd.Timestamp("2026-12-31")})
    assert (read.goal, read.unit, read.owner, read.due) == ("G1", "", "", "2026-12-31")
    assert goal_from_row(row | blank | {"due": pd.NaT}).due == ""


# ---------------------------------------------------------------------------------------------------------------- words
@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.1234, "share", "12.3 %"),
        (-0.05, "share", "−5.0 %"),
        (1234567.8, "GBP", "1,234,568 GBP"),
        (-1250, "GBP", "−1,250 GBP"),
        (12.3456, "GBP per ticket", "12.3 GBP per ticket"),
        (0.012345, "", "0.0123"),
        (5.0, "months", "5 months"),
        (-0.00001, "", "0.0000"),
        (0, "GBP", "0 GBP"),
        (NAN, "GBP", "unknown"),
        (INF, "months", "never"),
        (INF, "", "without limit"),
    ],
)
def test_numbers_in_words(value, unit, words):
    assert number(value, unit) == words


def test_intervals_in_words():
    assert interval_words(measured(0.124, 0.098, 0.15, unit="share")) == "12.4 % (9.8 % to 15.0 %)"
    assert interval_words(measured(8.0, unit="GBP")) == "8 GBP"


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.5, "50 %"), (0.996, "above 99 %"), (1.0, "above 99 %"), (0.001, "below 1 %"), (NAN, "unknown")],
)
def test_a_probability_is_never_a_certainty(probability, words):
    assert probability_words(probability) == words


def test_a_month_in_words():
    assert month_words(pd.Period("2026-03", "M")) == "March 2026"


# --------------------------------------------------------------------------------------------------------------- measures
@measure("Charges", better="lower")
def charges(invoices, budgets=None, *, period):
    """What was charged.

    And more about it.
    """
    if period == "none":
        raise NotAssessed("there is no period")
    return Measured(value=float(len(invoices)), n=0 if budgets is None else len(budgets))


def table(name, rows, **attrs):
    frame = pd.DataFrame({"amount": range(rows)})
    frame.attrs = {"file": f"{name}.csv", "digest": "d", "absent": ""} | attrs
    return frame


def test_a_measure_knows_its_name_its_definition_and_its_sources():
    result = charges(table("invoices", 2), table("budgets", 3), period="p")
    assert (result.id, result.label, result.better) == ("test_model.charges", "Charges", "lower")
    assert result.definition == "What was charged."
    assert [(item["table"], item["rows"]) for item in result.sources] == [("invoices", 2), ("budgets", 3)]
    assert (result.value, result.n) == (2.0, 3)


def test_a_measure_without_a_table_it_needs_is_not_assessed():
    result = charges(table("invoices", 2, absent="invoices.csv is missing"), period="p")
    assert not result.assessed
    assert str(result) == "Charges: not assessed, because invoices.csv is missing"
    assert charges(table("invoices", 0), period="p").because == "invoices holds no row"


def test_a_measure_does_without_a_table_it_can_do_without():
    result = charges(table("invoices", 2), table("budgets", 3, absent="budgets.csv is missing"), period="p")
    assert (result.n, [item["table"] for item in result.sources]) == (0, ["invoices"])


def test_a_measure_may_say_itself_why_it_is_not_assessed():
    assert charges(table("invoices", 2), period="none").because == "there is no period"


def test_a_table_carries_why_it_is_absent():
    assert absence("invoices", table("invoices", 1)) == ""
    assert absence("invoices", table("invoices", 0)) == "invoices holds no row"


# --------------------------------------------------------------------------------------------------------------- findings
def test_a_finding_carries_the_measure_and_the_goal():
    aim = goal(due="2026-12-31", owner="A. Owner")
    result = finding(measured(8.0, 7, 9, claim="It cost 8."), "alder", "2026-Q3", aim)
    assert (result.id, result.area, result.vendor, result.period) == ("cost.unit_cost", "cost", "alder", "2026-Q3")
    assert (result.goal, result.aim, result.due, result.owner, result.kind) == (
        "G1",
        aim.words(),
        "2026-12-31",
        "A. Owner",
        "committed",
    )
    assert (result.verdict, result.sentence) == (MET, "It cost 8.")


def test_a_finding_without_a_value_says_why():
    result = finding(measured(NAN, because="volumes.csv is missing"), "alder", "2026-Q3")
    assert result.sentence == "Unit cost: not assessed, because volumes.csv is missing"


def full_finding():
    part = pd.DataFrame(
        {
            "month": [pd.Period("2026-03", "M"), pd.NaT],
            "day": [pd.Timestamp("2026-03-31"), pd.NaT],
            "value": [1.5, NAN],
            "high": [INF, -INF],
            "n": pd.array([3, None], dtype="Int64"),
            "in_period": np.array([True, False]),
            "text": ["<Ä>", None],
        }
    )
    sources = ({"table": "invoices", "file": "invoices.csv", "rows": 3, "digest": "d"},)
    return finding(measured(INF, 0.1 + 0.2, INF, parts={"month": part}, sources=sources, n=3), "alder", "2026-Q3")


def test_findings_are_plain_json():
    (row,) = json.loads(findings_text([full_finding()]), parse_constant=pytest.fail)
    assert (row["value"], row["low"], row["high"], row["probability"]) == ("inf", 0.3, "inf", None)
    first = {
        "month": "2026-03",
        "day": "2026-03-31",
        "value": 1.5,
        "high": "inf",
        "n": 3,
        "in_period": True,
        "text": "<Ä>",
    }
    second = {"value": None, "high": "-inf", "in_period": False} | dict.fromkeys(["month", "day", "n", "text"])
    assert row["parts"]["month"] == [first, second]


def test_findings_come_back_as_they_were_written(tmp_path):
    path = write_findings(tmp_path / "findings" / "cost.json", [full_finding()])
    (back,) = read_findings(path)
    assert (back.value, back.low, back.high) == (INF, 0.3, INF)
    assert np.isnan(back.probability)
    assert back.sources == full_finding().sources
    assert findings_text([back]) == path.read_text(encoding="utf-8")


def test_fields_that_are_not_known_are_left_out(tmp_path):
    path = tmp_path / "cost.json"
    path.write_text(json.dumps([{"id": "cost.saving", "vendor": "alder", "period": "2026", "later": 1}]))
    assert read_findings(path)[0].id == "cost.saving"


def test_equal_findings_give_equal_text_whatever_their_order():
    findings = [Finding(id=f"cost.{name}", vendor="alder", period="2026", goal=name, value=1.0) for name in "bca"]
    assert findings_text(findings) == findings_text(findings[::-1])
    assert [row["goal"] for row in json.loads(findings_text(findings))] == ["a", "b", "c"]


def test_the_order_of_summing_does_not_show():
    numbers = [0.1, 0.2, 0.3, 1e6]
    one, other = (measured(sum(order)) for order in (numbers, numbers[::-1]))
    texts = {findings_text([finding(item, "alder", "2026")]) for item in (one, other)}
    assert len(texts) == 1


def test_findings_are_written_whole_or_not_at_all(tmp_path):
    path = write_findings(tmp_path / "cost.json", [full_finding()])
    before = path.read_text(encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_findings(path, [replace(full_finding(), claim="\ud800")])
    assert path.read_text(encoding="utf-8") == before
    assert [item.name for item in tmp_path.iterdir()] == ["cost.json"]


def test_a_duration_without_end_needs_no_interval():
    assert interval_words(measured(INF, INF, INF, unit="months")) == "never"


@pytest.mark.parametrize(
    ("numbers", "unit", "words"),
    [
        ((0.283, 0.267, 0.3), "hours", "17 minutes (16 to 18)"),
        ((0.9, 0.5, 1.5), "hours", "0.900 hours (0.500 to 1.50)"),  # in one unit, that of its wider end
        ((8.87, 7.23, 11.8), "hours", "8.87 hours (7.23 to 11.8)"),
        ((0.0, 0.0, 0.0), "hours", "0 hours"),
        ((0.5, NAN, NAN), "hours", "30 minutes"),
        ((0.5, 0.25, 0.75), "days", "0.500 days (0.250 to 0.750)"),
        ((0.222, 0.222, 0.222), "share", "22.2 %"),
    ],
)
def test_an_interval_is_in_the_unit_that_reads_best(numbers, unit, words):
    assert spread_words(*numbers, unit) == words


def test_rows_behind_a_number_say_their_unit_where_it_is_another():
    money = pd.DataFrame({"month": ["2026-01"], "value": [1200.0]})
    money.attrs["unit"] = "GBP"
    plain = pd.DataFrame({"service": ["desk"], "value": [0.5]})
    held = finding(measured(0.5, unit="share", parts={"month": money, "service": plain}), "v", "2026-Q1")
    assert held.parts["month"] == [{"month": "2026-01", "value": 1200.0, "unit": "GBP"}]
    assert held.parts["service"] == [{"service": "desk", "value": 0.5}]
