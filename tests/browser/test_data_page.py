"""A person's own file in a real browser: upload, look, choose, check, confirm, save, open again, compare, delete."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from fmcore.store import open_store
from tests.browser.served import browser, dashboard, settle, visit

pytestmark = pytest.mark.browser
WORDS = ("lovely", "quick", "clean", "warm", "quiet", "bright")
THINGS = ("room", "train", "meal", "film", "phone", "doctor", "garden", "song")


@pytest.fixture
def address(home: Path):
    with dashboard(home) as url:
        yield url


def csv(rows: range, sign: str = ",") -> bytes:
    """Return rows whose texts differ in many words; row 0 is the same in every file that starts there."""
    lines = [sign.join(("review", "verdict", "region"))]
    for n in rows:
        text = " ".join(f"{WORDS[(n * k) % 6]} {THINGS[(n + k * k) % 8]} {n * 7919 + k}" for k in range(4))
        lines.append(sign.join((text, "good" if n % 2 else "bad", "north" if n % 3 else "south")))
    return "\n".join(lines).encode()


def upload(page: Page, place: int, name: str, content: bytes) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").nth(place).set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_text(name.rsplit("/", 1)[-1]).first.wait_for()
    settle(page)


def save(page: Page) -> str:
    page.get_by_role("button", name="Save the data set").click()
    page.wait_for_url("**/data?data=*")
    settle(page)
    return page.url.split("data=")[1].split("&")[0]


def test_a_file_becomes_a_data_set_and_a_reload_loses_nothing(address: str) -> None:
    with browser(address) as page:
        visit(page, f"{address}/add_data")
        upload(page, 0, "my:red[words].csv", csv(range(90), ";"))
        page.get_by_text("columns parted by semicolons").wait_for()
        page.get_by_text("90 rows and 3 columns").wait_for()
        page.get_by_role("button", name="Check the data").click()
        page.get_by_text("Training rows").wait_for()
        page.reload()
        page.get_by_text("Training rows").wait_for()
        data_id = save(page)
        assert page.locator("h1").inner_text() == "my:red[words], version 1".replace(":red", ":\u2060red")
        [stored] = open_store().datasets()
        assert stored.id == data_id and stored.labels == ("bad", "good") and sum(stored.rows.values()) == 90
        assert (stored.columns.text, stored.columns.label, stored.who) == ("review", "verdict", "tester")

        visit(page, f"{address}/data")
        page.get_by_role("link", name="Open").click()
        settle(page)
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete for good").click()
        page.get_by_text("There is none yet").wait_for()
        assert open_store().datasets() == []


def test_an_overlap_of_train_and_test_waits_for_a_word_of_the_person(address: str) -> None:
    with browser(address) as page:
        visit(page, f"{address}/add_data")
        upload(page, 0, "train.csv", csv(range(80)))
        page.get_by_text("Own files").click()
        page.get_by_text("Validation file").wait_for()
        upload(page, 0, "dev.csv", csv(range(100, 120)))
        upload(page, 0, "exam.csv", csv(range(70, 90)))  # ten of its rows stand in train too
        page.get_by_role("button", name="Check the data").click()
        page.get_by_text("Makes results meaningless").first.wait_for()
        page.get_by_text("10 of 20 rows").first.wait_for()
        assert page.get_by_role("button", name="Save the data set").is_disabled()
        page.get_by_text("I know these problems").click()
        settle(page)
        save(page)
        page.get_by_text("confirmed on").first.wait_for()
        [stored] = open_store().datasets()
        assert stored.confirmation is not None and stored.confirmation.who == "tester"
        assert "train-test-overlap" in stored.confirmation.kinds and dict(stored.rows) == {"train": 80, "validation": 20, "test": 20}

        page.get_by_text("Check (").click()
        page.get_by_text("10 training rows go, 70 stay.").wait_for()
        page.get_by_role("button", name="Make this version").click()
        page.get_by_text("Left out 10 training rows").wait_for()
        assert page.locator("h1").inner_text() == "train, version 2"
        page.get_by_role("link", name=f"Made from {stored.id}").click()
        page.get_by_text("Make a version without the overlap").wait_for()


BAD = {
    "empty.csv": (b"", "empty.csv"),
    "header.csv": (b"text,label\n", "header.csv"),
    "binary.csv": (bytes(range(256)) * 40, "binary.csv"),
    "quote.csv": (b'text,label\n"a,b\nc,d\n', "quote.csv, row 2"),
    "zip.xlsx": (b"PK\x03\x04" + b"x" * 100, "zip.xlsx"),
    "ragged.csv": (b"text,label\na,b\nalone\n", "ragged.csv, row 3 holds 1 of the 2 cells"),
    "nan.json": (b'[{"text": "a", "label": NaN}]', "nan.json, row 1, column label: NaN is no JSON value"),
    "one.csv": (b"text\na\nb\n", "only one column, text"),
}


def test_a_file_that_cannot_be_read_is_one_sentence_and_the_page_stays_usable(address: str) -> None:
    with browser(address, width=390) as page:
        visit(page, f"{address}/add_data")
        for name, (content, told) in BAD.items():
            page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
            alert = page.get_by_test_id("stAlert")
            alert.wait_for()
            assert alert.count() == 1 and told in alert.inner_text().replace("\u2060", "")
            settle(page)
            page.get_by_role("button", name="Another file").click()
            settle(page)
        upload(page, 0, "good.csv", csv(range(40)))
        page.get_by_text("40 rows and 3 columns").wait_for()
    assert open_store().datasets() == []
