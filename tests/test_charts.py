"""Charts: what is drawn is what was measured, and a reader who sees nothing still learns it."""

import base64
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest

from toolkit import charts
from toolkit.charts.courses import plan_bands, plan_lines
from toolkit.charts.curves import plan_curve, plan_histogram
from toolkit.charts.drawing import GREY, INK, NARROW, WIDE, figure_of, text_width, wrap
from toolkit.charts.months import plan_control, plan_trend
from toolkit.charts.rows import (
    plan_bars,
    plan_bullet,
    plan_compare,
    plan_progress,
    plan_ranges,
    plan_tornado,
    plan_waterfall,
)
from toolkit.model import MET, MISSED, NAN, NOT_ASSESSED, UNCLEAR, Finding, Goal, Measured
from toolkit.show import Shown

NASTY = "Sons <script>alert('x')</script> & \"Co\" $x^2$ \x07"
UNIT = "GBP per ticket"
GOAL = Goal("G1", "cost.unit_cost", "at_most", 11.5, unit=UNIT)


def measured(by: str, frame: pd.DataFrame, **changes) -> Measured:
    fields = {
        "id": "cost.unit_cost", "label": "Unit cost", "unit": UNIT, "value": 10.0, "n": 6, "n_of": "months",
        "claim": "Unit cost is 10 GBP per ticket", "better": "lower", "parts": {by: frame},
    }  # fmt: skip
    return Measured(**{**fields, **changes})


def months(count: int = 6, **columns) -> pd.DataFrame:
    index = pd.period_range("2025-10", periods=count, freq="M")
    return pd.DataFrame({"month": index, "value": np.linspace(12.0, 10.0, count), **columns})


def finding(**changes) -> Finding:
    fields = {
        "id": "cost.saving_share", "vendor": "alder", "period": "2026", "label": "Saving share", "unit": "share",
        "value": 0.12, "low": 0.08, "high": 0.15, "direction": "at_least", "target": 0.1, "verdict": UNCLEAR,
    }  # fmt: skip
    return Finding(**{**fields, **changes})


STEPS = pd.DataFrame(
    {
        "step": ["Before", "Volume", "Prices", "Now"],
        "value": [100.0, 30.0, -50.0, 80.0],
        "kind": ["total", "change", "change", "total"],
    }
)
SERVICES = pd.DataFrame(
    {
        "service": ["Desk", NASTY, "Hosting"],
        "value": [5e5, 2.5e6, -1e5],
        "low": [4e5, NAN, NAN],
        "high": [7e5, NAN, NAN],
    }
)
CONTROL = months(
    12,
    center=[11.0] * 6 + [10.5] * 6,
    lower=[10.0] * 6 + [9.5] * 6,
    upper=[12.0] * 6 + [11.5] * 6,
    signal=[""] * 10 + ["a run below the average"] * 2,
    baseline=[True] * 6 + [False] * 6,
)
CURVE = pd.DataFrame(
    {
        "group": ["2026-Q1"] * 3 + [NASTY] * 3,
        "hours": [2.0, 5.0, 11.0] * 2,
        "value": [0.75, 0.5, 0.125, 0.875, 0.625, 0.5],
        "low": [0.5, 0.25, 0.0] * 2,
        "high": [1.0, 0.75, 0.5] * 2,
    }
)
INPUTS = pd.DataFrame(
    {
        "input": [NASTY, "One-off cost"],
        "range": ["0 to 12 months", "200,000 to 600,000 GBP"],
        "low": [9e5, 2e5],
        "value": [1e5, 1e5],
        "high": [-5e5, -2e5],
    }
)
EDGES = np.arange(0.8, 1.2, 0.1)
BINS = pd.DataFrame({"from": EDGES, "to": EDGES + 0.1, "value": [20, 90, 15, 12], "expected": [22.0, 19, 16, 13]})
FINDINGS = [
    finding(),
    finding(vendor="birch", value=-0.02, low=-0.05, high=0.01, verdict=MISSED),
    finding(vendor="cedar", value=NAN, low=NAN, high=NAN, verdict=NOT_ASSESSED, because="no data"),
    finding(vendor=NASTY, value=0.2, low=0.15, high=0.3, verdict=MET),
]


