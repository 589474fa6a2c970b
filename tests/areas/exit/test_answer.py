"""The answer in one sentence, from findings."""

from toolkit.areas import exit as leaving
from toolkit.model import NOT_ASSESSED, Finding


def finding(name: str, **given) -> Finding:
    return Finding(id=f"exit.{name}", vendor="v", period="2026", **given)


def said(*findings: Finding) -> str:
    return leaving.answer("Alder", {item.id: item for item in findings})


GAIN = finding("switching_gain", value=600.0, low=-900.0, high=1100.0, unit="GBP", probability=0.9)


def test_answer_warns_of_what_is_cheap_on_average_and_ruinous_once_in_ten():
    rows = [
        {"way": "New (switch)", "option": "switch", "value": 5000.0},
        {"way": "Old", "option": "stay", "value": 3000.0},
    ]
    worst = finding("worst_case", value=5000.0, unit="GBP", parts={"way": rows})
    assert said(GAIN, worst) == (
        "Whether another way than staying with Alder as now is cheaper is open: the best other way saves 600 GBP on average "
        "and is cheaper in 90 % of the simulated cases, yet in the worst one of ten it costs 5,000 GBP, against 3,000 GBP."
    )


def test_answer_says_how_ready_the_client_is():
    time = finding("time_to_exit", value=9.0, low=8.0, high=11.0, unit="months")
    plan = finding("plan_completeness", value=0.25, numerator=2.0, denominator=8.0)
    money = finding("budget_coverage", value=0.0, low=0.0, high=0.0, unit="share")
    assert said(time, plan, money) == (
        "Leaving Alder takes 9 months (8 to 11), and 2 of 8 parts of the exit plan are ready; no money is set aside for it."
    )


def test_answer_from_spend_alone():
    assert said(finding("spend_of_peak", value=0.14, unit="share")) == (
        "What else could be done with Alder, and whether the client could leave, is not assessed; "
        "in the past year it was paid 14.0 % of what it was paid in its dearest one."
    )


def test_answer_without_evidence_is_nothing():
    assert said(finding("switching_gain", verdict=NOT_ASSESSED)) == ""
