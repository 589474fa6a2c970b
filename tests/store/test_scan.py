"""What DuckDB reads of a file is what pandas reads of it: the same parts, the same faults in the same words and order."""

from __future__ import annotations

import datetime as dt
import re
import shutil

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.client import GOALS
from toolkit.store import scan as scan_module
from toolkit.store import sorting, write_whole_table
from toolkit.store.parts import ALL_ROWS, read_part
from toolkit.store.scan import scan
from toolkit.tables import UNSEEN, Column, Rule, Table

TABLE = Table(
    "visits",
    "one visit",
    (
        Column("vendor", "id", "Vendor"),
        Column("visit", "text", "Number"),
        Column("line", "integer", "Line", low=0),
        Column("day", "date", "Day"),
        Column("month", "month", "Month", required=False, filled=False),
        Column("cost", "number", "Cost", unit="currency", required=False, filled=False, low=-100, high=1e6),
        Column("mood", "text", "Mood", required=False, filled=False, allowed=("good", "poor")),
        Column("period", "period", "Period", required=False, filled=False),
        Column("guest", "id", "Guest", required=False, filled=False),
        Column("note", "text", "Note", required=False, filled=False),
    ),
    key=("vendor", "visit", "line"),
    rules=(
        Rule("a cost where somebody came", ("cost", "guest"), lambda rows: rows["guest"].isna() | (rows["cost"] > 0)),
        Rule(
            "a month that is not before the day", ("month", "day"), lambda rows: ~(rows["month"].dt.start_time < "2020")
        ),
    ),
    dated="day",
)
SHARED = Table(
    "rates",
    "one rate",
    (Column("code", "text", "Code"), Column("rate", "number", "Rate", low=0), Column("when", "month", "When")),
    key=("code", "rate"),
    dated="when",
)
OWNERS = ["alder", "007", "birch"]
HEADER = "vendor,visit,line,day,month,cost,mood,period,guest,note"
ROW = "alder,V1,1,2026-03-31,2026-03,12.50,good,2026-Q1,eve,fine"
BLANK = ["\t", "\u00a0", "\u2003", "\x1f", "\u0085", "\u2028", "\ufeff", " "]


def both(folder, table, owners, name="visits.csv"):
    """What DuckDB and what pandas make of a file; the former is None where it leaves the file to the latter."""
    read = []
    for place, way in (("scanned", scan), ("whole", write_whole_table)):
        parts = folder / place
        shutil.rmtree(parts, ignore_errors=True)
        parts.mkdir()
        written = way(folder / name, table, "GBP", owners, parts)
        if written is None:
            assert list(parts.iterdir()) == []
        read.append(written and (written, {part.name: part.read_bytes() for part in sorted(parts.iterdir())}))
    return read