def every_form() -> dict[str, Shown]:
    return {
        "trend": charts.trend(measured("month", months(low=9.0, high=13.0)), [GOAL], subject="Alder, 2026-Q1"),
        "control": charts.control(measured("month", CONTROL), subject="Alder, 2026-Q1"),
        "waterfall": charts.waterfall(measured("step", STEPS), subject="Alder, 2026-Q1"),
        "bars": charts.bars(measured("service", SERVICES), by="service", subject="Alder, 2026-Q1"),
        "ranges": charts.ranges(measured("service", SERVICES), by="service", subject="Alder, 2026-Q1"),
        "tornado": charts.tornado(measured("input", INPUTS, unit="GBP"), subject="Alder, 2026-Q1"),
        "curve": charts.curve(measured("curve", CURVE, unit="hours"), subject="Alder, 2026-Q1"),
        "histogram": charts.histogram(measured("bin", BINS, unit="share"), subject="Alder, 2026-Q1"),
        "bullet": charts.bullet(FINDINGS, subject="Alder, 2026-Q1"),
        "compare": charts.compare(FINDINGS, subject="2026-Q1"),
    }


FORMS = tuple(every_form())


@pytest.fixture(scope="module")
def shown() -> dict[str, Shown]:
    return every_form()


def pictures(shown: Shown) -> list[str]:
    """The narrow picture and the wide one."""
    found = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", shown.html)
    return [base64.b64decode(text).decode("utf-8") for text in found]


def words_in(picture: str) -> str:
    root = ElementTree.fromstring(picture)
    return " ".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))


def marks(plan, name: str, width: float = WIDE) -> list:
    """The artists of that name, in the order in which they were drawn."""
    return [artist for artist in figure_of(plan, width).artists if artist.get_gid() == name]


# ------------------------------------------------------------------------------------------------ every form
@pytest.mark.parametrize("form", FORMS)
def test_picture_is_there_twice_with_a_sentence(shown, form):
    assert len(pictures(shown[form])) == 2
    alt = re.search(r'<img alt="([^"]+)"', shown[form].html).group(1)
    assert re.search(r"\d", alt)
    assert len(alt) > 60


@pytest.mark.parametrize("form", FORMS)
def test_picture_is_sound_xml_named_and_without_outside_addresses(shown, form):
    for picture in pictures(shown[form]):
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.find("{http://www.w3.org/2000/svg}title").text == shown[form].text
        assert not re.sub(r"http://www\.w3\.org/(2000/svg|1999/xlink)", "", picture).count("http")


@pytest.mark.parametrize("form", FORMS)
def test_same_numbers_give_the_same_bytes(shown, form):
    assert every_form()[form].html == shown[form].html


@pytest.mark.parametrize("form", FORMS)
def test_picture_is_small(shown, form):
    assert all(len(picture.encode()) < 14_000 for picture in pictures(shown[form]))


@pytest.mark.parametrize("form", ["bars", "ranges", "tornado", "compare"])
def test_names_from_data_stay_text(shown, form):
    assert "<script" not in shown[form].html
    for picture in pictures(shown[form]):
        assert "<script" not in picture
        assert "<script>" in words_in(picture)


def test_dollar_signs_are_money_and_not_mathematics():
    shown = charts.trend(measured("month", months(), claim="From $12 to $10 a ticket"))
    assert all("From $12 to $10 a ticket" in words_in(picture) for picture in pictures(shown))


@pytest.mark.parametrize("form", FORMS)
def test_text_is_never_below_nine_points(shown, form):
    sizes = [
        float(size) for picture in pictures(shown[form]) for size in re.findall(r"font(?:-size)?:([\d.]+)px", picture)
    ]
    assert sizes
    assert min(sizes) >= 9


def test_settings_of_the_notebook_are_neither_used_nor_changed(shown):
    with matplotlib.rc_context({"font.size": 31, "axes.facecolor": "red", "text.usetex": False, "svg.hashsalt": None}):
        before = dict(matplotlib.rcParams)
        assert every_form()["trend"].html == shown["trend"].html
        assert dict(matplotlib.rcParams) == before


