"""Exports of survey tools, as each writes them: every answer on its scale, every cell accounted for, nobody's name kept."""

from __future__ import annotations

import textwrap
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from toolkit.areas.sentiment.tables import TABLES
from toolkit.errors import DataError, SettingsError
from toolkit.intake import Imported, import_files, read_mapping
from toolkit.sealed import person_hash

MAPPINGS = Path(__file__).resolve().parents[2] / "templates" / "mappings"
SALT = "salt"
TOLD = {"vendor": "alder", "audience": "team", "wave": "2026-09"}
ITEMS = pd.DataFrame(
    [
        ("team", "trust_1", "The other side keeps its word.", "agreement", 1, 5),
        ("team", "tension_1", "There is friction between us.", "agreement", 1, 5),
        ("team", "enps", "How likely are you to recommend working here?", "recommendation", 0, 10),
        ("team", "change", "What should change?", "comment", None, None),
        ("customers", "speed_1", "How satisfied are you with the speed?", "satisfaction", 1, 5),
        ("customers", "speed_importance", "How important is speed?", "importance", 1, 5),
    ],
    columns=["audience", "item", "wording", "kind", "low", "high"],
)
WIDE = """\
table: survey_answers
columns: {respondent: [Person], response: [Case], submitted: [Submitted], team: [Team], supplier: [Vendor]}
survey: {ignore: [Name]}
"""
HEAD = "Person,Submitted,Team,trust_1,tension_1,enps,change\n"


def vendors() -> pd.DataFrame:
    rows = [("alder", "Alder", ["ALDER LTD"], []), ("birch", "Birch", [], [])]
    return pd.DataFrame(rows, columns=["vendor", "name", "aliases", "patterns"])


