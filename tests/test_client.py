"""A client's settings, each fault of them once, and the prepared store: filled once, renewed on change, one vendor a file."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit import client as client_module
from toolkit.client import find_client, open_client
from toolkit.errors import SettingsError
from toolkit.files import ROOT

SETTINGS = """client: Test
currency: GBP
periods: [2026-Q1, 2025-Q4]
vendors:
  - {vendor: alder, name: Alder}
  - {vendor: birch, name: Birch, contract_start: 2025-01-15, compare_from: 2025-03}
"""
INVOICE_ROWS = """vendor,invoice,line,date,amount
alder,A1,1,2026-01-31,100.00
alder,A2,1,2026-04-30,50.00
birch,B1,1,2026-01-31,7.00
"""


@pytest.fixture
def folder(tmp_path):
    """The folder of a client with two vendors and their invoices."""
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "review.yaml").write_text(SETTINGS)
    (tmp_path / "test" / "invoices.csv").write_text(INVOICE_ROWS)
    return tmp_path / "test"


def refused(folder, text):
    """The faults for which these settings are refused."""
    (folder / "review.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as error:
        open_client(folder)
    return [str(fault) for fault in error.value.faults]


def changed(old, new):
    assert old in SETTINGS
    return SETTINGS.replace(old, new)


# ---------------------------------------------------------------------------------------------------------- review.yaml
def test_what_review_yaml_says(folder):
    client = open_client(folder)
    assert (client.id, client.name, client.currency) == ("test", "Test", "GBP")
    assert [str(period) for period in client.periods] == ["2025-Q4", "2026-Q1"]
    assert list(client.vendors) == ["alder", "birch"]
    assert client.vendor("alder").compare_from is None
    assert (str(client.vendor("birch").contract_start), str(client.vendor("birch").compare_from)) == (
        "2025-01",
        "2025-03",
    )
    assert client.thresholds["discount_rate"] == 0.08


@pytest.fixture
def read_once(folder, monkeypatch):
    """The client as its files say, after which nobody may read or check them again."""
    first = open_client(folder)

    def refuse(*given):
        raise AssertionError("read again")

    monkeypatch.setattr(client_module, "_read_client", refuse)
    return first


def test_a_client_that_did_not_change_is_the_same_without_being_read_again(folder, read_once):
    again = open_client(folder)
    pd.testing.assert_frame_equal(again.names, read_once.names)
    everything = set(vars(read_once)) - {"names"}
    assert {name: getattr(again, name) for name in everything} == {
        name: getattr(read_once, name) for name in everything
    }


@pytest.mark.parametrize("name", ["review.yaml", "vendors.csv"])
def test_a_client_is_read_again_when_a_file_of_it_changed(folder, read_once, name):
    with (folder / name).open("a") as file:
        file.write("# one line more\n")
    with pytest.raises(AssertionError, match="read again"):
        open_client(folder)


@pytest.mark.parametrize(
    "spoiled", ["", "{}", "[1]", "null", '{"vendors": [["../other", "Other", null, null]], "names": []}']
)
def test_what_was_kept_of_a_client_is_not_trusted_when_it_is_spoiled(folder, spoiled):
    open_client(folder)
    (kept,) = (folder / ".prepared").glob("client-*.json")
    kept.write_text(spoiled)
    assert list(open_client(folder).vendors) == ["alder", "birch"]


def test_what_after_means_is_the_contract_unless_it_is_said(folder):
    (folder / "review.yaml").write_text(changed(", compare_from: 2025-03", ""))
    assert str(open_client(folder).vendor("birch").compare_from) == "2025-01"


def test_an_unknown_vendor_or_period_is_refused_with_a_suggestion(folder):
    client = open_client(folder)
    with pytest.raises(SettingsError) as error:
        client.vendor("aldr")
    assert str(error.value) == "vendor: found 'aldr'; expected a vendor of Test. Did you mean 'alder'?"
    with pytest.raises(SettingsError) as error:
        client.period("2026-Q2")
    assert str(error.value) == "period: found '2026-Q2'; expected a period of Test. Did you mean '2026-Q1'?"


def test_an_unknown_key(folder):
    assert refused(folder, SETTINGS + "curency: EUR\n") == [
        "review.yaml: found `curency`; expected a setting that exists. Did you mean 'currency'?"
    ]


def test_a_key_twice(folder):
    assert refused(folder, SETTINGS + "client: Other\n") == [
        "review.yaml, line 7: found `client` a second time; expected each setting once"
    ]


def test_text_that_is_no_yaml(folder):
    assert refused(folder, "client: Test\nvendors: [\n") == [
        "review.yaml, line 3: found text that is no YAML; expected YAML, as in data/sample/review.yaml"
    ]
    assert refused(folder, b"client: \xff\n") == [
        "review.yaml: found text that is no YAML; expected YAML, as in data/sample/review.yaml"
    ]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just text", "!!python/object/apply:os.getcwd []"])
def test_yaml_that_is_no_settings(folder, text):
    (fault,) = refused(folder, text)
    assert fault.endswith("as in data/sample/review.yaml")


def test_no_review_yaml(tmp_path):
    with pytest.raises(SettingsError) as error:
        open_client(tmp_path)
    assert str(error.value) == f"{tmp_path.name}: found no review.yaml; expected review.yaml, as in data/sample"


def test_all_faults_of_the_settings_come_at_once(folder):
    assert refused(folder, "currency: pounds\nthresholds: {discount_rate: high}\n") == [
        "review.yaml: found no `client`; expected `client`, as in data/sample/review.yaml",
        "review.yaml: found no `periods`; expected `periods`, as in data/sample/review.yaml",
        "review.yaml, currency: found 'pounds'; expected three capital letters, as in ISO 4217: GBP",
        "review.yaml, thresholds, discount_rate: found 'high'; expected a number of at least 0: "
        "yearly rate at which later money is discounted",
        "review.yaml, vendors: found no vendor; expected at least one",
    ]


def test_no_vendors(folder):
    (folder / "review.yaml").write_text(SETTINGS.split("vendors:")[0])
    with pytest.raises(SettingsError) as error:
        open_client(folder)
    assert str(error.value) == "review.yaml, vendors: found no vendor; expected at least one"


@pytest.mark.parametrize(
    ("given", "found"),
    [("007", "the number 7"), ("no", "the truth value False"), ("2026-01-01", "the date 2026-01-01")],
)
def test_a_vendor_id_that_yaml_does_not_read_as_text(folder, given, found):
    assert refused(folder, changed("vendor: alder", f"vendor: {given}")) == [
        f"review.yaml, vendors, entry 1, `vendor`: found {found}; expected a text. "
        "Put quotes around it: YAML reads 007 as 7, and no as false."
    ]


def test_a_quoted_vendor_id_keeps_its_zeros(folder):
    (folder / "review.yaml").write_text(changed("vendor: alder", "vendor: '007'"))
    assert list(open_client(folder).vendors) == ["007", "birch"]


def test_a_vendor_id_that_is_a_path(folder):
    assert refused(folder, changed("vendor: alder", "vendor: ../x")) == [
        "review.yaml, vendors, entry 1, `vendor`: found '../x'; expected a short name of letters, digits, - and _"
    ]


def test_a_vendor_id_twice(folder):
    assert refused(folder, changed("vendor: birch", "vendor: alder")) == [
        "review.yaml, vendors, entry 2: found vendor 'alder', as in row 1; expected each vendor once"
    ]


def test_a_name_that_two_vendors_bear(folder):
    assert refused(folder, changed("name: Birch", "name: ALDER")) == [
        "review.yaml, vendors, entry 2, `name`: found 'ALDER'; expected a name that no other vendor has"
    ]


def test_names_cannot_turn_the_direction_of_writing(folder):
    text = changed("client: Test", 'client: "Te\\u202Est"').replace("name: Birch,", 'name: "Bi\\u2066rch",')
    (folder / "review.yaml").write_text(text)
    client = open_client(folder)
    assert (client.name, client.vendor("birch").name) == ("Test", "Birch")


@pytest.mark.parametrize("name", ["Alder", "Notebooks"])
def test_a_vendor_id_that_would_share_a_folder(folder, name):
    assert refused(folder, changed("vendor: birch", f"vendor: {name}")) == [
        f"review.yaml, vendors, entry 2, `vendor`: found '{name}'; expected an id that differs from the others in more than "
        "capitals, and is not notebooks"
    ]


def test_a_vendor_without_a_name_and_one_with_an_unknown_key(folder):
    assert refused(folder, changed(", name: Alder", "")) == [
        "review.yaml, vendors, entry 1, `name`: found nothing; expected a text"
    ]
    assert refused(folder, changed(", name: Alder", ", nam: Alder")) == [
        "review.yaml, vendors, entry 1: found `nam`; expected a setting that exists. Did you mean 'name'?"
    ]


@pytest.mark.parametrize("listed", ["alder", "[alder, birch]", "{alder: Alder}"])
def test_vendors_that_are_no_list_of_entries(folder, listed):
    (fault,) = refused(folder, SETTINGS.split("vendors:")[0] + f"vendors: {listed}\n")
    assert fault.startswith("review.yaml, vendors: found ")
    assert fault.endswith("; expected a list of entries, each with `vendor` and `name`")


def test_a_pattern_that_is_no_regular_expression(folder):
    assert refused(folder, changed("name: Alder", "name: Alder, patterns: ['(ALDER']")) == [
        "review.yaml, vendors, entry 1, `patterns`: found '(ALDER'; expected a regular expression "
        "(missing ), unterminated subpattern)"
    ]


def test_aliases_and_patterns_as_lists_and_as_cells(folder):
    listed = "name: Alder, aliases: [ALDER LTD, ALDER UK], patterns: ['A|B', 'C']"
    (folder / "review.yaml").write_text(changed("name: Alder", listed))
    first = open_client(folder).names.iloc[0]
    assert (first["aliases"], first["patterns"]) == (["ALDER LTD", "ALDER UK"], ["A|B", "C"])
    (folder / "review.yaml").write_text(SETTINGS.split("vendors:")[0])
    (folder / "vendors.csv").write_text("vendor,name,aliases,patterns\nalder,Alder,ALDER LTD|ALDER UK,A|B | C\n")
    first = open_client(folder).names.iloc[0]
    assert (first["aliases"], first["patterns"]) == (["ALDER LTD", "ALDER UK"], ["A|B", "C"])


def test_vendors_listed_and_in_a_file(folder):
    (folder / "vendors.csv").write_text("vendor,name\nalder,Alder\n")
    assert refused(folder, SETTINGS) == [
        "review.yaml, vendors: found a list, and vendors.csv beside it; expected one of the two"
    ]


def test_faults_in_the_file_of_vendors(folder):
    (folder / "vendors.csv").write_text("vendor,name\na b,Alder\n")
    assert refused(folder, SETTINGS.split("vendors:")[0]) == [
        "vendors.csv, row 2, `vendor`: found 'a b'; expected a short name of letters, digits, - and _"
    ]


@pytest.mark.parametrize("value", ["'12'", "true", "[1]", ".nan", ".inf", "0", "-1"])
def test_a_threshold_that_is_no_number_or_too_low(folder, value):
    (fault,) = refused(folder, SETTINGS + f"thresholds: {{baseline_months: {value}}}\n")
    assert fault.startswith("review.yaml, thresholds, baseline_months: found ")
    wanted = "expected a number of at least 1: months before the contract from which the baseline is taken"
    assert fault.endswith(wanted)


def test_an_unknown_threshold_and_thresholds_that_are_none(folder):
    assert refused(folder, SETTINGS + "thresholds: {discount: 0.1}\n") == [
        "review.yaml, thresholds: found `discount`; expected a setting that exists. Did you mean 'discount_rate'?"
    ]
    assert refused(folder, SETTINGS + "thresholds: [1]\n") == [
        "review.yaml, thresholds: found [1]; expected settings as `key: value`"
    ]


@pytest.mark.parametrize(
    ("periods", "fault"),
    [
        ("[2026-Q5]", ": found '2026-Q5'; expected a period such as 2026, 2026-H1, 2026-Q3 or 2026-07"),
        ("{from: 2026-Q1}", ": found ''; expected a period such as 2026, 2026-H1, 2026-Q3 or 2026-07"),
        (
            "{from: 2026-Q1, to: 2025-Q4}",
            ": found from 2026-Q1 to 2025-Q4; expected one quarter or several whole ones, the first one first",
        ),
        (
            "{from: 2025-Q2, to: 2026-Q3, every: half}",
            ": found from 2025-Q2 to 2026-Q3; expected one half or several whole ones, the first one first",
        ),
        (
            "{from: 2025, to: 2026, every: quater}",
            ", every: found 'quater'; expected one of month, quarter, half, year",
        ),
        (
            "{from: 2025, until: 2026}",
            ": found `until`; expected a setting that exists. Known: 'from', 'to', 'every'.",
        ),
    ],
)
def test_periods_that_are_none(folder, periods, fault):
    assert refused(folder, changed("[2026-Q1, 2025-Q4]", periods)) == [f"review.yaml, periods{fault}"]


def test_periods_from_one_to_another(folder):
    (folder / "review.yaml").write_text(changed("[2026-Q1, 2025-Q4]", "{from: 2025, to: 2026, every: half}"))
    assert [str(period) for period in open_client(folder).periods] == ["2025-H1", "2025-H2", "2026-H1", "2026-H2"]


def test_a_folder_whose_name_cannot_be_one_in_the_reports(folder):
    odd = folder.rename(folder.with_name("a b"))
    with pytest.raises(SettingsError) as error:
        open_client(odd)
    assert str(error.value) == "folder of the client: found 'a b'; expected letters, digits, - and _ only"


def test_a_client_is_found_by_its_name_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_client("sample") == find_client("data/sample") == ROOT / "data" / "sample"
    with pytest.raises(SettingsError) as error:
        find_client("sampel")
    wanted = "client: found 'sampel'; expected a folder that holds review.yaml. Did you mean 'sample'?"
    assert str(error.value) == wanted