def test_no_chart_touches_pyplot():
    code = (
        "import sys, pandas as pd; from toolkit import charts; from toolkit.model import Measured\n"
        "assert 'matplotlib' not in sys.modules, 'imported before it is needed'\n"
        "frame = pd.DataFrame({'month': pd.period_range('2025-01', periods=3, freq='M'), 'value': [1.0, 2.0, 3.0]})\n"
        "charts.trend(Measured(value=1.0, claim='x', parts={'month': frame}))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ------------------------------------------------------------------------------------------------ nothing to draw
@pytest.mark.parametrize("form", ["trend", "control", "waterfall"])
def test_not_assessed_is_a_sentence_and_no_picture(form):
    shown = getattr(charts, form)(Measured(label="Unit cost", because="volumes.csv is missing"))
    assert shown.text == "Unit cost: not assessed, because volumes.csv is missing."
    assert shown.html == f'<p class="quiet">{shown.text}</p>'


def test_missing_part_is_a_sentence():
    shown = charts.bars(measured("month", months()), by="service")
    assert shown.text == "Unit cost: not drawn, because there are no figures by service."


@pytest.mark.parametrize("frame", [months(value=NAN), months().iloc[:0]])
def test_part_without_a_value_is_a_sentence(frame):
    assert charts.trend(measured("month", frame)).text == "Unit cost: not drawn, because no value by month is known."


def test_part_may_have_a_unit_of_its_own():
    frame = months()
    frame.attrs["unit"] = "EUR"
    shown = charts.trend(measured("month", frame), [GOAL])
    assert "from 12 EUR in Oct 2025" in shown.text
    assert "Goal" not in shown.text


def test_no_target_and_no_vendor_are_sentences():
    assert "No finding has a target" in charts.bullet([finding(target=NAN)]).text
    assert charts.compare([FINDINGS[2]]).text == "Saving share: not assessed for any vendor."


# ------------------------------------------------------------------------------------------------ trend
def planned_trend(frame: pd.DataFrame, *goals: Goal, **changes):
    item = measured("month", frame, **changes)
    return plan_trend(item, frame, goals, "month", "Alder, 2026-Q1")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_trend_draws_the_values_of_its_months(width):
    (line,) = marks(planned_trend(months()), "values", width)
    assert line.get_ydata() == pytest.approx(months()["value"])
    assert list(line.get_xdata()) == [period.ordinal for period in months()["month"]]


def test_trend_leaves_a_gap_where_a_month_is_missing():
    (line,) = marks(planned_trend(months().drop(index=2)), "values")
    assert [math.isnan(value) for value in line.get_ydata()] == [False, False, True, False, False, False]


def test_trend_splits_at_the_change_and_draws_what_came_before_lighter():
    frame = months(phase=["before"] * 3 + ["after"] * 3)
    before, after = marks(planned_trend(frame), "values")
    assert list(before.get_ydata()) + list(after.get_ydata()) == pytest.approx(frame["value"])
    assert (before.get_color(), after.get_color()) == (GREY, INK)
    (upright,) = marks(planned_trend(frame), "change")
    assert upright.get_xdata()[0] == frame["month"][3].ordinal - 0.5


def test_trend_draws_goals_on_this_measure_only():
    others = Goal("G2", "cost.saving", "at_least", 3.0), Goal("G3", "cost.unit_cost", "at_most", 4.0, unit="share")
    lines = marks(planned_trend(months(), GOAL, *others), "target")
    assert {float(y) for line in lines for _, y in line.get_segments()[0]} == {11.5}


def test_trend_draws_what_would_have_come_without_the_change():
    frame = months(phase=["before"] * 3 + ["after"] * 3, fitted=11.0, counterfactual=[NAN] * 3 + [12.0, 12.5, 13.0])
    (line,) = marks(planned_trend(frame), "counterfactual")
    assert list(line.get_ydata()) == [12.0, 12.5, 13.0]
    assert line.is_dashed()


def test_trend_says_first_last_extremes_and_goal():
    alt = planned_trend(months(), GOAL).alt
    assert "from 12 GBP per ticket in Oct 2025 to 10 GBP per ticket in Mar 2026" in alt
    assert "lowest 10 GBP per ticket in Mar 2026, highest 12 GBP per ticket in Oct 2025" in alt
    assert "Goal: at most 11.5 GBP per ticket." in alt


def test_trend_names_the_period_under_review_and_a_broken_scale():
    frame = months(in_period=[False] * 3 + [True] * 3)
    shown = charts.trend(measured("month", frame))
    assert "under review" in words_in(pictures(shown)[1])
    assert "The scale does not start at zero" in shown.html


@pytest.mark.parametrize("values", [[5.0], [-3.0, -9.0], [1e-7, 3e-7], [4e13, 5e13], [7.0, 7.0, 7.0], [0.0, 0.0]])
def test_trend_stands_any_size_of_number(values):
    frame = months(len(values)).assign(value=values)
    assert len(pictures(charts.trend(measured("month", frame)))) == 2


def test_trend_of_eleven_years_names_years_only():
    words = words_in(pictures(charts.trend(measured("month", months(130))))[1])
    assert "2030" in words
    assert "Jan" not in words


# ------------------------------------------------------------------------------------------------ control chart
def planned_control(frame: pd.DataFrame):
    return plan_control(measured("month", frame), frame, "month", "")


def test_control_splits_limits_where_they_change():
    (upper,) = marks(planned_control(CONTROL), "upper")
    assert [segment[0][1] for segment in upper.get_segments()] == [12.0, 11.5]


def test_control_marks_and_names_signals():
    (signals,) = marks(planned_control(CONTROL), "signals")
    assert signals.get_ydata() == pytest.approx(CONTROL["value"][10:])
    assert signals.get_marker() == "D"
    shown = charts.control(measured("month", CONTROL))
    assert all("a run below the average" in words_in(picture) for picture in pictures(shown)[1:])
    assert "Aug 2026 to Sep 2026: a run below the average" in shown.text


def test_control_without_signal_says_so():
    assert "No signal" in planned_control(CONTROL.assign(signal="")).alt


# ------------------------------------------------------------------------------------------------ rows
def test_control_of_too_few_months_says_so():
    few = months(3, center=math.nan, lower=math.nan, upper=math.nan, signal="")
    plan = plan_control(measured("month", few), few, "month", "")
    assert "Too few months set limits" in plan.alt
    assert not any("Dashed" in note or "No signal" in note for note in plan.notes)


def test_waterfall_steps_start_where_the_last_one_ended():
    bars = marks(plan_waterfall(measured("step", STEPS), STEPS, "step", ""), "bar")
    # 100, then 100 + 30, then 130 - 50; totals from zero
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(0, 100), (100, 30), (130, -50), (0, 80)]


