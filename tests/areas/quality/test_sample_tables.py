"""The sample's quality tables: without fault, made the same way each time, at one with each other and with the truths."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import yaml

from toolkit import client
from toolkit.areas import cost, delivery
from toolkit.areas.quality import tables
from toolkit.stats.calendars import around_the_clock, business_hours, calendar, paused_hours
from toolkit.stats.proportions import newcombe, wilson
from toolkit.store import check_client
from toolkit.tables import read_table

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample"
TRUTHS = yaml.safe_load((SAMPLE / "truths.yaml").read_text(encoding="utf-8"))["quality"]
VENDORS, QUARTERS = TRUTHS["vendors"], TRUTHS["quarters"]
LONDON = "Europe/London"
END = pd.Timestamp("2026-10-01", tz=LONDON)
WITH_TICKETS = ["alder", "birch", "cedar", "elm"]
STOPPING = {"client": ["client"], "client_or_third_party": ["client", "third_party"]}
TIMED = [(vendor, level) for vendor in WITH_TICKETS for level in VENDORS[vendor]["attainment"]]


@cache
def table(name: str) -> pd.DataFrame:
    """A table as a review would have it."""
    declared = next(table for table in tables.TABLES if table.name == name)
    loaded = read_table(SAMPLE / f"{name}.csv", replace(declared, zone=LONDON))
    assert not loaded.faults
    return loaded.frame


def of(name: str, vendor: str) -> pd.DataFrame:
    frame = table(name)
    return frame[frame["vendor"] == vendor].reset_index(drop=True)


def quarter(moments: pd.Series) -> pd.Series:
    return moments.dt.tz_localize(None).dt.to_period("Q").astype(str).str.replace("Q", "-Q")


def pairs(by: pd.Series, holds: pd.Series) -> dict[str, list[int]]:
    counted = holds.groupby(by).agg(["sum", "size"]).reindex(QUARTERS, fill_value=0)
    return {name: [int(part), int(whole)] for name, part, whole in counted.itertuples()}


# ------------------------------------------------------------------------------------------------------ made and checked


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients") / "sample"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".*", "*.py", "__pycache__"))
    return check_client(folder, [*client.TABLES, *cost.TABLES, *tables.TABLES, *delivery.TABLES])


def test_the_check_finds_no_fault_in_any_table(checked):
    assert [str(fault) for fault in checked.faults] == []


@pytest.mark.parametrize("name", [declared.name for declared in tables.TABLES if declared.area == tables.AREA])
def test_every_quality_table_has_rows(checked, name):
    assert checked.summaries.set_index("table").at[name, "rows"] > 0


def test_the_files_are_what_the_generator_writes_byte_for_byte():
    spec = importlib.util.spec_from_file_location("make_sample", SAMPLE / "make_sample.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    differing = [name for name, text in module.files().items() if (SAMPLE / name).read_bytes() != text.encode("utf-8")]
    assert differing == []


def test_the_tables_together_stay_small():
    assert sum((SAMPLE / f"{declared.name}.csv").stat().st_size for declared in tables.TABLES) < 4_000_000


# --------------------------------------------------------------------------------------------------- at one with each other


@pytest.mark.parametrize("vendor", WITH_TICKETS)
def test_each_month_has_a_realistic_number_of_tickets(vendor):
    opened = of("tickets", vendor)["opened"].dt.tz_localize(None).dt.to_period("M")
    assert (
        opened.value_counts()
        .reindex(pd.period_range("2024-10", "2026-09", freq="M"), fill_value=0)
        .between(60, 250)
        .all()
    )


def test_pauses_lie_within_their_tickets():
    both = table("ticket_pauses").merge(table("tickets"), on=["vendor", "ticket"], validate="many_to_one")
    over = both["resolved"].fillna(both["closed"]).fillna(END)
    assert len(both) == len(table("ticket_pauses"))
    assert (both["start"] >= both["acknowledged"]).all()
    assert (both["end"].fillna(END) <= over).all()
    assert both["end"].isna().any()
    assert both.loc[both["end"].isna(), "state"].str.startswith("waiting_").all()


def test_changes_follow_on_each_other_and_agree_with_the_last_state():
    changes = table("ticket_changes")
    by_field = changes.groupby(["vendor", "ticket", "field"])
    before = by_field["new"].shift()
    assert (before.isna() | (before == changes["old"])).all()
    assert changes.groupby(["vendor", "ticket"])["at"].is_monotonic_increasing.all()
    last = by_field["new"].last().unstack("field")
    both = table("tickets").set_index(["vendor", "ticket"]).join(last.add_suffix("_changed"))
    for name in ("state", "group", "priority"):
        changed = both[f"{name}_changed"].dropna()
        assert (changed == both.loc[changed.index, name].astype(str)).all(), name


def test_reopens_reassignments_and_moments_are_those_of_the_changes():
    changes = table("ticket_changes")
    tickets = table("tickets").set_index(["vendor", "ticket"])
    key = ["vendor", "ticket"]
    states = changes[changes["field"] == "state"]
    again = states["old"].isin(["resolved", "closed"]) & (states["new"] == "active")
    assert (
        again.groupby([states[name] for name in key]).sum().reindex(tickets.index, fill_value=0) == tickets["reopens"]
    ).all()
    teams = changes[changes["field"] == "group"].groupby(key).size().reindex(tickets.index, fill_value=0)
    assert (teams == tickets["reassignments"]).all()
    begun = states[states["new"] == "active"].groupby(key)["at"].first().reindex(tickets.index)
    assert begun.equals(tickets["acknowledged"].rename("at"))
    solved = states[states["new"] == "resolved"].groupby(key)["at"].last().reindex(tickets.index)
    over = tickets["state"].isin(["resolved", "closed"])
    assert solved.where(over).equals(tickets["resolved"].rename("at"))


@pytest.mark.parametrize(("vendor", "level"), [pair for pair in TIMED if "response" not in pair[1]])
def test_reported_results_are_the_vendors_own_count_of_its_tickets(vendor, level):
    rows = chosen(vendor, level)
    rows = rows[rows["sla_reported"].notna()]
    ended = rows["resolved"].fillna(rows["closed"]).dt.tz_localize(None).dt.to_period("M")
    own = (rows["sla_reported"] == "kept").groupby(ended).agg(["sum", "size"])
    reported = of("service_level_results", vendor).query("level == @level").set_index("month")
    assert own["sum"].to_dict() == reported["numerator"].to_dict()
    assert own["size"].to_dict() == reported["denominator"].to_dict()


def test_availability_is_reported_as_the_outages_say():
    results = of("service_level_results", "birch").query("level == 'Availability'").set_index("month")
    for month, truth in VENDORS["birch"]["availability"].items():
        row = results.loc[pd.Period(month, "M")]
        assert row["denominator"] == pytest.approx(truth["agreed"] / 60, abs=0.005)
        assert row["denominator"] - row["numerator"] == pytest.approx(truth["down"] / 60, abs=0.011)


def test_the_vendors_write_moments_in_three_ways():
    cells = pd.read_csv(SAMPLE / "tickets.csv", dtype="str").groupby("vendor")["opened"]
    ways = {vendor: set(texts.str[16:]) for vendor, texts in cells}
    assert ways == {
        "alder": {""},
        "birch": {"+00:00", "+01:00"},
        "cedar": {"Z"},
        "elm": {""},
    }


# -------------------------------------------------------------------------------- the truths, found again by other arithmetic


@cache
def agreed(name: str):
    if not name:
        return around_the_clock()
    row = table("calendars").set_index("calendar").loc[name]
    days = table("holidays").query("calendar == @name")["date"]
    week = {day: row[day] for day in tables.WEEKDAYS if isinstance(row[day], str)}
    return calendar(week, holidays=days, zone=row["timezone"])


@cache
def chosen(vendor: str, level: str) -> pd.DataFrame:
    """A level's tickets with what the contract says of them; `measure` in attrs."""
    row = of("service_levels", vendor).query("level == @level").iloc[-1]
    rows = of("tickets", vendor)
    rows = rows[rows["state"] != "cancelled"]
    for name in ("kind", "service", "priority"):
        if pd.notna(row[name]):
            rows = rows[rows[name] == row[name]]
    rows = rows.reset_index(drop=True)
    end = rows["acknowledged"] if row["measure"] == "response" else rows["resolved"].fillna(rows["closed"])
    hours = agreed(row["calendar"] if pd.notna(row["calendar"]) else "")
    until = end.fillna(END)
    words = row["exclusions"].split("|")
    rows["excluded_by_contract"] = rows["excluded"].isin(words) | rows["caused_by"].isin(words)
    rows["whole"] = business_hours(rows["opened"], until, hours)
    pauses = of("ticket_pauses", vendor)
    pauses = pauses[pauses["party"].isin(STOPPING.get(row["clock_stops"], []))]
    place = pd.Series(rows.index, index=rows["ticket"])
    pauses = pauses[pauses["ticket"].isin(place.index)]
    pauses = pauses.assign(row=pauses["ticket"].map(place).astype("int64"))
    rows["hours"] = rows["whole"] - paused_hours(rows["opened"], until, pauses, hours)
    rows["known"] = end.notna() | (rows["hours"] > row["limit_hours"])
    rows["limit"], rows["kept"] = row["limit_hours"], rows["hours"] <= row["limit_hours"] + 1e-9
    rows.attrs["measure"] = row["measure"]
    return rows


