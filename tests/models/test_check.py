"""What a base model must be before it is used, and the sentence that each refusal gives."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from fmcore.errors import ModelError
from fmcore.models import embedded, load, weights
from fmcore.models.catalogue import MODELS
from fmcore.models.check import check_base
from fmcore.models.config import MODEL_TYPES, max_length


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that a test may spoil."""
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


def change_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_the_embedded_model_is_the_published_one(home: Path) -> None:
    base = check_base("embedded")
    assert (base.model_type, base.n_parameters, base.max_length, base.source) == ("bert", 22_713_216, 512, "embedded")
    assert base.sha256 == embedded.SHA256
    assert load.folder(base) == embedded.folder()


def test_other_weights_in_the_embedded_place_are_refused(model: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "folder", lambda: model)
    with pytest.raises(ModelError, match="not the published ones"):
        check_base("embedded")


def test_weights_are_hashed_once(model: Path, home: Path) -> None:
    check_base(str(model))
    before = weights._hash.cache_info().misses
    assert check_base(str(model)).sha256 == weights.sha256((model / "model.safetensors",))
    assert weights._hash.cache_info().misses == before


def test_a_saved_folder_is_a_base_model(model: Path, home: Path) -> None:
    import torch
    from transformers import AutoModel

    base = check_base(str(model))
    assert base.n_parameters == sum(p.numel() for p in AutoModel.from_pretrained(model, dtype=torch.float32).parameters())
    assert (base.name, base.source, base.max_length) == (str(model), "folder", 128)


def test_every_saved_model_type_passes_with_the_keys_that_its_own_class_writes(home: Path) -> None:
    from transformers import AutoConfig

    from fmcore.models.config import check_config

    for kind in MODEL_TYPES:
        written = json.loads(AutoConfig.for_model(kind).to_json_string(use_diff=False))
        assert check_config(written, model=kind) == kind
        assert max_length(written, model=kind) >= 384


def test_roberta_loses_the_positions_before_its_padding_id() -> None:
    assert max_length({"model_type": "roberta", "max_position_embeddings": 514, "pad_token_id": 1}, model="m") == 512
    assert max_length({"model_type": "bert", "max_position_embeddings": 512}, model="m") == 512
    assert max_length({"model_type": "gpt2", "n_positions": 1024}, model="m") == 1024


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"auto_map": {"AutoModel": "evil.Model"}}, "auto_map"),
        ({"model_type": "llamacode"}, "model type llamacode.*Supported: albert, bert"),
        ({"_attn_implementation": "kernels-community/evil"}, "attention kernel kernels-community/evil"),
        ({"attn_implementation": "flash_attention_2"}, "attention kernel"),
        ({"quantization_config": {"a": 1}, "surprise": 1}, "not known for bert: quantization_config, surprise"),
        ({"hidden_size": 10**12}, "sets hidden_size to 1000000000000"),
        ({"hidden_size": float("nan")}, "sets hidden_size to nan"),
        ({"dtype": "__class__"}, "sets dtype to __class__"),
        ({"hidden_act": "evil"}, "sets hidden_act to evil"),
        ({"max_position_embeddings": 0}, "longest input"),
        ({"vocab_size": 77}, "no table of 77 word vectors"),
        ({"hidden_size": 64}, "no table of .* word vectors of the width"),
        ({"hidden_size": "32"}, "sets hidden_size to 32"),
        ({"num_hidden_layers": 5_000_000}, "sets num_hidden_layers to 5000000"),
        ({"num_hidden_layers": -1}, "sets num_hidden_layers to -1"),
        ({"num_hidden_layers": 12}, "have 2 layers, but config.json promises 12"),
        ({"num_attention_heads": 0}, "sets num_attention_heads to 0"),
        ({"num_attention_heads": 5}, "width of 32 to 5 heads"),
        ({"hidden_dropout_prob": 5}, "sets hidden_dropout_prob to 5"),
        ({"id2label": {"0": "a", "x": "b"}}, "sets id2label to"),
        ({"label2id": {"a": "zz"}}, "sets label2id to"),
    ],
)
def test_a_config_says_only_what_is_allowed(model: Path, home: Path, changes: dict[str, object], sentence: str) -> None:
    change_config(model, **changes)
    with pytest.raises(ModelError, match=sentence):
        check_base(str(model))