def test_waterfall_of_parts_signs_and_colours_none_of_them():
    steps = pd.DataFrame(
        {"step": ["Run", "Change", "Total"], "value": [80.0, 20.0, 100.0], "kind": ["change"] * 2 + ["total"]}
    )
    plan = plan_waterfall(measured("step", steps), steps, "step", "")
    assert "Run 80; Change 20; Total 100" in plan.alt
    assert len({bar.get_facecolor() for bar in marks(plan, "bar")}) == 2
    assert not any("better" in note for note in plan.notes)


def test_waterfall_signs_its_changes(shown):
    words = words_in(pictures(shown["waterfall"])[1])
    assert "+30" in words
    assert "−50" in words


def test_bars_start_at_zero_and_are_sorted():
    bars = marks(plan_bars(measured("service", SERVICES), SERVICES, "service", ""), "bar")
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(0, 2.5e6), (0, 5e5), (0, -1e5)]


def test_bars_have_whiskers_only_where_there_is_an_interval():
    whiskers = marks(plan_bars(measured("service", SERVICES), SERVICES, "service", ""), "whisker")
    assert {(min(line.get_xdata()), max(line.get_xdata())) for line in whiskers} == {(4e5, 7e5)}


def test_bars_draw_twelve_and_count_the_rest():
    frame = pd.DataFrame({"service": [f"s{place}" for place in range(30)], "value": np.arange(30.0)})
    plan = plan_bars(measured("service", frame), frame, "service", "")
    assert len(marks(plan, "bar")) == 12
    assert "The 12 highest of 30; the table has the other 18" in plan.notes
    assert "and 18 more" in plan.alt


def test_ranges_draw_low_base_and_high():
    frame = SERVICES.iloc[:1]
    plan = plan_ranges(measured("service", frame), frame, "service", "")
    (bar,), (dot,) = marks(plan, "range"), marks(plan, "value")
    assert (bar.get_x(), bar.get_x() + bar.get_width(), dot.get_xdata()[0]) == pytest.approx((4e5, 7e5, 5e5))


def test_ranges_draw_a_worst_case_as_a_diamond():
    frame = SERVICES.iloc[:2].assign(worst=[9e5, NAN])
    frame.attrs["worst"] = "the worst one in ten"
    plan = plan_ranges(measured("service", frame), frame, "service", "")
    (diamond,) = marks(plan, "worst")
    assert diamond.get_xdata()[0] == 9e5
    assert "Diamond: the worst one in ten" in plan.notes
    assert "Diamonds, the worst one in ten: " in plan.alt
    assert "900 k." in plan.alt


