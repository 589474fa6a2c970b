"""Every truth that was planted in the sample client is found, by the path that a notebook takes."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from toolkit.areas import cost
from toolkit.case import cut_case
from toolkit.client import find_client, open_client
from toolkit.model import MET, MISSED, NOT_ASSESSED, UNCLEAR, Period, finding

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
TRUTHS = yaml.safe_load((SAMPLE / "truths.yaml").read_text(encoding="utf-8"))["vendors"]
DERIVED = [
    *("unit_cost", "baseline", "gross_saving", "saving", "saving_share", "real_saving"),
    *("payback", "net_present_value", "internal_rate_of_return"),
]
OLD = ["alder", "birch", "cedar", "elm"]  # those with a history


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A function that opens a case; the sample itself is not touched."""
    folder = tmp_path_factory.mktemp("clients") / "sample"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".*"))
    client = open_client(find_client(folder))
    return cache(lambda vendor, p: cut_case(cost, client, client.vendor(vendor), Period.parse(p), folder / "reports"))


@pytest.fixture(scope="module")
def counted(case):
    """A function that gives what is counted of a vendor in a period."""

    @cache
    def measures(vendor, period):
        given = case(vendor, period)
        now, charges, own = {"period": given.period}, given.invoices, given.internal_costs
        agreed = {"contracts": given.contracts, "price_index": given.price_index, "index": given.client.price_index}
        made = [
            cost.vendor_charges(charges, **now),
            cost.charges_change(charges, **now),
            cost.total_cost(charges, own, **now),
            cost.one_off_cost(charges, own, **now),
            cost.budget_variance(charges, given.budgets, **now),
            cost.invoice_check(charges, given.rates, **agreed, **now),
            cost.likely_duplicates(charges, **now),
        ]
        return SimpleNamespace(**{item.id.removeprefix("cost."): item for item in made})

    return measures


@pytest.fixture(scope="module")
def measured(case, counted):
    """A function that gives every measure of a vendor in a period, the verdicts on its goals, and costs_by_month."""

    @cache
    def measures(vendor, period):
        given = case(vendor, period)
        now, since = {"period": given.period}, {"since": given.since, "period": given.period}
        tables = [given.invoices, given.internal_costs, given.volumes, given.price_index]
        months = cost.costs_by_month(*tables, index=given.client.price_index, **since)
        made = [getattr(cost, name)(months, **now) for name in DERIVED]
        made += [
            cost.saving_realised(months, given.business_case, **now),
            cost.step_change(given.invoices, months, **since),
            cost.slope_change(given.invoices, months, **since),
            cost.monthly_signals(given.invoices, period=given.period),
        ]
        every = vars(counted(vendor, period)) | {item.id.removeprefix("cost."): item for item in made}
        goals = {g.measure.removeprefix("cost."): g for g in given.goals if g.measure.startswith("cost.")}
        verdicts = {name: finding(every[name], vendor, period, goal).verdict for name, goal in goals.items()}
        return SimpleNamespace(**every, verdicts=verdicts, months=months)

    return measures


def periods(vendor, figure):
    return [(vendor, period) for period in TRUTHS[vendor][figure]]


def holds(measure, truth):
    return measure.low <= truth <= measure.high


EVERY = [pair for vendor in TRUTHS for pair in periods(vendor, "charges")]
SAVED = [pair for vendor in OLD for pair in periods(vendor, "true_saving")]
ASKED = [(vendor, period) for vendor in OLD for period in ("2026-Q3", "2025")]


# what is counted, to the penny


@pytest.mark.parametrize(("vendor", "period"), EVERY)
def test_charges_of_every_vendor_and_period_to_the_penny(counted, vendor, period):
    assert counted(vendor, period).vendor_charges.value == pytest.approx(TRUTHS[vendor]["charges"][period], abs=0.005)


@pytest.mark.parametrize(("vendor", "period"), ASKED)
def test_total_cost_to_the_penny_where_nothing_one_off_fell_into_the_period(counted, vendor, period):
    assert counted(vendor, period).total_cost.value == pytest.approx(TRUTHS[vendor]["total_cost"][period], abs=0.005)


