"""Steps before dates on a line of time: what the picture holds, and what it says to those who do not see it."""

from __future__ import annotations

import base64
import re

import pandas as pd

from toolkit import charts
from toolkit.model import COUNTED, Measured
from toolkit.show import Shown

TODAY = pd.Timestamp("2026-09-30")


def measured(*rows: tuple[str, str, str, str]) -> Measured:
    steps = pd.DataFrame(rows, columns=["step", "by", "date", "state"])
    steps = steps.assign(by=pd.to_datetime(steps["by"]), date=pd.to_datetime(steps["date"]))
    steps.attrs["today"] = TODAY
    return Measured(
        value=1.0,
        n=len(rows),
        n_of="steps",
        interval=COUNTED,
        counted=True,
        claim="One step is late.",
        parts={"step": steps},
    )


STEPS = (
    ("Offers: notice, C-1", "2026-06-04", "2026-10-02", "overdue"),
    ("Figures: option, C-2", "2026-09-01", "2027-03-31", "done"),
    ("Count & <licences>: X-9", "2026-07-02", "2026-08-31", "too late"),
    ("Decision: notice, C-2", "2027-01-03", "2027-04-03", "later"),
)


def pictures(shown: Shown) -> list[str]:
    found = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", shown.html)
    return [base64.b64decode(item).decode("utf-8") for item in found]


def test_a_timeline_says_every_step_with_its_day_and_its_state():
    shown = charts.timeline(measured(*STEPS), subject="Alder, 2026-Q3")
    assert "Offers: notice, C-1: 4 Jun 2026, overdue" in shown.text
    assert "Decision: notice, C-2: 3 Jan 2027, later" in shown.text
    assert "Figures" not in shown.text  # what is done is left to the table
    assert "1 more in the table" in shown.html


def test_a_timeline_marks_the_last_day_of_the_period_and_names_months():
    wide, narrow = sorted(pictures(charts.timeline(measured(*STEPS))), key=len, reverse=True)
    for picture in (wide, narrow):
        assert ">30 Sep 2026</text>" in picture
        assert "Jan 2027</text>" in picture


def test_a_timeline_escapes_what_comes_from_data():
    shown = charts.timeline(measured(*STEPS))
    assert "<licences>" not in shown.html
    assert all("<licences>" not in picture for picture in pictures(shown))


def test_a_timeline_is_the_same_for_the_same_steps():
    assert charts.timeline(measured(*STEPS)).html == charts.timeline(measured(*STEPS)).html


def test_a_timeline_of_one_step_of_done_steps_and_of_many_is_drawn():
    assert "<figure" in charts.timeline(measured(("Notice", "2026-09-30", "2026-09-30", "due"))).html
    assert "<figure" in charts.timeline(measured(("Notice", "2026-09-01", "2026-09-01", "done"))).html
    many = [(f"Step {place}", "2026-12-01", f"20{30 + place}-01-01", "later") for place in range(20)]
    assert "8 more in the table" in charts.timeline(measured(*many)).html


def test_a_timeline_of_nothing_is_a_sentence():
    assert "not drawn, because there is no step" in charts.timeline(measured()).text
    assert "not assessed, because why" in charts.timeline(Measured(because="why")).text
