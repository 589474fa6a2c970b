"""A case holds one vendor up to the end of one period, in one currency, and leaves a finding for every goal."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from toolkit.areas import cost
from toolkit.areas.cost import INTERNAL_COSTS, INVOICES
from toolkit.case import in_currency, measures_of, open_case, record_failure, record_unclaimed_goals
from toolkit.client import GOALS, REMARKS, open_client
from toolkit.errors import SettingsError
from toolkit.model import MET, MISSED, NAN, NO_GOAL, NOT_ASSESSED, Measured, measure, read_findings
from toolkit.tables import no_rows

SETTINGS = """client: Test
currency: GBP
about: Payments, <not> invoices.
periods: [2026-Q1, 2026-Q2]
vendors:
  - {vendor: alder, name: Alder, contract_start: 2025-06-01}
  - {vendor: birch, name: Birch}
"""
TABLES = {
    "invoices": """vendor,invoice,line,date,amount,currency
alder,SECRET-A1,1,2026-01-31,111.00,
alder,SECRET-A2,1,2026-03-31,50.00,EUR
alder,SECRET-A3,1,2026-04-30,60.00,
birch,SECRET-B1,1,2026-01-31,777.00,
""",
    "internal_costs": "vendor,month,service,category,amount\nalder,2026-01,Desk,staff,5\nbirch,2026-01,Desk,staff,8\n",
    "exchange_rates": "currency,period,per_usd,source,source_year\nGBP,2026,0.8,Test,2026\nEUR,2026,1.0,Test,2026\n",
    "goals": """vendor,goal,measure,direction,target,unit
alder,G1,cost.charges,at_most,1000,GBP
alder,G2,cost.refunds,at_least,1,
alder,G3,cost.chargez,at_least,1,
alder,G4,quality.defects,at_most,1,
*,A1,cost.charges,at_most,1,GBP
birch,B1,cost.charges,at_most,2,GBP
""",
    "remarks": """vendor,period,address,remark,author
alder,2026-Q1,cost.charges,As agreed.,A. Analyst
alder,2026-Q1,cost.charges,<b>Noted.</b>,
alder,2026-Q1,cost.refunds,None was due.,
alder,2026-Q2,cost.charges,Later.,
birch,2026-Q1,cost.charges,Of Birch.,
""",
}


@measure("Charges", better="lower")
def charges(invoices):
    """The sum of the invoices."""
    total = float(invoices["amount"].sum())
    return Measured(value=total, unit="GBP", counted=True, claim=f"Charged {total:.2f}.", n=len(invoices))


@measure("Refunds")
def refunds(invoices):
    """Nothing yet."""
    return Measured()


COST = SimpleNamespace(
    NAME="cost",
    TITLE="Cost",
    QUESTION="?",
    NOTEBOOK="20_cost",
    TABLES=(INVOICES, INTERNAL_COSTS),
    charges=charges,
    refunds=refunds,
)


def charged(case):
    """The measure of this test's area, under the address that goals name."""
    return replace(charges(case.invoices), id="cost.charges")


@pytest.fixture
def folder(tmp_path):
    """The folder of a client with two vendors."""
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "review.yaml").write_text(SETTINGS)
    for name, text in TABLES.items():
        (tmp_path / "test" / f"{name}.csv").write_text(text)
    return tmp_path / "test"


def opened(folder, vendor="alder", period="2026-Q1"):
    return open_case(COST, vendor, period, str(folder), str(folder.parent / "reports"))


def change(folder, name, old, new):
    path = folder / f"{name}.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def written(folder, vendor="alder", period="2026-Q1", name="cost"):
    return read_findings(folder.parent / "reports" / "test" / period / vendor / "findings" / f"{name}.json")


def verdicts(findings):
    return [(item.id, item.goal, item.verdict) for item in findings]


