"""How good is the software: density, removal efficiency, escape rate."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.quality import defects as area
from toolkit.model import Period
from toolkit.stats.proportions import clustered_wilson, wilson
from toolkit.stats.rates import poisson_rate

Q2, JUNE = Period.parse("2026-Q2"), Period.parse("2026-06")
# 90 days after 1 February end on 2 May, after 1 March on 30 May
RELEASES = """
    release, released, size, size_unit
    1.0, 2026-02-01, 100, function points
    1.1, 2026-03-01, 50, function points
"""
FOUND = """
    found, phase, release, rejected
    2026-01-10, test, 1.0, no
    2026-01-11, review, 1.0,
    2026-01-12, acceptance, 1.0, yes
    2026-02-20, production, 1.0, no
    2026-05-20, production, 1.0, no
    2026-02-25, test, 1.1, no
"""
COVERED = {"covers": ("2025-01", "2026-06")}


def test_defect_density_is_confirmed_defects_over_size_with_the_exact_interval(table):
    # 1.0: 2 before, 1 after (the other came after 90 days); 1.1: 1 before. 4 in 150
    measured = area.defect_density(table("defects", FOUND, **COVERED), table("releases", RELEASES), period=Q2)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(poisson_rate(4, 150)))
    assert measured.unit == "defects / function points"
    assert measured.parts["release"]["n"].tolist() == [3, 1]
    assert measured.claim.startswith("4 defects in 2 releases of 2026-Q2 and 150 function points: 0.0267 (")


def test_defect_density_counts_a_release_in_the_period_in_which_its_days_end(table):
    measured = area.defect_density(
        table("defects", FOUND, **COVERED), table("releases", RELEASES), period=Period.parse("2026-05")
    )
    assert measured.n == 4
    early = area.defect_density(
        table("defects", FOUND, **COVERED), table("releases", RELEASES), period=Period.parse("2026-Q1")
    )
    assert early.because == (
        "no release of the vendor came to 90 days after going live in 2026-Q1; 2 releases younger than that"
    )


def test_defect_density_leaves_out_a_release_without_a_size_and_says_so(table):
    releases = table("releases", RELEASES.replace("50, function points", ","))
    measured = area.defect_density(table("defects", FOUND, **COVERED), releases, period=Q2)
    assert (measured.value, measured.n) == (0.03, 3)
    assert "1 release without a size left out" in measured.because


def test_defect_density_in_two_units_is_not_assessed(table):
    releases = table("releases", RELEASES.replace("50, function points", "50, KLOC"))
    measured = area.defect_density(table("defects", FOUND, **COVERED), releases, period=Q2)
    assert measured.because == "releases are sized in KLOC and in function points, which do not compare"


def test_defect_density_leaves_out_a_release_whose_days_the_file_does_not_cover(table):
    defects = table("defects", FOUND, silent=["2026-02"], **COVERED)
    measured = area.defect_density(defects, table("releases", RELEASES), period=Q2)
    assert measured.n == 1
    assert "1 release left out, since the file of defects does not cover all its days" in measured.because


def test_removal_efficiency_is_found_before_over_all_within_ninety_days(table):
    # 3 before, 1 after
    measured = area.removal_efficiency(table("defects", FOUND, **COVERED), table("releases", RELEASES), period=Q2)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(wilson(3, 4)))
    assert measured.parts["release"][["before", "after"]].values.tolist() == [[2, 1], [1, 0]]
    assert measured.parts["month"]["month"].tolist() == [pd.Period("2026-05", "M")]


def test_removal_efficiency_takes_defects_of_one_release_as_alike_from_five_releases_on(table):
    releases = "release, released\n" + "\n".join(f"R{n}, 2026-02-0{n}" for n in range(1, 6))
    rows = [f"2026-02-20, {'production' if n == 5 else 'test'}, R{n}" for n in range(1, 6) for _ in range(10)]
    defects = table("defects", "\n".join(["found, phase, release", *rows]), **COVERED)
    measured = area.removal_efficiency(defects, table("releases", releases), period=Q2)
    ends = clustered_wilson([10, 10, 10, 10, 0], [10] * 5)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(ends))


def test_removal_efficiency_without_a_defect_is_not_assessed(table):
    defects = table("defects", "found, phase, release\n2025-03-01, test, 0.9", **COVERED)
    measured = area.removal_efficiency(defects, table("releases", RELEASES), period=Q2)
    assert measured.because == "no defect was found in the releases of 2026-Q2, neither before nor after they went live"


def test_removal_efficiency_names_defects_of_no_known_release(table):
    defects = table("defects", FOUND + "    2026-06-01, production, 7.7, no\n", **COVERED)
    measured = area.removal_efficiency(defects, table("releases", RELEASES), period=Q2)
    assert "1 defect of the period without a release that is known" in measured.because


def test_escape_rate_is_the_share_found_in_production(table):
    # May holds one of 1; with June's two in test 1 of 3
    more = "    2026-06-01, test, 1.1, no\n    2026-06-02, test, , no\n    2026-06-03, production, , yes\n"
    measured = area.escape_rate(table("defects", FOUND + more, **COVERED), period=Q2)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(wilson(1, 3)))
    assert (measured.numerator, measured.denominator) == (1, 3)
    assert measured.parts["release"]["release"].tolist() == ["(not given)", "1.0", "1.1"]


def test_escape_rate_says_how_many_escaped_a_release(table):
    releases = table("releases", "release, released\n2.0, 2026-05-01\n2.1, 2026-06-01")
    measured = area.escape_rate(table("defects", FOUND, **COVERED), releases, period=Q2)
    assert "1 of 1, 0.500 for each of 2 releases" in measured.claim


def test_escape_rate_of_a_period_without_defects_is_not_assessed(table):
    measured = area.escape_rate(table("defects", FOUND, **COVERED), period=JUNE)
    assert measured.because == "no confirmed defect was found in 2026-06, neither before nor after release"


def test_escape_rate_is_less_sure_where_months_differ_more_than_chance(table):
    months = pd.period_range("2024-07", periods=24, freq="M")

    def defects(shares):
        rows = [
            f"{month}-10, {'production' if n < share else 'test'}"
            for month, share in zip(months, shares, strict=True)
            for n in range(20)
        ]
        return table("defects", "\n".join(["found, phase", *rows]))

    steady, unsteady = (area.escape_rate(defects(each), period=JUNE) for each in ([6] * 24, [0, 12] * 12))
    assert steady.interval == "95 % interval (Wilson)"
    assert "widened by the spread of months" in unsteady.interval
    assert unsteady.high - unsteady.low > steady.high - steady.low
