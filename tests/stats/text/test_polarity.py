"""The classifier as it comes with the toolkit, and the script that trains it."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from toolkit.files import ROOT
from toolkit.stats.text import polarity
from toolkit.stats.text.agreement import agreement
from toolkit.stats.text.polarity import (
    CLASSES,
    OUTCOMES,
    classify,
    features,
    held_out_confusion,
    prepared,
    terms_of,
    trained,
)

REFERENCE = ROOT / "data" / "reference"
REAL = ROOT.parent / "shared" / "data" / "jira_sentiment"
CARD = yaml.safe_load((REFERENCE / "polarity_card.md").read_text(encoding="utf-8").split("---\n")[1])


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("Thanks a lot, this looks great!", "positive"),
        ("Sorry, my bad. This is a terrible mess.", "negative"),
        ("The patch was committed to trunk.", "neutral"),
        ("👍👍 awesome", "positive"),
    ],
)
def test_plain_cases(comment, expected):
    assert classify([comment])["polarity"].item() == expected


@pytest.mark.parametrize(
    ("comment", "language", "reason"),
    [
        ("", "", "no words"),
        ("https://example.org", "", "no words"),
        ("Die Leute sind sehr nett und wir sind zufrieden", "", "written in another language than English (de)"),
        ("Great", "fr-FR", "written in another language than English (fr)"),
        ("Zufriedenstellender Kundendienst", "", "language not recognised"),
        ("Great, another outage on payday.", "en-GB", "no class is likely enough"),
    ],
)
def test_unsure_has_its_reason(comment, language, reason):
    found = classify([comment], [language]).iloc[0]
    assert (found["polarity"], found["reason"]) == ("unsure", reason)


def test_a_language_that_is_missing_is_guessed():
    found = classify(["Great work, thank you!", "Great work, thank you!"], [None, float("nan")])
    assert found["polarity"].tolist() == ["positive", "positive"]


def test_each_comment_is_judged_alone_and_the_same_every_time():
    comments = ["Great, thanks!", "x" * 100_000, "", "It does not work :(", "<script>alert(1)</script>", "terrible"]
    together, alone = classify(comments), pd.concat([classify([text]) for text in comments], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)


def test_masking_does_not_change_what_is_said():
    comments = ["Thanks Yonik, INC0012345 is solved!", "Mr Smith was rude, call +44 20 7946 0958"]
    from toolkit.stats.text.masking import mask

    pd.testing.assert_frame_equal(classify(comments), classify(mask(comments)))


def test_no_comments_are_no_rows():
    assert classify([]).empty


def test_probabilities_sum_to_one_and_the_threshold_holds():
    found = classify(["Thanks!", "It is late again.", "I moved the file", "Not sure this is good"])
    assert found[list(CLASSES)].sum(axis=1).to_numpy() == pytest.approx(np.ones(4))
    sure = found[list(CLASSES)].max(axis=1) >= trained().threshold
    assert ((found["polarity"] == "unsure") == ~sure).all()


def test_features_count_what_terms_of_lists():
    """The fast way, which looks at each word once, gives what counting term by term gives."""
    texts = prepared(["Thanks for the quick fix, thanks!", "It is slow", "", "not good at all, not at all"])
    used = trained()
    found = features(texts, used.columns, used.rarity).toarray()[:, : len(used.rarity)]
    for text, row in zip(texts, found, strict=True):
        expected = np.zeros(len(used.rarity))
        for kind, term in terms_of(text):
            if term in used.columns[kind]:
                expected[used.columns[kind][term]] += 1
        counted = expected > 0
        expected[counted] = (1 + np.log(expected[counted])) * used.rarity[counted]
        assert row == pytest.approx(expected / max(np.linalg.norm(expected), 1e-12))


def test_negation_turns_a_valence_round():
    weight = polarity.LEXICON_WEIGHT
    found = (
        features(prepared(["good", "not good", "good not"]), {"word": {}, "pair": {}}, np.zeros(0)).toarray() / weight
    )
    assert found[0, 2] > 0 > found[1, 2]
    assert found[2, 2] == pytest.approx(found[0, 2])


def test_weights_hold_no_sentence_and_are_small():
    longest = max(len(term.split()) for places in trained().columns.values() for term in places)
    assert longest == 2
    assert polarity.WEIGHTS.stat().st_size < 1_000_000


def test_the_lexicon_names_the_source_of_each_word():
    lexicon = pd.read_csv(polarity.LEXICON, keep_default_na=False)
    assert set(lexicon["source"]) == {"VADER", "own"}
    assert lexicon["word"].is_unique
    assert lexicon["valence"].between(-4, 4).all()


def test_the_card_agrees_with_the_confusion_matrix():
    table, held_out = held_out_confusion(), CARD["held_out"]
    assert list(table.columns) == list(OUTCOMES)
    assert table.to_numpy().sum() == held_out["comments"]
    sure = table[list(CLASSES)].to_numpy()
    assert sure.sum() == held_out["classifier_where_sure"]["n"]
    assert np.trace(sure) / sure.sum() == pytest.approx(held_out["classifier_where_sure"]["accuracy"][0], abs=1e-4)


def test_the_readme_holds_the_figures_of_the_card():
    readme, held_out = (ROOT / "README.md").read_text(encoding="utf-8"), CARD["held_out"]
    for method in ("classifier", "lexicon_vader", "majority_class"):
        for figure in (held_out[method]["accuracy"][0], held_out[method]["macro_f1"]):
            assert f"{figure:.3f}" in readme, f"{method}: the README needs {figure:.3f}"
    assert f"{held_out['expected_calibration_error']:.3f}" in readme


def test_invented_survey_comments_are_never_turned_round():
    """Off its domain it takes praise and blame for neutral, but not for one another; the card says how often."""
    invented = pd.read_csv(Path(__file__).parent / "invented_comments.csv")
    found = agreement(invented["polarity"], classify(invented["comment"], ["en"] * len(invented))["likeliest"], CLASSES)
    assert found.confusion.loc["negative", "positive"] + found.confusion.loc["positive", "negative"] == 0
    card = (REFERENCE / "polarity_card.md").read_text(encoding="utf-8")
    assert f"right on {np.trace(found.confusion)} (" in card
    assert f"kappa .{round(100 * found.kappa.value)}" in card


# ---------------------------------------------------------------------------------------------------------------- training
def script():
    pytest.importorskip("sklearn", reason="scikit-learn trains the classifier; it is in the dev extra")
    pytest.importorskip(
        "vaderSentiment", reason="vaderSentiment is what the classifier is measured beside; in the dev extra"
    )
    spec = importlib.util.spec_from_file_location("train_polarity", REFERENCE / "train_polarity.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def corpus(folder: Path) -> None:
    """Sixty comments a class in each file, of a few words that tell the class."""
    said = {
        "negative": "terrible slow broken sorry",
        "neutral": "committed patch branch file",
        "positive": "thanks great nice good",
    }
    rng = np.random.default_rng(0)
    for part in ("train", "test"):
        rows = [
            (
                polarity_,
                f"{' '.join(rng.choice(words.split(), 2))} {' '.join(rng.choice(['the', 'module', 'today', 'build'], 2))}",
            )
            for polarity_, words in said.items()
            for _ in range(60)
        ]
        table = pd.DataFrame(rows, columns=["Polarity", "Text"])
        table.insert(0, "ID", range(len(table)))
        table.to_csv(folder / f"emtk_jira_{part}.csv", sep=";", index=False)


def test_training_writes_weights_that_load_and_judge(tmp_path, capsys):
    training = script()
    corpus(tmp_path)
    training.main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--date", "2026-01-01"])
    weights = trained(tmp_path / "out" / "polarity_weights.npz")
    judged = classify(
        ["great nice build", "terrible broken build", "committed patch branch"], ["en"] * 3, weights=weights
    )
    assert judged["likeliest"].tolist() == ["positive", "negative", "neutral"]
    assert pd.read_csv(tmp_path / "out" / "polarity_confusion.csv").shape == (3, 5)
    assert "date: '2026-01-01'" in (tmp_path / "out" / "polarity_card.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the labelled comments in ../shared/data/jira_sentiment")
def test_held_out_figures_follow_from_the_weights():
    training = script()
    train, test = (training.read(REAL / f"emtk_jira_{part}.csv") for part in ("train", "test"))
    held_out, confusion, _ = training.measured(train, test, trained())
    assert held_out == CARD["held_out"]
    pd.testing.assert_frame_equal(confusion, held_out_confusion(), check_names=False)
    assert held_out["classifier"]["macro_f1"] > held_out["lexicon_vader"]["macro_f1"] + 0.2
