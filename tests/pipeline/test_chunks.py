"""A large file in chunks says exactly what it says when it is read whole."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fmcore.data.read import read_table
from fmcore.errors import DataError
from fmcore.pipeline.chunks import chunks

FILES = {
    "plain.csv": ("a,b\n" + "".join(f'{i},"text, {i}"\n' for i in range(10))).encode(),
    "lines.csv": b'a,b\n1,"two\nlines"\n\n2,\n3,"say ""hi"""\n',
    "wide.csv": "a;b\n1;größe\n2;NA\n".encode("utf-16"),
    "quotes.tsv": b'a\tb\n1\t"so it goes\n2\tit is "fine" here\n3\tend\n',
    "tail.csv": b"a,b,\n1,x,\n2,y,\n",
    "rows.jsonl": b'{"a": 1, "b": "x"}\n\n{"a": 2.5, "b": null}\n{"a": "007", "b": "z"}\n',
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("rows", [1, 2, 100])
def test_chunks_add_up_to_the_whole_file(tmp_path: Path, name: str, rows: int) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    found = list(chunks(path, rows, small_bytes=0))
    assert all(len(frame) <= rows for _, frame in found)
    assert found[-1][0] == 1.0
    whole = read_table(path).frame
    joined = pd.concat([frame for _, frame in found], ignore_index=True)
    assert joined.to_dict("records") == whole.to_dict("records")


def test_a_ragged_row_deep_in_a_large_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 50 + "1,2,3\n")
    with pytest.raises(DataError, match="row 52 has 3 cells"):
        list(chunks(path, 10, small_bytes=0))


def test_parquet_comes_in_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame({"a": ["x", None, "z"], "b": [1, 2, 3]}).to_parquet(path)
    joined = pd.concat([frame for _, frame in chunks(path, 2, small_bytes=0)], ignore_index=True)
    assert joined.to_dict("records") == [{"a": "x", "b": "1"}, {"a": None, "b": "2"}, {"a": "z", "b": "3"}]
