"""The evaluation areas, in the order in which a review reads them: one file an area, one notebook an area."""

from toolkit.areas import cost

AREAS = (cost,)
