"""The tone of comments and their themes."""

import pytest

from toolkit.areas import sentiment
from toolkit.model import finding, findings_text
from toolkit.sealed import Sealed

BAD = "This is terrible, it never works and I hate how slow support is."
GOOD = "Great work, thank you very much, the support team is excellent!"
PLAIN = "The ticket was moved to the next release and the patch is attached."


def written(surveys, *texts, audience="customers"):
    survey = surveys.Survey(surveys.item("open", "other", "comment", audience=audience, low=None, high=None))
    for place, text in enumerate(texts):
        survey.wrote("2026-09", f"{audience}{place}", text, audience)
    return survey


def test_comments_are_sealed_and_say_which_are_of_the_period(surveys):
    survey = written(surveys, *[GOOD] * 3)
    survey.wrote("2026-03", "x", BAD)
    notes = survey.notes()
    assert isinstance(notes, Sealed)
    assert len(notes) == 4
    assert GOOD not in repr(notes) + notes._repr_html_()


def test_comment_tone_is_the_corrected_share_of_negative_comments(surveys):
    made = sentiment.comment_tone(written(surveys, *[BAD] * 8, *[GOOD] * 8, *[PLAIN] * 8).notes())
    tones = made.parts["tone"].set_index("tone")
    assert made.n == 24
    assert made.low <= made.value <= made.high
    assert tones.loc["negative", "counted"] > 0
    assert tones["value"].sum() == pytest.approx(1)
    assert "trained on English comments on IT work" in made.because
    assert made.parts["confusion"].groupby("labelled")["value"].sum().to_list() == pytest.approx([1, 1, 1])


def test_comment_tone_of_nine_people_is_not_assessed(surveys):
    made = sentiment.comment_tone(written(surveys, *[BAD] * 9).notes())
    assert made.because == "fewer than 10 people of the customers wrote a comment"


def test_comment_tone_leaves_out_an_audience_of_few(surveys):
    survey = written(surveys, *[GOOD] * 6, *[BAD] * 6)
    for place in range(3):
        survey.wrote("2026-09", f"t{place}", BAD, "team")
    made = sentiment.comment_tone(survey.notes())
    assert made.n == 12
    assert "fewer than 10 people of the team wrote, whose comments are left out" in made.because


def test_comment_tone_without_comments_says_so(surveys):
    assert sentiment.comment_tone(surveys.Survey().notes()).because == "survey_comments.csv is missing"


def test_comment_tone_of_an_earlier_wave_is_not_this_periods(surveys):
    survey = surveys.Survey()
    for place in range(12):
        survey.wrote("2026-03", place, BAD)
    assert sentiment.comment_tone(survey.notes()).because == "nobody wrote a comment in the last wave of the period"


def test_comment_tone_is_not_assessed_where_labels_say_otherwise(surveys):
    texts = [BAD] * 12 + [GOOD] * 12 + [PLAIN] * 12
    survey = written(surveys, *texts)
    turned = {BAD: "positive", GOOD: "negative", PLAIN: "neutral"}
    for place, text in enumerate(texts):
        survey.labelled("rater A", turned[text], f"customers{place}")
    made = sentiment.comment_tone(survey.notes(), survey.tables().comment_labels)
    assert made.because.startswith("the classifier agrees too little with the labels of these comments")
    assert "trained on English comments on IT work" in made.because


def test_comment_tone_takes_the_label_that_most_raters_gave(surveys):
    texts = [BAD, GOOD, PLAIN] * 14
    survey = written(surveys, *texts)
    said = {BAD: "negative", GOOD: "positive", PLAIN: "neutral"}
    for place, text in enumerate(texts):
        for rater, label in (("A", said[text]), ("B", said[text]), ("C", "neutral")):
            survey.labelled(rater, label, f"customers{place}")
    made = sentiment.comment_tone(survey.notes(), survey.tables().comment_labels)
    assert "held against" in made.because or "too little" in made.because


def test_comment_themes_counts_people_and_quotes_the_most_typical(surveys):
    survey = written(surveys, *["Replies are far too slow, I wait for days."] * 10, *["The invoice was too high."] * 6)
    made = sentiment.comment_themes(survey.notes())
    table = made.parts["theme"]
    assert made.value == pytest.approx(10 / 16)
    assert table["n"].iloc[0] == 10
    assert "slow" in table["quotation"].iloc[0]
    few = table[table["n"] == 6]
    assert (few["quotation"] == "").all()  # fewer than ten people: counted, and not quoted


def test_comment_themes_raised_by_few_are_hidden(surveys):
    survey = written(surveys, *["Replies are far too slow, I wait for days."] * 10, *["The invoice was too high."] * 3)
    table = sentiment.comment_themes(survey.notes()).parts["theme"]
    assert table.loc[table["n"].isna(), "value"].isna().all()
    assert table["hidden"].any()


def test_comment_themes_mask_and_keep_html_as_text(surveys):
    text = "Ann.Lee@example.org is <b>slow</b> <script>alert(1)</script> and never replies to INC0012345"
    made = sentiment.comment_themes(written(surveys, *[text] * 12).notes())
    shown = findings_text([finding(made, "v", "2026-H2")])
    for secret in ("Ann.Lee", "example.org", "INC0012345", "<script", "<b>"):
        assert secret not in shown


@pytest.mark.parametrize("text", ["😀😀😀", "خدمة ممتازة جدا", "x" * 100_000, "   ", "<p></p>"])
def test_strange_comments_are_survived(surveys, text):
    notes = written(surveys, *[text] * 12).notes()
    for made in (sentiment.comment_tone(notes), sentiment.comment_themes(notes)):
        assert not made.assessed or made.n == 12
