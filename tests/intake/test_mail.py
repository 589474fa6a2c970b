"""Escalations as messages: files of one and of many, pasted texts, lists; threads, sides, and nothing of what was written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.areas.relationship.tables import ACTIONS
from toolkit.errors import DataError
from toolkit.intake import Imported, import_files, mail, read_mapping
from toolkit.intake.threads import bare_subject

MAPPING = Path(__file__).resolve().parents[2] / "templates" / "mappings" / "escalation_mail.yaml"
FIRST = (
    "From: Jo Bloggs <jo@client.example>\nTo: ab@vendor.example\nSubject: Level 2: reports late again\n"
    "Date: Thu, 12 Mar 2026 09:15:00 +0000\nMessage-ID: <1@client.example>\n\nSecret words of Jo.\n"
)
REPLY = (
    "From: A B <ab@mail.vendor.example>\nTo: jo@client.example\nSubject: RE: Level 2: reports late again\n"
    "Date: Fri, 13 Mar 2026 10:00:00 +0100\nMessage-ID: <2@vendor.example>\nIn-Reply-To: <1@client.example>\n\n"
    "We look into it.\n\n> From: Jo Bloggs <jo@client.example>\n"
    "> Date: Thu, 12 Mar 2026 09:15:00 +0000\n> Secret words of Jo.\n"
)
OTHER = (
    "From: ab@vendor.example\nSubject: =?utf-8?q?Pr=C3=BCfung_fehlt?=\nDate: Mon, 16 Mar 2026 08:00:00 +0000\n"
    "Message-ID: <3@vendor.example>\n\nInput is missing.\n"
)


def imported(tmp_path: Path, files: dict[str, str], *changes: tuple[str, str]) -> Imported:
    text = MAPPING.read_text(encoding="utf-8")
    for old, new in changes:
        text = text.replace(old, new)
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "in").mkdir()
    for name, content in files.items():
        (tmp_path / "in" / name).write_text(content, encoding="utf-8")
    vendors = pd.DataFrame({"vendor": ["alder"], "name": ["Alder"], "aliases": [[]], "patterns": [[]]})
    mapping = read_mapping(tmp_path / "mapping.yaml", [ACTIONS], {"supplier": "Alder"})
    return import_files(mapping, [tmp_path / "in"], vendors, salt="pepper")


def rows(result: Imported) -> list[list[str]]:
    table = result.table
    shown = table.assign(
        raised=table["raised"].dt.strftime("%m-%d"), acknowledged=table["acknowledged"].dt.strftime("%m-%d").fillna("")
    )
    names = ["title", "type", "raised", "raised_by", "acknowledged"]
    return shown[names].fillna("").astype(str).to_numpy().tolist()


THREADS = [
    ["Level 2: reports late again", "escalation", "03-12", "client", "03-13"],
    ["Prüfung fehlt", "escalation", "03-16", "vendor", ""],
]


def reasons(result: Imported) -> dict[str, int]:
    return dict(result.reconciliation.by_reason[["reason", "rows"]].itertuples(index=False))


def test_messages_of_a_thread_are_one_entry_and_the_others_are_counted(tmp_path):
    result = imported(tmp_path, {"a.eml": REPLY, "b.eml": FIRST, "c.eml": OTHER})
    assert rows(result) == THREADS
    assert result.table["level"].fillna(0).tolist() == [2, 0]
    assert reasons(result) == {"a later message of its thread": 1}
    assert result.reconciliation.balanced
    assert result.table["action"].tolist() == ["<1@client.example>", "<3@vendor.example>"]


def test_nothing_of_what_was_written_and_nobody_is_kept(tmp_path):
    result = imported(
        tmp_path, {"a.eml": FIRST, "b.eml": REPLY, "c.eml": OTHER}, ("action: [Message-ID, Message ID]", "level: [x]")
    )
    told = result.table.to_csv() + result.reconciliation.text()
    for text in ("Secret", "Jo", "@", "missing"):
        assert text not in told


def test_a_file_of_many_messages_is_read_like_files_of_one(tmp_path):
    many = "".join(f"From x Thu Mar 12 09:15:00 2026\n{message}\n" for message in (FIRST, REPLY, OTHER))
    assert rows(imported(tmp_path, {"all.mbox": many})) == THREADS


def test_a_line_that_begins_with_from_inside_a_message_begins_no_message(tmp_path):
    many = f"From x Thu Mar 12 09:15:00 2026\n{FIRST}\nFrom\nthe start\nFrom here on\n"
    assert len(imported(tmp_path, {"all.mbox": many}).table) == 1


def test_a_pasted_list_of_messages_and_what_it_quotes(tmp_path):
    pasted = (
        "Escalations in March\n\n"
        "From: jo@client.example\nSent: 12 March 2026 09:15\nTo: ab@vendor.example;\n\tx@vendor.example\n"
        "Subject: Reports late\n\n"
        "Please act.\n\n"
        "From: ab@vendor.example\nSent: 13 March 2026 10:00\nSubject: RE: Reports late\n\nOn it.\n"
        "-----Original Message-----\n"
        "From: jo@client.example\nSent: 12 March 2026 09:15\nSubject: Reports late\n\nPlease act.\n\n"
        "From: jo@client.example\nSent: 20 March 2026 09:00\nSubject: Reports late\n\nAgain.\n"
    )
    result = imported(tmp_path, {"list.txt": pasted})
    assert [row[2:] for row in rows(result)] == [["03-12", "client", "03-13"], ["03-20", "client", ""]]
    assert int(result.reconciliation.by_file["rows_read"].sum()) == 3


def test_a_list_in_columns_joins_answers_by_their_subject(tmp_path):
    text = (
        "Subject,From,To,Date\nReports late,jo@client.example,x,12/03/2026 09:15\n"
        "RE: Reports late,ab@vendor.example,y,13/03/2026 10:00\n"
        "AW: RE: Reports late,jo@client.example,y,14/03/2026 10:00\n"
    )
    result = imported(tmp_path, {"list.csv": text})
    assert rows(result) == [["Reports late", "escalation", "03-12", "client", "03-13"]]
    assert result.table["action"].tolist() == ["list message 2"]
    assert reasons(result) == {"a later message of its thread": 2}


def test_a_message_that_comes_twice_counts_once(tmp_path):
    result = imported(tmp_path, {"a.eml": FIRST, "b.eml": FIRST})
    assert reasons(result) == {"already there": 1}


def test_an_answer_of_the_same_side_acknowledges_nothing(tmp_path):
    same = REPLY.replace("ab@mail.vendor.example", "jo@client.example")
    assert rows(imported(tmp_path, {"a.eml": FIRST, "b.eml": same}))[0][-1] == ""


def test_a_message_without_a_date_is_left_out_and_named(tmp_path):
    result = imported(tmp_path, {"a.eml": FIRST.replace("Date: Thu, 12 Mar 2026 09:15:00 +0000\n", ""), "c.eml": OTHER})
    assert len(result.table) == 1
    assert "a.eml, row 1, `Date`: found ''" in str(result.reconciliation.faults[0])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.txt",
            "Dear all,\nnothing here\n",
            "a.txt: found no message; expected messages with From:, Date: and Subject:",
        ),
        ("a.mbox", "no mail\n", "a.mbox: found no message"),
        ("a.eml", "", "a.eml: found 0 bytes"),
    ],
)
def test_files_without_a_message_are_refused_in_words(tmp_path, name, content, message):
    with pytest.raises(DataError, match=message):
        imported(tmp_path, {name: content})


def test_a_message_in_outlooks_own_format_is_refused_in_words(tmp_path):
    (tmp_path / "a.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    text = MAPPING.read_text(encoding="utf-8").replace('"*.eml", ', '"*.eml", "*.msg", ')
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    vendors = pd.DataFrame({"vendor": ["alder"], "name": ["Alder"], "aliases": [[]], "patterns": [[]]})
    with pytest.raises(DataError, match=r"a\.msg: found a message in Outlook's own format"):
        import_files(
            read_mapping(tmp_path / "mapping.yaml", [ACTIONS], {"supplier": "Alder"}), [tmp_path / "a.msg"], vendors
        )


@pytest.mark.parametrize("subject", ["Late", "RE: Late", "Re: AW: Fwd: Late", "[EXT] RE: Late", "RE[2]: Late"])
def test_bare_subject(subject):
    assert bare_subject(subject) == "Late"


def test_an_encoding_that_nobody_knows_leaves_the_subject_as_it_stands(tmp_path):
    (tmp_path / "a.eml").write_text(FIRST.replace("Level 2: reports late again", "=?klingon?q?x?="), encoding="utf-8")
    assert mail.messages(tmp_path / "a.eml")[0][2] == "=?klingon?q?x?="
