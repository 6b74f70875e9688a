"""Files that people bring: what is read, and as what."""

from __future__ import annotations

import csv
import datetime
import io
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fmcore.data import formats
from fmcore.data.limits import Asked, Limits
from fmcore.data.read import preview, read_table
from fmcore.settings import ROOT

ROWS = [{"text": "good, very", "label": "007"}, {"text": 'she said "no"', "label": "None"}, {"text": "两行", "label": "1.0"}]


def write(folder: Path, name: str, content: bytes | str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def as_csv(delimiter: str = ",", rows: list[dict] = ROWS) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def rows_of(path: Path, **options) -> list[dict]:
    return read_table(path, **options).frame.to_dict("records")


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.csv", as_csv(), "csv"),
        ("a.txt", as_csv(";"), "csv"),
        ("a.tsv", as_csv("\t"), "tsv"),
        ("a.csv", as_csv("|"), "csv"),
        ("a.jsonl", "\n".join(json.dumps(row) for row in ROWS), "jsonl"),
        ("upload", "\n".join(json.dumps(row) for row in ROWS), "jsonl"),
        ("a.json", json.dumps(ROWS, indent=1), "json"),
        ("a.json", json.dumps({"data": ROWS}), "json"),
        ("a.txt", json.dumps({key: [row[key] for row in ROWS] for key in ROWS[0]}), "json"),
    ],
)
def test_every_text_format_gives_the_same_cells(tmp_path, name, content, format):
    table = read_table(write(tmp_path, name, content))
    assert table.frame.to_dict("records") == ROWS
    assert (table.format, table.columns, table.encoding) == (format, ("text", "label"), "utf-8")


def test_parquet_and_xlsx_give_the_same_cells(tmp_path):
    pd.DataFrame(ROWS).to_parquet(tmp_path / "a.parquet")
    book = openpyxl.Workbook()
    for row in [("text", "label"), *((row["text"], row["label"]) for row in ROWS)]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.parquet") == ROWS
    assert rows_of(tmp_path / "a.xlsx") == ROWS


def test_labels_that_look_like_something_else_stay_as_they_are_and_empty_cells_are_missing(tmp_path):
    labels = ["None", "NA", "nan", "NULL", "007", "1.0", "1e5", "True", "-", " "]
    path = write(tmp_path, "a.csv", "text,label\n" + "".join(f"t,{label}\n" for label in labels) + 't,\nt,""\n')
    assert list(read_table(path).frame["label"]) == [*labels, None, None]


@pytest.mark.parametrize(
    ("encoding", "text", "told"),
    [
        ("utf-8", "café 两行", "utf-8"),
        ("utf-8-sig", "café 两行", "utf-8-sig"),
        ("utf-16", "café 两行", "utf-16"),
        ("utf-16-le", "café 两行", "utf-16-le"),
        ("utf-16-be", "两行全是汉字", "utf-16-be"),
        ("utf-32", "café", "utf-32"),
        ("gb18030", "这家餐厅的服务非常好，我们下次还会再来，价格也很合理。", "gb18030"),
        ("cp1252", "The café’s crème brûlée was naïve – Ærø, Müller, señor", "cp1252"),
        ("cp1251", "Это очень хороший ресторан, мы обязательно вернемся сюда снова", "cp1251"),
        ("shift_jis", "このレストランのサービスはとても良かったです。また来ます。", "shift_jis"),
        ("euc_kr", "이 식당의 서비스는 매우 좋았습니다. 다음에 다시 오겠습니다.", "euc_kr"),
        ("big5", "這家餐廳的服務非常好，我們下次還會再來，價格也很合理。", "big5"),
    ],
)
def test_the_encoding_is_found(tmp_path, encoding, text, told):
    path = write(tmp_path, "a.csv", f"text|label\n{text}|a\nplain|b\n", encoding)
    table = read_table(path)
    assert list(table.frame["text"]) == [text, "plain"]
    assert table.columns == ("text", "label")
    assert table.encoding in (told, {"euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs"}.get(told))


def test_a_guessed_encoding_is_told_and_can_be_chosen(tmp_path):
    path = write(tmp_path, "a.csv", "text,label\nprix 5 €,a\n", "cp1252")
    assert "guess" in str(read_table(path).notes[0])
    assert read_table(path, encoding="iso8859-1").frame["text"][0] == "prix 5 \x80"


def test_delimiter_and_format_can_be_chosen(tmp_path):
    path = write(tmp_path, "a.csv", "a;b,c\n1;2,3\n")
    assert read_table(path, delimiter=";").columns == ("a", "b,c")
    assert read_table(path, delimiter=",").columns == ("a;b", "c")
    assert read_table(write(tmp_path, "b.csv", "[a],b\n1,2\n"), format="csv").columns == ("[a]", "b")