def test_answer_says_what_was_found_and_what_that_means_for_its_first_goal(folder):
    case = opened(folder)
    known = charged(case)
    answer = case.answer(known, replace(known, id="cost.refunds", label="Refunds", value=NAN, because="none"))
    assert answer.text == f"{known.claim.rstrip('.')}; the goal of at most 1,000 GBP is met. Not assessed: refunds."
    first, rest = answer.text.split(". ", 1)
    assert answer.html == f'<p class="answer">{first}.</p><p>{rest}</p>'


def test_answer_without_data_is_the_reason(folder):
    case = opened(folder)
    unknown = replace(charged(case), id="cost.refunds", label="Refunds", value=NAN, because="refunds.csv is <missing>")
    answer = case.answer(unknown, unknown)
    assert answer.text == "Refunds: not assessed, because refunds.csv is <missing>."
    assert "&lt;missing&gt;" in answer.html


# ------------------------------------------------------------------------------------------------------- what a case holds
def test_a_case_ends_with_its_period(folder):
    assert opened(folder).invoices["invoice"].tolist() == ["SECRET-A1", "SECRET-A2"]
    assert opened(folder, period="2026-Q2").invoices["invoice"].tolist() == ["SECRET-A1", "SECRET-A2", "SECRET-A3"]
    assert str(opened(folder).since) == "2025-06"
    assert opened(folder).subject == "Alder, 2026-Q1"
    assert opened(folder).thresholds("noise_months") == {"noise_months": 12.0}


def test_rows_that_all_lie_after_the_period_are_absent(folder):
    change(folder, "internal_costs", "alder,2026-01", "alder,2026-04")
    case = opened(folder)
    assert case.internal_costs.attrs["absent"] == "internal_costs.csv holds no row for this vendor up to 2026-Q1"
    assert not case.internal_costs.attrs["faulty"]


def test_nothing_of_another_vendor_is_in_any_table_of_a_case(folder):
    for vendor, other in (("alder", "birch"), ("birch", "alder")):
        case = opened(folder, vendor)
        text = "\n".join(frame.to_csv() + str(frame.attrs) for frame in case.tables.values())
        assert vendor in text
        assert other not in text.lower()
        theirs = {"alder": ("SECRET-A", "111.0"), "birch": ("SECRET-B", "777.0", "Of Birch")}[other]
        assert not [word for word in theirs if word in text]


def test_every_table_of_a_case_says_where_it_came_from(folder):
    (folder / "goals.csv").unlink()
    expected = {
        "table",
        "owner",
        "dated",
        "file",
        "digest",
        "currency",
        "covers",
        "silent",
        "thins",
        "strays",
        "absent",
        "faulty",
    }
    for frame in opened(folder).tables.values():
        assert set(frame.attrs) == expected


def test_a_table_that_a_case_does_not_have(folder):
    with pytest.raises(AttributeError) as error:
        _ = opened(folder).invoces
    assert str(error.value) == "this case has no table 'invoces'. Did you mean 'invoices'?"


def test_an_unknown_vendor_is_refused(folder):
    with pytest.raises(SettingsError, match="Did you mean 'alder'"):
        opened(folder, "aldr")


# --------------------------------------------------------------------------------------------------------------- currency
def test_foreign_amounts_are_converted_at_the_rate_of_their_month_or_year(folder):
    case = opened(folder)
    # 50 EUR at 1.0 EUR and 0.8 GBP a dollar are 40 GBP
    assert case.invoices["amount"].tolist() == [111.0, 40.0]
    assert case.invoices["exchange"].tolist() == [1.0, 0.8]


def invoices(*rows):
    frame = pd.DataFrame(rows, columns=["date", "amount", "unit_price", "currency"])
    frame = no_rows(INVOICES).assign(**{name: frame[name] for name in frame}).astype({"date": "datetime64[us]"})
    frame.attrs = {"file": "invoices.csv", "absent": ""}
    return frame


def rates(*rows, **attrs):
    frame = pd.DataFrame(rows, columns=["currency", "period", "per_usd"])
    frame.attrs = {"file": "exchange_rates.csv", "absent": ""} | attrs
    return frame


