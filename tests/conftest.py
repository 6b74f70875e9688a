"""What every test may lean on: a home folder of its own, a tiny model in the plain layout, a few rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pandas as pd
import pytest

from fmcore.settings import get_settings

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no defect, and no test here is about time
hypothesis.settings.load_profile("house")
PUBLIC_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty FMCORE_HOME; settings are read again inside it."""
    monkeypatch.setenv("FMCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FMCORE_WHO", "tester")
    monkeypatch.setenv("FMCORE_OFFLINE", "1")
    monkeypatch.delenv("FMCORE_DATABASE_URL", raising=False)
    get_settings.cache_clear()
    yield tmp_path / "home"
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def public_data() -> Path:
    """Folder of public data sets beside the checkout; skips where it is absent."""
    if not PUBLIC_DATA.is_dir():
        pytest.skip("the public data sets are not beside this checkout")
    return PUBLIC_DATA


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random BERT (2 layers, 32 wide) and the embedded model's tokenizer, in the plain transformers layout."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertModel

    from fmcore.models.embedded import folder as embedded_folder

    torch.set_num_threads(1)
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(embedded_folder())
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    out = tmp_path_factory.mktemp("tiny-bert")
    BertModel(config).save_pretrained(out)
    tokenizer.save_pretrained(out)
    return out


@pytest.fixture
def tiny_rows() -> pd.DataFrame:
    """120 rows: text, label (good, bad), group (north, south). Each text is new, the label stands in its words."""
    things = ["room", "train", "meal", "film", "phone", "doctor"]
    rows = [
        {
            "text": f"the {things[i % 6]} number {i} was {'lovely and quick' if i % 2 else 'awful and slow'} today",
            "label": "good" if i % 2 else "bad",
            "group": "north" if i % 3 else "south",
        }
        for i in range(120)
    ]
    return pd.DataFrame(rows)
