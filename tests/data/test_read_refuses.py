"""Files that can't be read: one sentence each, with the file, the row and the column, and what to do."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fmcore.data import formats
from fmcore.data.limits import Asked, Limits
from fmcore.data.read import plain_name, read_table
from fmcore.errors import DataError
from fmcore.settings import Settings


def sentence(path: Path, **options) -> str:
    """Return what a person is told: a single sentence or a few on one line, without a folder or a traceback."""
    with pytest.raises(DataError) as caught:
        read_table(path, **options)
    told = str(caught.value)
    assert str(path.parent) not in told
    assert "Traceback" not in told and "\n" not in told
    return told


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


PLAIN = [
    ("empty.csv", b"", "empty.csv is empty"),
    ("blank.csv", b" \n\n\t\n", "blank.csv is empty"),
    ("mark.csv", b"\xef\xbb\xbf", "mark.csv is empty"),
    ("header.csv", b"text,label\n", "header.csv has a header but no rows"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture.csv is a picture, not a table"),
    ("noise.csv", bytes(np.random.default_rng(0).integers(0, 256, 5000, dtype=np.uint8)), "noise.csv is not text: it holds binary data"),
    ("page.csv", b"<!DOCTYPE html><html></html>", "page.csv is a web page"),
    ("quote.csv", b'a,b\n1,2\n3,"never closed\n5,6\n', 'quote.csv, row 3, column 2: a quote (") is opened and never closed'),
    ("after.csv", b'a,b\n"one\ntwo",2\n"no"t,6\n', 'after.csv, row 3, column 1: text follows a closing quote (")'),
    (
        "few.csv",
        b"a,b,c\n1,2,3\n4,5\n6\n7,8,9\n",
        "few.csv, row 3 holds 2 of the 3 cells that the header names. Rows that differ from the header: 2",
    ),
    (
        "many.csv",
        b'a,b\n"x\ny",2\n1,2,3\n',
        "many.csv, row 3 has 3 cells, but the header names 2 columns. Rows that differ from the header: 1",
    ),
    ("extra.csv", b"a,b\n0,1,2\n1,3,4\n", "Every row of extra.csv has 3 cells, but its header names 2 columns: one column has no name"),
    ("twice.csv", b"a,b,a\n1,2,3\n", "Columns 1 and 3 of twice.csv are both called a"),
    ("noname.csv", b",a\n0,x\n", "Column 1 of noname.csv has no name"),
    ("null.csv", b"a,b\n1,2\n3,\x00x\n", "null.csv, row 3 holds a null byte"),
    ("broken.csv", "a,b\né,2\né,3\né,4\n".encode() + b"x\xff,3\n", "broken.csv is UTF-8 except for bytes in line 5"),
    ("deep.json", b"[" * 100_000 + b"]" * 100_000, "deep.json nests too deeply"),
    ("deepcell.jsonl", b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deepcell.jsonl nests too deeply"),
    ("nan.json", b'[{"a": 1}, {"a": NaN}]', "nan.json, row 2, column a: NaN is no JSON value. Write null"),
    ("inf.jsonl", b'{"a": [1, -Infinity]}\n', "inf.jsonl, row 1, column a: -Infinity is no JSON value"),
    ("line.jsonl", b'{"a": 1}\n{"a": 2\n{"a": 3}\n', "line.jsonl, line 2, character 8: this is not valid JSON"),
    ("word.json", b"[1, 2]", 'word.json, row 1 is not an object. Write every row as {"column": value}'),
    ("lone.json", b'{"a": 1}', 'lone.json is JSON, but not a table. Give a list of objects, {"column": [cells]}'),
    ("none.json", b"[]", "none.json is empty"),
    ("keys.json", b'[{"a": 1, "a": 2}]', "keys.json, row 1: the key a stands there twice"),
    ("innerkeys.json", b'[{"b": {"a": 1, "a": 2}}]', "innerkeys.json, row 1, column b: the key a stands there twice"),
    ("uneven.json", b'{"a": [1, 2], "b": [1]}', "uneven.json: column b has 1 cells, column a has 2"),
    ("half.json", b'[{"a": "x"}, {"a": "\\ud800"}]', "half.json, row 2, column a: half of a character pair"),
    ("cut.parquet", b"PAR1" + b"\0" * 100, "cut.parquet can't be read as Parquet"),
    ("cut.xlsx", b"PK\x03\x04" + b"\0" * 100, "cut.xlsx is a damaged ZIP or XLSX file"),
    ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old.xls is an old Excel or Word file"),
    ("wide.csv", ",".join(f"c{i}" for i in range(300_000)) + "\n1\n", "wide.csv has 300000 columns; at most 512 are read"),
]


@pytest.mark.parametrize(("name", "content", "told"), PLAIN, ids=[name for name, _, _ in PLAIN])
def test_a_bad_file_is_told_in_a_sentence(tmp_path, name, content, told):
    path = written(tmp_path, name, content)
    asked = Asked(str(path), name, None, None, None, None, None, Limits.of(Settings()))
    with pytest.raises(DataError) as caught:  # without the process around it, which the tests below go through
        formats.read(asked)
    assert str(caught.value).startswith(told)


def test_a_wrong_encoding_is_told_with_its_line(tmp_path):
    path = written(tmp_path, "a.csv", b"a,b\nx,y\n" + "caf\xe9,2\n".encode("cp1252"))
    assert sentence(path, encoding="utf-8").startswith("a.csv is not in the encoding utf-8: line 3 can't be decoded")
    assert sentence(path, encoding="klingon").startswith("There is no text encoding called klingon. Known: utf-8")
    assert sentence(path, encoding="base64").startswith("There is no text encoding called base64")
    assert sentence(path, encoding="utf-16").startswith("a.csv is not in the encoding utf-16")


def test_a_wrong_choice_of_format_delimiter_or_sheet_names_the_known(tmp_path):
    path = written(tmp_path, "a.csv", "a,b\n1,2\n")
    assert sentence(path, format="poem").startswith("There is no format called poem. Known: csv, json")
    assert sentence(path, format="parquet").startswith("a.csv is not a parquet file")
    assert sentence(path, format="json").startswith("a.csv, line 1, character 1: this is not valid JSON")
    assert sentence(path, delimiter=",,").startswith("A delimiter is one character")
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert sentence(tmp_path / "a.xlsx").startswith("a.xlsx is empty")
    assert sentence(tmp_path / "a.xlsx", sheet="two") == "a.xlsx has no sheet called two. Known: Sheet."


def test_a_missing_file_a_folder_and_a_pipe_are_told(tmp_path):
    assert sentence(tmp_path / "no.csv") == "There is no file called no.csv. Check the name, or choose the file again."
    (tmp_path / "folder.csv").mkdir()
    assert sentence(tmp_path / "folder.csv").startswith("folder.csv is a folder")
    os.mkfifo(tmp_path / "pipe.csv")
    assert sentence(tmp_path / "pipe.csv").startswith("pipe.csv is a folder or no regular file")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/x.csv", "x.csv"),
        ("C:\\a\\..\\x.csv", "x.csv"),
        ("a\nb\x1b[31m.csv", "a b [31m.csv"),
        ("..", "file"),
        ("", "file"),
        ("z" * 300, "z" * 120),
    ],
)
def test_only_the_base_name_is_ever_shown(tmp_path, name, shown):
    assert plain_name(name) == shown
    if name:
        assert sentence(written(tmp_path, "u", b""), name=name).startswith(f"{shown} is empty")


def test_values_with_braces_stay_values(tmp_path):
    assert "both called {name}" in sentence(written(tmp_path, "{0}.csv", "{name},{name}\n1,2\n"))


def test_a_file_a_cell_or_a_table_over_the_limits_is_refused(tmp_path):
    path = written(tmp_path, "a.csv", "a,b\n" + "1,2\n" * 400_000)
    assert sentence(path, limits=Settings(max_upload_mb=1)).startswith("a.csv has 2 MB; at most 1 MB are read")
    assert sentence(path, limits=Settings(max_rows=1000)).startswith("a.csv has more than 1000 rows")
    path = written(tmp_path, "b.csv", "a,b\n1,2\n3," + "x" * 2000 + "\n")
    assert sentence(path, limits=Settings(max_cell_characters=1000)).startswith(
        "b.csv, row 3, column 2: a cell has more than 1000 characters"
    )
    path = written(tmp_path, "c.jsonl", json.dumps({"a": "x" * 2000}))
    assert sentence(path, limits=Settings(max_cell_characters=1000)).startswith(
        "c.jsonl, row 1, column a: a cell has more than 1000 characters"
    )


def test_a_cell_of_200_megabytes_is_refused_without_taking_the_memory(tmp_path):
    with open(tmp_path / "a.csv", "wb") as out:
        out.write(b"a,b\n1,")
        for _ in range(200):
            out.write(b"x" * (1 << 20))
    assert sentence(tmp_path / "a.csv").startswith("a.csv, row 2")


def test_a_parquet_bomb_is_refused_before_it_is_unpacked(tmp_path):
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(300_000, dtype=np.int32)), pa.array(["x" * 5_000]))
    pq.write_table(pa.table({"text": text}), tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000  # and 1.5 GB inside
    assert sentence(tmp_path / "a.parquet").startswith("a.parquet holds more than 1024 MB of text once it is unpacked")
    pq.write_table(pa.table({"n": pa.array(np.zeros(1_000_000))}), tmp_path / "b.parquet", use_dictionary=False, compression="zstd")
    assert sentence(tmp_path / "b.parquet", limits=Settings(read_memory_mb=256, max_rows=10)).startswith("b.parquet has more than 10 rows")
    pq.write_table(pa.table({"t": ["y", "x" * 5000]}), tmp_path / "c.parquet")
    assert sentence(tmp_path / "c.parquet", limits=Settings(max_cell_characters=1000)).startswith(
        "c.parquet, row 3, column t: a cell has more"
    )
    pq.write_table(pa.table({"b": [b"\xff\xfe"]}), tmp_path / "d.parquet")
    assert sentence(tmp_path / "d.parquet").startswith("d.parquet, column b holds binary data")


def _workbook(folder: Path, name: str, **parts: bytes) -> Path:
    """A small XLSX in which some parts are put in place of others."""
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["text", "label"])
    book.active.append(["good", "1"])
    book.save(out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, parts.get(Path(part).stem, old.read(part)))
    return folder / name


def test_an_xlsx_bomb_is_refused_by_its_table_of_contents(tmp_path):
    path = _workbook(tmp_path, "a.xlsx", sheet1=b"<worksheet>" + b" " * (300 << 20))
    assert path.stat().st_size < 400_000
    assert sentence(path, limits=Settings(read_memory_mb=1024)).startswith("a.xlsx holds more than 256 MB of text once it is unpacked")


def test_an_xlsx_whose_last_cell_is_far_away_is_refused_by_memory(tmp_path):
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    assert sentence(_workbook(tmp_path, "a.xlsx", sheet1=sheet)).startswith("Reading a.xlsx takes more than 4096 MB of memory")


def test_an_xlsx_with_entities_is_not_opened(tmp_path):
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    head = b'<?xml version="1.0"?>' + laughs + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    rows = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>&b;</t></is></c></row>' % (i, i) for i in (1, 2))
    sheet = head + b"<sheetData>" + rows + b"</sheetData></worksheet>"
    assert "declares XML entities in xl/worksheets/sheet1.xml" in sentence(_workbook(tmp_path, "a.xlsx", sheet1=sheet))
    padded = sheet.replace(b"<!DOCTYPE", b"<!--" + b" " * 100_000 + b"--><!DOCTYPE")  # beyond what is looked at: still never expanded
    assert sentence(_workbook(tmp_path, "b.xlsx", sheet1=padded)).startswith("b.xlsx can't be read as XLSX")


def test_a_zip_that_is_no_xlsx_is_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr("../../x.csv", "a,b\n1,2\n")
    assert sentence(tmp_path / "a.zip").startswith("a.zip is a ZIP archive or another office format")


def test_a_process_that_takes_too_much_memory_or_time_is_ended_and_told(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("[" + ",".join(f'{{"a": "{i}", "b": [{i}, {i}]}}' for i in range(1_000_000)) + "]")
    assert sentence(path, limits=Settings(read_memory_mb=256)).startswith("Reading a.json takes more than 256 MB of memory")
    assert sentence(path, limits=Settings(read_seconds=1)).startswith("Reading a.json takes more than 1 seconds")


def test_more_text_than_the_memory_allows_is_refused(tmp_path):
    pd.DataFrame({"t": ["x" * 1000 + str(i) for i in range(70_000)]}).to_csv(tmp_path / "a.csv", index=False)
    assert sentence(tmp_path / "a.csv", limits=Settings(read_memory_mb=256)).startswith("a.csv holds more than 64 MB of text")
