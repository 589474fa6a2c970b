"""The question answered in one sentence."""

from dataclasses import replace

from toolkit.areas import relationship
from toolkit.model import Finding


def finding(name: str, value: float, low: float = float("nan"), high: float = float("nan"), **more) -> Finding:
    shared = {"vendor": "v", "period": "2026-Q1", "unit": "share", "verdict": "no goal"}
    return Finding(id=f"relationship.{name}", value=value, low=low, high=high, **{**shared, **more})


def known(*items: Finding) -> dict[str, Finding]:
    return {item.id: item for item in items}


def test_a_forum_without_its_roles_is_said_with_a_but():
    said = relationship.answer("Elm", known(finding("cadence_kept", 1.0), finding("role_attendance", 0.3, 0.2, 0.45)))
    assert "100.0 % of the meetings due were held, but only 30.0 % of the places of named roles" in said


def test_the_side_that_keeps_more_is_named_only_beyond_chance():
    sure, unsure = finding("kept_gap", 0.2, 0.1, 0.3), finding("kept_gap", 0.02, -0.1, 0.14)
    assert "the client keeps more of what it owes" in relationship.answer("Elm", known(sure))
    assert "neither side keeps more" in relationship.answer("Elm", known(unsure))


def test_a_goal_that_is_missed_speaks_first():
    item = replace(finding("cadence_kept", 0.5), goal="R1", verdict="missed")
    assert relationship.answer("Elm", known(item)).startswith("The partnership with Elm does not work as agreed")


def test_a_goal_of_another_area_says_nothing_of_the_partnership():
    other = finding("cadence_kept", 0.5, goal="D1", verdict="missed")
    other = replace(other, id="delivery.on_time_share")
    said = relationship.answer("Elm", known(finding("cadence_kept", 0.9), other))
    assert said.startswith("No goal says how the partnership with Elm has to work")


def test_nothing_known_is_no_answer():
    assert relationship.answer("Elm", known(finding("cadence_kept", float("nan"), verdict="not assessed"))) == ""