@pytest.fixture
def imported(tmp_path: Path):
    """Import texts or bytes as files, by a mapping of the project or by one given as text."""

    def run(
        files: dict[str, str | bytes] | str, mapping: str = WIDE, told: dict[str, str] | None = None, items=ITEMS
    ) -> Imported:
        files = {"sept.csv": files} if isinstance(files, str) else files
        for name, content in files.items():
            (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        path = MAPPINGS / f"{mapping}.yaml"
        if "\n" in mapping:
            path = tmp_path / "export.yaml"
            path.write_text(textwrap.dedent(mapping), encoding="utf-8")
        read = read_mapping(path, TABLES, TOLD if told is None else told)
        result = import_files(read, [tmp_path / name for name in files], vendors(), items=items, salt=SALT)
        assert result.reconciliation.balanced
        return result

    return run


def faults(result: Imported) -> list[str]:
    return [str(fault) for fault in result.reconciliation.faults]


def answers(result: Imported) -> dict[str, list[float | str]]:
    """The answers to each item in the order of the file; why there is none in place of a number."""
    table = result.tables["survey_answers"]
    said = table["answer"].astype(object).where(table["answer"].notna(), table["missing"].astype(object))
    return {str(item): said[table["item"].eq(item)].tolist() for item in table["item"].unique()}


def comments(result: Imported) -> list[str]:
    return result.tables["survey_comments"]["comment"].tolist()


def people(result: Imported) -> list[str]:
    return result.tables["survey_respondents"]["respondent"].tolist()


def reasons(result: Imported) -> dict[str, tuple[int, int]]:
    return {row[0]: (row[1], row[2]) for row in result.reconciliation.by_reason.itertuples(index=False)}


def hashed(*persons: str) -> list[str]:
    return [person_hash(person, SALT) for person in persons]


# As each tool writes it


def test_microsoft_forms(imported, tmp_path):
    book = openpyxl.Workbook()
    head = [
        "ID",
        "Start time",
        "Completion time",
        "Email",
        "Name",
        "The other side keeps its word.",
        "What should change?",
    ]
    book.active.append([*head, "Points - What should change?"])
    day = pd.Timestamp("2026-09-14 09:05:12").to_pydatetime()
    book.active.append([1, day, day, "anna@example.org", "Anna Ash", "Strongly agree", "More time", None])
    book.active.append([2, day, day, "anonymous", None, "Disagree", None, None])
    book.active.append([3, day, day, "anonymous", None, "Neutral", None, None])
    book.save(tmp_path / "made.xlsx")
    result = imported({"Team survey(1-3).xlsx": (tmp_path / "made.xlsx").read_bytes()}, "microsoft_forms")
    assert answers(result) == {"trust_1": [5, 2, 3]}
    assert comments(result) == ["More time"]
    assert len(set(people(result))) == 3
    assert people(result)[0] == hashed("anna@example.org")[0]
    assert result.tables["survey_respondents"]["submitted"].dt.strftime("%Y-%m-%d").tolist() == ["2026-09-14"] * 3
    assert faults(result) == []


def test_google_forms(imported):
    text = (
        '"Timestamp","Username","How far do you agree? [The other side keeps its word.]",'
        '"How far do you agree? [There is friction between us.]","How likely are you to recommend working here?"\n'
        '"2026/09/14 9:05:12 AM GMT+1","anna@example.org","Agree","Strongly disagree","9"\n'
        '"2026/09/14 10:05:12 PM GMT+1","","5 - Strongly agree","","10 - Extremely likely"\n'
    )
    result = imported(text, "google_forms")
    assert answers(result) == {"trust_1": [4, 5], "tension_1": [1], "enps": [9, 10]}
    assert faults(result) == []


def test_surveymonkey_has_two_header_rows(imported):
    text = (
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,"
        "How far do you agree?,,What should change?\n"
        ",,,,,,,,,The other side keeps its word.,There is friction between us.,Open-Ended Response\n"
        "118000000001,4321,09/14/2026 09:00:00 AM,09/14/2026 09:05:12 AM,192.0.2.7,,,,,Agree,Disagree,Less <script>\n"
        "118000000002,4321,09/14/2026 09:00:00 AM,09/14/2026 09:06:12 PM,192.0.2.8,b@example.org,Bo,Birk,,STRONGLY AGREE,n/a,\n"
    )
    result = imported(text, "surveymonkey")
    assert answers(result) == {"trust_1": [4, 5], "tension_1": [2, "not_applicable"]}
    assert comments(result) == ["Less <script>"]
    assert faults(result) == []


QUALTRICS = (
    "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,RecipientLastName,"
    "RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,"
    "Q1_1,Q1_2,enps,enps_NPS_GROUP\n"
    "Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,Recorded Date,Response ID,"
    "Recipient Last Name,Recipient First Name,Recipient Email,External Data Reference,Location Latitude,Location Longitude,"
    "Distribution Channel,User Language,How far do you agree? - The other side keeps its word.,"
    "How far do you agree? - There is friction between us.,How likely are you?,How likely are you? - Group\n"
    + ",".join(f'"{{""ImportId"":""{name}""}}"' for name in "abcdefghijklmnopqrstu")
    + "\n2026-09-14 09:00:00,2026-09-14 09:05:00,0,192.0.2.7,100,300,1,2026-09-14 09:05:01,R_1aB,,,,,,,anonymous,EN,"
    "4,-99,10,3\n"
    "2026-09-14 09:00:00,2026-09-14 09:05:00,IP Address,192.0.2.8,100,300,True,2026-09-14 09:05:01,R_2aB,,,,,,,email,DE,"
    "Stimme voll zu,Stimme eher nicht zu,0,1\n"
    "2026-09-14 09:00:00,2026-09-14 09:05:00,Survey Preview,,100,300,True,2026-09-14 09:05:01,R_3aB,,,,,,,preview,EN,5,5,5,1\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_qualtrics_has_three_header_rows(imported, encoding):
    result = imported({"q.csv": QUALTRICS.encode(encoding)}, "qualtrics")
    assert answers(result) == {"trust_1": [4, 5], "tension_1": ["skipped", 2], "enps": [10, 0]}
    assert reasons(result) == {"a preview or spam": (1, 3)}
    assert faults(result) == []


@pytest.mark.parametrize(
    "head",
    [
        "id,submitdate,lastpage,startlanguage,seed,Q01[trust1],Q01[tension1],enps",
        '"Response ID","Date submitted","Last page","Start language",Seed,"Agree? [The other side keeps its word.]",'
        '"Agree? [There is friction between us.]","How likely are you to recommend working here?"',
        "id. Response ID,submitdate. Date submitted,lastpage. Last page,startlanguage. Start language,seed. Seed,"
        "Q01[trust1]. Agree? [The other side],Q01[tension1]. Agree? [Friction],enps. How likely?",
    ],
    ids=["codes", "full", "both"],
)
def test_limesurvey(imported, head):
    text = f"{head}\n7,2026-09-14 09:05:12,3,en,12345,A4,A1,9\n8,2026-09-14 09:06:12,3,fr,12346,D'accord,NA,3\n"
    result = imported(text, "limesurvey")
    assert answers(result) == {"trust_1": [4, 4], "tension_1": [1, "not_applicable"], "enps": [9, 3]}
    assert faults(result) == []


def test_a_long_table(imported):
    text = (
        "Vendor,Audience,Wave,Respondent,Item,Answer,Comment\n"
        "Alder Ltd,staff,2026-09,p1,trust_1,4,because\n"
        "Alder Ltd,team,September 2026,p1,enps,don't know,\n"
        "Birch,customers,2026-09-14,p2,How satisfied are you with the speed?,Very satisfied,\n"
        "Birch,customers,2026-09,p2,trust_1,5,\n"
    )
    result = imported(text, "survey_long", told={})
    table = result.tables["survey_answers"].astype(object).sort_values("item")
    assert table[["vendor", "audience", "wave", "item"]].to_numpy().tolist() == [
        ["alder", "team", "2026-09", "enps"],
        ["birch", "customers", "2026-09", "speed_1"],
        ["alder", "team", "2026-09", "trust_1"],
    ]
    assert answers(result) == {"trust_1": [4], "enps": ["dont_know"], "speed_1": [5]}
    assert comments(result) == ["because"]
    assert people(result) == hashed("p1", "p2")
    assert reasons(result) == {"item of another audience": (0, 1)}


def test_a_wide_table_with_a_column_for_each_vendor_and_item(imported):
    mapping = WIDE.replace("survey: {", "survey: {vendors_in_header: true, ")
    text = "Person,Alder: trust_1,Alder: tension_1,trust_1 [Birch]\na,4,5,1\nb,,,2\n"
    result = imported(text, mapping, told={"audience": "team", "wave": "2026-09"})
    table = result.tables["survey_answers"].astype(object)
    assert table[["vendor", "item", "answer"]].sort_values(["vendor", "item", "answer"]).to_numpy().tolist() == [
        ["alder", "tension_1", 5],
        ["alder", "trust_1", 4],
        ["birch", "trust_1", 1],
        ["birch", "trust_1", 2],
    ]
    assert reasons(result) == {"no item answered": (1, 0)}


# Answers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Strongly agree", 5),
        ("  STRONGLY  AGREE ", 5),
        ("5", 5),
        ("5.0", 5),
        ("4 - Agree", 4),
        ("Agree (4)", 4),
        ("2: Disagree", 2),
        ("★★★★☆", 4),
        ("⭐⭐⭐", 3),
        ("3 stars", 3),
        ("4/5", 4),
        ("4 out of 5", 4),
        ("Stimme voll und ganz zu", 5),
        ("Tout à fait d’accord", 5),
        ("Totalmente de acuerdo", 5),
        ("Per niente d'accordo", 1),
        ("Helemaal mee eens", 5),
        ("Discordo totalmente", 1),
        ("N/A", "not_applicable"),
        ("Don’t know", "dont_know"),
        ("Weiß nicht", "dont_know"),
        ("-99", "skipped"),
        ("prefer not to say", "skipped"),
    ],
)
def test_an_answer_is_read(imported, text, value):
    assert answers(imported(f'Person,trust_1\na,"{text}"\n')) == {"trust_1": [value]}


