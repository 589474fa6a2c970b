"""The answer in one sentence: by the goal where there is one, by what is known where there are no dates."""

from toolkit.areas import delivery
from toolkit.model import MET, MISSED, NOT_ASSESSED, Finding


def finding(name: str, **given) -> Finding:
    return Finding(id=f"delivery.{name}", vendor="v", period="2026", **given)


LATE = finding("on_time_share", value=0.4, low=0.3, high=0.5, unit="share", goal="D1", verdict=MISSED)


def said(*findings: Finding) -> str:
    return delivery.answer("Alder", {item.id: item for item in findings})


def test_answer_says_what_the_goal_on_dates_says_and_by_how_much_it_slips():
    slip = finding("slip", value=12.0, low=5, high=20, unit="days")
    assert said(LATE, slip) == (
        "Alder does not deliver as agreed: 40.0 % (30.0 % to 50.0 %) of what was due came on time, typically 12 days late."
    )


def test_answer_names_estimates_that_are_low_as_a_rule():
    bias = finding("estimate_bias", value=0.4, low=0.3, high=0.5, unit="share", verdict=MET, goal="D2")
    assert said(LATE, bias).endswith(
        "estimates are too low as a rule (work takes 1.40 times what was estimated, 1.30 to 1.50)."
    )


def test_answer_without_planned_days_says_so():
    came = finding("throughput", value=2, numerator=24.0, unit="deliverables a month")
    assert said(came) == (
        "Whether Alder delivers on time is not assessed, because nothing says when it was promised; 24 deliverables came."
    )


def test_answer_without_evidence_is_nothing():
    assert said(finding("on_time_share", verdict=NOT_ASSESSED)) == ""
