"""Charts of answers: what is drawn is what was measured, and rows that are held back are seen to be."""

import base64
import re
import xml.etree.ElementTree as ElementTree
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from toolkit import charts
from toolkit.charts.answers import plan_gap, plan_stacked
from toolkit.charts.drawing import NARROW, WIDE, figure_of, text_width
from toolkit.charts.months import plan_trend
from toolkit.charts.priorities import _meet, _spread, plan_priorities
from toolkit.charts.rows import plan_bars, plan_ranges
from toolkit.model import Measured
from toolkit.sealed import held_back
from toolkit.show import Shown

NASTY = "Answers <script>alert('x')</script> come \"quickly\" & well, and much else that is long"
SHARES = {"trust": (0.1, 0.2, 0.7), NASTY: (0.3, 0.15, 0.55), "payment": (0.5, 0.1, 0.4)}


def measured(**parts: pd.DataFrame) -> Measured:
    return Measured(
        id="sentiment.team_favourable", label="Favourable answers of the team", unit="share", value=0.55, n=40,
        n_of="people", claim="55 % of the answers are favourable", interval="95 %", parts=parts,
    )  # fmt: skip


def items(people=(40, 38, 12)) -> pd.DataFrame:
    value = [shares[2] for shares in SHARES.values()]
    frame = pd.DataFrame({"item": list(SHARES), "value": value, "n": list(people)})
    return held_back(frame.assign(low=frame["value"] - 0.1, high=frame["value"] + 0.1), 5)


def answers(people=(40, 38, 12)) -> pd.DataFrame:
    rows = [
        {"item": item, "box": box, "value": share, "n": count}
        for (item, shares), count in zip(SHARES.items(), people, strict=True)
        for box, share in zip(("unfavourable", "neutral", "favourable"), shares, strict=True)
    ]
    return held_back(pd.DataFrame(rows), 8)


def gaps(count=3, people=20) -> pd.DataFrame:
    frame = pd.DataFrame({"item": [f"item {place}" for place in range(count)], "team": 60.0, "n": people})
    frame = frame.assign(vendor=[50.0 + 8 * place for place in range(count)])
    frame = frame.assign(value=frame["team"] - frame["vendor"])
    return frame.assign(low=frame["value"] - 5, high=frame["value"] + 5)


def points(count=4) -> pd.DataFrame:
    frame = pd.DataFrame({"construct": [f"construct {place}" for place in range(count)], "n": 30})
    frame = frame.assign(value=np.linspace(0.1, 0.4, count), favourable=np.linspace(0.8, 0.5, count))
    return frame.assign(low=frame["value"] - 0.05, high=frame["value"] + 0.05)


def waves(**columns) -> pd.DataFrame:
    months = pd.PeriodIndex(["2025-03", "2025-09", "2026-03", "2026-09"], freq="M")
    frame = pd.DataFrame({"wave": months, "value": [0.7, 0.6, 0.65, 0.5], "n": [20, 3, 22, 21]}).assign(**columns)
    return held_back(frame.assign(low=frame["value"] - 0.1, high=frame["value"] + 0.1), 5)


def every_form() -> dict[str, Shown]:
    return {
        "stacked_answers": charts.stacked_answers(measured(item=items(), answers=answers()), subject="Alder, 2026-Q3"),
        "gap": charts.gap(measured(item=gaps()), subject="Alder, 2026-Q3"),
        "priorities": charts.priorities(measured(construct=points()), subject="Alder, 2026-Q3"),
        "trend": charts.trend(measured(wave=waves()), by="wave", subject="Alder, 2026-Q3"),
    }


FORMS = tuple(every_form())


def pictures(shown: Shown) -> list[str]:
    found = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", shown.html)
    return [base64.b64decode(text).decode("utf-8") for text in found]


def words_in(picture: str) -> str:
    root = ElementTree.fromstring(picture)
    return " ".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))


def marks(plan, name: str, width: float = WIDE) -> list:
    """The artists of that name, in the order in which they were drawn."""
    return [artist for artist in figure_of(plan, width).artists if artist.get_gid() == name]


def stacked(item=None, answer=None):
    item, answer = items() if item is None else item, answers() if answer is None else answer
    return plan_stacked(measured(item=item, answers=answer), answer, "item", "")


# ------------------------------------------------------------------------------------------------ every form
@pytest.mark.parametrize("form", FORMS)
def test_picture_is_there_twice_small_and_with_a_sentence(form):
    shown = every_form()[form]
    assert len(pictures(shown)) == 2
    assert all(len(picture.encode()) < 14_000 for picture in pictures(shown))
    assert re.search(r"\d", re.search(r'<img alt="([^"]+)"', shown.html).group(1))
    assert shown.html == every_form()[form].html