def test_the_month_goes_before_the_year_and_a_dollar_needs_no_rate():
    given = invoices(
        ("2026-01-31", 10.0, 2.0, "EUR"),
        ("2026-02-28", 10.0, 2.0, "EUR"),
        ("2026-01-31", 10.0, 2.0, "USD"),
        ("2026-01-31", 10.0, 2.0, "gbp"),
        ("2026-01-31", 10.0, 2.0, None),
    )
    known = rates(("EUR", "2026", 1.0), ("EUR", "2026-01", 0.5), ("GBP", "2026", 0.8))
    converted = in_currency(given, INVOICES, "GBP", known)
    # EUR in January: 0.8 / 0.5; in February by the year: 0.8 / 1.0; a dollar: 0.8 / 1
    assert converted["exchange"].tolist() == [1.6, 0.8, 0.8, 1.0, 1.0]
    assert converted["amount"].tolist() == [16.0, 8.0, 8.0, 10.0, 10.0]
    assert converted["unit_price"].tolist() == [2.0] * 5
    assert converted.attrs["absent"] == ""


def test_amounts_in_the_clients_currency_need_no_rates():
    converted = in_currency(invoices(("2026-01-31", 10.0, 2.0, "GBP")), INVOICES, "GBP", rates())
    assert (converted["amount"].tolist(), converted.attrs["absent"]) == ([10.0], "")


def test_without_a_rate_the_table_is_absent_with_the_reason():
    given = invoices(
        ("2026-03-31", 10.0, 2.0, "EUR"), ("2026-01-31", 10.0, 2.0, "CHF"), ("2026-01-31", 1.0, 1.0, "GBP")
    )
    converted = in_currency(given, INVOICES, "GBP", rates(("GBP", "2026", 0.8), ("EUR", "2025", 0.8)))
    assert converted.attrs["absent"] == (
        "invoices.csv holds amounts in CHF, and exchange_rates.csv lacks a rate from CHF to GBP in 2026-01"
    )
    one = in_currency(given.iloc[:1], INVOICES, "GBP", rates(("GBP", "2026", 0.8)))
    assert one.attrs["absent"].endswith("in EUR, and exchange_rates.csv lacks a rate from EUR to GBP in 2026-03")
    lost = in_currency(given.iloc[:1], INVOICES, "GBP", rates(absent="exchange_rates.csv is missing"))
    assert lost.attrs["absent"] == "invoices.csv holds amounts in EUR, and exchange_rates.csv is missing"


def test_without_a_rate_for_the_clients_own_currency_nothing_foreign_is_converted():
    converted = in_currency(invoices(("2026-01-31", 10.0, 2.0, "EUR")), INVOICES, "GBP", rates(("EUR", "2026", 1.0)))
    assert converted["amount"].isna().all()
    wanted = "invoices.csv holds amounts in EUR, and exchange_rates.csv lacks a rate from EUR to GBP in 2026-01"
    assert converted.attrs["absent"] == wanted


def test_a_table_without_money_of_its_own_currency_comes_back_as_it_is():
    remarks = no_rows(REMARKS)
    assert in_currency(remarks, REMARKS, "GBP", rates()) is remarks


# ---------------------------------------------------------------------------------------------------------------- checking
def test_the_check_shows_every_table_of_the_area_also_when_all_is_well(folder):
    shown = opened(folder).check(pd.DataFrame({"check": ["sum"], "result": ["<equal>"]}))
    assert "Payments, &lt;not&gt; invoices." in shown.html
    assert "&lt;equal&gt;" in shown.html
    lines = {line.split()[0]: line for line in shown.text.splitlines() if line}
    assert lines["invoices"].split()[1:5] == ["invoices.csv", "2", "2026-01", "2026-03"]
    assert lines["invoices"].endswith("1 month without a row; no vendor has a row in 2026-02")
    assert lines["internal_costs"].endswith("the file ends in 2026-01, before the period does")
    assert lines["goals"].endswith("complete")
    assert "remarks" not in lines