@pytest.mark.parametrize(
    ("text", "found", "reason"),
    [
        ("7", "'7'", "answer off the scale"),
        ("99", "'99'", "answer off the scale"),
        ("3.5", "'3.5'", "answer cannot be read"),
        ("4/7", "'4/7'", "answer cannot be read"),
        ("rather", "a text of 6 characters", "answer cannot be read"),
        ("1 - Strongly agree", "a text of 18 characters", "label can be read two ways"),
        ("Stimme zu", "a text of 9 characters", "label can be read two ways"),
    ],
)
def test_what_is_no_answer_is_left_out_and_not_quoted(imported, text, found, reason):
    result = imported(f"Person,trust_1,enps\na,{text},3\n")
    assert reasons(result) == {reason: (0, 1)}
    assert len(faults(result)) == 1
    assert faults(result)[0].startswith(f"sept.csv, `trust_1`, row 2: found {found}; expected an answer")


def test_a_label_that_five_people_gave_is_quoted(imported):
    text = "Person,trust_1\n" + "".join(f"p{number},Agre\n" for number in range(5))
    assert faults(imported(text)) == [
        "sept.csv, `trust_1`, rows 2, 3, 4 and 2 more: found 'Agre'; expected an answer from 1 to 5, or a label of agreement "
        "on such a scale. Did you mean 'agree'? Say what it means under `survey: labels: agreement:`, or under "
        "`survey: missing:`. Left out."
    ]


