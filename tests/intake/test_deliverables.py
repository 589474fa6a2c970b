"""Imports of project lists: numbers as other countries write them, control characters, ARFF, one supplier, patterns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.areas.delivery import DELIVERABLES
from toolkit.errors import SettingsError
from toolkit.intake import Imported, import_files, read_mapping

MAPPINGS = Path(__file__).resolve().parents[2] / "templates" / "mappings"
EBSPM = (
    "Project_ID;Organization;Short_project_description;Year_technical_go_live;Functional_size_FP;"
    "Actual_duration_months;Actual_cost_EUR;Defects_process\n"
)
ARFF = """@relation 'projects of one firm'
% the client's own words, with an apostrophe
@attribute Project string
@attribute 'Client.code' {1,2}
@attribute Actual.start.date date "YYYY-MM-DD"
@attribute Actual.duration numeric
@attribute Estimated.completion.date date "YYYY-MM-DD"
@attribute First.estimate numeric
@attribute Actual.effort numeric

@data
1,1,1996-12-10,107,1997-04-15,495,485
% a comment between
2,2,1997-06-16,144,?,1365,990
"""


def vendors(*names: str) -> pd.DataFrame:
    rows = [(name.lower().replace(" ", "_"), name, [], []) for name in names]
    return pd.DataFrame(rows, columns=["vendor", "name", "aliases", "patterns"])


def imported(tmp_path: Path, mapping: str | Path, name: str, content: bytes, *names: str) -> Imported:
    (tmp_path / name).write_bytes(content)
    return import_files(read_mapping(mapping, [DELIVERABLES]), [tmp_path / name], vendors(*names))


def ebspm(tmp_path: Path, *rows: str, encoding: str = "cp1252") -> Imported:
    content = (EBSPM + "".join(f"{row}\n" for row in rows)).encode(encoding)
    return imported(tmp_path, MAPPINGS / "ebspm.yaml", "projects.csv", content, "Beltel", "Bank A")


@pytest.mark.parametrize(
    ("written", "read"), [("110.643", 110_643.0), ("1.096.330", 1_096_330.0), ("329", 329.0), ("1.234,56", 1234.56)]
)
def test_a_point_for_thousands_is_no_decimal_point(tmp_path, written, read):
    table = ebspm(tmp_path, f"1;Beltel;x;2015;35;19,03;{written};30").table
    assert table["cost_actual"].tolist() == [read]
    assert table["duration"].tolist() == [19.03]


def test_a_number_that_is_none_is_named_and_the_row_kept_without_it(tmp_path):
    found = ebspm(tmp_path, "1;Beltel;x;2015;35;19,03;110.64;30")
    assert found.table["cost_actual"].isna().all()
    assert "row 2, `Actual_cost_EUR`" in str(found.reconciliation.faults[0])


def test_an_empty_number_of_defects_is_unknown_and_not_none(tmp_path):
    assert ebspm(tmp_path, "1;Beltel;x;2015;35;19,03;110.643;").table["defects"].isna().all()


def test_a_control_character_inside_text_ends_no_row(tmp_path):
    text = (MAPPINGS / "ebspm.yaml").read_text(encoding="utf-8").replace("[utf-8-sig, cp1252]", "[latin-1]")
    (tmp_path / "latin.yaml").write_text(text, encoding="utf-8")
    content = (EBSPM + "1;Beltel;tests by \x85Indian supplier;2015;35;1;1;1\n2;Beltel;y;2015;1;1;1;1\n").encode(
        "latin-1"
    )
    found = imported(tmp_path, tmp_path / "latin.yaml", "projects.csv", content, "Beltel")
    assert found.table["deliverable"].tolist() == ["1", "2"]
    assert found.table["title"].iloc[0] == "tests by \x85Indian supplier"
    assert found.table["in_house"].tolist()[0] == "no"


def test_a_pattern_that_is_not_found_says_nothing_and_is_no_fault(tmp_path):
    rows = "1;Beltel;built by an INDIAN supplier;2015;35;1;1;1", "2;Bank A;a new payments application;2010;1;1;1;1"
    found = ebspm(tmp_path, *rows)
    assert found.table["in_house"].fillna("").tolist() == ["no", ""]
    assert not found.reconciliation.faults


def test_an_arff_file_is_read_by_its_attributes_and_counted_in_lines(tmp_path):
    found = imported(tmp_path, MAPPINGS / "kitchenham.yaml", "k.arff", ARFF.encode("utf-8-sig"), "IT services company")
    table = found.table
    assert table["deliverable"].tolist() == ["1", "2"]
    assert table["group"].tolist() == ["Client 1", "Client 2"]
    assert table["planned"].isna().tolist() == [False, True]  # ? is missing
    assert table["source_row"].tolist() == [12, 14]
    assert set(table["vendor"]) == {"it_services_company"}


def test_an_arff_file_without_data_is_refused_in_words(tmp_path):
    from toolkit.errors import DataError

    with pytest.raises(DataError, match="no line @data"):
        imported(
            tmp_path, MAPPINGS / "kitchenham.yaml", "k.arff", ARFF.split("@data")[0].encode(), "IT services company"
        )


def test_a_list_of_deliverables_with_usual_names(tmp_path):
    content = (
        b"Vendor,ID,Name,Status,Requested,Due date,Delivered,Acceptance date,Result,Actual cost\n"
        b'Alder,D1,Portal,Done,02/03/2026,29/05/2026,10 Jun 2026,24/06/2026,Signed off,"26,500"\n'
        b"Alder,D2,Report,In progress,02/03/2026,TBD,,,Pending,\n"
    )
    found = imported(tmp_path, MAPPINGS / "deliverables.yaml", "list.csv", content, "Alder")
    assert not found.reconciliation.faults
    first, second = found.table.iloc[0], found.table.iloc[1]
    assert (str(first["planned"])[:10], str(first["delivered"])[:10]) == ("2026-05-29", "2026-06-10")
    assert (first["acceptance"], first["cost_actual"], second["state"]) == ("accepted", 26500.0, "active")
    assert pd.isna(second["planned"])


def test_what_was_accepted_before_it_was_delivered_is_left_out_and_named(tmp_path):
    content = b"Vendor,ID,Delivered,Acceptance date\nAlder,D1,2026-06-10,2026-06-09\nAlder,D2,2026-06-10,2026-06-12\n"
    found = imported(tmp_path, MAPPINGS / "deliverables.yaml", "list.csv", content, "Alder")
    assert found.table["deliverable"].tolist() == ["D2"]
    assert "an acceptance that is not before the delivery" in str(found.reconciliation.faults[0])


def test_an_unknown_state_is_reported_once_with_its_rows(tmp_path):
    content = b"Vendor,ID,Status\nAlder,D1,Parked\nAlder,D2,Parked\n"
    found = imported(tmp_path, MAPPINGS / "deliverables.yaml", "list.csv", content, "Alder")
    assert found.table["state"].isna().all()
    assert [
        "'Parked'" in str(fault) and "Rows kept without it: 2" in str(fault) for fault in found.reconciliation.faults
    ] == [True]


def test_jira_issues_become_deliverables(tmp_path):
    content = (
        b"Issue key,Summary,Issue Type,Status,Created,Due date,Resolved,Custom field (Vendor),Custom field (Story Points)\n"
        b"AB-1,Photo,Story,Done,02/Mar/26 2:05 PM,29/May/26 12:00 AM,10/Jun/26 9:00 AM,Alder,5\n"
    )
    row = imported(tmp_path, MAPPINGS / "jira_deliverables.yaml", "jira.csv", content, "Alder").table.iloc[0]
    assert (row["deliverable"], row["state"], row["size"]) == ("AB-1", "delivered", 5.0)
    assert str(row["delivered"])[:10] == "2026-06-10"


def test_a_pattern_that_no_column_may_hold_is_refused(tmp_path):
    text = (
        (MAPPINGS / "ebspm.yaml").read_text(encoding="utf-8").replace('": "no"', '"').replace(': "no"', ': "perhaps"')
    )
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"patterns\.in_house"):
        read_mapping(tmp_path / "wrong.yaml", [DELIVERABLES])