def test_the_check_says_what_is_missing_faulty_or_nobodys(folder):
    (folder / "internal_costs.csv").unlink()
    change(folder, "invoices", "birch", "brch")
    change(folder, "remarks", "alder,2026-Q2", "alder,2026-Q9")
    text = opened(folder).check().text
    assert "internal_costs.csv is missing" in text
    assert "1 row of the file belongs to no known vendor" in text
    assert "remarks.csv, row 5, `period`: found '2026-Q9'" in text


# -------------------------------------------------------------------------------------------------------------- concluding
def test_every_goal_gets_a_finding(folder):
    case = opened(folder)
    shown = case.conclude(charged(case))
    findings = written(folder)
    assert verdicts(findings) == [
        ("cost.charges", "A1", MISSED),  # for every vendor
        ("cost.charges", "G1", MET),
        ("cost.chargez", "G3", NOT_ASSESSED),
        ("cost.refunds", "G2", NOT_ASSESSED),
    ]
    reasons = {item.goal: item.because for item in findings}
    assert reasons["G2"] == "the notebook did not conclude on cost.refunds"
    assert reasons["G3"] == "goal G3 names 'cost.chargez', which is no measure. Did you mean 'cost.charges'?"
    assert "Charged 151.00." in shown.text


def test_a_measure_without_a_goal_and_a_vendor_without_goals(folder):
    (folder / "goals.csv").unlink()
    case = opened(folder)
    case.conclude(charged(case))
    assert verdicts(written(folder)) == [("cost.charges", "", NO_GOAL)]


def test_the_vendors_replies_to_this_and_the_last_review_stand_with_their_finding(folder):
    (folder / "replies.csv").write_text(
        "vendor,period,address,reply,by\n"
        "alder,2026-Q1,cost.charges,<b>Too high</b>,Service manager\n"
        "alder,2025-Q4,cost.charges,Too late,\n"
        "alder,2025-Q3,cost.charges,Too old,\n"
        "birch,2026-Q1,cost.charges,Not ours,\n",
        encoding="utf-8",
    )
    case = opened(folder)
    shown = case.conclude(charged(case))
    replies = {item.goal: item.reply for item in written(folder)}
    assert replies["G1"] == "<b>Too high</b> (Service manager) Too late (the vendor, to the review of 2025-Q4)"
    assert "The vendor replies: &lt;b&gt;Too high&lt;/b&gt;" in shown.html


def test_remarks_stand_with_their_finding_and_alter_no_verdict(folder):
    case = opened(folder)
    shown = case.conclude(charged(case))
    remarks = {item.goal: item.remark for item in written(folder)}
    assert remarks["G1"] == "As agreed. (A. Analyst) <b>Noted.</b>"
    assert remarks["G2"] == "None was due."
    assert "&lt;b&gt;Noted.&lt;/b&gt;" in shown.html
    (folder / "remarks.csv").unlink()
    before = [item.verdict for item in written(folder)]
    case = opened(folder)
    case.conclude(charged(case))
    assert [item.verdict for item in written(folder)] == before


def test_equal_cases_leave_equal_files(folder):
    texts = []
    for _ in range(2):
        case = opened(folder)
        case.conclude(charged(case))
        texts.append((case.folder / "findings" / "cost.json").read_bytes())
    assert texts[0] == texts[1]
    rows = json.loads(texts[0])
    assert [(row["id"], row["goal"]) for row in rows] == sorted((row["id"], row["goal"]) for row in rows)
    assert str(folder.parent).encode() not in texts[0]


def test_a_measure_that_cannot_be_assessed_says_why(folder):
    change(folder, "invoices", "111.00", "n/a")
    case = opened(folder)
    case.conclude(charged(case))
    finding = written(folder)[1]
    assert (finding.goal, finding.verdict) == ("G1", NOT_ASSESSED)
    assert finding.because == "invoices.csv, row 2, `amount`: found 'n/a'; expected a number in GBP"