def test_sets_of_labels_are_told_apart_by_all_that_was_given(imported):
    told = {**TOLD, "audience": "customers"}
    first = imported("Person,speed_importance\na,Very important\nb,Extremely important\n", told=told)
    second = imported("Person,speed_importance\na,Very important\nb,Important\n", told=told)
    assert answers(first) == {"speed_importance": [4, 5]}
    assert answers(second) == {"speed_importance": [5, 4]}


def test_declared_labels_and_codes(imported):
    mapping = WIDE.replace(
        "{ignore: [Name]}", "{labels: {trust_1: {Yes: 5, No: 1}}, missing: {99: skipped, Dunno: dont_know}}"
    )
    mapping = mapping.replace("Yes:", '"Yes":').replace("No:", '"No":')
    result = imported("Person,trust_1\na,yes\nb,NO\nc,99\nd,dunno\n", mapping)
    assert answers(result) == {"trust_1": [5, 1, "skipped", "dont_know"]}


def test_every_cell_is_accounted_for(imported):
    text = HEAD + "a,2026-09-01,Ops,4,N/A,11,\nb,,Ops,,-99,7,Fine\nc,,Ops,x,,,\n,,,,,,\nd,,Ops,,,,\n"
    account = imported(text).reconciliation
    assert account.by_file[["rows_read", "rows_kept", "rows_left_out"]].to_numpy().tolist() == [[5, 3, 2]]
    assert account.by_file[["answers_in", "answers_kept", "answers_left_out"]].to_numpy().tolist() == [[7, 5, 2]]
    assert account.by_item.to_numpy().tolist() == [
        ["trust_1", 2, 1, 0, 0, 0, 0, 1],
        ["tension_1", 2, 0, 1, 0, 1, 0, 0],
        ["enps", 2, 1, 0, 0, 0, 0, 1],
        ["change", 1, 0, 0, 0, 0, 1, 0],
    ]
    assert "Answers in = kept + left out." in account.text()


# People


def test_nobody_is_named_in_what_is_kept_or_said(imported, tmp_path):
    text = "Person,Name,Submitted,trust_1,change\nanna@example.org,Anna Ash,soon,bad luck,I am Anna\n"
    result = imported(text)
    result.reconciliation.write(tmp_path / "import")
    written = "".join(path.read_text() for path in (tmp_path / "import").iterdir()) + result.reconciliation.text()
    kept = "".join(table.to_csv() for table in result.tables.values())
    assert "anna" not in (written + kept.replace("I am Anna", "")).lower()
    assert "bad luck" not in written