@pytest.mark.parametrize("form", FORMS)
def test_text_stays_on_the_paper_of_a_phone(form):
    narrow = next(picture for picture in pictures(every_form()[form]) if f'viewBox="0 0 {NARROW * 72:g}' in picture)
    for element in ElementTree.fromstring(narrow).iter("{http://www.w3.org/2000/svg}text"):
        look = element.get("style") or ""
        size = float((re.search(r"font-size:([\d.]+)", look) or [0, 10.5])[1])
        wide = text_width(element.text or "", size, "700" in look) * 72
        left = float(element.get("x")) - wide * (1.0 if "end" in look else 0.5 if "middle" in look else 0.0)
        assert left >= -1
        assert left + wide <= NARROW * 72 + 1


def test_names_from_data_stay_text():
    shown = every_form()["stacked_answers"]
    assert "<script" not in shown.html
    assert all("<script" not in picture for picture in pictures(shown))


# ------------------------------------------------------------------------------------------------ answers
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_are_as_long_as_the_shares(width):
    order = [SHARES[name] for name in sorted(SHARES, key=lambda name: -SHARES[name][2])]
    for place, side in ((0, "unfavourable"), (1, "neutral"), (2, "favourable")):
        lengths = [abs(bar.get_width()) for bar in marks(stacked(), side, width)]
        assert lengths == pytest.approx([shares[place] for shares in order])


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_neutral_bars_stand_apart_on_the_same_scale(width):
    plan = stacked()
    both, beside = marks(plan, "favourable", width)[0], marks(plan, "neutral", width)[0]

    def inches_a_share(bar):
        left, right = bar.get_transform().transform([(0.0, 0.0), (1.0, 0.0)])
        return (right[0] - left[0]) / bar.get_width()

    assert inches_a_share(both) == pytest.approx(inches_a_share(beside))


def test_whiskers_are_the_interval_of_the_favourable_share():
    ends = {(min(line.get_xdata()), max(line.get_xdata())) for line in marks(stacked(), "whisker")}
    assert sorted(ends) == [pytest.approx(pair) for pair in ((0.3, 0.5), (0.45, 0.65), (0.6, 0.8))]


def test_stronger_answers_stand_outermost_and_darker():
    finer = pd.DataFrame(
        {
            "item": "trust", "n": 30, "box": ["1", "2", "3", "4", "5"], "value": [0.1, 0.2, 0.3, 0.25, 0.15],
            "side": ["unfavourable", "unfavourable", "neutral", "favourable", "favourable"],
        }
    )  # fmt: skip
    plan = plan_stacked(measured(answers=finer), finer, "item", "")
    mild, strong = marks(plan, "unfavourable")
    assert (mild.get_x(), mild.get_width()) == pytest.approx((0, -0.2))
    assert (strong.get_x(), strong.get_width()) == pytest.approx((-0.2, -0.1))
    assert sum(strong.get_facecolor()[:3]) < sum(mild.get_facecolor()[:3])


def test_held_back_rows_are_hatched_and_say_for_how_few():
    plan = stacked(items((40, 38, 4)), answers((40, 38, 4)))
    assert len(marks(plan, "favourable")) == 2
    assert len(marks(plan, "unknown")) == 2  # both sides, and the neutral ones beside them
    assert "payment: fewer than 5 favourable" in plan.alt
    assert any("Hatched: fewer than 5 people" in note for note in plan.notes)
    assert "40.0" not in plan.alt


def test_answers_have_a_floor_of_their_own():
    plan = stacked(items((40, 38, 6)), answers((40, 38, 6)))
    assert "payment: 40.0 % (30.0 % to 50.0 %) favourable." in plan.alt
    assert any("fewer than 8" in note for note in plan.notes)


def test_nothing_but_held_back_rows_is_a_sentence():
    few = answers((3, 3, 3))
    shown = charts.stacked_answers(measured(item=items((3, 3, 3)), answers=few))
    assert shown.text.endswith("not drawn, because fewer than 8 people answered in each row.")


@pytest.mark.parametrize("count", [1, 40, 60])
def test_one_row_and_many_are_drawn(count):
    names = [f"an item with quite a long name, number {place}" for place in range(count)]
    item = pd.DataFrame({"item": names, "value": 0.5, "low": 0.4, "high": 0.6, "n": 20})
    answer = pd.DataFrame({"item": np.repeat(names, 2), "box": ["unfavourable", "favourable"] * count, "value": 0.5})
    plan = plan_stacked(measured(item=item, answers=answer), answer, "item", "")
    assert len(marks(plan, "favourable", NARROW)) == min(count, 40)
    assert any("20 more in the table" in note for note in plan.notes) == (count == 60)


