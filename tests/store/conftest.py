"""A store of every kind for each test: SQLite in a file, and a real PostgreSQL that is started once and thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from fmcore.records import Dataset
from fmcore.store import Store, open_store
from tests.store.examples import dataset

BACKENDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server on loopback, without a database name. Fails in CI where its programs are missing, skips elsewhere."""
    programs = _programs()
    if programs is None:
        reason = "no PostgreSQL server programs here (Debian: apt install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"fmc-pg-{uuid.uuid4().hex[:8]}"  # short: a socket's path has a limit
    folder.mkdir(mode=0o700)
    as_whom: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres" if _user_exists("postgres") else "nobody"
        shutil.chown(folder, user)
        as_whom = ["setpriv", f"--reuid={user}", f"--regid={_group_of(user)}", "--clear-groups"]
    data, port = folder / "data", _free_port()
    options = f"-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=127.0.0.1 -p {port} -k {folder}"
    try:
        _run([*as_whom, programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"], folder)
        _run([*as_whom, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], folder)
        yield f"postgresql+pg8000://tester@127.0.0.1:{port}"
    finally:
        if (data / "postmaster.pid").exists():
            _run([*as_whom, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, home: Path) -> str:
    """The URL of a store that does not exist yet, or is empty."""
    if request.param == "sqlite":
        return f"sqlite:///{home}/fmcore.db"
    return _new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.engine.pool.dispose()


@pytest.fixture
def known(store: Store) -> Dataset:
    """A data set that the store knows; runs need one."""
    return store.add_dataset(dataset())


def _new_database(server: str) -> str:
    import sqlalchemy as sa

    name = f"fmc_{uuid.uuid4().hex}"
    engine = sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{server}/{name}"


def _programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


def _run(command: list, folder: Path) -> None:
    # Into a file: the server keeps what it is given as output, so a pipe would never close.
    with open(folder / "said", "w+") as said:
        code = subprocess.call([str(p) for p in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=120)
        said.seek(0)
        assert code == 0, said.read()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _user_exists(name: str) -> bool:
    import pwd

    return any(entry.pw_name == name for entry in pwd.getpwall())


def _group_of(name: str) -> int:
    import pwd

    return pwd.getpwnam(name).pw_gid
