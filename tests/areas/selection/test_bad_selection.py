"""What is wrong in a selection's files is said with file, row, what was found and what was wanted, all of it at once."""


def test_weights_that_do_not_add_up(faults):
    assert faults("criteria", "criterion, better, weight\nPrice, lower, 0.5\nQuality, higher, 0.4") == [
        "criteria.csv, row 2: found weights that add up to 0.9; expected weights of a selection that add up to 1. "
        "Change the weights, or give swing_points, which need not add up to anything."
    ]


def test_weights_add_up_within_each_selection(faults):
    text = "selection, criterion, better, weight\ndesk, Price, lower, 0.5\nother, Price, lower, 0.5\ndesk, Fit, higher, 0.5"
    assert [fault.split(":")[0] for fault in faults("criteria", text)] == ["criteria.csv, row 3"]


def test_weights_for_some_criteria_only(faults):
    found = faults("criteria", "criterion, better, weight\nPrice, lower, 1\nQuality, higher,")
    assert found == [
        "criteria.csv, row 2: found weight for 1 of 2 criteria; expected weight for every criterion of a selection, or for none"
    ]


def test_ends_of_a_scale_the_wrong_way_round(faults):
    (fault,) = faults("criteria", "criterion, better, worst, best\nPrice, lower, 100, 900")
    assert "both ends of a scale or none, the best one on the better side" in fault


def test_a_negative_price_and_one_of_nothing_are_both_told(faults):
    found = faults("bids", "bidder, price\na, -5\nb, 0")
    assert found[0] == "bids.csv, row 2, `price`: found '-5'; expected a number in GBP of at least 0"
    assert any("row 3" in fault and "a price above zero" in fault for fault in found)


def test_two_judgements_of_one_pair_that_contradict_one_another(faults):
    found = faults("pairwise", "criterion, other, judgement\nPrice, Quality, 3\nQuality, Price, 3")
    assert found[0] == (
        "pairwise.csv, row 2: found Price over Quality 3, and the other way round 3; expected a judgement that is the inverse "
        "of that of the same pair the other way round. Judge each pair once."
    )
    assert not faults("pairwise", "criterion, other, judgement\nPrice, Quality, 3\nQuality, Price, 0.333")


def test_a_criterion_held_against_itself(faults):
    (fault,) = faults("pairwise", "criterion, other, judgement\nPrice, Price, 1")
    assert "two different criteria" in fault


def test_a_score_given_twice_by_one_rater_and_a_selection_that_is_none(faults):
    found = faults("scores", "candidate, criterion, rater, score\na, Price, one, 1\na, Price, one, 2")
    assert "as in row 2" in found[0]
    (stranger,) = faults("scores", "selection, candidate, criterion, score\ndesc, a, Price, 1")
    assert stranger == (
        "scores.csv, row 2, `selection`: found 'desc'; expected a selection of this client. Did you mean 'desk'?"
    )