def test_faulty_goals_are_not_passed_over_in_silence(folder):
    change(folder, "goals", "alder,G2,cost.refunds,at_least,1", "alder,G2,cost.refunds,at_least,one")
    case = opened(folder)
    case.conclude(charged(case))
    findings = written(folder)
    assert verdicts(findings) == [("cost.charges", "A1", MISSED), ("cost.goals", "", NOT_ASSESSED)]
    assert findings[1].because == "goals.csv, row 3, `target`: found 'one'; expected a number"
    case = opened(folder, "birch")
    case.conclude(charged(case))
    assert verdicts(written(folder, "birch")) == [("cost.charges", "A1", MISSED), ("cost.charges", "B1", MISSED)]


def test_a_faulty_goal_for_every_vendor_is_said_to_every_vendor(folder):
    change(folder, "goals", "*,A1,cost.charges,at_most,1,", "*,A1,cost.charges,at_most,one,")
    case = opened(folder, "birch")
    case.conclude(charged(case))
    findings = written(folder, "birch")
    assert verdicts(findings) == [("cost.charges", "B1", MISSED), ("cost.goals", "", NOT_ASSESSED)]
    assert findings[1].because == "goals.csv, row 6, `target`: found 'one'; expected a number"


def test_one_goal_twice_is_a_fault_and_not_two_goals(folder):
    change(folder, "goals", "alder,G2", "alder,G1")
    case = opened(folder)
    case.conclude(charged(case))
    (finding,) = [item for item in written(folder) if item.id == "cost.goals"]
    wanted = "goals.csv, row 3: found vendor 'alder', goal 'G1', as in row 2; expected each vendor, goal once"
    assert finding.because == wanted


def test_goals_in_a_file_that_cannot_be_read(folder):
    (folder / "goals.csv").write_bytes(b"")
    case = opened(folder)
    case.conclude(charged(case))
    (finding,) = [item for item in written(folder) if item.id == "cost.goals"]
    assert finding.because == "goals.csv: found an empty file (0 bytes); expected a header row and rows below it"


def test_a_goal_in_another_unit_is_not_assessed(folder):
    change(folder, "goals", "alder,G1,cost.charges,at_most,1000,GBP", "alder,G1,cost.charges,at_most,1000,EUR")
    case = opened(folder)
    case.conclude(charged(case))
    assert written(folder)[1].because == "goal G1 is in 'EUR', the measure in 'GBP'"


def test_concluding_twice_on_one_measure_is_a_mistake_in_the_notebook(folder):
    case = opened(folder)
    with pytest.raises(ValueError, match=r"concluded twice on \['cost.charges'\]"):
        case.conclude(charged(case), charged(case))


def test_a_failed_notebook_leaves_a_finding_for_every_goal(folder):
    given = (COST, "alder", "2026-Q1", str(folder), str(folder.parent / "reports"))
    findings = record_failure(*given, because="the kernel\n died")
    assert {(item.verdict, item.because) for item in findings} == {(NOT_ASSESSED, "the kernel died")}
    assert verdicts(written(folder)) == [
        ("cost", "", NOT_ASSESSED),
        ("cost.charges", "A1", NOT_ASSESSED),
        ("cost.charges", "G1", NOT_ASSESSED),
        ("cost.chargez", "G3", NOT_ASSESSED),
        ("cost.refunds", "G2", NOT_ASSESSED),
    ]


def test_a_failed_notebook_says_too_that_goals_are_faulty(folder):
    (folder / "goals.csv").write_text("vendor,goal\n")
    given = (COST, "alder", "2026-Q1", str(folder), str(folder.parent / "reports"))
    assert [item.id for item in record_failure(*given, because="")] == ["cost", "cost.goals"]


def test_goals_of_no_area_get_a_finding(folder):
    client = open_client(folder)
    vendor, period = client.vendor("alder"), client.period("2026-Q1")
    record_unclaimed_goals([COST], client, vendor, period, folder.parent / "reports")
    (finding,) = written(folder, name="unclaimed")
    assert (finding.id, finding.goal, finding.verdict) == ("quality.defects", "G4", NOT_ASSESSED)
    assert finding.because == (
        "goal G4 names 'quality.defects', and there is no area of that name. Known: 'cost.charges', 'cost.refunds'."
    )
    change(folder, "goals", "quality.defects", "cost.charges")
    assert record_unclaimed_goals([COST], client, vendor, period, folder.parent / "reports") == []
    assert not (folder.parent / "reports/test/2026-Q1/alder/findings/unclaimed.json").exists()


