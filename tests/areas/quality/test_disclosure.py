"""How long until the client is told: the median with what is not told counted as such, and the share told in time."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from toolkit import charts
from toolkit.areas.quality import disclosure
from toolkit.areas.quality.tables import DISCLOSURES
from toolkit.model import Period
from toolkit.stats.proportions import wilson
from toolkit.tables import check_cells

Q3 = Period.parse("2026-Q3")
# hours from the notice: 2, 4, 6, 30, 50; and one noticed 10 days before the period's end, not told
SIX = """
    incident, began, detected, disclosed, limit_hours
    S1, 2026-07-01 06:00, 2026-07-01 08:00, 2026-07-01 10:00, 24
    S2, 2026-07-02 08:00, 2026-07-02 08:00, 2026-07-02 12:00, 24
    S3, , 2026-07-03 08:00, 2026-07-03 14:00, 24
    S4, , 2026-07-04 08:00, 2026-07-05 14:00, 24
    S5, , 2026-07-05 08:00, 2026-07-07 10:00, 24
    S6, , 2026-09-21 00:00, , 24
"""


def faults(text):
    """The faults that a table of disclosures has."""
    cells = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    return [(fault.where, fault.wanted) for fault in check_cells(cells, DISCLOSURES, "disclosures.csv").faults]


# time_to_disclose


def test_time_to_disclose_counts_what_is_not_told_for_as_long_as_it_was_watched(table):
    # of six, after 6 hours three are told: the curve stays at one half from 6 to 30 hours, so the median is 18
    measured = disclosure.time_to_disclose(table("disclosures", SIX), period=Q3)
    assert (measured.value, measured.n) == (pytest.approx(18), 6)
    assert measured.claim.endswith("the 1 not yet disclosed counted as such.")
    assert measured.parts["rows"]["incident"].tolist() == ["S6"]
    assert measured.parts["rows"]["hours"].tolist() == pytest.approx([240])
    assert measured.because == "when it began is not known of 4 incidents"


def test_time_to_disclose_draws_its_curve_in_its_own_words(table):
    measured = disclosure.time_to_disclose(table("disclosures", SIX), period=Q3)
    assert "Solid: the share of which the client was not told" in charts.curve(measured).html


def test_time_to_disclose_knows_nothing_of_what_was_told_after_the_period(table):
    told = SIX.replace("2026-09-21 00:00, ,", "2026-09-21 00:00, 2026-10-01 08:00,")
    assert disclosure.time_to_disclose(table("disclosures", told), period=Q3).parts["rows"]["incident"].tolist() == [
        "S6"
    ]
    assert disclosure.time_to_disclose(table("disclosures", told), period=Period.parse("2026-Q4")).parts["rows"].empty


def test_time_to_disclose_looks_back_a_year_and_no_further(table):
    old = SIX + "    S7, , 2025-09-30 23:00, 2025-09-30 23:30, 24\n    S8, , 2025-10-01 00:00, 2025-10-01 01:00, 24\n"
    assert disclosure.time_to_disclose(table("disclosures", old), period=Q3).n == 7


def test_time_to_disclose_of_fewer_than_five_told_is_not_assessed(table):
    four = "\n".join(SIX.splitlines()[:6])
    measured = disclosure.time_to_disclose(table("disclosures", four), period=Q3)
    assert measured.because == "4 incidents noticed in the year up to September 2026 were disclosed; 5 are needed"


def test_time_to_disclose_where_most_was_never_told_is_not_assessed(table):
    more = SIX + "".join(f"    T{day}, , 2026-08-{day:02d} 00:00, , 24\n" for day in range(1, 8))
    measured = disclosure.time_to_disclose(table("disclosures", more), period=Q3)
    assert measured.because.startswith("fewer than half of the 13 incidents")


def test_time_to_disclose_without_a_row_names_the_file(table):
    measured = disclosure.time_to_disclose(table("disclosures", absent="disclosures.csv is missing"), period=Q3)
    assert measured.because == "disclosures.csv is missing"


# disclosed_in_time


def test_disclosed_in_time_counts_what_is_not_told_and_past_its_hours_as_late(table):
    # 3 of 6 within 24 hours; S4 and S5 late, S6 not told
    measured = disclosure.disclosed_in_time(table("disclosures", SIX), period=Q3)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(wilson(3, 6)))
    assert measured.claim.endswith("of 2 it was told late, of 1 not yet and the hours are over.")
    assert measured.parts["rows"][["incident", "state"]].to_numpy().tolist() == [
        ["S6", "not told"],
        ["S5", "told late"],
        ["S4", "told late"],
    ]


def test_disclosed_in_time_does_not_count_what_is_too_young(table):
    # S6 noticed two hours before the end: of its 24 hours nothing is known, so 3 of 5 stay
    young = SIX.replace("2026-09-21 00:00", "2026-09-30 22:00")
    measured = disclosure.disclosed_in_time(table("disclosures", young), period=Q3)
    # at 2/24 of the limit one is told of six, then S6 is gone: 5/6 * 4/5... = (5/6)(3/4)(2/3) = 5/12 not told in time
    assert measured.value == pytest.approx(1 - 5 / 12)
    assert "not yet" not in measured.claim


def test_disclosed_in_time_takes_each_incident_by_its_own_hours(table):
    own = SIX.replace("2026-07-05 14:00, 24", "2026-07-05 14:00, 72").replace(
        "2026-07-03 14:00, 24", "2026-07-03 14:00, "
    )
    measured = disclosure.disclosed_in_time(table("disclosures", own), period=Q3)
    # S3 has no agreed hours; S1, S2 and S4 in time, S5 and S6 not
    assert measured.value == pytest.approx(3 / 5)
    assert measured.because == "1 incident without agreed hours left out"


def test_disclosed_in_time_without_agreed_hours_is_not_assessed(table):
    measured = disclosure.disclosed_in_time(table("disclosures", SIX.replace(", 24", ", ")), period=Q3)
    assert measured.because == "no incident has agreed hours; supply the column limit_hours in disclosures"


def test_a_disclosure_before_the_notice_and_a_notice_before_the_beginning_are_faults():
    text = (
        "vendor,incident,began,detected,disclosed,limit_hours\n"
        "v,S1,2026-07-02 08:00,2026-07-01 08:00,2026-07-01 07:00,24\n"
        "v,S2,,,2026-07-01 07:00,-1\n"
    )
    found = faults(text)
    assert ("disclosures.csv, row 2", "a disclosure that is not before the notice") in [
        (where.partition(",  ")[0].split(", `")[0], wanted) for where, wanted in found
    ]
    assert any(wanted == "a notice that is not before the beginning" for _, wanted in found)
    assert any("row 3" in where and "detected" in where for where, _ in found)
    assert any("row 3" in where and "limit_hours" in where for where, _ in found)