@pytest.mark.parametrize(("vendor", "period"), SAVED)
def test_budget_variance_to_what_the_truths_print(counted, vendor, period):
    budget = counted(vendor, period).budget_variance
    assert budget.value == pytest.approx(TRUTHS[vendor]["budget_variance"][period], abs=0.00005)
    assert budget.numerator == pytest.approx(TRUTHS[vendor]["charges"][period] - budget.denominator, abs=0.005)


@pytest.mark.parametrize("vendor", list(TRUTHS))
def test_one_off_cost_to_the_penny(counted, vendor):
    assert counted(vendor, "2026-Q3").one_off_cost.value == pytest.approx(TRUTHS[vendor]["one_off_cost"])


@pytest.mark.parametrize("vendor", OLD)
def test_the_baseline_rests_on_the_planted_months_and_cost(measured, vendor):
    months = measured(vendor, "2026-Q3").months
    used = months[months["in_baseline"]]
    assert [str(used["month"].min()), str(used["month"].max())] == TRUTHS[vendor]["baseline_window"]
    assert used["cost"].sum() / 12 == pytest.approx(TRUTHS[vendor]["baseline_cost_a_month"], abs=0.006)


# what is estimated, within its interval


@pytest.mark.parametrize(("vendor", "period"), ASKED)
def test_the_true_share_saved_lies_in_the_interval(measured, vendor, period):
    assert holds(measured(vendor, period).saving_share, TRUTHS[vendor]["true_saving_share"][period])


@pytest.mark.parametrize(("vendor", "period"), ASKED)
def test_the_true_baseline_and_what_was_realised_lie_in_their_intervals(measured, vendor, period):
    every, truth = measured(vendor, period), TRUTHS[vendor]
    assert holds(every.baseline, truth["true_restated_baseline"][period])
    since_start = [name for name in truth["true_saving"] if "Q" in name and name <= f"{period}-Q4"]
    realised = sum(truth["true_saving"][name] for name in since_start)
    promised = sum(truth["promised_saving"][name] for name in since_start)
    assert every.saving_realised.denominator == promised
    assert holds(every.saving_realised, realised / promised)


# the saver


@pytest.mark.parametrize("period", ["2026-Q3", "2025"])
def test_the_saver_saves_beyond_doubt(measured, period):
    every = measured("alder", period)
    assert every.saving_share.low > 0
    assert every.real_saving.low > 0
    assert every.saving.probability > 0.99
    assert every.verdicts["saving_share"] == MET
    assert every.step_change.high < 0
    assert every.saving_share.low > -TRUTHS["alder"]["naive_change"][period]  # the books show less than half of it


def test_the_saver_has_paid_back_in_the_planted_month(measured):
    # September 2025 is the twelfth month of the contract
    payback = measured("alder", "2026-Q3").payback
    assert payback.low <= 12 <= payback.high
    assert "came back" in payback.claim
    assert measured("alder", "2026-Q3").net_present_value.low > 0


# the overrunner


@pytest.mark.parametrize("period", ["2026-Q3", "2025"])
def test_the_overrunner_costs_more_though_the_books_show_a_fall(measured, period):
    every = measured("birch", period)
    months = every.months
    a_month = months[months["month"].isin(Period.parse(period).months_index())].groupby("month")["cost"].sum().mean()
    before = TRUTHS["birch"]["baseline_cost_a_month"]
    assert a_month / before - 1 == pytest.approx(TRUTHS["birch"]["naive_change"][period], abs=0.00005)
    assert a_month < before
    assert every.saving.high < 0
    assert every.saving_share.high < 0
    assert every.verdicts["saving_share"] == MISSED


@pytest.mark.parametrize("period", ["2026-Q3", "2025"])
def test_the_overrunner_is_over_its_budget_and_never_pays_back(measured, period):
    every = measured("birch", period)
    assert every.budget_variance.value > 0.12
    assert every.verdicts["budget_variance"] == MISSED
    assert every.payback.value == float("inf")