@pytest.mark.parametrize(("vendor", "level"), TIMED)
def test_attainment_by_the_contract_is_counted_alike_by_agreed_hours(vendor, level):
    rows = chosen(vendor, level)
    rows = rows[rows["known"] & ~rows["excluded_by_contract"]]
    found = pairs(quarter(rows["opened"]), rows["kept"])
    assert found == VENDORS[vendor]["attainment"][level]["opened"]


@pytest.mark.parametrize("vendor", WITH_TICKETS)
def test_shares_that_were_reopened(vendor):
    rows, truth = of("tickets", vendor), VENDORS[vendor]["reopened"]
    assert pairs(quarter(rows["opened"]), rows["reopens"] > 0) == truth["opened"]
    rows = rows[rows["resolved"].notna()]
    assert pairs(quarter(rows["resolved"]), rows["reopens"] > 0) == truth["resolved"]


@pytest.mark.parametrize("vendor", WITH_TICKETS)
def test_what_is_open_and_what_was_closed_without_a_resolution(vendor):
    rows, truth = of("tickets", vendor), VENDORS[vendor]
    assert (~rows["state"].isin(["resolved", "closed", "cancelled"])).sum() == truth["backlog"]["open"] > 0
    lost = rows.loc[(rows["state"] == "closed") & rows["resolved"].isna(), "ticket"]
    assert list(lost) == truth["closed_without_resolution"]