def test_the_measures_of_an_area():
    assert measures_of(COST) == ["cost.charges", "cost.refunds"]
    assert GOALS["measure"].example in measures_of(cost)


# ------------------------------------------------------------------------------------------- goals that name no measure
NO_MEASURE = """vendor,goal,measure,direction,target,unit,source,start
alder,G1,cost.charges,at_most,1000,GBP,,
alder,K1,,at_least,1,yes/no,Test report,
alder,K2,,at_least,,,,
alder,L1,cost.refunds,at_least,1,,,2026-04-01
"""


def test_goals_without_a_measure_belong_to_the_goals_area_and_are_never_lost(folder):
    (folder / "goals.csv").write_text(NO_MEASURE)
    client = open_client(folder)
    reports = folder.parent / "reports"
    given = client, client.vendor("alder"), client.period("2026-Q1"), reports
    assert [(item.goal, item.verdict) for item in record_unclaimed_goals([COST], *given)] == [
        ("K1", NOT_ASSESSED),
        ("K2", NOT_ASSESSED),
    ]
    goals = SimpleNamespace(**{**vars(COST), "NAME": "goals", "READS": ("cost",)})
    assert record_unclaimed_goals([COST, goals], *given) == []
    case = open_case(goals, "alder", "2026-Q1", str(folder), str(reports))
    said = Measured(id="goals.stated", label="Done", unit="yes/no", value=1.0, counted=True, claim="Done.")
    case.conclude(stated={"K1": said})
    assert {item.goal: item.verdict for item in written(folder, name="goals")} == {"K1": MET, "K2": NOT_ASSESSED}


def test_a_goal_counts_from_its_start(folder):
    (folder / "goals.csv").write_text(NO_MEASURE)
    assert [goal.goal for goal in opened(folder).goals] == ["G1", "K1", "K2"]
    assert [goal.goal for goal in opened(folder, period="2026-Q2").goals] == ["G1", "K1", "K2", "L1"]


def test_the_goals_as_a_table_hold_those_for_every_vendor(folder):
    agreed = opened(folder).agreed
    assert agreed["goal"].tolist() == ["G1", "G2", "G3", "G4", "A1"]
    assert agreed.attrs["absent"] == ""
    (folder / "goals.csv").unlink()
    assert opened(folder).agreed.attrs["absent"] == "goals.csv is missing"


def test_history_is_what_other_areas_found(folder):
    opened(folder).conclude(charged(opened(folder)))
    goals = SimpleNamespace(**{**vars(COST), "NAME": "goals", "READS": ("cost",)})
    case = open_case(goals, "alder", "2026-Q1", str(folder), str(folder.parent / "reports"))
    assert set(case.history()["measure"]) >= {"cost.charges"}
    assert opened(folder).history().empty


def test_a_kept_file_lies_beside_the_pages_and_is_linked(folder):
    shown = opened(folder).keep("dates.ics", "BEGIN\r\n", "As a <calendar>")
    assert 'href="dates.ics"' in shown.html
    assert "As a &lt;calendar&gt;" in shown.html
    kept = folder.parent / "reports" / "test" / "2026-Q1" / "alder" / "dates.ics"
    assert kept.read_bytes() == b"BEGIN\r\n"


def test_a_case_reads_parts_of_the_areas_that_its_own_names(folder):
    opened(folder).conclude(
        replace(charged(opened(folder)), parts={"reason": pd.DataFrame({"reason": ["x"], "value": [2.0]})})
    )
    reader = open_case(
        SimpleNamespace(**{**vars(COST), "NAME": "late", "READS": ("cost",)}),
        "alder",
        "2026-Q1",
        str(folder),
        str(folder.parent / "reports"),
    )
    assert reader.found_by("reason")["value"].tolist() == [2.0]
    assert opened(folder).found_by("reason").empty
