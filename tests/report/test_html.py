"""The page says what the evidence says, and text of strangers is only ever text. How it looks alive: tests/browser/test_report_file.py."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from fmcore.records import Sentence, say
from fmcore.report import html
from fmcore.report.document import text as evidence_text
from fmcore.report.model_card import card
from tests.report.examples import HOSTILE, LABELS, QUOTES, audit, evidence, run

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def page() -> str:
    return html.html(evidence())


class Reader(HTMLParser):
    """What a browser would find: tags with their attributes, and the text in each script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.words: list[str] = []
        self._script: dict[str, str | None] | None = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._script = dict(attrs) if tag == "script" else None
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag):
        self._script = None

    def handle_data(self, data):
        if self._script is not None:
            self.scripts[-1] = (self._script, self.scripts[-1][1] + data)
        else:
            self.words.append(data)


def test_only_our_two_scripts_may_run_and_nothing_may_be_fetched(page: str) -> None:
    read = Reader(page)
    running = [source for attributes, source in read.scripts if attributes.get("type") != "application/json"]
    assert len(running) == 2
    policy = next(a["content"] for tag, a in read.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    allowed = re.search(r"script-src ([^;]*)", policy)[1].split()
    assert allowed == [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in running]
    assert "default-src 'none'" in policy and "connect-src 'none'" in policy and "img-src data:" in policy
    for tag, attributes in read.tags:
        assert tag not in {"link", "iframe", "object", "embed", "base", "form", "img", "video", "audio"}, tag
        assert not {"src", "srcset", "action", "formaction"} & set(attributes), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert (attributes.get("href") or "#").startswith("#")


def test_names_of_strangers_stand_in_the_page_as_they_are(page: str) -> None:
    words = " ".join(Reader(page).words)
    assert "document.title='owned'" in words and "{{ 7*7 }}" in words
    assert "\u202e" not in page and "\u2066" not in page  # marks that turn the reading direction


def test_figures_carry_names_as_text_that_plotly_does_not_read_as_markup(page: str) -> None:
    blocks = [source for attributes, source in Reader(page).scripts if attributes.get("type") == "application/json"]
    assert len(blocks) >= 5
    for block in blocks:
        assert "<" not in block
        assert not [text for text in strings(json.loads(block)) if "<script" in text or "<img" in text]


def strings(value: object) -> list[str]:
    """Return every text in a figure but our own templates for what hovers."""
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "hovertemplate" for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def test_the_first_screen_has_the_answer_the_chain_and_the_worst_verdict_first(page: str) -> None:
    head = " ".join(" ".join(Reader(page.split("<nav")[0].split("</style>")[1]).words).split())
    assert "On 60 test rows the macro-F1 is" in head and "95 % confidence" in head
    assert "all-MiniLM-L6-v2" in head and "fine-tuned by ann" in head and "290 rows" in head
    assert head.index("Fail") < head.index("Not enough evidence")
    assert "is served worse than south" in head


def test_a_run_that_learned_from_a_share_of_the_rows_says_so_where_it_says_how_many_there_are(page: str) -> None:
    assert "Trained on" not in page and "trained on" not in page
    counts = {"labels": {"train": {"a": 101, "b": 10}}}
    small = replace(run(), spec=replace(run().spec, settings={"train_share": 0.15}))
    found = html.html(evidence(run=small, profile=counts))
    assert found.count("18 of the 111 training rows (15 %)") == 2, "16 of 101 and 2 of 10: in the chain and beside the split"
    assert "18 of the 111 training rows" in card(evidence(run=small, profile=counts))
    assert "trained on 15 % of the training rows" in html.html(evidence(run=small, profile={})), "how many was not recorded"


def test_a_split_drawn_for_the_rest_says_that_it_is_the_rest(page: str) -> None:
    assert "what came without a split of its own was drawn with seed 0" in page


def test_left_out_groups_limits_and_looks_are_told(page: str) -> None:
    words = " ".join(Reader(page).words)
    assert "has 3 rows." in words and "Groups that were too small to compare: 1." in words
    assert "had been opened 2 times, the last time on 2026-03-01 09:05 UTC" in words and "command line" in words
    assert "not recorded" in words and "python -m fmcore verify r-0123456789ab" in words
    assert hashlib.sha256(evidence_text(evidence()).encode()).hexdigest() in page


def test_each_verdict_says_which_rows_it_is_about_and_the_four_fifths_line_is_no_question() -> None:
    ratio = replace(audit().verdicts[0], measure="selection-rate", kind="ratio", sentence=say("Fail: half as often."))
    about = Sentence("Not enough evidence about {measure}: no rows.", {"measure": "accuracy"})
    open_ = replace(audit().verdicts[1], sentence=about)
    own = replace(audit(), verdicts=(audit().verdicts[0], open_), four_fifths=(ratio,), spec=replace(audit().spec, split="validation"))
    words = " ".join(" ".join(Reader(html.html(evidence(audits=(own,)))).words).split())
    assert "Of 2 questions 1 fails, 1 can’t be answered with these rows." in words
    assert "Comparisons: 1. Missed: 1. Not enough evidence: 0. Kept: 0." in words
    assert "60 validation rows · The law’s four-fifths line, counted apart from the questions · Selection rate" in words
    assert "1 audit (validation rows) · test rows opened 2 times" in words
    assert "Not enough evidence about accuracy" in words


def test_swap_tests_say_what_follows_how_often_and_how_far(page: str) -> None:
    words = " ".join(" ".join(Reader(page).words).split())
    assert "the answer changes in 25.0 % of 40 sentences" in words
    assert "2 questions: 2 fail, 0 have not enough evidence, 0 pass." in words
    assert words.count("And when only the person in a sentence is another:") == 1
    section = page.split('id="swaps"')[1].split("<section>")[0]
    assert section.count('class="figure"') == 2
    bare = html.html(evidence(swaps=()))
    assert 'id="swaps"' not in bare and "No swap test was made" in bare


def test_no_excerpt_of_the_data_is_in_it(page: str) -> None:
    assert "an excerpt that stays at home" not in page


def test_the_same_evidence_gives_the_same_bytes_in_another_process(page: str) -> None:
    code = "import hashlib\nfrom fmcore.report.html import html\nfrom tests.report.examples import evidence\n"
    code += "print(hashlib.sha256(html(evidence()).encode()).hexdigest())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(page.encode()).hexdigest()
    assert len(page.encode()) < 6 * MEGABYTE


def test_a_run_without_audits_curves_or_test_rows_has_a_page_that_says_so() -> None:
    bare = html.html(evidence(audits=(), progress=(), looks=(), evaluations=evidence().evaluations[:1], profile={}, fingerprints=()))
    words = " ".join(Reader(bare).words)
    assert "Nobody has audited these answers yet" in words and "There are no test rows" in words
    nothing = html.html(evidence(audits=(), evaluations=()))
    assert "There is no row that the model was judged on." in " ".join(Reader(nothing).words)


def test_a_script_that_could_end_its_element_is_refused() -> None:
    with pytest.raises(ValueError, match="as it is"):
        html._script("x = '</SCRIPT >'")


def test_one_question_gets_one_picture() -> None:
    assert [verdict.measure for verdict in html.questions(audit())] == ["tpr", "accuracy"]
    assert html.left_out(audit()) == [f"{QUOTES} has 3 rows."]
    assert run().name == HOSTILE == LABELS[1]
