"""API keys and demo links: a secret shown once opens one run until it expires, is revoked, or its run is deleted."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import Dataset
from fmcore.store import DemoSettings, Example, Store
from fmcore.store.tables import links, tokens
from tests.store.examples import spec

ODD = "a\0b \ud83d </script> ‮ x"  # a zero byte, half of an emoji, a tag, a mark that turns text around


@pytest.fixture
def run(store: Store, known: Dataset) -> str:
    return store.log_run(spec(), name="a", who="ana", key="1")


def test_a_key_opens_its_run_by_its_secret_alone(store: Store, run: str) -> None:
    secret, token = store.add_token(run, "  the   partner's server ", "ana", 30)
    assert (token.run, token.name, token.who, token.revoked) == (run, "the partner's server", "ana", None)
    assert token.when < token.expires
    assert store.token_of(secret) == token and store.tokens(run) == [token]
    assert store.token_of(token.id) is None and store.token_of("") is None and store.token_of(ODD) is None
    event = store.events(run)[0]
    assert (event.what, event.who, str(event.sentence)) == ("token-added", "ana", "Made the API key the partner's server for 30 days.")


def test_only_the_sha256_of_a_secret_is_stored(store: Store, run: str) -> None:
    secret, _ = store.add_token(run, "one", "ana", 1)
    other, _ = store.add_link(run, "two", "ana", 1)
    with store.engine.read() as connection:
        rows = [*connection.execute(sa.select(tokens)).all(), *connection.execute(sa.select(links)).all()]
    said = repr(rows) + repr(store.events())
    assert secret not in said and other not in said
    assert {row.sha256 for row in rows} == {hashlib.sha256(one.encode()).hexdigest() for one in (secret, other)}
    assert secret != other and len(secret) >= 32


def test_a_revoked_key_opens_nothing_and_stays_revoked_as_it_was(store: Store, run: str) -> None:
    secret, token = store.add_token(run, "one", "ana", 1)
    other, _ = store.add_token(run, "two", "ana", 1)
    store.revoke_token(token.id, "bo")
    (first,) = [one for one in store.tokens(run) if one.id == token.id]
    store.revoke_token(token.id, "cy")
    assert store.token_of(secret) is None and store.token_of(other) is not None
    assert [one.name for one in store.tokens(run)] == ["two", "one"]
    assert first.revoked and first in store.tokens(run)
    assert [event.who for event in store.events(token.id) if event.what == "token-revoked"] == ["bo"]
    with pytest.raises(StoreError, match="no t-none to revoke"):
        store.revoke_token("t-none", "bo")


def test_an_expired_secret_opens_nothing(store: Store, run: str) -> None:
    key, _ = store.add_token(run, "one", "ana", 1)
    link, _ = store.add_link(run, "two", "ana", 1)
    with store.engine.write() as connection:
        for table in (tokens, links):
            connection.execute(table.update().values(expires="2026-01-02T03:04:05.000000+00:00"))
    assert store.token_of(key) is None and store.link_of(link) is None
    assert len(store.tokens(run)) == len(store.links(run)) == 1


def test_a_run_in_the_bin_is_closed_and_opens_again_when_taken_out(store: Store, run: str) -> None:
    key, _ = store.add_token(run, "one", "ana", 1)
    link, _ = store.add_link(run, "two", "ana", 1)
    store.delete_runs([run], "ana")
    assert store.token_of(key) is None and store.link_of(link) is None
    store.restore_runs([run], "ana")
    assert store.token_of(key) is not None and store.link_of(link) is not None
    store.delete_runs([run], "ana")
    store.purge_runs([run], "ana")
    assert store.token_of(key) is None and store.tokens(run) == store.links(run) == []


@pytest.mark.parametrize("days", [0, 367, -1, 1.5, True])
def test_days_are_whole_and_from_1_to_366(store: Store, run: str, days: int) -> None:
    with pytest.raises(StoreError, match="from 1 to 366 days"):
        store.add_token(run, "one", "ana", days)
    with pytest.raises(StoreError, match="from 1 to 366 days"):
        store.add_link(run, "one", "ana", days)
    assert store.tokens(run) == store.links(run) == []


@pytest.mark.parametrize(("name", "n"), [("", 0), (" \n\0", 0), ("x" * 101, 101)])
def test_a_name_is_one_line_of_1_to_100_characters(store: Store, run: str, name: str, n: int) -> None:
    with pytest.raises(StoreError, match=f"name of a key takes from 1 to 100 characters; found {n}"):
        store.add_token(run, name, "ana", 1)
    with pytest.raises(StoreError, match=f"title of a link takes from 1 to 100 characters; found {n}"):
        store.add_link(run, name, "ana", 1)


def test_nothing_opens_a_run_that_is_not_there(store: Store) -> None:
    with pytest.raises(StoreError, match="no run r-none"):
        store.add_token("r-none", "one", "ana", 1)
    with pytest.raises(StoreError, match="no run r-none"):
        store.add_link("r-none", "one", "ana", 1)


def test_a_link_keeps_how_it_shows_its_run_whatever_was_typed(store: Store, run: str) -> None:
    settings = DemoSettings(level=0.85, examples=(Example("My card is lost."), Example(ODD, "second")))
    secret, link = store.add_link(run, f"For the board {ODD}", "ana", 7, settings)
    assert link.settings == settings and store.link_of(secret) == link
    assert link.title == "For the board ab ? </script> ‮ x"
    assert store.add_link(run, "plain", "ana", 7)[1].settings == DemoSettings(0.7, ())


def test_visits_are_counted_and_a_link_can_be_revoked(store: Store, run: str) -> None:
    secret, link = store.add_link(run, "board", "ana", 7)
    for _ in range(3):
        store.visit_link(link.id)
    store.visit_link("l-none")
    store.revoke_link(link.id, "bo")
    assert store.link_of(secret) is None
    (left,) = store.links(run)
    assert left.visits == 3 and left.revoked is not None
    assert [event.what for event in store.events(link.id)] == ["link-revoked", "link-added"]
