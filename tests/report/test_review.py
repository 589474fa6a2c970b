"""One vendor's summary: the sentences a reader decides by, made from findings alone."""

import pytest
from bs4 import BeautifulSoup

from toolkit.errors import SettingsError
from toolkit.model import Period, Vendor, probability_words, side_of_zero
from toolkit.report import Review, Summary, open_summary
from toolkit.report.review import compared, headline_findings, signed

from .conftest import HOSTILE, PERIOD, charges, found, saving


def review(findings, earlier=None, name="Alder Systems"):
    return Summary(Review("Hartwell Group", Vendor("alder", name), PERIOD, findings, earlier or {}))


GOALS = [
    saving(0.152, 0.121, 0.183, probability=0.987, goal="G1", direction="at_least", target=0.1, verdict="met"),
    found("cost.budget_variance", 0.01, counted=True, goal="G2", direction="at_most", target=0.02, verdict="met"),
    found("cost.payback", goal="G3", direction="at_most", target=18.0, because="business_case.csv is missing"),
]


def test_answer_says_saving_interval_probability_and_goals():
    assert review(GOALS).answer().text == (
        "Alder Systems is rated Marginal to Satisfactory: two of three goals met; one not assessed. "
        "Alder Systems costs 15.2 % less than the same work would have cost before the contract (12.1 % to 18.3 %); "
        "probability of a saving 99 %. "
        "Not assessed: Quality review, because it was not run, or its run failed."
    )


def test_answer_shows_at_most_six_headline_numbers_and_none_that_is_unknown():
    ids = ("saving", "charges_change", "invoice_check", "saving_realised", "unit_cost")
    findings = [charges(10.0), *GOALS, *[found(f"cost.{name}", 0.1, 0.05, 0.2) for name in ids]]
    tiles = BeautifulSoup(review(findings).answer().html, "html.parser").select(".tiles li")
    assert len(tiles) == 8
    assert "not assessed" not in " ".join(tile.get_text() for tile in tiles)


@pytest.mark.parametrize(
    ("finding", "side"),
    [
        (saving(0.05, 0.01, 0.09), 1),
        (saving(-0.05, -0.09, -0.01), -1),
        (saving(0.05, -0.01, 0.11), 0),
        (saving(0.05, float("nan"), float("nan")), 0),
        (saving(0.05, float("nan"), float("nan"), counted=True), 1),
    ],
)
def test_side_of_zero_goes_by_the_whole_interval(finding, side):
    assert side_of_zero(finding) == side


def test_answer_has_a_sentence_for_each_area_of_which_something_is_known():
    kept = found("quality.sla_attainment", 0.961, 0.943, 0.974, goal="Q1", verdict="met")
    back = found("quality.reopened_share", 0.214, 0.175, 0.261, goal="Q2", verdict="missed")
    text = review([saving(0.152, 0.121, 0.183), kept, back]).answer().text
    assert text.startswith(
        "Alder Systems cannot be rated, because fewer than three goals were agreed: one of two goals met; one missed (reopened "
        "share). "
        "Alder Systems costs 15.2 % less than the same work"
    )
    assert (
        "The service of Alder Systems is not as good as agreed: 96.1 % of tickets kept their service level (94.3 % to 97.4 %, "
        "goal met) but 21.4 % of tickets were reopened (17.5 % to 26.1 %, goal missed); whether it is changing is not assessed."
    ) in text


def test_an_area_without_data_is_named_once_with_the_reason():
    gaps = [
        found(f"cost.{name}", because="invoices.csv is missing") for name in ("vendor_charges", "saving", "payback")
    ]
    shown = review([*gaps, found("quality.backlog", 5.0, unit="tickets", counted=True)])
    page = BeautifulSoup(shown.answer().html + shown.found().html + shown.evidence().html, "html.parser")
    said = "Not assessed: Cost comparison, because invoices.csv is missing."
    assert page.get_text().count(said) == 1
    assert "payback" not in page.get_text()
    assert shown.not_assessed().html.count("<tr>") == 2  # the heads, and one row


def test_headline_findings_take_the_areas_in_turn():
    quality = [found(f"quality.{name}", 0.1) for name in ("reopened_share", "sla_attainment")]
    shown = [item.id for item in headline_findings([charges(10.0), saving(0.1, 0.0, 0.2), *quality])]
    assert shown == ["cost.vendor_charges", "quality.sla_attainment", "cost.saving_share", "quality.reopened_share"]


def test_likely_never_rounds_to_certainty():
    assert [probability_words(value) for value in (0.999, 0.5, 0.001)] == ["above 99 %", "50 %", "below 1 %"]


def test_goals_put_what_needs_attention_first_and_show_word_and_shape():
    missed = found("cost.unit_cost", 12.0, 11.5, 12.5, goal="G4", direction="at_most", target=11.0, verdict="missed")
    rows = BeautifulSoup(review([*GOALS, missed]).goals().html, "html.parser").select("tbody tr")
    assert [row.select_one(".verdict").get_text().replace("\xa0", " ") for row in rows] == [
        "■ missed",
        "– not assessed",
        "● met",
        "● met",
    ]


def test_goals_without_any_say_so():
    assert "No goal was agreed" in review([charges(10.0)]).goals().text


def test_changes_without_an_earlier_review_say_so():
    assert review(GOALS).changes().text.startswith("No earlier review found")