def test_somebody_who_answers_again_counts_once_with_what_was_submitted_last(imported):
    text = HEAD + "a,2026-09-03,,5,5,,\na,2026-09-01,,1,1,,\nA ,2026-09-02,,2,,,\n"
    result = imported({"one.csv": text, "two.csv": HEAD + "b,,,3,,,\n"})
    assert answers(result) == {"trust_1": [5, 3], "tension_1": [5]}
    assert people(result) == hashed("a", "b")
    assert reasons(result) == {"answered again later": (2, 3)}
    assert faults(result) == [
        "one.csv, row 3: found somebody who answered again in one.csv, row 2; expected each person once in a wave. The answer "
        "submitted last was kept.",
        "one.csv, row 4: found somebody who answered again in one.csv, row 2; expected each person once in a wave. The answer "
        "submitted last was kept.",
    ]


def test_a_response_that_names_nobody_is_the_same_whenever_it_is_read(imported):
    text = "Case,trust_1\n1,5\n2,5\n"
    first, again = imported(text), imported(text)
    other = imported(text, told={**TOLD, "wave": "2026-10"})
    assert people(first) == people(again)
    assert len({*people(first), *people(other)}) == 4  # a number in another wave is another person


def test_a_person_is_taken_from_the_first_column_that_names_one(imported):
    mapping = WIDE.replace("[Person]", "[Person, Email]")
    result = imported("Email,Person,trust_1\nx@example.org,,5\ny@example.org,p7,4\n", mapping)
    assert people(result) == hashed("x@example.org", "p7")
    assert faults(result) == []


def test_a_file_without_a_header_is_not_quoted(imported):
    with pytest.raises(DataError) as error:
        imported("anna@example.org,Anna,5\nbo@example.org,Bo,4\n")
    assert str(error.value).startswith("sept.csv: found 3 columns, none of them an item; expected at least one column")


def test_a_table_that_names_nobody_at_all(imported):
    assert len(set(people(imported("trust_1\n5\n5\n")))) == 2


# Comments


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "👍🏽 gut 👩‍💻", "שלום עולם", "=1+1", "two\nlines"])
def test_a_comment_is_kept_as_text(imported, text):
    assert comments(imported(f'Person,change\na,"{text}"\n')) == [text]


def test_marks_that_turn_the_direction_of_writing_are_taken_out(imported):
    assert comments(imported("Person,change\na,one \u202etwo\u202c\n")) == ["one two"]


def test_a_comment_of_100_000_characters_is_cut(imported):
    result = imported(f"Person,change\na,{'x' * 100_000}\n")
    assert comments(result) == ["x" * 4_000]
    assert faults(result) == [
        "sept.csv, row 2, `change`: found 100,000 characters; expected a text of at most 4,000 characters. "
        "The first 4,000 were kept."
    ]


# What has to be mended


def test_a_wave_without_a_month(imported):
    with pytest.raises(SettingsError) as error:
        imported("Person,trust_1\na,5\n", told={"vendor": "alder", "audience": "team"})
    assert str(error.value) == (
        "export.yaml: found no `wave`; expected a column or a constant for `wave`. Add `constants: wave: '2026-09'`, or say "
        "--constant wave=2026-09."
    )


def test_a_row_without_a_month(imported):
    mapping = WIDE.replace("team: [Team]", "team: [Team], wave: [Wave]")
    result = imported("Person,Wave,trust_1\na,2026-09,5\nb,,5\n", mapping, told={"vendor": "alder", "audience": "team"})
    assert reasons(result) == {"no wave": (1, 1)}
    assert faults(result) == [
        "sept.csv, row 3, `Wave`: found no wave; expected a month such as 2026-09. Fill it in, or say --constant wave=2026-09. "
        "The row was left out."
    ]


