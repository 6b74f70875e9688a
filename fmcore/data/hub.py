"""Public data sets by name, through ``datasets.load_dataset``. Never runs code from a hub: sets that need a script are refused."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import yaml

from fmcore.data.folder_card import check_card
from fmcore.data.formats.parquet import as_text
from fmcore.data.limits import Asked, Limits, check_columns, check_out, check_rows
from fmcore.errors import DataError
from fmcore.records import SPLITS, Sentence, say
from fmcore.settings import Settings, get_settings

if TYPE_CHECKING:
    from datasets import Dataset, DatasetBuilder, DatasetDict

SEVERAL = re.compile(r"(?s)Config name is missing.*?available configs: \[(.*?)\]")
"""What the library says of a set with several parts when none was named."""
SECONDS = 10  # to wait for the hub's first answer
FILES = ("csv", "tsv", "json", "jsonl", "parquet")


def load_public(
    name: str | Path, *, config: str | None = None, split: str | None = None, limits: Settings | None = None
) -> dict[str, pd.DataFrame]:
    """Return split name → rows of a public data set, or of a folder that is laid out like one; every cell str or None.

    Names of classes stand in place of their numbers; an example without a class (-1) is missing.

    Raises:
        DataError: offline, not found, needs a script, or larger than this install takes.
    """
    settings = limits or get_settings()
    shown = str(name) if not Path(name).is_absolute() else Path(name).name
    with _sentences(shown, str(name)):
        if not Path(name).is_absolute():
            _ask(str(name), settings)
        elif not Path(name).is_dir():
            raise DataError("There is no folder called {name}. Check the name.", name=shown)
        else:
            check_card(Path(name), shown)
        with _loaded(str(name), config, settings) as found:
            if split is not None and split not in found:
                raise DataError("{name} has no split called {split}. Known: {known}.", name=shown, split=split, known=", ".join(found))
            wanted = found if split is None else {split: found[split]}
            return {str(part): _frame(rows, _asked(shown, settings)) for part, rows in wanted.items()}


def in_parts(found: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], tuple[Sentence, ...]]:
    """Return ``train`` and, where they are published, ``validation`` and ``test``; and what a person should know about the choice.

    Sets without a train split exist; their largest part is then what there is to learn from. Contests publish a test part without its
    answers: it can judge nothing, so it is left out and the rows to judge by are drawn.
    """
    train = "train" if "train" in found else max(found, key=lambda part: len(found[part]))
    parts, notes = {"train": found[train]}, []
    if train != "train":
        notes.append(say("There is no part called train; {part} is learned from, the largest.", part=train))
    for part in SPLITS:
        if part not in found or part == train:
            continue
        silent = [
            name for name in found[part] if found[part][name].isna().all() and found[train].get(name, found[part][name]).notna().any()
        ]
        if silent:
            text = "The part {part} is left out: its column {column} holds nothing, as where answers are kept secret."
            notes.append(say(text, part=part, column=silent[0]))
        else:
            parts[part] = found[part]
    return parts, tuple(notes)


@contextmanager
def _loaded(name: str, config: str | None, settings: Settings) -> Iterator[DatasetDict]:
    """Give the parts, every text file read as text. A folder leaves nothing behind: its files may change under the same name."""
    from datasets import load_dataset, load_dataset_builder

    cache = settings.cache() / "datasets"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="once-", dir=cache) as once:
        # asked beside the cache: what an earlier reading left there, guessed types for one, would pass for what the card says
        builder = load_dataset_builder(name, config, cache_dir=once)
        if not Path(name).is_absolute():
            _check_far(name, builder)
        check_out(builder.info.dataset_size or 0, asked=_asked(name, settings))
        yield load_dataset(name, config, cache_dir=once if Path(name).is_absolute() else str(cache), **_as_written(builder))


def _check_far(name: str, builder: DatasetBuilder) -> None:
    """Refuse a set of the hub whose card names files of this machine."""
    for file in (file for files in (builder.config.data_files or {}).values() for file in files):
        if not file.rsplit("::", 1)[-1].startswith(("hf://", "https://", "http://")):
            raise DataError("{name} can't be read: its card names a file outside the hub. Choose another set.", name=name)


def _as_written(builder: DatasetBuilder) -> dict[str, Any]:
    """Return the options under which cells of CSV, TSV and JSON keep the letters of the file; names of classes that the card gives stay.

    Otherwise pandas would turn the labels "None" and "NA" into missing and 007 into 7, and Arrow a text like 2020-01-31 into a moment.
    """
    from datasets import ClassLabel, Features, Json, Value
    from datasets.packaged_modules.csv.csv import CsvConfig
    from datasets.packaged_modules.json.json import JsonConfig

    if not isinstance(builder.config, (CsvConfig, JsonConfig)):
        return {}
    said = builder.info.features or builder.config.features or {}
    columns = said or _first_row(builder)
    if isinstance(builder.config, CsvConfig):
        typed = {name: kind if isinstance(kind, ClassLabel) else Value("string") for name, kind in columns.items()}
        return {"features": Features(typed) if typed else None, "keep_default_na": False, "na_values": [""]}
    moments = [name for name, kind in columns.items() if isinstance(kind, Value) and kind.dtype.startswith(("timestamp", "date", "time"))]
    return {"features": Features({**columns, **dict.fromkeys(moments, Json())})} if moments else {}


def _first_row(builder: DatasetBuilder) -> Mapping[str, Any]:
    """Return column → type as the library guesses it from the beginning of the first file."""
    from datasets import Features

    part = next(iter(builder.as_streaming_dataset().values()))
    row = next(iter(part.with_format("arrow").iter(batch_size=1)), None)
    return {} if row is None else Features.from_arrow_schema(row.schema)


def _frame(rows: Dataset, asked: Asked) -> pd.DataFrame:
    from datasets import ClassLabel, Json

    check_rows(len(rows), asked=asked)
    check_columns(rows.column_names, asked=asked)
    rows = rows.with_format("arrow")
    table: pa.Table = rows[:]
    columns, size = {}, 0
    for name in rows.column_names:
        column = table[name].combine_chunks()
        feature = rows.features[name]
        if isinstance(feature, ClassLabel):
            cells = [None if i is None or i < 0 else feature.names[i] for i in column.to_pylist()]
        elif isinstance(feature, Json):  # cells of several kinds, each as JSON: a text is its letters, without the quotes
            size += column.nbytes
            check_out(size, asked=asked)
            cells = [json.loads(cell) if cell and cell.startswith('"') else cell or None for cell in column.cast(pa.string()).to_pylist()]
        else:
            text = as_text(column, name, {}, asked)
            size += text.nbytes
            check_out(size, asked=asked)
            cells = text.to_pylist()
        columns[name] = np.array(cells, dtype=object)
    return pd.DataFrame(columns, dtype=object)


def _ask(name: str, settings: Settings) -> None:
    """Ask the hub once whether the set is there; load_dataset itself would try for half a minute."""
    if settings.offline:
        raise DataError(
            "{name} would have to come from the hub, and this installation is set to stay offline. "
            "Download it elsewhere and upload its files.",
            name=name,
        )
    from huggingface_hub import HfApi

    files = [item.rfilename for item in HfApi().dataset_info(name, timeout=SECONDS).siblings or ()]
    base = name.split("/")[-1]
    data = [file for file in files if file.removesuffix(".gz").removesuffix(".zip").rsplit(".", 1)[-1].lower() in FILES]
    if f"{base}.py" in files and not data:
        raise DataError(
            "{name} needs a script of its own to be read, and no code from a hub is run. Choose another set.",
            name=name,
        )


@contextmanager
def _sentences(name: str, place: str) -> Iterator[None]:
    """Turn whatever goes wrong on the way to a hub into one sentence."""
    from datasets import exceptions
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        raise DataError("{name} is closed: its owner has to grant access. Ask for it at the hub and set HF_TOKEN.", name=name) from error
    except (errors.RepositoryNotFoundError, exceptions.DatasetNotFoundError, errors.HFValidationError) as error:
        raise DataError("The hub has no public data set {name}. Check the spelling (owner/name).", name=name[:100]) from error
    except exceptions.DataFilesNotFoundError as error:
        raise DataError("{name} holds no files that can be read as a table.", name=name) from error
    except (errors.HTTPError, errors.EntryNotFoundError, ConnectionError, TimeoutError) as error:
        raise DataError(
            "{name} would have to come from the hub, which can't be reached from here. Download it elsewhere and upload its files.",
            name=name,
        ) from error
    except yaml.YAMLError as error:
        text = "{name} can't be read: its card (README.md) is not valid YAML ({reason}). Repair the lines between --- and ---."
        raise DataError(text, name=name, reason=_first_line(error)) from error
    except (exceptions.DatasetsError, ValueError, TypeError, AttributeError, LookupError, RuntimeError, ImportError, OSError) as error:
        if parts := SEVERAL.search(str(error)):
            named = ", ".join(part.strip(" '\"") for part in parts[1].split(","))
            raise DataError("{name} has several parts: {parts}. Say which one.", name=name, parts=named) from error
        told = error.__cause__ if isinstance(error, exceptions.DatasetGenerationError) and error.__cause__ else error
        raise DataError("{name} can't be read: {reason}", name=name, reason=_first_line(told).replace(place, name)) from error


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300].replace(os.path.expanduser("~"), "~")


def _asked(name: str, settings: Settings) -> Asked:
    return Asked(path=name, file=name, format=None, encoding=None, delimiter=None, sheet=None, rows=None, limits=Limits.of(settings))
