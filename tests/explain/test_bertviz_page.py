"""BertViz's own page, mended: its numbers, nothing fetched, and no token that ends its script."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from fmcore.errors import ModelError
from fmcore.explain import attention, bertviz_page
from tests.explain.test_attention import AtHand, at_hand


@pytest.fixture(scope="module")
def loaded(tiny_model: Path) -> AtHand:
    return at_hand(tiny_model, name="bertviz")


def params(html: str) -> dict:
    return json.loads(re.search(r"const params = (.*?); // HACK", html)[1])


def test_the_page_holds_what_the_head_view_shows(loaded: AtHand) -> None:
    text = "the film was not good"
    given = params(bertviz_page.page(loaded, text=text)["html"])
    shown = attention.read(loaded, text).weights
    assert np.abs(np.array(given["attention"][0]["attn"]) - shown / 255).max() < 1e-4
    assert given["attention"][0]["left_text"] == ["[CLS]", "the", "film", "was", "not", "good", "[SEP]"]


def test_no_token_ends_the_script_and_nothing_is_fetched() -> None:
    tokens = ["</script><script>alert(1)</script>", "<!--", "\ue000", "a"]
    html = bertviz_page.html(tokens, [np.full((1, 4, 4), 0.25)])
    assert html.count("</script>") == 2 and "<!--" not in html  # the libraries' end, and that of BertViz's own
    assert not re.findall(r"<[^>]+(?:src|href)=", re.sub(r"<script.*?</script>", "", html, flags=re.S))
    assert params(html)["attention"][0]["left_text"] == ["</script><script>alert(1)</script>", "<!--", "\ufffd", "a"]


def test_a_text_that_a_browser_could_not_draw_is_refused(loaded: AtHand) -> None:
    with pytest.raises(ModelError, match="up to 96 tokens, and this one has 128"):
        bertviz_page.page(loaded, text="so it goes " * 100)
