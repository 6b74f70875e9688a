from __future__ import annotations

import errno
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from fmcore.errors import StoreError
from fmcore.records import say
from fmcore.store import Store, open_store, sqlite_faults
from fmcore.store import engine as engines
from fmcore.store.engine import get_engine
from fmcore.store.migrate import _FOLDER, HEAD
from fmcore.store.tables import metadata
from tests.store.examples import dataset, open_and_count, point, spec

spawn = multiprocessing.get_context("spawn")


def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    with store.engine.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_server_default": False}), metadata) == []


def test_the_newest_migration_is_the_one_that_opening_expects() -> None:
    assert ScriptDirectory(str(_FOLDER)).get_current_head() == HEAD


def test_eight_processes_open_a_new_database_at_once(url: str) -> None:
    with spawn.Pool(8) as pool:
        assert pool.map(open_and_count, [url] * 8, chunksize=1) == [0] * 8


def test_a_process_has_one_engine_per_url(url: str) -> None:
    assert get_engine(url) is get_engine(url)
    assert open_store(url) is open_store(url)


def test_a_forked_child_uses_connections_of_its_own(store: Store) -> None:
    store.add_dataset(dataset())
    before = id(store.engine.pool.pool)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        new = id(store.engine.pool.pool) != before
        os.write(writer, b"%d %d" % (new, len(store.datasets())))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 10) == b"1 1"
    assert len(store.datasets()) == 1


def test_sqlite_is_set_to_lose_nothing(home: Path) -> None:
    store = open_store(f"sqlite:///{home}/fmcore.db")
    with store.engine.read() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
        assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.engine.write() as connection:
        connection.execute(sa.text("DELETE FROM events"))
        assert store.datasets() == []


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match="no data set d-none"):
        store.add_run(spec("d-none"), name="a", who="ana", key="k")
    assert store.events() == [] and store.runs().total == 0


def test_half_a_character_is_refused_in_one_sentence_and_nothing_is_stored(home: Path) -> None:
    store = open_store()
    store.add_dataset(dataset())
    with pytest.raises(StoreError, match="holds a zero byte or half a character"):
        store.add_run(spec(), name="half \ud83d", who="ana", key="k")
    with pytest.raises(StoreError, match="holds a zero byte or half a character"):
        store.run("\udc00")
    assert store.runs().total == 0


def test_the_write_ahead_log_is_moved_into_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAL_BYTES", 50_000)
    monkeypatch.setattr(engines, "WAL_COMMITS", 5)
    store = open_store(f"sqlite:///{home}/fmcore.db")
    store.add_dataset(dataset())
    longest = 0
    for number in range(60):
        store.log_run(spec(), name=str(number), who="ana", key=str(number), progress=[point(step) for step in range(20)])
        longest = max(longest, (home / "fmcore.db-wal").stat().st_size)
    assert longest < 1_000_000  # 60 runs without moving it would be over 6 MB
    assert store.runs().total == 60


def test_a_database_of_a_newer_version_is_refused(url: str) -> None:
    store = open_store(url)
    with store.engine.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    code = f"from fmcore.store import open_store\ntry: open_store({url!r})\nexcept Exception as error: print(type(error).__name__, error)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert answer.startswith("StoreError The database") and "newer version of FM Commons (it stands at 9999" in answer


def test_a_file_that_is_no_database_is_said_so(home: Path) -> None:
    home.mkdir()
    (home / "fmcore.db").write_bytes(b"not a database at all " * 100)
    with pytest.raises(StoreError, match="damaged or not a database"):
        open_store(f"sqlite:///{home}/fmcore.db")


def test_a_damaged_file_is_said_so(home: Path) -> None:
    store = open_store(f"sqlite:///{home}/fmcore.db")
    store.add_dataset(dataset())
    store.engine.pool.dispose()
    path = home / "fmcore.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError, match="damaged or not a database"):
        store.datasets()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="can't be made"):
        open_store(f"sqlite:///{tmp_path}/file/fmcore.db")


def test_a_read_only_database_is_said_so(home: Path) -> None:
    store = open_store(f"sqlite:///{home}/fmcore.db")
    with store.engine.saying_what_happened(), store.engine.pool.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        with pytest.raises(StoreError, match="can only be read"), store.engine.saying_what_happened():
            connection.exec_driver_sql("DELETE FROM events")
        connection.invalidate()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "The disk of the database .* is full; make room and try again"),
        (errno.EROFS, r"can't be opened, because nothing can be written into .* \(Read-only file system\); .* FMCORE_HOME"),
        (errno.ENOENT, "The folder .* of the database is gone"),
    ],
    ids=["full", "read-only", "gone"],
)
def test_a_database_that_cannot_be_opened_says_whether_the_disk_is_full_or_the_folder_closed(
    home: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    def refuse(**options: object) -> None:
        raise OSError(code, os.strerror(code))

    store = open_store(f"sqlite:///{home}/fmcore.db")
    store.engine.pool.dispose()
    for left in home.glob("fmcore.db*"):
        left.unlink()
    (home / "fmcore.db-wal").mkdir()  # what SQLite then says is that it can't open the file, whatever the cause
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(StoreError, match=said):
        store.runs()


def test_a_folder_in_the_place_of_the_database_is_said_so(home: Path) -> None:
    (home / "other.db").mkdir(parents=True)
    with pytest.raises(StoreError, match="other.db is a folder and no database"):
        open_store(f"sqlite:///{home}/other.db")


def test_a_full_disk_is_said_so_and_nothing_is_half_stored(home: Path) -> None:
    store = open_store(f"sqlite:///{home}/fmcore.db")
    store.add_dataset(dataset())
    with store.engine.pool.connect() as connection:  # the one pooled connection can grow the file no further
        connection.exec_driver_sql("PRAGMA max_page_count=1")
    with pytest.raises(StoreError, match="disk of the database .* is full"):
        for number in range(50):
            store.log_run(spec(), name=str(number), who="ana", key=str(number), progress=[point(step) for step in range(50)])
    store.engine.pool.dispose()
    assert len(store.runs().runs) == len([e for e in store.events() if e.what == "run-logged"])


def test_a_database_held_by_another_is_said_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.1)
    store = open_store(f"sqlite:///{home}/fmcore.db")
    other = sqlite3.connect(home / "fmcore.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another process"):
        store.add_dataset(dataset())
    other.execute("ROLLBACK")
    other.close()
    store.add_dataset(dataset())


def test_a_server_that_is_not_there_is_said_so() -> None:
    with pytest.raises(StoreError, match="can't be reached") as caught:
        open_store("postgresql://somebody:secret@127.0.0.1:9/none")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite://"])
def test_a_url_that_cannot_be_a_store_is_refused(url: str) -> None:
    with pytest.raises(StoreError):
        open_store(url)


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 50, 7), (3, 44, 6), (3, 53, 0)])
def test_a_corrected_sqlite_has_no_known_fault(version: tuple[int, ...]) -> None:
    assert sqlite_faults(version) == []


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)])
def test_a_faulty_sqlite_is_named(version: tuple[int, ...]) -> None:
    (fault,) = sqlite_faults(version)
    assert "WAL-reset" in str(fault) and fault.values == say("", version=".".join(map(str, version))).values
