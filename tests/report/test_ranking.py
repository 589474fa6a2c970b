"""The order of vendors and how firm it is, against arithmetic; what several vendors share."""

import pytest

from toolkit.model import MET, MISSED, NOT_ASSESSED, UNCLEAR, Finding, Period, Vendor, of_hundred
from toolkit.report.problems import GREEN_AND_RED, shared_problems
from toolkit.report.ranking import met_range, ranking
from toolkit.report.review import Review
from toolkit.stats.acceptability import open_acceptability

SIDES = {"Money": {"cost"}, "Delivery and quality": {"quality", "delivery"}, "Customers and team": {"sentiment"}}
PERIOD, BEFORE = Period.parse("2026-Q3"), Period.parse("2026-Q2")


def goals(**verdicts):
    """Findings with a goal each, by area: cost="met missed" makes two of them."""
    return [
        Finding(id=f"{area}.m{at}", vendor="v", period="2026-Q3", label=f"{area} {at}", goal="G", verdict=word)
        for area, words in verdicts.items()
        for at, word in enumerate(words.replace("_", " ").split(", "))
    ]


# ------------------------------------------------------------------------------------------------------------ arithmetic
def test_first_places_are_those_of_arithmetic():
    # 0.5 on all three sides beats a vendor that has all of one side where that weighs less than a half: in 1 - (1/2)^2 of all
    ranks, _ = open_acceptability([[0.5, 0.5, 0.5], [1, 0, 0]], [[0.5, 0.5, 0.5], [1, 0, 0]], draws=100_000)
    assert ranks[0, 0] == pytest.approx(0.75, abs=0.005)
    # with two criteria every weight is as likely: a score of .7 on one alone wins where its weight is above a half over .7
    ranks, _ = open_acceptability([[0.5, 0.5], [0.7, 0]], [[0.5, 0.5], [0.7, 0]], draws=100_000)
    assert ranks[1, 0] == pytest.approx(1 - 0.5 / 0.7, abs=0.005)


def test_an_open_score_lies_anywhere_in_its_range():
    ranks, ends = open_acceptability([[0.0], [0.8]], [[1.0], [0.8]], draws=100_000)
    assert ranks[0, 0] == pytest.approx(0.2, abs=0.005)
    assert ends.tolist() == [[0, 1], [0, 1]]


def test_a_criterion_without_a_score_counts_nothing_for_that_candidate():
    nan = float("nan")
    ranks, _ = open_acceptability([[0.6, nan], [0.6, 0.0]], [[0.6, nan], [0.6, 0.0]], draws=1000)
    assert ranks[0, 0] == 1.0  # its mean is .6 whatever the weights


@pytest.mark.parametrize(("low", "high"), [([[0.5], [float("nan")]],) * 2, ([[0.5]], [[0.4]])])
def test_a_candidate_without_any_score_and_a_turned_range_are_refused(low, high):
    with pytest.raises(ValueError, match="a range on one criterion or more"):
        open_acceptability(low, high)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.874, "87 of 100"), (0.999, "more than 99 of 100"), (1.0, "more than 99 of 100"), (0.0, "fewer than 1 of 100")],
)
def test_what_was_only_simulated_is_never_all_or_none(share, words):
    assert of_hundred(share) == words


# --------------------------------------------------------------------------------------------------------------- ranking
def test_met_range_takes_open_goals_both_ways_and_unknown_ones_as_not_met():
    assert met_range(goals(cost=f"{MET}, {UNCLEAR}, {NOT_ASSESSED}, {MISSED}")) == (0.25, 0.5)


def test_a_vendor_better_on_every_side_is_first_under_all_weights():
    good, bad = goals(cost=MET, quality=f"{MET}, {MET}"), goals(cost=MISSED, quality=f"{MISSED}, {MISSED}")
    found = ranking({"Bad": bad, "Good": good}, SIDES)
    assert [place.name for place in found.places] == ["Good", "Bad"]
    assert found.places[0].first == found.places[1].last == 1.0
    assert found.sides == ["Money", "Delivery and quality"]
    assert found.sentence == (
        "Good keeps its goals best in more than 99 of 100 weightings of the two sides, Bad worst in more than 99 of 100."
    )