def test_changes_compare_with_the_last_review_and_name_what_was_lost():
    earlier = {
        Period.parse("2025-Q3"): [saving(0.5, 0.4, 0.6)],
        Period.parse("2026-Q2"): [saving(0.08, 0.06, 0.10), found("cost.payback", 12.0)],
    }
    shown = review(GOALS, earlier).changes()
    assert shown.text == "saving share: +7.2 percentage points, more than noise"
    assert "Known then, not now: payback." in shown.html


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (saving(0.1, 0.08, 0.12), saving(0.15, 0.11, 0.19), "+5.0 percentage points, within noise"),
        (saving(0.1, 0.08, 0.12), saving(0.05, 0.03, 0.07), "−5.0 percentage points, more than noise"),
        (
            saving(0.1, 0.08, 0.12),
            found("cost.saving_share", 0.2),
            "+10.0 percentage points, without intervals: unclear",
        ),
        (charges(100.0), charges(90.0), "−10 GBP, a full count"),
        (charges(100.0), charges(100.0), "no difference"),
    ],
)
def test_compared_by_overlap_of_intervals(then, now, words):
    assert compared(then, now) == words


def test_signed_keeps_a_unit():
    assert signed(-1500, "GBP") == "−1,500 GBP"


def test_not_assessed_names_the_file_to_supply_once_for_all_that_wait_for_it():
    shown = review([found("cost.unit_cost"), found("cost.saving"), *GOALS]).not_assessed()
    rows = [
        [cell.get_text() for cell in row.select("th, td")]
        for row in BeautifulSoup(shown.html, "html.parser").select("tbody tr")
    ]
    assert rows == [
        ["Because it was not run, or its run failed", "see the reason", "the whole of Quality review"],
        ["Because volumes.csv is missing", "volumes.csv", "unit cost, saving"],
        ["Because business_case.csv is missing", "business_case.csv", "payback (goal G3)"],
    ]


def test_remarks_stand_beside_what_they_are_about():
    assert "One vacancy" in review([charges(1.0), saving(0.1, 0, 0.2, remark="One vacancy")]).remarks().html


def test_evidence_has_one_anchor_a_measure_and_short_digests():
    source = {"table": "invoices", "file": "invoices.csv", "rows": 4, "digest": "0123456789abcdef"}
    second = saving(0.1, 0, 0.2, goal="G9", verdict="met", sources=(source,))
    page = BeautifulSoup(review([*GOALS, second]).evidence().html, "html.parser")
    assert [row.get("id") for row in page.select("tbody tr")].count("cost.saving_share") == 1
    assert "invoices.csv, 4 rows 0123456789ab" in page.get_text()
    assert "0123456789abc" not in page.get_text()


def test_every_section_escapes_what_comes_from_data():
    hostile = found(
        "cost.saving", 1.0, 0.5, 1.5, label=HOSTILE, claim=HOSTILE, remark=HOSTILE, goal=HOSTILE, because=HOSTILE,
        direction="at_least", target=0.0, verdict="met", definition=HOSTILE, n_of=HOSTILE, interval=HOSTILE,
        sources=({"table": HOSTILE, "file": HOSTILE, "rows": 1, "digest": HOSTILE},),
    )  # fmt: skip
    gap = found("cost.payback", label=HOSTILE, because=HOSTILE)
    opened = review([hostile, gap], {Period.parse("2026-Q2"): [hostile]}, name=HOSTILE)
    sections = ("answer", "rating", "goals", "found", "changes", "not_assessed", "remarks", "evidence")
    html = "".join(getattr(opened, name)().html for name in sections)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_open_summary_reads_findings_and_names_missing_areas(client_folder, tmp_path, put):
    opened = open_summary("cedar", "2026-Q3", str(client_folder), str(tmp_path / "reports"))
    assert opened.review.vendor.name == HOSTILE
    assert "it was not run for 2026-Q3" in opened.answer().text
    put([charges(10.0, vendor="cedar")], vendor="cedar")
    again = open_summary("cedar", "2026-Q3", str(client_folder), str(tmp_path / "reports"))
    assert again.found().text == "Claim about cost.vendor_charges."


def test_open_summary_refuses_an_unknown_vendor_with_a_suggestion(client_folder):
    with pytest.raises(SettingsError, match="Did you mean 'alder'"):
        open_summary("aldr", "2026-Q3", str(client_folder), "reports")


def test_who_evaluated_and_when_it_was_signed_off_is_told_of_the_last_one():
    rows = [
        {"evaluation": "Quarterly review", "done": "2026-04-30", "role": "Head of IT", "signed_off": "2026-05-02"},
        {"evaluation": "Yearly evaluation", "done": "2026-07-30", "role": "Contract manager", "signed_off": None},
        {"evaluation": "Quarterly review", "done": None, "role": "Head of IT", "signed_off": None},
    ]
    kept = found("relationship.evaluations_kept", 0.5, claim="Half were kept.", parts={"evaluation": rows})
    shown = review([kept])
    told = "Half were kept. The last, Yearly evaluation, was done on 2026-07-30 by the Contract manager and is not signed off."
    assert shown.review.signed == told
    signed = review([found("relationship.evaluations_kept", 0.5, claim="Half.", parts={"evaluation": rows[:1]})])
    assert signed.review.signed.endswith("on 2026-04-30 by the Head of IT and signed off on 2026-05-02.")
