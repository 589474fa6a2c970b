"""Files that cannot be meant so: each fault in words, all at once, and what is right of other vendors is kept."""

from __future__ import annotations

import pytest

from toolkit.areas.exit.tables import ALTERNATIVES, EXIT_PLAN
from toolkit.client import open_client
from toolkit.store import check_client, read_slice
from toolkit.tables import read_table

SETTINGS = """client: Test
currency: GBP
periods: [2026-Q1]
vendors:
  - {vendor: alder, name: Alder}
  - {vendor: birch, name: Birch}
"""
HEAD = (
    "vendor,alternative,option,price_low,price_likely,price_high,one_off_low,one_off_likely,one_off_high,"
    "lead_low,lead_likely,lead_high,risk_probability,risk_low,risk_likely,risk_high\n"
)
ROW = "alder,New firm,switch,1,2,3,0,0,0,1,2,3,,,,\n"
PLAN = "vendor,task,part,depends_on\n"
LEAD = "a lead time for every option but stay"


def faults(folder, text, table=ALTERNATIVES):
    path = folder / f"{table.name}.csv"
    path.write_text(text)
    return [(fault.where, fault.found, fault.wanted, fault.do) for fault in read_table(path, table, "GBP").faults]


def test_a_row_as_it_should_be(tmp_path):
    assert faults(tmp_path, HEAD + ROW) == []


def test_an_alternative_without_lead_time(tmp_path):
    found = faults(tmp_path, HEAD + ROW.replace("1,2,3,,,,", ",,,,,,"))
    cells = "option 'switch', lead_low nothing, lead_likely nothing, lead_high nothing"
    assert found == [("alternatives.csv, row 2", cells, LEAD, "")]


def test_staying_needs_no_lead_time(tmp_path):
    assert faults(tmp_path, HEAD + "alder,Old,stay,1,2,3,,,,,,,,,,\n") == []


def test_two_rows_for_staying(tmp_path):
    found = faults(tmp_path, HEAD + "alder,Old,stay,1,2,3,,,,,,,,,,\nalder,Older,stay,1,2,3,,,,,,,,,,\n")
    assert [where for where, *_ in found] == ["alternatives.csv, row 2", "alternatives.csv, row 3"]
    assert {wanted for _, _, wanted, _ in found} == {"one row with option stay for each service"}


def test_a_negative_price(tmp_path):
    found = faults(tmp_path, HEAD + ROW.replace("switch,1,2,3", "switch,-1,2,3"))
    assert found == [("alternatives.csv, row 2, `price_low`", "'-1'", "a number in GBP of at least 0", "")]


@pytest.mark.parametrize("name", ["price", "one_off", "lead", "risk"])
def test_a_range_that_falls(tmp_path, name):
    text = HEAD + "alder,New firm,switch,1,2,3,1,2,3,1,2,3,0.1,1,2,3\n"
    place = {"price": 3, "one_off": 6, "lead": 9, "risk": 13}[name]
    cells = text.splitlines()[1].split(",")
    cells[place] = "9"
    found = faults(tmp_path, HEAD + ",".join(cells) + "\n")
    assert [wanted for _, _, wanted, _ in found] == [f"{name}_low, {name}_likely and {name}_high in rising order"]


def test_an_unknown_option(tmp_path):
    (where, found, wanted, _), *rest = faults(tmp_path, HEAD + ROW.replace("switch", "outsource"))
    assert (where, found) == ("alternatives.csv, row 2, `option`", "'outsource'")
    assert "stay, renegotiate, dual_source, switch, insource" in wanted
    assert not rest


def test_a_risk_without_its_cost(tmp_path):
    found = faults(tmp_path, HEAD + ROW.replace(",,,,\n", ",0.1,,,\n"))
    assert [wanted for _, _, wanted, _ in found] == ["a risk's probability and its three costs, or none of them"]


def test_all_faults_at_once(tmp_path):
    text = (
        HEAD
        + ROW.replace("switch,1,2,3", "swap,-1,2,3")
        + ROW.replace("New firm", "Other").replace("1,2,3,,,,", ",,,,,,")
    )
    assert [where for where, *_ in faults(tmp_path, text)] == [
        "alternatives.csv, row 2, `option`",
        "alternatives.csv, row 2, `price_low`",
        "alternatives.csv, row 3",
    ]


def test_a_circular_plan_names_the_circle(tmp_path):
    found = faults(
        tmp_path, PLAN + "alder,T1,data,T3\nalder,T2,data,T1\nalder,T3,data,T2\nalder,T4,data,T3\n", EXIT_PLAN
    )
    assert [where for where, *_ in found] == [f"exit_plan.csv, row {row}" for row in (2, 3, 4)]
    assert {wanted for _, _, wanted, _ in found} == {"tasks that do not wait for one another in a circle"}
    assert found[0][1] == "vendor 'alder', task 'T1', depends_on 'T3'"
    (advice,) = {do for *_, do in found}
    assert advice.startswith("The circle is ")
    assert all(task in advice for task in ("T1", "T2", "T3"))
    assert "T4" not in advice


def test_a_task_that_waits_for_itself(tmp_path):
    (fault,) = faults(tmp_path, PLAN + "alder,T1,data,T1\n", EXIT_PLAN)
    assert "T1 -> T1" in fault[3]


def test_tasks_of_two_vendors_make_no_circle(tmp_path):
    assert faults(tmp_path, PLAN + "alder,T1,data,T2\nbirch,T2,data,T1\n", EXIT_PLAN) == []


@pytest.fixture
def client(tmp_path):
    (tmp_path / "review.yaml").write_text(SETTINGS)
    (tmp_path / "exit_plan.csv").write_text(PLAN + "alder,T1,data,T2\nalder,T2,data,T1\nbirch,T1,data,\n")
    return tmp_path


def test_a_circle_of_one_vendor_does_not_spoil_the_other(client):
    opened = open_client(client)
    assert "The circle is" in read_slice(opened, EXIT_PLAN, "alder").attrs["absent"]
    assert len(read_slice(opened, EXIT_PLAN, "birch")) == 1


def test_the_command_lists_the_circle_once_for_each_task_in_it(client):
    found = [str(fault) for fault in check_client(client, [EXIT_PLAN]).faults]
    assert len(found) == 2
    assert all("The circle is" in line for line in found)


def test_a_plan_without_a_task_is_no_plan(client):
    (client / "exit_plan.csv").write_text(PLAN)
    assert read_slice(open_client(client), EXIT_PLAN, "alder").attrs["absent"]
