"""Answers by HTTP, asked of the real server: a key opens one run, and whatever can't be answered is one sentence in JSON."""

from __future__ import annotations

import json
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fmcore.commands import main
from fmcore.settings import get_settings
from fmcore.store import open_store
from pages.shared.http.api_about import openapi
from tests.browser.served import dashboard
from tests.hostile import EMPTY, STRINGS
from tests.inference.trained import made_rows, trained


@dataclass(frozen=True)
class Api:
    """A server, and a key that opens the run of a tiny model there."""

    address: str
    run: str
    secret: str

    def ask(self, body: Any, *, key: str | None = None, path: str = "/api/v1/predict", method: str = "POST") -> tuple[int, Any, Any]:
        """Return status, JSON and headers."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.secret if key is None else key}"}
        asked = urllib.request.Request(self.address + path, data if method == "POST" else None, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=120) as answer:
                return answer.status, json.load(answer), answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused), refused.headers


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Api]:
    home = tmp_path_factory.mktemp("api") / "home"
    given = {"FMCORE_HOME": str(home), "FMCORE_WHO": "tester", "FMCORE_OFFLINE": "1", "FMCORE_API_BODY_KB": "64"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        patch.delenv("FMCORE_DATABASE_URL", raising=False)
        get_settings.cache_clear()
        run = trained(tiny_model, made_rows())
        secret, _ = open_store().add_token(run, "test", "tester", 1)
        with dashboard(home) as address:
            yield Api(address, run, secret)
    get_settings.cache_clear()


def test_a_key_gets_one_answer_per_text(api: Api) -> None:
    status, found, headers = api.ask({"texts": ["the room was lovely", "</script>\x00 \ud83d"]})
    assert (status, found["run"], len(found["answers"])) == (200, api.run, 2)
    first = found["answers"][0]
    assert set(first) == {"label", "confidence", "scores", "tokens", "cut", "calibrated"}
    assert sum(first["scores"].values()) == pytest.approx(1)
    assert first["confidence"] == first["scores"][first["label"]]
    assert headers["Cache-Control"] == "no-store"


def test_every_hostile_text_is_answered_or_named_in_one_sentence(api: Api) -> None:
    texts = [text for name, text in STRINGS.items() if name not in (*EMPTY, "long")]
    status, found, _ = api.ask({"texts": texts})
    assert (status, len(found["answers"])) == (200, len(texts))
    for name in EMPTY:
        assert api.ask({"texts": [STRINGS[name]]})[:2] == (422, {"error": "There is no text to answer."})
    assert api.ask({"texts": [STRINGS["long"]]})[0] == 413
    for name in ("script", "surrogate", "sql", "json", "braces"):  # neither a wrong key, path nor field comes back as it was sent
        status, found, _ = api.ask({STRINGS[name]: [STRINGS[name]]})
        assert (status, set(found)) == (422, {"error"}) and STRINGS[name] not in found["error"]
        assert api.ask({"texts": ["a"]}, key=quote(STRINGS[name], errors="replace"))[0] == 401
        assert api.ask({}, path="/api/" + quote(STRINGS[name], errors="replace"))[0] == 404


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"", 400, "The body is not JSON"),
        (b"\xff\xfe", 400, "The body is not JSON"),
        (b"[" * 50_000, 400, "The body is not JSON"),
        ([], 422, "needs one field, a list of texts"),
        ({"texts": []}, 422, "needs one field, a list of texts"),
        ({"texts": ["a"], "run": "r-other"}, 422, "needs one field, a list of texts"),
        ({"texts": "the room"}, 422, "needs one field, a list of texts"),
        ({"texts": ["fine", " "]}, 422, "Text 2 of 2 is empty"),
        ({"texts": [7]}, 422, "Item 1 is no text"),
        ({"texts": [["a", "b"]]}, 422, "reads one text, not pairs"),
        ({"texts": ["a"] * 2001}, 413, "At most 2000 texts at once"),
        ({"texts": ["a" * 70_000]}, 413, "more than 64 kilobytes"),
    ],
)
def test_a_question_that_can_not_be_answered_gets_one_sentence(api: Api, body: Any, status: int, sentence: str) -> None:
    found = api.ask(body)
    assert found[0] == status
    assert set(found[1]) == {"error"}
    assert sentence in found[1]["error"]


def test_keys_that_are_wrong_revoked_or_of_no_kind_open_nothing(api: Api) -> None:
    secret, token = open_store().add_token(api.run, "gone", "tester", 1)
    assert api.ask({"texts": ["a"]}, key=secret)[0] == 200
    open_store().revoke_token(token.id, "tester")
    for key in (secret, "", "token-guess", token.id):
        status, found, headers = api.ask({"texts": ["a"]}, key=key)
        assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "Send a key that is valid" in found["error"]


def test_a_key_that_asks_too_often_is_told_how_long_to_wait(api: Api) -> None:
    secret, _ = open_store().add_token(api.run, "eager", "tester", 1)
    found = [api.ask(b"", key=secret) for _ in range(get_settings().api_requests_per_minute + 30)]
    assert [status for status, _, _ in found[:100]] == [400] * 100
    status, said, headers = found[-1]
    assert (status, int(headers["Retry-After"])) == (429, 1)
    assert "more often than 120 times a minute" in said["error"]
    assert api.ask({"texts": ["a"]})[0] == 200  # others may


def test_fifty_programs_at_once_get_their_own_answers(api: Api) -> None:
    texts = [f"the room number {n} was {'lovely' if n % 2 else 'slow'}" for n in range(50)]
    expected = [one["scores"]["good"] for one in api.ask({"texts": texts})[1]["answers"]]
    with ThreadPoolExecutor(50) as people:
        found = list(people.map(lambda text: api.ask({"texts": [text]}), texts))
    assert [status for status, _, _ in found] == [200] * 50
    assert [said["answers"][0]["scores"]["good"] for _, said, _ in found] == pytest.approx(expected, abs=1e-6)


def test_a_model_that_is_gone_and_a_run_in_the_bin_are_told_without_a_place(api: Api, tiny_model: Path) -> None:
    gone = trained(tiny_model, made_rows(), name="gone")
    secret, _ = open_store().add_token(gone, "gone", "tester", 1)
    assert api.ask({"texts": ["a"]}, key=secret)[0] == 200
    shutil.rmtree(get_settings().runs() / gone / "model")
    status, said, _ = api.ask({"texts": ["a"]}, key=secret)
    assert (status, set(said)) == (409, {"error"}) and "it is gone, was changed" in said["error"]
    assert str(get_settings().home) not in said["error"], "a program that asks need not know where files lie"
    open_store().delete_runs([gone], "tester")
    assert api.ask({"texts": ["a"]}, key=secret)[0] == 401


def test_other_methods_and_places_say_what_can_be_asked(api: Api) -> None:
    status, said, headers = api.ask({}, method="GET")
    assert (status, headers["Allow"]) == (405, "POST")
    assert "Ask with POST" in said["error"]
    assert api.ask({}, method="TRACE")[1] == said
    assert api.ask({}, path="/api/v2/predict")[0] == 404


def test_the_api_describes_itself_to_programs_and_to_people_without_another_host(api: Api) -> None:
    status, found, _ = api.ask({}, path="/api/v1/openapi.json", method="GET")
    assert (status, found) == (200, openapi())
    told = {"200", "400", "401", "405", "409", "413", "422", "429", "500", "503"}  # whatever it may answer
    assert set(found["paths"]["/api/v1/predict"]["post"]["responses"]) == told
    named = re.findall(r"#/components/schemas/(\w+)", json.dumps(found))
    assert set(named) == set(found["components"]["schemas"])
    with urllib.request.urlopen(f"{api.address}/api/v1/docs", timeout=30) as answer:
        page, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "<script" not in page
    assert set(re.findall(r"https?://[^/\s]+", page)) == {api.address}


def test_the_command_line_makes_lists_and_revokes_keys(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tokens", "add", api.run, "--name", "billing", "--days", "7", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert api.ask({"texts": ["a"]}, key=made["secret"])[0] == 200
    assert main(["tokens", "list", api.run, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["tokens"][0]
    assert (listed["token"], listed["name"], listed["revoked"]) == (made["token"], "billing", None)
    assert made["secret"] not in json.dumps(listed)
    assert main(["tokens", "revoke", made["token"]]) == 0
    assert api.ask({"texts": ["a"]}, key=made["secret"])[0] == 401
    assert main(["tokens", "add", "r-nowhere", "--name", "x"]) == 1
    assert "There is no run r-nowhere" in capsys.readouterr().err