def test_the_green_one_keeps_its_levels_beyond_doubt_while_more_and_more_comes_back():
    truth = VENDORS["alder"]
    assert all(wilson(*pair).low > 0.92 for pair in truth["contract"].values())
    first, last = (truth["reopened"]["opened"][name] for name in (QUARTERS[0], QUARTERS[-1]))
    assert newcombe(*last, *first).low > 0
    assert wilson(*last).low > 0.10


def test_the_clients_breaches_pull_below_the_target_what_the_contract_has_above():
    rules = VENDORS["birch"]["by_rule"]
    assert all(wilson(*pair).high < 0.90 for pair in rules["raw"].values())
    assert all(part / whole > 0.90 for part, whole in rules["contract"].values())
    assert wilson(*rules["contract"][QUARTERS[-1]]).low > 0.90


def test_the_step_is_seen_in_the_middle_of_agreed_hours():
    truth = VENDORS["birch"]["step"]
    for priority, (before, after) in truth["true_median_hours"].items():
        rows = chosen("birch", f"{priority} resolution")
        rows = rows[~rows["excluded_by_contract"]]
        since = rows["opened"] >= pd.Timestamp(truth["month"], tz=LONDON)
        assert rows.loc[~since, "hours"].median() == pytest.approx(before, rel=0.12)
        assert rows.loc[since, "hours"].median() == pytest.approx(after, rel=0.12)