def test_a_renamed_item(imported):
    result = imported("Person,trust_1,tensions_1\na,5,4\n")
    assert reasons(result) == {"under no known item": (0, 1)}
    assert faults(result) == [
        "sept.csv, `tensions_1`: found a column that is no item; expected the short name or the wording of an item. "
        "Did you mean the item 'tension_1'? Name it under `survey: items`, or under `survey: ignore`. Filled cells left out: 1."
    ]


def test_a_renamed_item_that_the_mapping_names(imported):
    mapping = WIDE.replace("{ignore: [Name]}", "{items: {Frictions: tension_1}}")
    assert answers(imported("Person,Frictions\na,4\n", mapping)) == {"tension_1": [4]}


def test_an_item_in_two_columns(imported):
    result = imported("Person,trust_1,The other side keeps its word.\na,5,4\n")
    assert answers(result) == {"trust_1": [5]}
    assert reasons(result) == {"under an item that has two columns": (0, 1)}


def test_an_item_of_another_audience(imported):
    assert faults(imported("Person,trust_1,speed_1\na,5,4\n")) == [
        "sept.csv, `speed_1`: found a column that is no item; expected an item asked of the audience team. "
        "'speed_1' is asked of the audience customers. Filled cells left out: 1."
    ]


def test_no_item_at_all(imported):
    with pytest.raises(DataError, match="expected at least one column that is an item of survey_items"):
        imported("Person,Name\na,b\n")


def test_a_vendor_that_the_client_does_not_have(imported):
    with pytest.raises(SettingsError, match=r"found 'aldr'; expected a vendor of this client\. Did you mean 'alder'\?"):
        imported("Person,trust_1\na,5\n", told={**TOLD, "vendor": "aldr"})


def test_a_client_without_items(imported):
    with pytest.raises(DataError, match=r"Copy templates/surveys/survey_items\.csv into the client's folder"):
        imported("Person,trust_1\na,5\n", items=None)


def test_a_vendor_by_column_that_is_none(imported):
    result = imported(
        "Person,Vendor,trust_1\na,ALDER LTD,5\nb,Nobody,4\n", told={"audience": "team", "wave": "2026-09"}
    )
    assert answers(result) == {"trust_1": [5]}
    assert reasons(result) == {"supplier matches no vendor": (1, 1)}


def test_a_row_with_too_many_fields_is_not_quoted(imported):
    result = imported("Person,trust_1\na,5\nb,4,my secret\n")
    assert faults(result) == ["sept.csv, row 3: found 3 fields; expected 2 fields. The row was left out."]


# Invitations


def test_invited_people_are_counted_by_group(imported):
    text = (
        "E-mail,Name,Team,Site\na@x.org,A,Ops,Leeds\nb@x.org,B,Ops,Leeds\nA@x.org,A,Ops,Leeds\nc@x.org,C,,Ulm,extra\n"
    )
    result = imported(text, "survey_invitations")
    table = result.tables["survey_invitations"]
    assert table[["vendor", "audience", "team", "site", "invited"]].to_numpy().tolist() == [
        ["alder", "team", "Ops", "Leeds", 2]
    ]
    assert table["wave"].astype("str").tolist() == ["2026-09"]
    assert "respondent" not in table
    assert result.reconciliation.by_reason.to_numpy().tolist() == [["already there", 1], ["wrong number of fields", 1]]
    assert faults(result) == ["sept.csv, row 5: found 5 fields; expected 4 fields. The row was left out."]


def test_invitations_by_group(imported):
    mapping = """\
    table: survey_invitations
    columns: {supplier: [Vendor], wave: [Wave], team: [Team], invited: [Invited], population: [All]}
    """
    text = "Vendor,Wave,Team,Invited,All\nAlder,2026-09,Ops,12,40\nBirch,2026-09,Ops,many,40\n"
    result = imported(text, mapping, told={"audience": "team"})
    table = result.tables["survey_invitations"]
    assert table[["vendor", "audience", "team", "invited", "population"]].to_numpy().tolist() == [
        ["alder", "team", "Ops", 12, 40]
    ]
    assert faults(result)[0].startswith("sept.csv, row 3, `Invited`: found 'many'")