@pytest.mark.parametrize("plan", [plan_bars, plan_ranges])
def test_rows_of_groups_that_are_held_back_are_hatched(plan):
    frame = items((40, 38, 4))
    made = plan(measured(item=frame), frame, "item", "")
    assert len(marks(made, "unknown")) == 1
    assert "payment fewer than 5" in made.alt


# ------------------------------------------------------------------------------------------------ two sides
def planned_gap(frame: pd.DataFrame):
    return plan_gap(measured(item=frame), frame, "item", ("team", "vendor"), "")


def test_dots_stand_at_what_both_sides_said():
    plan = planned_gap(gaps())
    assert [float(dot.get_xdata()[0]) for dot in marks(plan, "first")] == [60, 60, 60]
    assert [float(dot.get_xdata()[0]) for dot in marks(plan, "second")] == [50, 58, 66]


def test_interval_of_the_gap_is_laid_off_from_the_second_side():
    ends = {(min(line.get_xdata()), max(line.get_xdata())) for line in marks(planned_gap(gaps(1)), "whisker")}
    assert ends == {(55.0, 65.0)}  # 50 + (10 - 5), 50 + (10 + 5)


def test_title_counts_gaps_beyond_chance_only():
    # 10 (5 to 15), 2 (-3 to 7), -6 (-11 to -1)
    assert planned_gap(gaps()).title.startswith("Team and vendor differ on 2 of 3, most on item 0")
    assert "no gap" in planned_gap(gaps().iloc[1:2]).title


def test_gap_of_a_vendor_of_few_people_is_held_back():
    frame = held_back(pd.concat([gaps(1), gaps(1, people=3).assign(item="hidden")]), 5)
    plan = planned_gap(frame)
    assert len(marks(plan, "first")) == 1
    assert "hidden: fewer than 5" in plan.alt


# ------------------------------------------------------------------------------------------------ what matters
def test_points_stand_at_importance_and_favourable_share():
    frame = points()
    dots = marks(plan_priorities(measured(construct=frame), frame, "construct", ""), "value")
    places = [(float(dot.get_xdata()[0]), float(dot.get_ydata()[0])) for dot in dots]
    assert places == [pytest.approx(pair) for pair in zip(frame["value"], frame["favourable"], strict=True)]


def test_what_matters_much_and_pleases_little_is_named_and_a_square():
    frame = points()
    plan = plan_priorities(measured(construct=frame), frame, "construct", "")
    assert plan.title == "Matters much and pleases little: construct 2, construct 3"
    assert [dot.get_marker() for dot in marks(plan, "value")] == ["o", "o", "s", "s"]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("count", [1, 3, 6, 40])
def test_names_on_the_map_do_not_overlap(width, count):
    frame = points(count)
    spread = _spread(frame, list(frame["construct"]), "share", width)
    assert not any(_meet(one, other) for one, other in combinations(spread.at or [], 2))
    assert figure_of(plan_priorities(measured(construct=frame), frame, "construct", ""), width)


def test_points_that_are_held_back_are_named_and_not_drawn():
    frame = held_back(points().assign(n=[30, 30, 30, 2]), 5)
    plan = plan_priorities(measured(construct=frame), frame, "construct", "")
    assert len(marks(plan, "value")) == 3
    assert any("fewer than 5 people answered: construct 3" in note for note in plan.notes)


# ------------------------------------------------------------------------------------------------ waves
def test_waves_are_dots_with_intervals_and_those_held_back_are_named():
    frame = waves()
    plan = plan_trend(measured(wave=frame), frame, [], "wave", "")
    (dots,) = marks(plan, "values")
    assert [float(value) for value in dots.get_ydata()] == [0.7, 0.65, 0.5]
    (whiskers,) = marks(plan, "whiskers")
    assert len(whiskers.get_segments()) == 3
    assert "Held back, because fewer than 5 people answered: Sep 2025" in plan.notes


def test_one_wave_is_a_sentence_and_no_trend():
    shown = charts.trend(measured(wave=waves().iloc[:1]), by="wave")
    assert shown.text.endswith("there is no trend yet.")
    assert "<img" not in shown.html


def test_table_shows_a_part_in_per_cent_with_what_must_be_known():
    frame = pd.DataFrame(
        {"labelled": ["negative", NASTY], "said": ["negative", "unsure"], "value": [0.71, 0.2], "n": [300, 300]}
    )
    shown = charts.table(measured(confusion=frame), part="confusion", caption="Errors")
    assert "71.0 %" in shown.html
    assert "<script" not in shown.html
    assert charts.table(Measured(label="Tone", because="nobody wrote"), part="confusion").text == (
        "Tone: not assessed, because nobody wrote."
    )