@pytest.mark.parametrize("name", ["pytorch_model.bin", "optimizer.pt", "deep/weights.PKL", "modeling.py", "1/custom.so"])
def test_pickles_and_code_are_refused_by_name_at_any_depth(model: Path, home: Path, name: str) -> None:
    (model / name).parent.mkdir(exist_ok=True)
    (model / name).write_bytes(b"x")
    with pytest.raises(ModelError, match=Path(name).name):
        check_base(str(model))


def test_a_link_out_of_the_folder_is_refused(model: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    os.symlink(tmp_path / "secret", model / "notes.txt")
    with pytest.raises(ModelError, match=r"notes\.txt is a link"):
        check_base(str(model))


@pytest.mark.parametrize("keep", [0, 7, 8, 40, -1])
def test_weights_that_were_cut_short_are_refused(model: Path, home: Path, keep: int) -> None:
    path = model / "model.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError, match="damaged or not a safetensors file"):
        check_base(str(model))


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}',
        b'{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}',
        b'{"a": {"dtype": "EVIL", "shape": [1], "data_offsets": [0, 4]}}',
        b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}',
        b'{"a": 1}',
        b"[" * 100_000,
    ],
)
def test_a_header_that_lies_is_refused(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"\0\0\0\0")
    with pytest.raises(ModelError, match="damaged or not a safetensors file"):
        weights.shapes(path)


def test_shards_are_counted_and_hashed_together(tiny_model: Path, home: Path, tmp_path: Path) -> None:
    from transformers import AutoModel, AutoTokenizer

    out = tmp_path / "sharded"
    AutoModel.from_pretrained(tiny_model).save_pretrained(out, max_shard_size="1MB")
    AutoTokenizer.from_pretrained(tiny_model).save_pretrained(out)
    whole, sharded = check_base(str(tiny_model)), check_base(str(out))
    assert len(weights.files(out)) > 1
    assert sharded.n_parameters == whole.n_parameters
    assert sharded.sha256 != whole.sha256
    weights.files(out)[-1].unlink()
    with pytest.raises(ModelError, match="lacks the weight file"):
        check_base(str(out))


@pytest.mark.parametrize("name", ["../other.safetensors", "/etc/passwd", "weights.bin"])
def test_an_index_names_only_files_beside_it(name: str) -> None:
    with pytest.raises(ModelError, match="not a safetensors file beside it"):
        weights.shards({"weight_map": {"a": name}})


@pytest.mark.parametrize(
    ("name", "sentence"), [("tokenizer.json", "no tokenizer"), ("model.safetensors", "no model.saf"), ("config.json", "no config")]
)
def test_what_is_missing_is_named(model: Path, home: Path, name: str, sentence: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelError, match=sentence):
        check_base(str(model))


def test_a_folder_that_is_not_there_is_named(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model folder .*nowhere"):
        check_base(str(tmp_path / "nowhere"))


@pytest.mark.parametrize(("content", "sentence"), [("", "can't be read as JSON"), ("{}", "holds no tok"), ("[]", "holds no tok")])
def test_a_broken_tokenizer_is_named_before_a_run_starts(model: Path, home: Path, content: str, sentence: str) -> None:
    (model / "tokenizer.json").write_text(content)
    with pytest.raises(ModelError, match=f"tokenizer.json {sentence}"):
        check_base(str(model))


def test_a_tokenizer_with_code_is_refused(model: Path, home: Path) -> None:
    path = model / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"auto_map": {"AutoTokenizer": ["evil.T", None]}}))
    with pytest.raises(ModelError, match=r"tokenizer.*auto_map"):
        check_base(str(model))


def test_weights_that_changed_after_the_check_are_not_loaded(model: Path, home: Path) -> None:
    base = check_base(str(model))
    path = model / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not the ones that were checked"):
        load.folder(base)


def test_the_catalogue_starts_with_the_embedded_model() -> None:
    names = [entry.name for entry in MODELS]
    assert names[0] == "embedded"
    assert len(set(names)) == len(names)


def test_checking_loads_no_training_library(home: Path) -> None:
    code = "import sys, fmcore.models.check as c; c.check_base('embedded'); print({'torch', 'transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "set()", done.stderr
