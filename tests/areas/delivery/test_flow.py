"""Flow: open work counts as open, months without a delivery count as none, and ages are those at the period's end."""

import math

import pandas as pd
import pytest

from toolkit.areas import delivery
from toolkit.model import Period

MARCH, YEAR = Period.parse("2026-03"), Period.parse("2026")
TIMES = """
    deliverable, requested, started, delivered
    A, 2026-01-01, 2026-01-11, 2026-01-21
    B, 2026-01-01, 2026-01-11, 2026-01-31
    C, 2026-01-01, 2026-01-11, 2026-02-10
    D, 2026-02-01, 2026-02-11, 2026-03-03
    E, 2026-02-01, 2026-02-11, 2026-03-13
    F, 2026-01-01, 2026-01-11,
    """


def test_lead_time_is_the_median_from_request_with_open_ones_counted_as_open(table):
    found = delivery.lead_time(table("deliverables", TIMES), period=MARCH)
    assert found.value == 35.0  # 20, 30, 30, 40, 40 and open at 89: half are done between 30 and 40
    assert found.n == 6
    assert "1 still open" in found.because


def test_cycle_time_is_the_median_from_the_start(table):
    assert delivery.cycle_time(table("deliverables", TIMES), period=MARCH).value == 25.0


def test_cycle_time_rests_on_the_duration_where_no_day_is_known(table):
    text = "\n".join(["delivered_in, duration, duration_unit", *(f"2026, {weeks}, weeks" for weeks in range(1, 8))])
    assert delivery.cycle_time(table("deliverables", text), period=YEAR).value == 28.0  # the fourth of seven, in days


def test_lead_time_before_and_after_a_month(table):
    rows = [f"2025-{month:02d}-01, 2025-{month:02d}-{10 if month > 6 else 25}" for month in range(1, 13)]
    text = "\n".join(["requested, delivered", *rows])
    found = delivery.lead_time(
        table("deliverables", text), period=Period.parse("2025"), since=pd.Period("2025-07", "M")
    )
    assert found.parts["phase"]["value"].tolist() == [24.0, 9.0]
    assert "before July 2025 the median was 24 days, since then 9 days" in found.because


def test_lead_time_of_fewer_than_five_is_not_assessed(table):
    found = delivery.lead_time(table("deliverables", "requested, delivered\n2026-03-01, 2026-03-05"), period=MARCH)
    assert "1 deliverable" in found.because


def test_lead_time_leaves_out_what_was_delivered_before_it_was_asked_for(table):
    rows = table("deliverables", TIMES + "G, 2026-03-20, , 2026-03-10\n")
    found = delivery.lead_time(rows, period=MARCH)
    assert found.value == 35.0
    assert "1 deliverable delivered before being asked for left out" in found.because


def test_throughput_counts_each_month_and_one_without_a_delivery_as_none(table):
    rows = table("deliverables", "delivered\n2026-01-05\n2026-01-09\n2026-03-02")
    found = delivery.throughput(rows, period=Period.parse("2026-Q1"))
    assert found.value == 1.0  # 3 in 3 months
    assert found.parts["month"]["value"].tolist() == [2, 0, 1]
    assert found.low == pytest.approx(0.2062, abs=0.0001)  # Garwood: chi-square quantile 0.6187 / 2 over 3


def test_throughput_of_a_year_in_which_no_day_is_known_counts_and_draws_nothing(table):
    found = delivery.throughput(table("deliverables", "delivered_in\n2026\n2026"), period=YEAR)
    assert found.numerator == 2
    assert not found.parts
    assert "the month is not known" in found.because


def test_throughput_shows_what_waits_and_what_is_in_progress_at_each_months_end(table):
    flow = delivery.throughput(table("deliverables", TIMES), period=MARCH).parts["flow"]
    january = flow[flow["month"] == pd.Period("2026-01", "M")].set_index("line")["value"]
    assert january.tolist() == [2, 2, 0]  # A, B delivered; C, F in progress; D, E not asked for yet


def test_work_in_progress_age_is_that_at_the_periods_end(table):
    found = delivery.work_in_progress_age(table("deliverables", TIMES), period=MARCH)
    assert found.value == 79.0  # F, from 11 January to 31 March
    assert found.parts["rows"]["takes_longer_share"].tolist() == pytest.approx([1 / 6])  # only F itself, of six


def test_work_in_progress_age_without_a_start_is_not_assessed(table):
    rows = table("deliverables", "state, requested\nactive, 2026-03-01")
    assert "supply started" in delivery.work_in_progress_age(rows, period=MARCH).because


def test_completion_forecast_of_a_steady_pace_is_certain(table):
    done = [f"delivered, 2025-01-01, 2025-{month:02d}-10" for month in range(1, 13) for _ in range(2)]
    text = "\n".join(["state, requested, delivered", *done, *["active, 2025-01-01,"] * 5])
    found = delivery.completion_forecast(table("deliverables", text), period=Period.parse("2025"))
    assert found.value == 3  # 5 open, 2 a month
    assert found.parts["certainty"]["value"].tolist() == [3, 3, 3]
    assert "March 2026" in found.claim


def test_completion_forecast_needs_half_a_year(table):
    rows = table("deliverables", "state, requested, delivered\ndelivered, 2026-01-01, 2026-02-01\nactive, 2026-01-01,")
    found = delivery.completion_forecast(rows, period=MARCH)
    assert math.isnan(found.value)
    assert "6 are the least" in found.because


def test_completion_forecast_with_nothing_open_is_not_assessed(table):
    rows = table("deliverables", "requested, delivered\n2026-01-01, 2026-02-01")
    assert "nothing is open" in delivery.completion_forecast(rows, period=MARCH).because


def test_fifty_thousand_deliverables_are_measured_whole(table):
    rows = table("deliverables", TIMES)
    many = pd.concat([rows] * 8334, ignore_index=True)
    many["deliverable"] = [f"D{row}" for row in range(len(many))]
    many.attrs = rows.attrs
    assert delivery.lead_time(many, period=MARCH).n == 50_004
    assert (
        delivery.on_time_share(many.assign(planned=many["requested"] + pd.Timedelta(65, "D")), period=MARCH).n == 33_336
    )
    assert delivery.throughput(many, period=MARCH).numerator == 2 * 8334
    assert len(delivery.work_in_progress_age(many, period=MARCH).parts["rows"]) == 100


def test_throughput_behind_the_end_of_the_list_is_not_assessed_and_not_none(table):
    found = delivery.throughput(table("deliverables", "delivered_in\n2024"), period=YEAR)
    assert "holds no day in 2026" in found.because


def test_completions_say_how_often_dates_were_kept():
    rows = [("<Ours>", "all those that were open", 39, 0.05, 0.08, 0.18)]
    tried = pd.DataFrame(rows, columns=["series", "outcome", "forecasts", "held50", "held85", "held95"])
    shown = delivery.completions(tried)
    assert "8.0 %" in shown.text
    assert "&lt;Ours&gt;" in shown.html


def test_completions_without_the_file_say_so():
    assert "completion_trials.csv is not there" in delivery.completions(pd.DataFrame()).text
