"""The evaluation areas, in the order in which a review reads them: one module or package an area, one notebook an area."""

from toolkit.areas import cost, quality, sentiment

AREAS = (cost, quality, sentiment)
