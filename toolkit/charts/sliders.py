"""Sliders over the weights of a choice, for JupyterLab alone: what if something else mattered more?

The one form that answers to a hand. It adds values by weights, as `parts["criterion"]` gives both, and nothing else. It is a
few lines of script that live in the output of one cell: a page takes them out, and where no JupyterLab asked, there is none.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from toolkit.model import Measured
from toolkit.show import Shown, escape

if TYPE_CHECKING:
    import pandas as pd

ASKED = "JPY_SESSION_NAME"  # what a server sets for the kernel of a notebook that somebody has opened

STYLE = "display:grid;grid-template-columns:minmax(8em,14em) 1fr 4em;gap:.3em .8em;align-items:center;max-width:44em"
SCRIPT = """
(() => {
  const box = document.currentScript.parentElement, data = JSON.parse(box.dataset.choice);
  const sliders = [...box.querySelectorAll("input")], out = box.querySelector("output");
  const told = [...box.querySelectorAll("span.weight")];
  const draw = () => {
    const given = sliders.map((slider) => Number(slider.value)), all = given.reduce((a, b) => a + b, 0);
    const weights = given.map((one) => (all ? one / all : 1 / given.length));
    told.forEach((place, at) => { place.textContent = (100 * weights[at]).toFixed(1) + " %"; });
    const sums = data.candidates.map((name, row) =>
      [name, data.values[row].reduce((sum, value, at) => sum + value * weights[at], 0)]);
    sums.sort((a, b) => b[1] - a[1]);
    out.replaceChildren(...sums.map(([name, sum], place) => {
      const line = document.createElement("div");
      line.textContent = (place + 1) + ". " + name + ": " + sum.toFixed(3);
      line.style.fontWeight = place ? "normal" : "bold";
      return line;
    }));
  };
  sliders.forEach((slider) => slider.addEventListener("input", draw));
  box.querySelector("button").addEventListener("click", () => {
    sliders.forEach((slider) => { slider.value = slider.defaultValue; });
    draw();
  });
  draw();
})();
"""


def sliders(measured: Measured, *, by: str = "criterion") -> Shown:
    """A slider for each weight, and the order of the candidates that follows; nothing where nobody sits before it.

    `parts[by]` has one row a candidate and criterion: `candidate`, `by`, `value` (0 to 1) and `weight` (share).
    """
    if not os.environ.get(ASKED) or not measured.assessed:
        return Shown("")
    return Shown(_html(measured.parts[by], by), "")


def _html(frame: pd.DataFrame, by: str) -> str:
    names, criteria = list(dict.fromkeys(frame["candidate"])), list(dict.fromkeys(frame[by]))
    table = frame.pivot_table(index="candidate", columns=by, values="value", sort=False)
    weights = frame.drop_duplicates(by).set_index(by)["weight"].astype(float).to_dict()
    choice = {"candidates": names, "values": table.loc[names, criteria].to_numpy(float).tolist()}
    rows = "".join(
        f'<label for="weight-{place}">{escape(name)}</label>'
        f'<input id="weight-{place}" type="range" min="0" max="100" step="0.1" value="{100 * weights[name]:.1f}">'
        '<span class="weight"></span>'
        for place, name in enumerate(criteria)
    )
    return (
        f'<div data-choice="{escape(json.dumps(choice))}"><div style="{STYLE}">{rows}</div>'
        '<p><button type="button">Weights as given</button></p><output aria-live="polite"></output>'
        f"<script>{SCRIPT}</script></div>"
    )
