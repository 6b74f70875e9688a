"""What the dashboard does once, before its first visitor."""

from __future__ import annotations

import runpy
import subprocess
import sys
import threading
from multiprocessing.spawn import get_preparation_data
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from fmcore import inference, jobs
from fmcore.errors import InferenceError
from fmcore.pipeline.runs import folder
from fmcore.store import open_store
from pages.shared import ready, server
from pages.shared.places import PAGES
from tests.pages.history import add_dataset, app, log_runs, spec


@pytest.fixture
def asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every time that somebody was asked to work on the queue."""
    calls: list[str] = []
    monkeypatch.setattr(jobs, "ensure_supervisor", lambda: calls.append("asked"))
    return calls


def test_a_run_that_waits_is_worked_on_when_the_dashboard_starts(asked: list[str]) -> None:
    store = open_store()
    store.add_run(spec(add_dataset(store)), name="waits", who="tester", key="1")
    server.wake_jobs()
    assert asked == ["asked"]


def test_somebody_is_looked_for_again_when_all_were_killed_while_the_dashboard_is_up(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Enough(Exception):
        pass

    def later(seconds: float) -> None:
        if len(asked) == 3:
            raise Enough

    monkeypatch.setattr(server.time, "sleep", later)
    monkeypatch.setattr(threading, "excepthook", lambda hook: None)
    store = open_store()
    store.add_run(spec(add_dataset(store)), name="waits", who="tester", key="1")
    server.keep_jobs_going().join(30)
    assert asked == ["asked"] * 3


def test_a_dashboard_without_unfinished_runs_starts_nobody(asked: list[str]) -> None:
    server.wake_jobs()
    assert asked == []


def test_a_store_that_cannot_be_opened_does_not_keep_the_dashboard_from_starting(asked: list[str], home: Path) -> None:
    home.mkdir(parents=True)
    (home / "fmcore.db").write_bytes(b"this is no database, and longer than a header would be" * 9)
    server.wake_jobs()
    assert asked == []


def test_what_answers_is_kept_ready_where_there_is_a_model_to_ask(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "wake", lambda: asked.append("awake"))
    store = open_store()
    ready.wake_answers()
    [run] = log_runs(store, add_dataset(store), 1)
    ready.wake_answers()
    assert asked == []  # a run that was logged has figures and no model
    (folder(run) / "model").mkdir(parents=True)
    ready.wake_answers()
    assert asked == ["awake"]


def test_pages_open_all_the_same_when_nothing_can_answer(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise InferenceError("No room.")

    store = open_store()
    [run] = log_runs(store, add_dataset(store), 1)
    (folder(run) / "model").mkdir(parents=True)
    monkeypatch.setattr(inference, "wake", refuse)
    ready.wake_answers()


def test_after_the_first_page_all_that_the_others_need_is_loaded_and_no_torch() -> None:
    code = "import sys; from pages.shared.server import warm; assert warm() is warm(); warm().join(); print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    modules = {path.relative_to(PAGES.parent).with_suffix("") for path in (PAGES / "shared").rglob("*.py") if path.stem != "__init__"}
    assert {".".join(path.parts) for path in modules} <= loaded
    assert {"pandas", "plotly.graph_objects"} <= loaded
    assert not {"torch", "transformers"} & loaded


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/report/r-0123456789ab", "/"),
        ("/a/b/c/", "/"),
        ("/a", None),
        ("/report/", None),
        ("/static/js/index.js", None),
        ("/media/ab.png", None),
        ("/component/x/index.html", None),
        ("/_stcore/upload_file/a/b", None),
        ("/a/b/_stcore/health", None),
    ],
)
def test_an_address_below_a_page_leads_to_the_front_and_the_servers_own_stay_theirs(address: str, leads_to: str | None) -> None:
    async def streamlits(request: Request) -> Response:
        return Response("Streamlit")

    app = Starlette(routes=[*server.routes(), Route("/{rest:path}", streamlits)])
    with TestClient(app, base_url="http://here", follow_redirects=False) as client:
        found = client.get(address)
        assert (found.text == "Streamlit") == (leads_to is None)
        if leads_to:
            assert found.status_code == 307 and urljoin(f"http://here{address}", found.headers["location"]) == f"http://here{leads_to}"


def test_a_process_that_is_spawned_after_a_page_was_drawn_starts_none_of_what_the_server_starts(asked: list[str]) -> None:
    store = open_store()
    store.add_run(spec(add_dataset(store)), name="waits", who="tester", key="1")
    app("0_home/home")
    assert Path(get_preparation_data("child")["init_main_from_path"]).name == "app.py", "streamlit leaves the app in the place of __main__"
    before = {thread.name for thread in threading.enumerate()}
    runpy.run_path(str(PAGES.parent / "app.py"), run_name="__mp_main__")  # as multiprocessing does in the child
    assert {thread.name for thread in threading.enumerate()} <= before and asked == []