def test_numbers_keep_plain_text_in_every_typed_format(tmp_path):
    frame = pd.DataFrame({"i": [7, 8], "f": [7.0, 0.5], "b": [True, False], "d": [datetime.date(2024, 1, 2)] * 2, "t": ["x", None]})
    frame.to_parquet(tmp_path / "a.parquet")
    book = openpyxl.Workbook()
    for row in [list(frame), *frame.itertuples(index=False)]:
        book.active.append([None if isinstance(cell, float) and cell != cell else cell for cell in row])
    book.save(tmp_path / "a.xlsx")
    path = write(
        tmp_path,
        "a.json",
        '[{"i": 7, "f": 7, "b": true, "d": "2024-01-02", "t": "x"}, {"i": 8, "f": 0.5, "b": false, "d": "2024-01-02", "t": null}]',
    )
    wanted = [["7", "7", "true", "2024-01-02", "x"], ["8", "0.5", "false", "2024-01-02", None]]
    for file in (tmp_path / "a.parquet", tmp_path / "a.xlsx", path):
        assert read_table(file).frame.to_numpy().tolist() == wanted


def test_json_numbers_stay_as_written_and_nested_values_become_json_text(tmp_path):
    big = "9" * 5000
    path = write(tmp_path, "a.jsonl", f'{{"n": 1.0, "m": {big}}}\n{{"n": 1e5, "o": {{"x": [1, null, "é"]}}}}\n')
    table = read_table(path)
    assert table.frame.to_numpy().tolist() == [["1.0", big, None], ["1e5", None, '{"x": [1, null, "é"]}']]
    assert any("kept as JSON text" in str(note) for note in table.notes)
    assert any("absent from 1 rows" in str(note) for note in table.notes)


def test_the_first_sheet_is_read_unless_another_is_chosen(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "one"
    book.active["B3"], book.active["B5"] = "text", "below an empty row"
    book.create_sheet("two").append(["label"])
    book["two"].append([7])
    book.save(tmp_path / "a.xlsx")
    first = read_table(tmp_path / "a.xlsx")
    assert first.frame.to_dict("records") == [{"text": "below an empty row"}]
    assert "2 sheets" in str(first.notes[0])
    assert rows_of(tmp_path / "a.xlsx", sheet="two") == [{"label": "7"}]


def test_blank_rows_and_nameless_empty_columns_are_left_out_and_told(tmp_path):
    table = read_table(write(tmp_path, "a.csv", "\na,b,\n1,2,\n\n3,4,\n\n"))
    assert table.frame.to_dict("records") == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    assert [str(note) for note in table.notes] == [
        "Blank rows of a.csv that were left out: 1.",
        "Columns of a.csv with neither a name nor a cell, left out: 1.",
    ]


def test_tab_separated_text_without_quoting_keeps_its_quote_marks(tmp_path):
    table = read_table(write(tmp_path, "a.tsv", 'text\tlabel\n"never closed\t1\nplain\t0\n'))
    assert list(table.frame["text"]) == ['"never closed', "plain"]
    assert "quote marks were kept" in str(table.notes[0])


def test_preview_reads_only_the_first_rows(tmp_path):
    path = write(tmp_path, "a.csv", "a,b\n" + "1,2\n" * 50 + "ragged\n")
    assert len(preview(path).frame) == 20
    assert len(preview(path, rows=3).frame) == 3
    pd.DataFrame({"a": ["x"] * 50}).to_parquet(tmp_path / "a.parquet")
    assert len(preview(tmp_path / "a.parquet", rows=7).frame) == 7


def test_a_name_by_content_wins_over_a_name_by_ending(tmp_path):
    table = read_table(write(tmp_path, "a.xlsx", "a,b\n1,2\n"))
    assert table.format == "csv"
    assert "named .xlsx but holds csv" in str(table.notes[0])


def test_parquet_dictionaries_nested_columns_and_nan_are_told(tmp_path):
    table = pa.table(
        {"c": pa.array(["x", "y", None]).dictionary_encode(), "l": [[1], None, [2, 3]], "f": [float("nan"), 1.5, float("inf")]}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    read = read_table(tmp_path / "a.parquet")
    assert read.frame.to_numpy().tolist() == [["x", "[1]", None], ["y", None, "1.5"], [None, "[2, 3]", "inf"]]
    assert len(read.notes) == 2


def test_100_000_rows_are_read_whole(tmp_path):
    path = write(tmp_path, "a.csv", "a,b,c,d,e\n" + "".join(f'{i},"some text, number {i * 7}",x,north,\n' for i in range(100_000)))
    assert len(read_table(path).frame) == 100_000


def test_the_reading_process_starts_without_heavy_libraries():
    code = "import sys, fmcore.data.child, fmcore.data.formats.parquet, fmcore.data.formats.xlsx; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "transformers", "pandas", "pydantic", "datasets", "streamlit"} & set(loaded)


LIMITS = Limits(file_bytes=1 << 20, rows=1000, columns=10, cell_characters=1000, out_bytes=1 << 20, seconds=5, memory_bytes=1 << 28)
CELL = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=12) | st.sampled_from(
    ['"', "a,b", "x;y", "p|q", "t\tt", "two\nlines", "cr\rhere", "both\r\n", "", "None", "007", "'", '""', "﻿", "\x85", "\u2028"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8), delimiter=st.sampled_from(",;\t|"))
def test_any_table_that_the_csv_module_writes_is_read_back(tmp_path, rows, delimiter):
    path = tmp_path / "any.csv"
    with open(path, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows([("a", "b", "c"), *rows])
    found = formats.read(Asked(str(path), "any.csv", None, None, None, None, None, LIMITS)).table
    assert [tuple(row.values()) for row in found.to_pylist()] == [tuple(cell or None for cell in row) for row in rows]
