"""What a vendor costs, and whether that is less than before, in one sentence."""

from __future__ import annotations

from toolkit.areas.cost import answer
from toolkit.model import NAN, Finding


def found(name, value=NAN, low=NAN, high=NAN, because="volumes.csv is missing", **more):
    known = value == value
    given = {
        "vendor": "alder",
        "period": "2026-Q3",
        "unit": "share",
        "claim": f"The vendor has {name}." if known else "",
    }
    given |= {"verdict": "no goal" if known else "not assessed", "because": "" if known else because}
    return Finding(id=f"cost.{name}", value=value, low=low, high=high, **{**given, **more})


def said(*findings):
    return answer("Cedar", {item.id: item for item in findings})


def test_answer_says_saving_interval_and_probability():
    assert said(found("saving_share", 0.152, 0.121, 0.183, probability=0.987)) == (
        "Cedar costs 15.2 % less than the same work would have cost before the contract (12.1 % to 18.3 %); "
        "probability of a saving 99 %."
    )


def test_answer_that_costs_rose_has_its_interval_the_right_way_round():
    assert said(found("saving_share", -0.1, -0.15, -0.05, probability=0.001)) == (
        "Cedar costs 10.0 % more than the same work would have cost before the contract (5.0 % to 15.0 %); "
        "almost certainly no saving."
    )


def test_answer_that_is_unclear_does_not_claim_a_saving():
    assert said(found("saving_share", 0.028, -0.05, 0.1)) == (
        "It is unclear whether Cedar costs less than the same work would have cost before the contract: "
        "net saving 2.8 % (−5.0 % to 10.0 %)."
    )


def test_answer_without_the_tables_gives_charges_and_the_reason():
    assert said(found("vendor_charges", 10.0, unit="GBP", counted=True), found("saving_share")) == (
        "Cedar has vendor_charges. "
        "Whether it costs less than before the contract is not assessed, because volumes.csv is missing."
    )