def test_where_weights_decide_nobody_is_said_to_be_first():
    met, missed = f"{MET}, {MET}", f"{MISSED}, {MISSED}"
    one, other = goals(cost=met, quality=missed), goals(cost=missed, quality=met)
    third = goals(cost=f"{MET}, {MISSED}", quality=f"{MET}, {MISSED}")
    found = ranking({"One": one, "Other": other, "Third": third}, SIDES)
    assert found.sentence.startswith("None keeps its goals best in most weightings of the two sides (")
    assert found.sentence.endswith(", and none is worst in most.")
    assert {(place.best, place.worst) for place in found.places if place.name != "Third"} == {(1, 3)}


def test_what_is_not_known_never_lifts_a_vendor():
    silent = goals(cost=MET, quality=f"{NOT_ASSESSED}, {NOT_ASSESSED}", sentiment=f"{MISSED}, {MISSED}")
    missing = goals(cost=MET, quality=f"{MISSED}, {MISSED}", sentiment=f"{MISSED}, {MISSED}")
    found = ranking({"Silent": silent, "Missing": missing}, SIDES)
    assert [place.met["Delivery and quality"] for place in found.places] == [(0.0, 0.0)] * 2
    assert found.places[0].first == pytest.approx(0.5, abs=0.02)


def test_a_vendor_that_cannot_be_rated_is_named_and_not_ranked():
    rated = goals(cost=f"{MET}, {MET}", quality=MISSED)
    found = ranking(
        {"A": rated, "B": rated, "Empty": goals(cost=NOT_ASSESSED), "Lucky": goals(cost=MET), "Never": []}, SIDES
    )
    assert {place.name for place in found.places} == {"A", "B"}
    assert found.sentence.endswith("; not ranked: Empty, Lucky, Never.")


@pytest.mark.parametrize(
    ("findings", "because"),
    [
        ({"A": goals(cost=MET, quality=MET)}, "fewer than two vendors have goals that can be rated"),
        ({name: goals(cost=f"{MET}, {MET}, {MISSED}") for name in "AB"}, "goals were agreed on one side only"),
    ],
)
def test_without_two_vendors_or_two_sides_there_is_no_order_and_a_reason(findings, because):
    found = ranking(findings, SIDES)
    assert (found.places, found.because, found.sentence) == ((), because, "")


# ------------------------------------------------------------------------------------------------------- shared problems
def review(name, *found, before=()):
    return Review("Client", Vendor(name.lower(), name), PERIOD, list(found), {BEFORE: list(before)} if before else {})


def level(value, area="cost", **more):
    return Finding(
        id=f"{area}.level", vendor="v", period="2026-Q3", label="Level", value=value, counted=True, unit="GBP", **more
    )


def test_a_goal_that_several_miss_is_shared_and_one_that_one_misses_is_not():
    common, own = goals(cost=MISSED), goals(quality=MISSED)
    found = shared_problems(
        [review("A", *common, *own), review("B", *common), review("C", *goals(cost=MET, quality=MET))]
    )
    assert [(item.what, item.names, item.of) for item in found] == [("Missed: cost 0", ["A", "B"], 3)]


def test_what_got_worse_with_several_is_shared():
    worse = [review(name, level(9.0, better="lower"), before=[level(5.0, better="lower")]) for name in "AB"]
    better = review("C", level(3.0, better="lower"), before=[level(5.0, better="lower")])
    found = shared_problems([*worse, better])
    assert [(item.what, item.names, item.of) for item in found] == [("Worse than last time: Level", ["A", "B"], 3)]


def share(address, value, verdict):
    return Finding(
        id=address,
        vendor="v",
        period="2026-Q3",
        value=value,
        low=value - 0.01,
        high=value + 0.01,
        unit="share",
        goal="G",
        verdict=verdict,
        label=address,
        claim=f"{value:.0%} so.",
    )


def test_green_levels_with_unhappy_users_are_shared():
    def told(felt):
        return [share("quality.sla_attainment", 0.97, MET), share("sentiment.csat", 0.2, felt)]

    found = shared_problems([review("A", *told(MISSED)), review("B", *told(MISSED)), review("C", *told(MET))])
    assert (GREEN_AND_RED, ["A", "B"], 3) in [(item.what, item.names, item.of) for item in found]
