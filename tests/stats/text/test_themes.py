"""Themes: what counts, who counts, what is typical, and which words mark a group."""

import numpy as np
import pandas as pd
import pytest

from toolkit.stats.text.themes import (
    NO_THEME,
    THEMES,
    emergent_terms,
    quotation,
    theme_counts,
    theme_hits,
    theme_terms,
    typical,
)

TERMS = {"speed": ("slow*", "response time"), "price": ("expensive", "invoice*")}


def test_theme_hits_count_different_terms_as_words():
    said = [
        "Slow, slower, SLOW",
        "response\ntime of the invoices",
        "the slope is inexpensive",
        "https://x.org/slow",
        "",
    ]
    assert theme_hits(said, TERMS).to_numpy().tolist() == [[2, 0], [1, 1], [0, 0], [0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("comment", "theme"),
    [
        ("We keep explaining it to new people", "staff turnover"),
        ("Ständig wechselnde Ansprechpartner", "staff turnover"),
        ("The invoices are wrong", "price and billing"),
        ("It takes weeks to get access", "tools and access"),
        ("Our side decides too late", "requirements and decisions"),
        ("Die Reaktionszeit ist zu lang", "speed"),
        ("Le délai est trop long", "speed"),
        ("Nobody answers the phone", "communication"),
    ],
)
def test_the_themes_of_the_toolkit_find(comment, theme):
    assert theme_hits([comment])[theme].item() > 0


def test_every_theme_has_terms_and_no_term_stands_twice():
    table = pd.read_csv(THEMES)
    assert not table.duplicated().any()
    assert (table["theme"].value_counts() >= 10).all()
    assert set(theme_terms()) == set(table["theme"])


def test_people_count_once_and_those_without_a_theme_are_shown():
    hits = theme_hits(["slow", "very slow", "expensive", "nothing", "nice"], TERMS)
    found = theme_counts(hits, ["a", "a", "b", "b", "c"]).set_index("theme")
    assert found["people"].to_dict() == {"speed": 1, "price": 1, NO_THEME: 1}  # b touches price elsewhere; c nothing
    assert found["comments"].to_dict() == {"speed": 2, "price": 1, NO_THEME: 2}
    assert found["value"].tolist() == pytest.approx([1 / 3] * 3)


def test_no_comments_have_no_share():
    assert theme_counts(theme_hits([], TERMS), [])["value"].isna().all()


def test_emergent_terms_name_what_marks_the_group():
    said = ["the portal logs me out"] * 8 + ["the team is nice"] * 12
    found = emergent_terms(said, [True] * 8 + [False] * 12, range(20))
    assert {"portal", "logs"} <= set(found["term"])
    assert not {"team", "the", "is"} & set(found["term"])
    assert found.set_index("term").loc["portal", ["people", "others"]].tolist() == [8, 0]
    assert found["z"].is_monotonic_decreasing


def test_a_term_of_few_people_is_not_named():
    said = ["zebra"] * 40 + ["other words"] * 40
    assert emergent_terms(said, [True] * 40 + [False] * 40, [1, 2, 3, 4] * 10 + list(range(5, 45))).empty


def test_z_is_that_of_monroe_and_colleagues():
    # aa: 6 people of the group and 2 others; bb: 2 and 6; the prior is a tenth of both together: .8 each, 1.6 in all
    said = ["aa"] * 6 + ["bb"] * 2 + ["aa"] * 2 + ["bb"] * 6
    found = emergent_terms(said, [True] * 8 + [False] * 8, range(16)).set_index("term")
    log_odds = np.log(6.8 / 2.8) - np.log(2.8 / 6.8)  # 6 + .8 over 8 + 1.6 - 6 - .8
    assert found.index.tolist() == ["aa"]
    assert found.loc["aa", "log_odds"] == pytest.approx(log_odds)
    assert found.loc["aa", "z"] == pytest.approx(log_odds / np.sqrt(1 / 6.8 + 1 / 2.8))


def test_nobody_has_no_terms():
    assert emergent_terms([], [], []).empty


def test_typical_takes_most_terms_then_the_middle_then_the_shorter():
    said = [
        "slow",
        "slow response time of the desk",
        "slow response time",
        "slow response time and weather in spring",
        "nice",
    ]
    assert typical(said, theme_hits(said, TERMS)["speed"], n=2)[0] in (1, 2)
    assert set(typical(said, theme_hits(said, TERMS)["speed"], n=9)) == {0, 1, 2, 3}
    assert typical(said, theme_hits(said, TERMS)["price"]) == []


def test_of_equal_comments_the_first_is_typical():
    assert typical(["slow desk", "slow desk"], [1, 1], n=1) == [0]


def test_a_quotation_is_short_and_shows_its_term():
    long = "word " * 60 + "it is slow here " + "word " * 60
    found = quotation(long, ("slow*",))
    assert len(found) <= 160
    assert "slow" in found
    assert found.startswith("… word ")
    assert found.endswith("word …")


@pytest.mark.parametrize("comment", ["short", "a\nb", "x" * 500, "x" * 159 + " y"])
def test_a_quotation_is_never_longer_than_promised(comment):
    assert 0 < len(quotation(comment, ("slow*",))) <= 160
