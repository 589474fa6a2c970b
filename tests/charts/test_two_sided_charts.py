"""The chart of two sides: what it says in words, and one bar for each thing owed."""

import pandas as pd

from toolkit import charts
from toolkit.charts.drawing import NARROW, WIDE, figure_of
from toolkit.charts.sides import plan_two_sided
from toolkit.model import Measured

NASTY = "<script>alert('x')</script> & more"
LEDGER = pd.DataFrame(
    {
        "kind": ["all", "all", NASTY, "reports"],
        "side": ["client", "vendor", "client", "vendor"],
        "owed": [10, 8, 4, 8],
        "kept": [7, 8, 1, 8],
        "value": [0.7, 1.0, 0.25, 1.0],
    }
)
MEASURED = Measured(
    id="relationship.kept_gap", label="Kept", unit="share", value=-0.3, low=-0.5, high=0.1, n=18, n_of="things",
    claim="The client kept 70 %, the vendor 100 %.", interval="95 %", parts={"ledger": LEDGER},
)  # fmt: skip


def test_both_sides_are_told_in_words():
    shown = charts.two_sided(MEASURED)
    assert "All: client 7 of 10, vendor 8 of 8" in shown.text
    assert "reports: client nothing owed, vendor 8 of 8" in shown.text


def test_text_from_data_is_escaped():
    assert "<script" not in charts.two_sided(MEASURED).html


def test_every_side_of_every_kind_has_its_bars_at_both_widths():
    plan = plan_two_sided(MEASURED, LEDGER, "kind", ("client", "vendor"), "")
    for width in (WIDE, NARROW):
        bars = [
            mark.get_gid() for mark in figure_of(plan, width).get_children() if str(mark.get_gid()).startswith("kept-")
        ]
        assert sorted(bars) == ["kept-left"] * 3 + ["kept-right"] * 3


def test_what_is_not_assessed_is_a_sentence():
    assert (
        "not assessed, because nothing is known"
        in charts.two_sided(Measured(label="Kept", because="nothing is known")).text
    )
