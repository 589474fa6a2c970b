"""The HTML of tables, measured values and findings: what it says, and that data never becomes markup."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from toolkit.model import (
    MISSED,
    NOT_ASSESSED,
    Finding,
    Measured,
    probability_words,
)
from toolkit.show import (
    Shown,
    answer_html,
    escape,
    finding_html,
    first_sentence,
    measured_html,
    month_short,
    table_html,
)

NASTY = "<script>alert('x')</script> & \"Sons\""
MONTHS = pd.period_range("2024-01", periods=30, freq="M")


@pytest.fixture
def measured() -> Measured:
    return Measured(
        id="cost.unit_cost",
        label="Unit cost",
        unit="GBP per ticket",
        value=10.25,
        low=9.5,
        high=11.0,
        n=1200,
        n_of="tickets",
        interval="95 %, bootstrap over months",
        claim="A ticket cost 10.25 GBP.",
        probability=0.97,
        definition="Charges by ticket.",
        sources=({"table": "invoices", "file": "invoices.csv", "rows": 214, "digest": "ab"},),
        parts={"month": pd.DataFrame({"month": MONTHS[:2], "value": [10.0, np.nan]})},
    )


def rows_of(html: str) -> list[list[str]]:
    bodies = re.findall(r"<tr>(.*?)</tr>", html, re.S)
    return [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", body.replace("\u00a0", " ")) for body in bodies]


def test_escape_leaves_no_markup():
    assert escape(NASTY) == "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;Sons&quot;"


def test_table_formats_each_kind_of_value():
    frame = pd.DataFrame(
        {
            "month": MONTHS[2:4],
            "value": [1234567.0, np.nan],
            "saving_share": [0.124, 0.5],
            "year": [2024, 2024],
            "paid": [True, False],
            "day": pd.to_datetime(["2024-03-31", None]),
        }
    )
    assert rows_of(table_html(frame, units={"value": "GBP"})) == [
        ["month", "value (GBP)", "saving share", "year", "paid", "day"],
        ["Mar 2024", "1,234,567", "12.4 %", "2024", "yes", "2024-03-31"],
        ["Apr 2024", "unknown", "50.0 %", "2024", "no", "unknown"],
    ]


def test_table_puts_numbers_in_their_class_and_heads_every_column():
    html = table_html(pd.DataFrame({"name": ["a"], "value": [1.0]}), caption="Two columns")
    assert html.count('scope="col"') == 2
    assert '<td class="num">1</td>' in html
    assert "<caption>Two columns</caption>" in html


def test_table_escapes_cells_heads_and_caption():
    html = table_html(pd.DataFrame({NASTY: [NASTY], "other": [NASTY]}), caption=NASTY, units={"other": NASTY})
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 5


def test_table_of_names_shows_the_first_rows_and_says_so():
    html = table_html(pd.DataFrame({"name": [f"n{place}" for place in range(130)]}), limit=24)
    assert "first 24 of 130 rows" in html
    assert [row[0] for row in rows_of(html)[1:]] == [f"n{place}" for place in range(24)]


def test_table_of_months_shows_the_last_rows():
    html = table_html(pd.DataFrame({"month": MONTHS, "value": range(30)}), limit=24)
    assert "last 24 of 30 rows" in html
    assert rows_of(html)[-1] == ["Jun 2026", "29"]


def test_table_without_limit_shows_all():
    assert len(rows_of(table_html(pd.DataFrame({"value": range(130)}), limit=None))) == 131


def test_wide_table_scrolls_in_a_named_region():
    html = table_html(pd.DataFrame({name: [1.0] for name in "abcdefg"}), caption="Seven")
    assert html.startswith('<div class="scroll" tabindex="0" role="region" aria-label="Seven">')
    assert "scroll" not in table_html(pd.DataFrame({"a": [1.0]}))


def test_empty_table_keeps_its_heads():
    assert rows_of(table_html(pd.DataFrame({"a": [], "b": []}))) == [["a", "b"]]


def test_measured_shows_value_interval_and_what_it_rests_on(measured):
    html = measured_html(measured)
    for words in (
        "10.2 GBP per ticket</strong></span> (9.50 to 11)",
        "above zero with probability 97 %",
        "1,200 tickets",
        "95 %, bootstrap over months",
        "Charges by ticket.",
        "invoices.csv (214 rows)",
        "A ticket cost 10.25 GBP.",
    ):
        assert words in html


def test_measured_folds_its_first_part_into_a_table(measured):
    html = measured_html(measured)
    assert "<summary>The numbers by month</summary>" in html
    assert "<caption>Unit cost by month, in GBP per ticket</caption>" in html
    assert ["Feb 2024", "unknown"] in rows_of(html)


def test_measured_that_is_not_assessed_says_why():
    html = measured_html(Measured(id="cost.saving", label="Saving", because="volumes.csv is missing"))
    assert "not assessed, because volumes.csv is missing" in html
    assert "nan" not in html.lower()


def test_measured_escapes_everything_from_data():
    html = measured_html(Measured(value=1.0, label=NASTY, claim=NASTY, because=NASTY, n_of=NASTY, unit=NASTY))
    assert "<script" not in html


def test_measured_is_what_a_notebook_displays(measured):
    assert measured._repr_html_() == measured_html(measured)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.97, "97 %"),
        (0.9996, "above 99 %"),
        (0.0001, "below 1 %"),
        (math.nan, "unknown"),
    ],
)
def test_probability_is_never_rounded_to_certainty(probability, words):
    assert probability_words(probability) == words


def test_finding_names_its_verdict_by_word_and_class():
    item = Finding(
        id="cost.saving",
        vendor="v",
        period="2026",
        claim="Saved 2 %.",
        value=0.02,
        verdict=MISSED,
        because="2 % is not 5 %",
    )
    html = finding_html(item)
    assert '<strong class="verdict-missed">missed</strong>: Saved 2 %.' in html
    assert "2 % is not 5 %" in html


def test_finding_not_assessed_gives_the_reason_once_and_escaped():
    item = Finding(id="cost.saving", vendor="v", period="2026", label="Saving", verdict=NOT_ASSESSED, because=NASTY)
    html = finding_html(item)
    assert html.count("&lt;script&gt;") == 1
    assert "<script" not in html


def test_month_is_short_in_english_whatever_the_locale():
    assert month_short(pd.Period("2026-03", freq="M")) == "Mar 2026"


def test_shown_offers_html_and_words_to_a_notebook():
    shown = Shown("<p>a</p>", "a")
    assert shown._repr_mimebundle_() == {"text/html": "<p>a</p>", "text/plain": "a"}
    assert repr(shown) == "a"


def test_table_shortens_a_text_that_would_make_the_page_too_heavy():
    html = table_html(pd.DataFrame({"item": ["x" * 100_000]}))
    assert f">{'x' * 200} ...<" in html


def test_a_table_of_cards_names_its_columns_in_its_cells():
    html = table_html(pd.DataFrame({"check": ["Cancelled"], "long_remark": ["<none>"]}), cards=True)
    assert '<table class="cards">' in html
    assert '<td data-label="check" style="text-align:left"><span>Cancelled</span></td>' in html
    assert '<td data-label="long remark" style="text-align:left"><span>&lt;none&gt;</span></td>' in html


def test_an_answer_does_not_break_before_a_per_cent_sign_or_within_a_period():
    assert answer_html("5.5 % in 2026-Q3 & <b>") == (
        '<p class="answer">5.5\N{NO-BREAK SPACE}% in <span class="unbroken">2026-Q3</span> &amp; &lt;b&gt;</p>'
    )


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("It costs less. By how much is unclear.", "It costs less.", "By how much is unclear."),
        ("Acme Inc. is rated Good. It costs less.", "Acme Inc. is rated Good.", "It costs less."),
        ("J. Doe & Co. Services is late. 4 of 9 came.", "J. Doe & Co. Services is late.", "4 of 9 came."),
        ("It costs 1.5 m GBP.", "It costs 1.5 m GBP.", ""),
        ("", "", ""),
    ],
)
def test_the_first_sentence_ends_where_a_reader_would_stop(text, first, rest):
    assert first_sentence(text) == (first, rest)
