"""The evaluation areas, in the order in which a review reads them: one module or package an area, one notebook an area."""

from toolkit.areas import cost, goals, quality

AREAS = (goals, cost, quality)