def same(folder, content, table=TABLE, owners=OWNERS, name="visits.csv"):
    """Whether DuckDB read the file, having made sure that it then read it as pandas does."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    scanned, whole = both(folder, table, owners, name)
    if scanned:
        (written, parts), (expected, expected_parts) = scanned, whole
        assert [str(fault) for _, fault in written.faults] == [str(fault) for _, fault in expected.faults]
        assert written == expected
        for owner in expected.kept:
            rows = [read_part(folder / way, owner, table)[0] for way in ("scanned", "whole")]
            pd.testing.assert_frame_equal(*rows)
        assert parts == expected_parts  # byte for byte, so that what is not changed is not seen as changed
    return scanned is not None


def csv(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


def changed(**cells):
    """The row of the examples with other cells."""
    row = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    return ",".join(row.values())


# ------------------------------------------------------------------------------------------------------- what is read alike
@pytest.mark.parametrize(
    "rows",
    [
        [],
        [ROW],
        [ROW, changed(visit="V2", vendor="birch")],
        [changed(vendor="007", visit="007", line="007")],
        [",,,,,,,,,", ROW, " , ,,,,,,,, "],
        [changed(note='"a ""quoted"" word, and a comma"')],
        [changed(note='"two\nlines"'), changed(visit="V2")],
        [changed(note="NULL", visit="NA")],
        [changed(note="a\u0085b\u2028c")],
        [changed(month="", cost="", mood="", period="", guest="", note="")],
        [changed(day="2026-03-31 00:00:00", month="2026-03-31T00:00")],
        [changed(cost=cost, visit=f"V{place}") for place, cost in enumerate(["1e3", "+5", ".5", "5.", "-0", "1E-7"])],
        [changed(line=line, visit=f"V{place}") for place, line in enumerate(["1.0", "+1", "9007199254740993", "1."])],
    ],
)
def test_rows_without_a_fault(tmp_path, rows):
    assert same(tmp_path / "t", csv(*rows))


@pytest.mark.parametrize(
    "cells",
    [
        *({"vendor": text} for text in ("oak", "", "../x", "Total", "alder ", "\u00a0alder")),
        *({"line": text} for text in ("1.5", "-1", "x", "", "1e3", "1_000", "0x1", "99999999999999999999")),
        *({"day": text} for text in ("2026-02-30", "31/03/2026", "2026-3-1", "2026-03-31 14:05:00", "0999-01-01", "")),
        *({"month": text} for text in ("2026-13", "2026", "2026-02-30", "infinity", "epoch")),
        *({"cost": text} for text in ("n/a", "nan", "inf", "-inf", "1e400", "1_0", "-100.5", "1000001", '"1,250.00"')),
        *({"mood": text} for text in ("Good", "good\t", "poor,")),
        *({"period": text} for text in ("2026-Q5", "2026-Q1\u2003")),
        *({"guest": text} for text in ("a b", "x" * 65, "_x")),
        *({"note": text} for text in BLANK),
        *({"note": f"{text}x{text}"} for text in BLANK),
        {"cost": "0"},
        {"cost": "", "guest": "eve"},
        {"month": "2019-12"},
        {"vendor": "Total", "visit": "", "line": ""},
    ],
)
def test_a_fault_or_a_doubtful_cell(tmp_path, cells):
    same(
        tmp_path / "t",
        csv(ROW, changed(visit="V2"), changed(**{"visit": "V3", **cells}), changed(visit="V4", vendor="birch")),
    )


def test_faults_are_found_by_duckdb_and_not_left_to_pandas(tmp_path):
    assert same(
        tmp_path / "t", csv(ROW, ROW, changed(cost="n/a", visit="V2"), changed(guest="x", cost="0", visit="V3"))
    )


@pytest.mark.parametrize(
    "rows",
    [
        [ROW, ROW, ROW],
        [ROW, changed(visit="V2"), changed(cost="n/a")],  # the second one of a key is faulty otherwise
        [changed(cost="n/a"), changed(visit="V2"), ROW],
        [changed(cost="n/a"), changed(cost="n/a")],
        [changed(line="1"), changed(line="1.0"), changed(line="+1")],
        [changed(line="x"), changed(line="x")],
        [changed(vendor="oak"), changed(vendor="oak")],
        [changed(vendor="birch"), ROW],
    ],
)
def test_keys_that_stand_twice(tmp_path, rows):
    assert same(tmp_path / "t", csv(*rows))


def test_a_table_that_all_share(tmp_path):
    rows = "code,rate,when\nA,1,2026-01\nA,1.0,2026-03\nA,-0,2026-03\nA,0,2026-03\nB,-1,2026-03\n"
    assert same(tmp_path / "t", rows, SHARED, [ALL_ROWS])


def test_goals_of_every_vendor(tmp_path):
    rows = "vendor,goal,measure,direction,target,target_high\n*,G1,a.b,between,1,2\nalder,G1,a.b,between,2,1\n**,G1,a.b,x,1,\n"
    assert same(tmp_path / "t", rows, GOALS, [*OWNERS, "*"])


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        ("\ufeff" + csv(ROW), True),
        ("\ufeff\ufeff" + csv(ROW), True),
        (csv(ROW).replace("\n", "\r\n"), True),
        (csv(ROW).rstrip("\n"), True),
        (csv(ROW).replace(",", ";"), True),
        (csv(ROW).replace(",", "\t"), True),
        (csv(ROW).replace(HEADER, HEADER.upper().replace(",", ", ")), True),
        (csv(ROW).replace(HEADER, HEADER + ",").replace(ROW, ROW + ","), True),
        (csv(ROW).replace(HEADER, HEADER + ",").replace(ROW, ROW + ",\u2003"), True),
        (csv(*(changed(visit=f" V{place} ", note=" x ") for place in range(50))), True),
        (csv(ROW).replace(HEADER, HEADER + ",").replace(ROW, ROW + ",x"), False),
        (csv(ROW).replace(HEADER, HEADER + ",colour").replace(ROW, ROW + ",x"), False),
        (csv(ROW).replace("cost", "day"), False),
        (csv(ROW, "", changed(visit="V2")), False),
        (csv(ROW, "", changed(visit="V2")).replace("\n", "\r\n"), False),
        (csv(ROW, ROW + ","), False),
        (csv(ROW, changed(visit="V2", note="") + ","), False),
        (csv(ROW, "alder"), False),
        (csv(ROW, " "), False),
        (csv(changed(note=' "x"')), False),
        (csv(changed(note='"x"y')), False),
        (csv(changed(note='"x')), False),
        (csv(changed(note="x\0")), False),
        (csv(changed(note="\x01")), False),
        (csv(changed(note="a\rb")), False),
        (csv(ROW) + ROW.replace("V1", "V2") + "\r\n", False),
        (csv(changed(note="é")).encode("cp1252"), False),
        (csv(ROW).encode("utf-16"), False),
        ("vendor\nalder\n", False),
        ("", False),
    ],
)
def test_files_of_many_kinds(tmp_path, content, plain):
    assert same(tmp_path / "t", content) is plain


def test_a_quotation_mark_behind_a_blank_is_found_across_the_pieces_that_are_read(tmp_path, monkeypatch):
    for size in range(len(HEADER) - 5, len(HEADER) + len(ROW) + 10):
        monkeypatch.setattr(scan_module, "CHUNK", size)
        assert not same(tmp_path / "t", csv(changed(note=' "x"')))
        assert same(tmp_path / "t", csv(ROW).replace("\n", "\r\n"))


def test_a_folder_whose_name_is_a_pattern_to_duckdb(tmp_path):
    assert not same(tmp_path / "t[1]", csv(ROW))


def test_rows_stay_in_their_order_however_many_threads_read_them(tmp_path, monkeypatch):
    monkeypatch.setattr(sorting, "ENOUGH", 60_000)
    note = "x" * 60
    rows = [
        f"{OWNERS[place * 7 % 3]},V{place},{place},2026-03-31,2026-03,{1 + place % 9},good,,eve,{note}"
        for place in range(150_000)
    ]
    rows[70_000] = rows[70_000].replace("good", "bad")
    rows[140_000] = rows[139_997]
    (tmp_path / "visits.csv").write_text(csv(*rows))
    written = scan(tmp_path / "visits.csv", TABLE, "GBP", OWNERS, tmp_path)
    assert [fault.where for _, fault in written.faults] == ["visits.csv, row 70002, `mood`", "visits.csv, row 140002"]
    for place, owner in enumerate(OWNERS):
        frame = read_part(tmp_path, owner, TABLE)[0]
        expected = [at for at in range(150_000) if at * 7 % 3 == place]
        assert [*frame.index] == [at + 2 for at in expected]
        assert [*frame["line"]] == [139_997 if at == 140_000 else at for at in expected]


def test_every_blank_and_every_mark_that_nobody_sees_is_known_by_its_bytes():
    letters = map(chr, [*range(0xD800), *range(0xE000, 0x11000)])
    unseen = [letter for letter in letters if not letter.strip() or re.match(UNSEEN, letter)]
    assert [letter for letter in unseen if not scan_module._is_marked(f"a,{letter}\n".encode())] == ["\n", "\r", " "]
    assert not scan_module._is_marked("Zażółć gęślą jaźń, “quoted” – 5 €, 日本語\r\n".encode())


def test_many_rows_of_one_owner_are_written_in_pieces(tmp_path, monkeypatch):
    for module in ("scan", "parts"):
        monkeypatch.setattr(f"toolkit.store.{module}.GROUP", 7)
    monkeypatch.setattr(scan_module, "BATCH", 2048)
    monkeypatch.setattr(sorting, "ENOUGH", 10)
    rows = [
        changed(vendor=OWNERS[place % 3], visit=f"V{place}", cost="x" if place == 60 else "1") for place in range(100)
    ]
    assert same(tmp_path / "t", csv(*rows))


# ------------------------------------------------------------------------------------------------------------- any content
CELLS = {
    "vendor": [*OWNERS, "oak", "", "alder ", "Total", " ", "al\u0085der"],
    "visit": ["V1", "V2", "V3", "007", "7", "", ' "V1"', '"V1"', '"V,1"', 'V"1', '"V\n1"', '""', "#V", "NA"],
    "line": ["1", "2", "01", "1.0", "+1", "-1", "x", "", "1e0", " 1"],
    "day": ["2026-03-31", "2026-01-01", "2026-02-30", "2026-03-31 00:00", "", "31.3.2026", "1999-12-31"],
    "month": ["2026-03", "", "2026-03-31", "2019-01", "2026-3"],
    "cost": ["12.50", "", "0", "-0", "1e5", "n/a", "inf", "+3", "101e4", '"1,5"'],
    "mood": ["good", "", "poor", "Good", " good"],
    "period": ["2026-Q1", "", "2026", "2026-Q7"],
    "guest": ["", "eve", "a b", "nan"],
    "note": ["", "fine", "é€", '"a ""b"" c"', "a\u2028b", " x ", '"\n"', "\u00a0", "total", "\ufeff"],
}
LINES = st.tuples(*(st.sampled_from(CELLS[name]) for name in HEADER.split(","))).map(",".join)
SURE_LINES = st.tuples(*(st.sampled_from(CELLS[name][:2]) for name in HEADER.split(","))).map(",".join)


@settings(deadline=None)
@given(
    st.lists(SURE_LINES | LINES | st.sampled_from(["", " ", ",,,,,,,,,", "alder", HEADER]), max_size=8),
    st.sampled_from([",", ",", ";"]),
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-8"]),
)
def test_any_rows_are_read_alike(tmp_path_factory, lines, delimiter, end, encoding):
    text = "\n".join([HEADER, *lines, ""]).replace(",", delimiter).replace("\n", end)
    same(tmp_path_factory.getbasetemp() / "any_rows", text.encode(encoding))


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*'",;|\n\r\t \\#a1\x1a\u0085\ufeff', "\r\n", '""', "A,1,2026-01\n", "2026-01"]), max_size=20
    )
)
def test_any_text_is_read_alike(tmp_path_factory, pieces):
    text = "code,rate,when\n" + "".join(pieces)
    same(tmp_path_factory.getbasetemp() / "any_text", text, SHARED, [ALL_ROWS])


# ----------------------------------------------------------------------------------------------------------------- Parquet
def parquet(folder, **columns):
    cells = {
        "vendor": ["alder", "birch", "alder"],
        "visit": ["V1", "V1", "V2"],
        "line": [1, 2, 3],
        "day": ["2026-03-31"] * 3,
    }
    frame = pd.DataFrame(cells | columns)
    folder.mkdir()
    frame.to_parquet(folder / "visits.parquet")
    return same(folder, (folder / "visits.parquet").read_bytes(), name="visits.parquet")


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"day": [dt.date(2026, 3, 31), dt.date(2026, 3, 1), None]},
        {
            "day": pd.to_datetime(["2026-03-31", "2026-03-01", "2026-03-31 14:05"], format="mixed").astype(
                "datetime64[us]"
            )
        },
        {
            "month": pd.to_datetime(["2026-03-31", "2026-03-01", "2026-03-31 14:05"], format="mixed").astype(
                "datetime64[us]"
            )
        },
        {"cost": [1, -5, 2]},
        {"cost": [0.1, float("nan"), float("inf")]},
        {"cost": [1e20, 1e-9, -1e9]},
        {"cost": ["1.5", None, "x"]},
        {"line": [1.0, 1.5, float("nan")]},
        {"line": pd.array([1, None, 3], dtype="Int64")},
        {"vendor": pd.Categorical(["alder", "oak", "alder"])},
        {"visit": ["V1", "V1", " V1\u00a0"], "line": [1, 1, 1]},
        {"note": [None, "", " "]},
        {"vendor": [None, "", " "], "visit": [None, "", ""], "line": [None, None, 1], "day": [None, "", ""]},
    ],
)
def test_a_parquet_file_is_read_alike(tmp_path, columns):
    assert parquet(tmp_path / "t", **columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"day": pd.to_datetime(["2026-03-31"] * 3).tz_localize("Europe/London")},
        {"cost": [True, False, True]},
        {"visit": [1.0, 2.0, 3.0]},
        {"note": [["a"], ["b"], []]},
        {"colour": ["a", "b", "c"]},
    ],
)
def test_a_parquet_file_of_other_types_is_left_to_pandas(tmp_path, columns):
    assert not parquet(tmp_path / "t", **columns)


def test_a_parquet_file_with_an_index_is_left_to_pandas(tmp_path):
    frame = pd.DataFrame(
        {"visit": ["V1"], "line": [1], "day": ["2026-03-31"]}, index=pd.Index(["alder"], name="vendor")
    )
    frame.to_parquet(tmp_path / "visits.parquet")
    assert not same(tmp_path, (tmp_path / "visits.parquet").read_bytes(), name="visits.parquet")