def test_a_tornado_goes_from_its_base_to_both_ends():
    plan = plan_tornado(measured("input", INPUTS, unit="GBP"), INPUTS, "input", "")
    (base,) = marks(plan, "base")
    assert base.get_xdata()[0] == 1e5
    reached = [
        {bar.get_x(), bar.get_x() + bar.get_width()} for bar in (*marks(plan, "at low"), *marks(plan, "at high"))
    ]
    assert reached == [{1e5, 9e5}, {1e5, 2e5}, {1e5, -5e5}, {1e5, -2e5}]
    assert "One-off cost 200 k to −200 k" in plan.alt


# ------------------------------------------------------------------------------------------------ findings


# ------------------------------------------------------------------------------------------------ lines and bands
def course(*names: str) -> pd.DataFrame:
    parts = [months(4).assign(line=name, value=[1.0 + place, 2.0 + place, 3.0 + place, NAN if place else 4.0])
             for place, name in enumerate(names)]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_lines_draw_the_plan_dashed_and_the_others_firm(width):
    frame = course("planned", "earned", NASTY)
    plan = plan_lines(measured("course", frame), frame, "month", "")
    (planned,) = marks(plan, "planned", width)
    assert planned.is_dashed()
    assert [line.is_dashed() for line in marks(plan, "values", width)] == [False, False]


def test_lines_name_every_line_at_its_end():
    shown = charts.lines(measured("course", course("planned", "earned")))
    assert "planned 4 earned 4" in words_in(pictures(shown)[1])
    assert "planned 4 GBP per ticket in Jan 2026; earned 4 GBP per ticket in Dec 2025" in shown.html


def test_bands_lie_on_one_another():
    frame = course("delivered", "in progress", "waiting").fillna({"value": 1.0})
    plan = plan_bands(measured("flow", frame), frame, "month", "")
    tops = [band.get_paths()[0].vertices[:, 1].max() for band in marks(plan, "band")]
    assert tops == [4.0, 7.0, 12.0]  # 4, 3 + 4, 5 + 4 + 3: the third month has 3 + 4 + 5
    assert "From the bottom: delivered, in progress, waiting" in plan.notes


def test_bars_keep_the_order_of_the_table_where_it_has_one():
    plan = plan_bars(measured("service", SERVICES), SERVICES, "service", "", ranked=False)
    assert "Bar chart: Desk" in plan.alt


# ------------------------------------------------------------------------------------------------ curves
def test_curve_stays_level_until_the_next_ending():
    curves = marks(plan_curve(measured("curve", CURVE, unit="hours"), CURVE, "hours", ""), "curve")
    assert curves[0].get_xdata().tolist() == [0, 2, 2, 5, 5, 11, 11, 11]
    assert curves[0].get_ydata().tolist() == [1, 1, 0.75, 0.75, 0.5, 0.5, 0.125, 0.125]
    assert len(curves) == 2


def test_curve_marks_where_half_was_done():
    plan = plan_curve(measured("curve", CURVE, unit="hours"), CURVE, "hours", "")
    point = marks(plan, "half")[1]
    assert (point.get_xdata().tolist(), point.get_ydata().tolist()) == ([5.0], [0.5])
    assert "half was done after 5 hours, 12.5 % was open after 11 hours" in plan.alt


def test_curve_of_very_quick_work_counts_in_powers_of_ten():
    # half is done after a tenth of an hour, the last after 100: straight on, the curve would hug the edge
    quick = pd.DataFrame({"hours": [0.1, 1.0, 100.0], "value": [0.5, 0.25, 0.1], "group": ""})
    (curve,) = marks(plan_curve(measured("curve", quick, unit="hours"), quick, "hours", ""), "curve")
    assert curve.get_xdata().tolist() == [-2, -1, -1, 0, 0, 2, 2, 2]  # from a hundredth to a hundred
    assert curve.get_ydata().tolist() == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.1, 0.1]


def test_curve_that_never_falls_to_half_marks_nothing():
    slow = CURVE[CURVE["value"] > 0.5]
    plan = plan_curve(measured("curve", slow, unit="hours"), slow, "hours", "")
    assert marks(plan, "half") == []
    assert "less than half was done" in plan.alt


def test_histogram_draws_counts_the_smooth_course_and_the_limit():
    plan = plan_histogram(measured("bin", BINS, n_of="tickets"), BINS, "from", "")
    assert [bar.get_height() for bar in marks(plan, "bar")] == [20, 90, 15, 12]
    assert marks(plan, "expected")[0].get_ydata().tolist() == [22, 19, 16, 13]
    assert marks(plan, "limit")[0].get_xdata().tolist() == [1.0, 1.0]
    assert "from 90.0 % to 100.0 % of the limit: 90, where a smooth course would bring 19" in plan.alt