def test_clocks_change_inside_tickets_that_the_wall_would_judge_wrongly():
    rows = chosen("birch", "P2 resolution").set_index("ticket")
    for truth in VENDORS["birch"]["clock_changes"]:
        row = rows.loc[truth["ticket"]]
        assert row["hours"] == pytest.approx(truth["passed"], abs=0.01)
        assert row["kept"] == truth["kept"] != (truth["on_the_wall"] <= row["limit"])


def test_the_noisy_ones_last_quarter_looks_better_and_is_not():
    truth = VENDORS["cedar"]
    before, after = truth["compared"].values()
    change = newcombe(*after, *before)
    assert change.value > 0.03
    assert change.low < 0 < change.high
    for level in ("P2 resolution", "P3 resolution"):
        every = [sum(values) for values in zip(*truth["attainment"][level]["opened"].values(), strict=True)]
        assert wilson(*every).low < truth["true_share_kept"][level] < wilson(*every).high


def test_what_was_managed_is_in_the_tables():
    truth = VENDORS["elm"]
    found = {name: set(numbers) for name, numbers in truth["planted_tickets"].items()}
    assert {name: len(numbers) for name, numbers in found.items()} == truth["planted"]
    assert all(sum(truth["planted_by_quarter"][name].values()) == truth["planted"][name] for name in found)
    changes = of("ticket_changes", "elm")
    lowered = changes[(changes["field"] == "priority") & (changes["new"] > changes["old"])]
    assert found["lowered"] <= set(lowered["ticket"])
    assert len(lowered) == truth["planted"]["lowered"] + truth["honest"]["lowered"]
    rows = of("tickets", "elm").set_index("ticket")
    assert (rows.loc[list(found["reopened"]), "reopens"] > 0).all()
    just_under = chosen("elm", "P3 resolution").set_index("ticket").loc[list(found["bunched"])]
    assert (just_under["hours"] / just_under["limit"]).between(0.95, 1).all()


def test_managing_lifts_what_is_reported_above_what_the_work_took():
    truth = VENDORS["elm"]
    shares = {
        name: sum(truth[name][q][0] for q in QUARTERS[3:]) / sum(truth[name][q][1] for q in QUARTERS[3:])
        for name in ("unmanaged", "contract")
    }
    levels = truth["reported"].values()
    shares["reported"] = sum(level[q][0] for level in levels for q in QUARTERS[3:]) / sum(
        level[q][1] for level in levels for q in QUARTERS[3:]
    )
    assert shares["unmanaged"] < 0.90 < shares["contract"] < shares["reported"]


def test_the_one_without_tickets_has_levels_and_nothing_that_could_be_judged():
    assert VENDORS["dogwood"]["tickets"] == 0
    assert not of("service_levels", "dogwood").empty
    for name in ("tickets", "service_level_results", "credits"):
        assert of(name, "dogwood").empty


# -------------------------------------------------------------------------------------------------------------- credits

CREDITED = ["birch", "cedar"]
SUMS = ("due", "earned_back", "credited", "unclaimed")


def pence(amount: float) -> int:
    return round(amount * 100)


@pytest.mark.parametrize("vendor", CREDITED)
def test_credits_of_months_quarters_and_all_add_up_to_the_penny(vendor):
    truth = VENDORS[vendor]["credits"]
    months = truth["by_month"]
    for name in SUMS:
        assert sum(pence(month[name]) for month in months) == pence(truth["total"][name])
        assert sum(pence(sums[name]) for sums in truth["by_quarter"].values()) == pence(truth["total"][name])
    for month in months:
        assert sum(pence(level["due"]) for level in month["levels"]) == pence(month["before_cap"])
        assert pence(month["due"]) - pence(month["earned_back"]) - pence(month["credited"]) == pence(month["unclaimed"])
        assert month["unclaimed"] >= 0
    assert truth["total"]["unclaimed"] > 10_000


@pytest.mark.parametrize("vendor", CREDITED)
def test_what_was_credited_is_what_the_tables_and_the_credit_notes_say(vendor):
    rows = of("credits", vendor)
    truth = {
        (month["month"], level["level"]): level["credited"]
        for month in VENDORS[vendor]["credits"]["by_month"]
        for level in month["levels"]
        if level["credited"]
    }
    assert {(str(row.month), row.level): row.amount for row in rows.itertuples()} == truth


