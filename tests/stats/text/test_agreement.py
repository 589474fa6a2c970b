"""Agreement with people's labels, calibration, and shares corrected for a classifier's errors."""

import numpy as np
import pytest

from toolkit.stats.text.agreement import (
    agreement,
    calibration_error,
    confusion_matrix,
    corrected_shares,
    reliability_table,
)

CLASSES = ("negative", "neutral", "positive")
TABLE = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])


def test_agreement_leaves_unsure_out_and_counts_it():
    labelled = ["negative", "negative", "neutral", "positive", None, "neutral"]
    judged = ["negative", "neutral", "neutral", "unsure", "neutral", "neutral"]
    found = agreement(labelled, judged, CLASSES)
    assert found.n == 4  # of five labelled ones
    assert found.answered == pytest.approx(0.8)
    assert found.accuracy.value == 0.75
    assert found.recall.loc["negative", "value"] == 0.5
    assert found.macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)  # no positive one was judged
    assert not found.trusted  # far too few


@pytest.mark.parametrize(("right", "trusted"), [(90, True), (40, False)])
def test_no_score_is_trusted_below_a_kappa_of_two_fifths(right, trusted):
    labelled = list(CLASSES) * 40
    judged = [label if at < right else CLASSES[(CLASSES.index(label) + 1) % 3] for at, label in enumerate(labelled)]
    assert agreement(labelled, judged, CLASSES).trusted is trusted


def test_confusion_matrix_has_a_column_for_unsure():
    table = confusion_matrix(["negative", "positive", "other"], ["unsure", "positive", "positive"], CLASSES)
    assert table.to_numpy().tolist() == [[0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 1, 0]]


def test_calibration_error_is_the_mean_distance_from_what_was_said():
    said, right = [0.95] * 10 + [0.65] * 10, [True] * 9 + [False] + [True] * 3 + [False] * 7
    assert calibration_error(said, right) == pytest.approx((0.05 + 0.35) / 2)
    assert reliability_table(said, right)["value"].tolist() == pytest.approx([0.3, 0.9])


CONFUSION = np.array([[150, 60, 15, 10], [50, 1050, 50, 36], [10, 40, 270, 18]])


def test_corrected_shares_undo_the_errors_of_the_matrix():
    true = np.array([0.3, 0.5, 0.2])
    said = true @ (CONFUSION / CONFUSION.sum(axis=1, keepdims=True)) * 500
    found = corrected_shares(said, CONFUSION)
    assert found.value == pytest.approx(true, abs=1e-4)
    assert ((found.low < true) & (true < found.high)).all()


def test_corrected_shares_equal_rogan_and_gladen_for_two_classes():
    # 30 of 100 said positive, sensitivity .8, specificity .9: (.3 + .9 - 1) / (.8 + .9 - 1) = 2/7
    found = corrected_shares([70, 30], [[90, 10], [20, 80]])
    assert found.value[1] == pytest.approx(2 / 7, abs=1e-4)


def test_corrected_shares_stay_within_zero_and_one_and_sum_to_one():
    found = corrected_shares([0, 0, 10, 0], CONFUSION)
    assert found.value.sum() == pytest.approx(1)
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    assert found.high[1] > 0.02  # ten praises do not exclude that some are not


def test_intervals_of_corrected_shares_cover_the_truth(monkeypatch):
    from toolkit.stats.text import agreement as module

    monkeypatch.setattr(module, "DRAWS", 300)
    monkeypatch.setattr(module, "ROUNDS", 100)
    rng, true = np.random.default_rng(1), np.array([0.3, 0.5, 0.2])
    p = CONFUSION / CONFUSION.sum(axis=1, keepdims=True)
    covered = np.zeros(3)
    for _ in range(150):
        table = np.stack([rng.multinomial(row.sum(), shares) for row, shares in zip(CONFUSION, p, strict=True)])
        found = corrected_shares(rng.multinomial(200, true @ p), table)
        covered += (found.low <= true) & (true <= found.high)
    assert (covered / 150 > 0.89).all()


def test_more_comments_narrow_the_interval_until_the_matrix_is_what_is_unsure():
    widths = [
        np.ptp(np.array(corrected_shares(np.array([60, 100, 30, 10]) * n, CONFUSION)[1:]), axis=0)
        for n in (1, 10, 1000)
    ]
    assert (widths[0] > widths[1]).all()
    assert (widths[2] > 0.2 * widths[1]).all()


@pytest.mark.parametrize("said", [[0, 0, 0, 0]])
def test_nothing_said_is_unknown(said):
    assert np.isnan(corrected_shares(said, CONFUSION).value).all()


def test_a_class_that_was_never_labelled_is_unknown():
    assert np.isnan(corrected_shares([1, 2, 3, 0], CONFUSION * [[1], [0], [1]]).value).all()


@pytest.mark.parametrize("said", [[1, 2, 3], [1, -2, 3, 0]])
def test_counts_must_fit_the_matrix(said):
    with pytest.raises(ValueError, match="one a column"):
        corrected_shares(said, CONFUSION)
