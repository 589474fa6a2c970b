"""The answer of the area in one sentence: what the goals say, what changed, and who trusts whom."""

from toolkit.areas.sentiment.answer import answer
from toolkit.model import MISSED, NAN, NOT_ASSESSED, Finding


def found(name: str, value: float, low: float, high: float, **more) -> Finding:
    return Finding(id=f"sentiment.{name}", vendor="elm", period="2026-Q3", value=value, low=low, high=high, **more)


CSAT = found("csat", 0.24, 0.13, 0.40, unit="share", goal="S1", verdict=MISSED)
FELL = found("customer_change", -0.6, -0.7, -0.4)
SAME = found("team_change", 0.1, -0.2, 0.4)
GAP = found("perception_gap", 40.0, 30.0, 50.0)


def said(*items: Finding) -> str:
    return answer("Elmstrand", {item.id: item for item in items})


def test_answer_names_goal_change_and_trust():
    assert said(CSAT, FELL, SAME, GAP) == (
        "People are less content with Elmstrand than was aimed at: 24.0 % of the customers are satisfied overall "
        "(13.0 % to 40.0 %, goal missed); the customers are less content than in the last wave; the vendor trusts the client "
        "less than it is trusted."
    )


def test_answer_names_both_that_changed_alike():
    team = found("team_change", -0.4, -0.6, -0.2)
    assert "the customers and the team are less content than in the last wave" in said(CSAT, FELL, team)


def test_answer_takes_noise_for_noise():
    assert "no change beyond chance since the last wave" in said(CSAT, SAME)
    assert "whether that is changing is not assessed" in said(CSAT)


def test_answer_without_evidence_is_none():
    assert said(found("csat", NAN, NAN, NAN, verdict=NOT_ASSESSED), GAP) == ""