# the noisy one


@pytest.mark.parametrize("period", ["2026-Q3", "2025"])
def test_the_noisy_one_stays_unclear(measured, period):
    every = measured("cedar", period)
    assert every.saving_share.low < 0 < every.saving_share.high
    assert every.verdicts["saving_share"] == UNCLEAR
    assert 0.05 < every.saving.probability < 0.95
    assert "no step" in every.step_change.claim


# the newcomer

NOTHING = "internal_costs.csv holds no row for this vendor and volumes.csv holds no row for this vendor"
REASONS = {
    "charges_change": "the vendor charged nothing in 2025-Q3, or no more than it credited",
    "total_cost": "internal_costs.csv holds no row for this vendor",
    "saving_realised": f"{NOTHING} and business_case.csv holds no row for this vendor",
    "budget_variance": "budgets.csv holds no row for this vendor",
    "step_change": "no cost is known on both sides of August 2026",
    "slope_change": "no cost is known on both sides of August 2026",
    "monthly_signals": "only 2 months of charges are known; 8 are needed to know what is usual",
    "invoice_check": "rates.csv holds no row for this vendor",
    **dict.fromkeys(["unit_cost", "baseline", "gross_saving", "saving", "saving_share", "real_saving"], NOTHING),
    **dict.fromkeys(["payback", "net_present_value", "internal_rate_of_return"], NOTHING),
}


def test_the_newcomer_is_assessed_for_what_is_there_and_no_more(measured):
    every = vars(measured("dogwood", "2026-Q3"))
    lacking = {name: item.because for name, item in every.items() if hasattr(item, "assessed") and not item.assessed}
    assert lacking == REASONS
    assert every["vendor_charges"].value == TRUTHS["dogwood"]["charges"]["2026-Q3"]
    assert set(every["verdicts"].values()) == {NOT_ASSESSED}


# the overbiller

KINDS = {"above rate card": "above the rate card"}  # the truths' name, where it is another


@pytest.mark.parametrize("period", [period for period in TRUTHS["elm"]["charges"] if "Q" in period])
def test_the_overbiller_is_found_to_the_penny_by_reason(counted, period):
    reasons = counted("elm", period).invoice_check.parts["reason"]
    found = {row["reason"]: row["value"] for row in reasons.to_dict("records") if row["n"]}
    planted = TRUTHS["elm"]["invoice_check"]["by_quarter"].get(period, {})
    assert found == pytest.approx({KINDS.get(name, name): money for name, money in planted.items()}, abs=0.005)


def test_the_overbillers_lines_are_those_planted_and_no_others(counted):
    found = pd.concat([counted("elm", p).invoice_check.parts["rows"] for p in TRUTHS["elm"]["charges"] if "Q" in p])
    lines = {(row["invoice"], row["line"], row["reason"]): row["at_stake"] for row in found.to_dict("records")}
    planted = {
        (invoice, line, KINDS.get(reason, reason)): money
        for invoice, line, reason, money in TRUTHS["elm"]["invoice_check"]["lines"]
    }
    assert len(found) == len(lines)
    assert lines == pytest.approx(planted, abs=0.005)
    assert sum(lines.values()) == pytest.approx(TRUTHS["elm"]["invoice_check"]["total"], abs=0.005)


@pytest.mark.parametrize(("vendor", "period"), [pair for pair in EVERY if pair[0] not in ("elm", "dogwood")])
def test_nobody_else_is_found_to_overbill(counted, vendor, period):
    every = counted(vendor, period)
    assert every.invoice_check.parts["rows"].empty
    assert every.likely_duplicates.value == 0


def test_each_line_of_evidence_points_to_its_row_in_the_file(counted):
    every = counted("elm", "2026-Q3")
    row = every.invoice_check.parts["rows"].iloc[0]
    raw = pd.read_csv(SAMPLE / "invoices.csv").iloc[row["row"] - 2]  # the header is row 1
    assert (raw["invoice"], raw["line"]) == (row["invoice"], row["line"])
