"""Sliders over weights: for whoever sits before them, with the numbers of the measure, and nothing that a name could break."""

import html
import json
import re

import pandas as pd
import pytest

from toolkit import charts
from toolkit.charts.sliders import ASKED
from toolkit.model import Measured

PART = pd.DataFrame(
    {
        "candidate": ["Aspen", "Aspen", "</script><b>", "</script><b>"],
        "criterion": ["Price", "Fit"] * 2,
        "value": [0.5, 0.8, 0.8, 0.2],
        "weight": [0.6, 0.4] * 2,
    }
)
LEAD = Measured(value=0.1, parts={"criterion": PART})


def test_nothing_is_put_out_where_nobody_sits_before_it(monkeypatch):
    monkeypatch.delenv(ASKED, raising=False)
    assert charts.sliders(LEAD).html == ""


def test_nothing_is_put_out_of_what_is_not_assessed(monkeypatch):
    monkeypatch.setenv(ASKED, "notebook")
    assert charts.sliders(Measured(because="scores.csv is missing")).html == ""


def test_a_slider_a_weight_with_the_values_of_the_measure(monkeypatch):
    monkeypatch.setenv(ASKED, "notebook")
    shown = charts.sliders(LEAD).html
    assert re.findall(r'type="range"[^>]* value="([\d.]+)"', shown) == ["60.0", "40.0"]
    held = json.loads(html.unescape(re.search(r'data-choice="([^"]*)"', shown)[1]))
    assert held["candidates"] == ["Aspen", "</script><b>"]
    assert held["values"] == [pytest.approx([0.5, 0.8]), pytest.approx([0.8, 0.2])]
    assert shown.count("</script>") == 1
    assert "<b>" not in shown