def test_compare_sorts_and_puts_what_is_not_assessed_last():
    plan = plan_compare(FINDINGS, [item for item in FINDINGS if item.assessed], {"birch": "Birch & Co"}, "")
    assert [dot.get_xdata()[0] for dot in marks(plan, "value")] == [0.2, 0.12, -0.02]
    (hatched,) = marks(plan, "unknown")
    assert hatched.get_y() > max(dot.get_ydata()[0] for dot in marks(plan, "value"))
    assert "Birch & Co −2.0 %" in plan.alt.replace("-2.0", "−2.0")
    assert plan.title == "Saving share: 1 of 4 vendors meets the goal"


def test_compare_shapes_tell_verdicts_apart():
    plan = plan_compare(FINDINGS, [item for item in FINDINGS if item.assessed], {}, "")
    assert [dot.get_marker() for dot in marks(plan, "value")] == ["o", "^", "s"]


def test_bullet_puts_value_and_target_on_one_scale():
    plan = plan_bullet([finding()], "")
    (value,), (target,) = marks(plan, "value"), marks(plan, "target")
    (whisker, _) = marks(plan, "whisker")
    low, high = min(whisker.get_xdata()), max(whisker.get_xdata())
    # low 0.08, target 0.10, value 0.12, high 0.15
    assert (value.get_xdata()[0] - low) / (high - low) == pytest.approx(4 / 7)
    assert (target.get_xdata()[0] - low) / (high - low) == pytest.approx(2 / 7)


def test_bullet_says_every_verdict():
    plan = plan_bullet(FINDINGS, "Alder, 2026-Q1")
    assert plan.title == "4 goals: 1 met, 1 missed, 1 unclear, 1 not assessed"
    assert "12.0 % (8.0 % to 15.0 %), goal: at least 10.0 %" in plan.alt


def on_the_way(**more):
    row = {
        **{"goal": "K1", "objective": "Devices", "value": 0.6, "elapsed_share": 0.75, "low": 0.7, "high": 0.9},
        **{"probability": 0.1, "now": "60 %", "expected": "80 %", **more},
    }
    return pd.DataFrame([row])


def test_progress_draws_the_way_gone_the_outline_the_time_and_the_forecast():
    plan = plan_progress(Measured(claim="One goal.", label="Goals"), on_the_way(), "goal", "Elm")
    (way,), (target,), (forecast,), (elapsed,) = (
        marks(plan, name) for name in ("way", "target", "forecast", "elapsed")
    )
    assert (way.get_x(), way.get_width()) == (0, pytest.approx(0.6))
    assert (target.get_x(), target.get_width()) == (0, 1)
    assert (forecast.get_x(), forecast.get_width()) == (pytest.approx(0.7), pytest.approx(0.2))
    assert elapsed.get_xdata()[0] == 0.75


def test_progress_cuts_what_lies_far_beyond_the_way():
    plan = plan_progress(Measured(claim="One goal."), on_the_way(value=-4.0, low=-9.0, high=9.0), "goal", "")
    (way,), (forecast,) = marks(plan, "way"), marks(plan, "forecast")
    assert way.get_width() == -0.5
    assert (forecast.get_x(), forecast.get_width()) == (-0.5, 2.0)


def test_progress_says_each_goal_and_counts_those_without_a_way():
    rows = pd.concat([on_the_way(), on_the_way(value=math.nan)])
    plan = plan_progress(Measured(claim="Two goals."), rows, "goal", "")
    assert "K1 Devices: 10 % likely, now 60 %, 80 % expected" in plan.alt
    assert any(note.startswith("1 more without a way to draw") for note in plan.notes)


# ------------------------------------------------------------------------------------------------ words on paper
def test_wrapped_text_keeps_to_its_width():
    text = wrap("a long name of a vendor " + "x" * 90, 1.5, lines=9)
    assert all(text_width(line) <= 1.5 for line in text.split("\n"))
    assert text.replace("\n", "").replace(" ", "").endswith("x" * 30)


def test_text_that_does_not_fit_ends_in_an_ellipsis():
    text = wrap("one two three four five six seven", 0.6, lines=2)
    assert text.endswith("…")
    assert text.count("\n") == 1


def test_a_small_picture_is_the_narrow_one_alone():
    (small,) = pictures(charts.compare(FINDINGS, subject="2026-Q1", small=True))
    narrow, _ = pictures(charts.compare(FINDINGS, subject="2026-Q1"))
    assert small == narrow
