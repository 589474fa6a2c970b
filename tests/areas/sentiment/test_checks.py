"""What there is to know before anything is measured."""

from toolkit.areas import sentiment
from toolkit.model import Period

PERIOD = Period.parse("2026-H2")


def checked(survey):
    held = survey.tables()
    tables = held.survey_answers, held.survey_respondents, held.survey_items, held.survey_invitations
    found = sentiment.checks(*tables, sentiment.responses(*tables, period=PERIOD), period=PERIOD)
    return found.set_index("check")


def test_checks_tell_what_was_not_used(surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q2"), surveys.item("never"))
    survey.group("2026-09", [4, 3, 2, 5, 1, 3], ("q1", "q2"))
    survey.asked("2026-09", "ann", {"q1": 9, "renamed": 3})
    survey.asked("2026-09", "bob", {"q1": None, "q2": None})
    survey.invite("2026-09", 20)
    found = checked(survey)
    assert found.loc["Last wave: team"].tolist() == ["September 2026: 6 people of 20", ""]
    assert found.loc["Last wave: vendor"].tolist() == ["none", "nobody was heard"]
    assert found.loc["Items that nobody describes", "found"] == "renamed"
    assert found.loc["Answers off their item's scale"].tolist() == ["1", "not used"]
    assert found.loc["Items asked and never answered", "found"] == "never"
    assert found.loc["People in no group", "found"] == "8"
    assert found.loc["Answers left out"].tolist() == ["2 of 14 (14.3 %)", "skipped 2"]
    assert found.loc["Invitations"].tolist() == ["1 of 1 wave", ""]


def test_checks_do_not_count_a_handful(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [4, 3, 2])
    assert checked(survey).loc["Last wave: team"].tolist() == ["September 2026: fewer than 5 people", "not shown"]


def test_checks_name_people_listed_twice(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.asked("2026-09", "ann", {"q1": 4}, team="A")
    survey.people.append({**survey.people[0], "team": "B"})
    assert checked(survey).loc["People listed twice in a wave"].tolist() == ["2", "in no group"]


def test_checks_of_no_survey_at_all_are_a_table_too(surveys):
    found = checked(surveys.Survey())
    assert found.loc["Answers left out", "found"] == "0 of 0 (0.0 %)"


def test_checks_count_a_wave_in_which_everything_was_left_out(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [None] * 6)
    assert checked(survey).loc["Answers left out"].tolist() == ["6 of 6 (100.0 %)", "skipped 6"]
