"""What else could we do: by hand where every input is known, and what ranges and risks add."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from toolkit.areas import exit as leaving
from toolkit.model import Period

HEAD = (
    "alternative, option, price_low, price_likely, price_high, one_off_low, one_off_likely, one_off_high, "
    "lead_low, lead_likely, lead_high, risk, risk_probability, risk_low, risk_likely, risk_high\n"
)
STAY = "Old terms, stay, 1200, 1200, 1200, , , , , , , , , , ,\n"
RISKY = "New firm, switch, 600, 600, 600, 0, 0, 0, 0, 0, 0, Fire, 0.1, 9000, 9000, 9000\n"
SPREAD = HEAD + (
    "Old terms, stay, 1100, 1200, 1400, , , , , , , , , , ,\n"
    "New firm, switch, 800, 900, 1300, 50, 100, 300, 3, 6, 12, , , , ,\n"
)
HIDDEN = """item, category, low, base, high
Contract management, management, 0.1, 0.1, 0.1
Productivity lost, productivity, 0.2, 0.2, 0.2
Transition, transition, 0.5, 0.5, 0.5
"""


def test_scenario_cost_by_hand(costed):
    # staying: 24 x 100 = 2,400; New firm: 6 x 100 + 18 x 75 + 100 = 2,050
    found = leaving.scenario_cost(costed())
    assert (found.value, found.low, found.high) == pytest.approx((2050, 2050, 2050))
    assert found.parts["way"]["value"].tolist() == pytest.approx([2050, 2400])
    assert found.claim.startswith("over 24 months New firm (switch) costs least on average, 2,050 GBP")
    assert "staying costs 2,400 GBP" in found.claim


def test_scenario_cost_is_discounted(costed):
    assert leaving.scenario_cost(costed(discount_rate=0.08)).value < 2050


def test_scenario_cost_holds_hidden_costs_of_what_moves(costed, inputs):
    # management 10 % a year of what outsiders get, productivity 20 % of a year's price once; transition is in the one-off
    # staying: 2,400 x 1.1 = 2,640; New firm: (600 + 1,350) x 1.1 + 100 + 0.2 x 900 = 2,425
    rows = costed(HEAD + STAY + "New firm, switch, 900, 900, 900, 100, 100, 100, 6, 6, 6, , , , ,\n", "", HIDDEN)
    assert leaving.scenario_cost(rows).parts["way"]["value"].tolist() == pytest.approx([2425, 2640])


def test_own_people_bring_no_contract_to_manage(costed):
    # until they run 6 x 100 x 1.1 = 660, then 18 x 75 = 1,350, 100 once and 0.2 x 900 = 180
    rows = costed(HEAD + STAY + "Own team, insource, 900, 900, 900, 100, 100, 100, 6, 6, 6, , , , ,\n", "", HIDDEN)
    assert leaving.scenario_cost(rows).parts["way"]["value"].tolist() == pytest.approx([2290, 2640])


def test_scenario_cost_takes_staying_from_the_past_year(costed, inputs):
    lines = "date, amount, category\n" + "".join(f"2025-{month:02d}-28, 100, run\n" for month in range(7, 13))
    lines += "".join(f"2026-{month:02d}-28, 100, run\n" for month in range(1, 7)) + "2026-06-28, 999, one_off\n"
    rows = costed(HEAD + "New firm, switch, 900, 900, 900, 100, 100, 100, 6, 6, 6, , , , ,\n", lines)
    assert leaving.scenario_cost(rows).parts["way"]["value"].tolist() == pytest.approx([2050, 2400])
    assert "As now (stay)" in set(rows["way"])


@pytest.mark.parametrize(
    ("lines", "because"),
    [
        ("", "nothing says what staying costs: invoices.csv is missing"),
        ("date, amount\n2026-05-31, 100\n", "invoices say what staying costs for 1 of 12 months"),
    ],
)
def test_scenario_cost_without_a_price_of_staying_is_not_assessed(costed, lines, because):
    rows = costed(HEAD + "New firm, switch, 900, 900, 900, 100, 100, 100, 6, 6, 6, , , , ,\n", lines)
    found = leaving.scenario_cost(rows)
    assert not found.assessed
    assert because in found.because


def test_scenario_cost_without_alternatives_says_which_file(table):
    rows = leaving.scenarios(
        leaving.scenario_inputs(
            table("alternatives"), table("invoices"), table("hidden_costs"), period=Period.parse("2026-Q2")
        )
    )
    for name in ("scenario_cost", "switching_gain", "cheapest_probability", "worst_case", "break_even", "walk_away"):
        found = getattr(leaving, name)(rows)
        assert (found.assessed, found.because) == (False, "alternatives.csv is missing"), name


def test_figures_that_came_later_are_left_out(costed, inputs):
    text = HEAD.strip() + ", quoted\n" + STAY.strip() + ",\n"
    text += "New firm, switch, 900, 900, 900, 100, 100, 100, 6, 6, 6, , , , , , 2026-07-01\n"
    assert set(inputs(text)["way"]) == {"Old terms (stay)"}


def test_ranges_are_kept_and_inputs_that_go_together_spread_more(costed):
    free, together = (costed(SPREAD, scenario_correlation=rank) for rank in (0.0, 0.9))
    for rows in (free, together):
        assert (rows["low"] < rows["mean"]).all()
        assert (rows["mean"] < rows["high"]).all()
    spread = [rows.loc[rows["option"] == "switch", "once_high"].iloc[0] for rows in (free, together)]
    assert spread[0] == pytest.approx(spread[1], rel=0.02)  # one input alone is as wide
    new = [rows[rows["option"] == "switch"].iloc[0] for rows in (free, together)]
    assert new[1]["high"] - new[1]["low"] > new[0]["high"] - new[0]["low"]


def test_equal_tables_give_equal_scenarios(inputs):
    first, second = (leaving.scenarios(inputs(SPREAD)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_switching_gain_by_hand(costed):
    found = leaving.switching_gain(costed())
    assert (found.value, found.probability) == (pytest.approx(350), 1)
    assert found.claim == (
        "New firm (switch) saves 350 GBP on average over 24 months; in nine of ten cases 350 to 350 GBP less."
    )


def test_switching_gain_below_zero_says_that_staying_is_cheaper(costed):
    rows = costed(HEAD + STAY + "New firm, switch, 1500, 1500, 1500, 0, 0, 0, 0, 0, 0, , , , ,\n")
    found = leaving.switching_gain(rows)
    assert found.value == pytest.approx(-600)
    assert "costs more than staying by 600 GBP" in found.claim


def test_switching_gain_without_another_way_is_not_assessed(costed):
    found = leaving.switching_gain(costed(HEAD + STAY))
    assert "another option than stay" in found.because


def test_cheapest_probability_adds_up_to_one(costed):
    found = leaving.cheapest_probability(costed(SPREAD))
    assert found.parts["way"]["value"].sum() == pytest.approx(1)
    assert 0.5 < found.value < 1


def test_worst_case_tells_what_is_cheap_on_average_and_ruinous_once_in_ten(costed):
    # New firm: 24 x 50 = 1,200 in nine cases of ten, 10,200 in one: 2,100 on average, below 2,400
    rows = costed(HEAD + STAY + RISKY)
    found = leaving.worst_case(rows)
    assert rows.loc[rows["option"] == "switch", "mean"].iloc[0] == pytest.approx(2100, rel=0.02)
    assert found.value == pytest.approx(10_200, rel=0.02)
    assert "cheapest on average, but costs" in found.claim
    assert found.because == "the risk named: Fire"
    gain = leaving.switching_gain(rows)
    assert gain.low < 0 < gain.high  # what happens once in ten shows in the interval


def test_worst_case_of_what_is_cheapest_then_too(costed):
    assert "cheapest on average and when it goes badly, too: 2,050 GBP" in leaving.worst_case(costed()).claim


def test_break_even_by_hand(costed):
    # 100 once, 25 a month from month 6: 6 + 4 = 10
    found = leaving.break_even(costed())
    assert (found.value, found.low, found.high) == pytest.approx((10, 10, 10))


def test_break_even_that_never_comes_is_infinite(costed):
    rows = costed(HEAD + STAY + "New firm, switch, 1200, 1200, 1200, 50, 60, 70, 0, 1, 2, , , , ,\n")
    found = leaving.break_even(rows)
    assert math.isinf(found.value)
    assert math.isnan(found.high)
    assert "in fewer than half of the cases" in found.claim


def test_cost_drivers_by_hand(inputs, costed):
    rows, options = inputs(SPREAD), {"scenario_months": 24, "discount_rate": 0.0}
    found = leaving.cost_drivers(rows, costed(SPREAD), **options)
    part = found.parts["input"].set_index("input")
    # all likely: 2,400 - (600 + 1,350 + 100) = 350; New firm's price at 800: 18 months x 100 / 12 more, at 1,300 less 600
    price = part.loc["New firm (switch), price a year"]
    assert (price["value"], price["low"], price["high"]) == pytest.approx((350, 500, -250))
    assert part.index[0] == "New firm (switch), price a year"
    assert "it alone can turn which is cheaper" in found.claim
    assert price["range"] == "800 to 1,300 GBP a year"


def test_cost_drivers_of_a_risk_are_with_and_without_it(inputs, costed):
    rows = inputs(HEAD + STAY + RISKY)
    found = leaving.cost_drivers(rows, costed(HEAD + STAY + RISKY), scenario_months=24, discount_rate=0.0)
    assert found.value == 9000
    assert found.parts["input"]["range"].tolist() == ["nothing, or 9,000 GBP"]


def test_cost_drivers_of_known_numbers_are_not_assessed(inputs, costed):
    found = leaving.cost_drivers(inputs(), costed(), scenario_months=24, discount_rate=0.0)
    assert "supply ranges" in found.because


def test_of_several_services_the_one_that_costs_most_is_told(costed):
    head = HEAD.replace("alternative,", "service, alternative,")
    text = head + "".join(
        f"{service}, {row}"
        for service, rows in (("Small", (STAY.replace("1200", "12"), RISKY)), ("Large", (STAY, RISKY)))
        for row in rows
    )
    found = leaving.scenario_cost(costed(text))
    assert found.claim.startswith("Large: ")
    assert set(found.parts["service"]["service"]) == {"Small"}


def test_a_service_without_a_price_of_staying_is_left_out_and_named(costed):
    head = HEAD.replace("alternative,", "service, alternative,")
    found = leaving.scenario_cost(costed(head + f"Desk, {STAY}Desk, {RISKY}Hosting, {RISKY}"))
    assert found.claim.startswith("Desk: ")
    assert "left out: nothing says what staying costs: invoices.csv is missing" in found.because


def test_many_ways_do_not_fill_the_memory(costed):
    ways = "".join(
        f"Firm {n}, switch, 800, 900, {1000 + n}, 50, 100, 300, 3, 6, 12, Fire, 0.1, 1, 2, 3\n" for n in range(60)
    )
    found = leaving.cheapest_probability(costed(HEAD + STAY + ways))
    assert found.n == 61
    assert found.parts["way"]["value"].sum() == pytest.approx(1)