def test_every_credit_note_among_the_invoices_is_in_the_table_and_no_other():
    invoices = pd.read_csv(SAMPLE / "invoices.csv").query("category == 'credit'").set_index("invoice")["amount"]
    assert (-invoices).to_dict() == table("credits").set_index("reference")["amount"].to_dict()


@pytest.mark.parametrize("vendor", CREDITED)
def test_what_each_level_was_due_for_follows_from_its_result_terms_and_bands(vendor):
    bands = of("credit_bands", vendor)
    for month in VENDORS[vendor]["credits"]["by_month"]:
        first = pd.Timestamp(month["month"])
        terms = of("credit_terms", vendor)
        terms = terms[(terms["valid_from"] <= first) & (terms["valid_to"].isna() | (terms["valid_to"] >= first))].iloc[
            0
        ]
        for level in month["levels"]:
            below = bands[(bands["level"] == level["level"]) & (bands["below"] > level["kept"] / level["counted"])]
            lowest = below.sort_values("below").iloc[0]
            if terms["model"] == "service_points":
                points = lowest["points"] * (terms["repeat_factor"] if level["repeated"] else 1)
                amount = points * terms["point_rate"] * terms["monthly_charges"]
            else:
                amount = terms["at_risk"] * terms["monthly_charges"] * lowest["allocation"]
            assert amount == pytest.approx(level["due"], abs=0.001)


@pytest.mark.parametrize(
    ("vendor", "level"), [("cedar", "P2 response"), ("cedar", "P2 resolution"), ("birch", "P2 resolution")]
)
def test_the_tickets_behind_a_credit_lie_in_one_month_by_every_convention(vendor, level):
    rows = chosen(vendor, level)
    end = rows["acknowledged"] if rows.attrs["measure"] == "response" else rows["resolved"].fillna(rows["closed"])
    assert (end.dt.tz_localize(None).dt.to_period("M") == rows["opened"].dt.tz_localize(None).dt.to_period("M")).all()
    by = VENDORS[vendor]["attainment"][level]
    assert by["opened"] == by["due"] == by["ended"]


@pytest.mark.parametrize(
    ("vendor", "level"), [("cedar", "P2 response"), ("cedar", "P2 resolution"), ("birch", "P2 resolution")]
)
def test_months_that_missed_are_those_of_the_truths(vendor, level):
    rows = chosen(vendor, level)
    rows = rows[rows["known"] & ~rows["excluded_by_contract"]]
    months = rows["kept"].groupby(rows["opened"].dt.tz_localize(None).dt.to_period("M")).agg(["sum", "size"])
    target = of("credit_bands", vendor).query("level == @level")["below"].max()
    missed = months[months["sum"] / months["size"] < target]
    truth = {
        month["month"]: [item["kept"], item["counted"]]
        for month in VENDORS[vendor]["credits"]["by_month"]
        for item in month["levels"]
        if item["level"] == level
    }
    assert {str(month): [int(part), int(whole)] for month, part, whole in missed.itertuples()} == truth


def test_both_models_show_their_peculiarities():
    points, pool = (VENDORS[vendor]["credits"] for vendor in ("cedar", "birch"))
    assert [points["model"], pool["model"]] == ["service_points", "at_risk"]
    assert any(level["repeated"] for month in points["by_month"] for level in month["levels"])
    assert any(month["due"] < month["before_cap"] for month in pool["by_month"])
    returned = [level["earned_back_in"] for month in pool["by_month"] for level in month["levels"]]
    assert any(returned)
    assert not all(returned)


def test_texts_that_repeat_are_held_as_categories_by_the_alphabet(tmp_path):
    from toolkit.areas import quality
    from toolkit.case import open_case

    states = open_case(quality, "alder", "2026-Q3", "data/sample", str(tmp_path)).tickets["state"]
    assert states.dtype == "category"
    assert states.cat.categories.tolist() == sorted(states.dropna().unique())
