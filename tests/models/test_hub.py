"""The hub: one sentence when it is not there; config first, no code, nothing half-kept when it is."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import httpx2
import huggingface_hub
import pytest
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

from fmcore.errors import ModelError
from fmcore.models import hub, load
from fmcore.models.check import check_base
from fmcore.settings import get_settings

NAME = "somebody/tiny"


class Hub:
    """A hub with one model, told by its folder; ``trouble`` is raised by every call."""

    folder: Path
    trouble: Exception | None = None

    def model_info(self, name: str, **_: object) -> SimpleNamespace:
        if self.trouble:
            raise self.trouble
        files = [SimpleNamespace(rfilename=path.name, lfs=self._lfs(path)) for path in self.folder.iterdir()]
        return SimpleNamespace(sha="c0ffee", siblings=files, safetensors=SimpleNamespace(total=7))

    def _lfs(self, path: Path) -> SimpleNamespace | None:
        return SimpleNamespace(sha256=hashlib.sha256(path.read_bytes()).hexdigest()) if path.suffix == ".safetensors" else None

    def hf_hub_download(self, name: str, file: str, *, local_dir: str, **_: object) -> str:
        return shutil.copy(self.folder / file, local_dir)

    def snapshot_download(self, name: str, *, local_dir: Path, allow_patterns: list[str], revision: str, **_: object) -> None:
        assert revision == "c0ffee"
        for path in self.folder.iterdir():
            if any(path.match(pattern) for pattern in allow_patterns):
                shutil.copy(path, local_dir)


@pytest.fixture
def fake(home: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Hub]:
    monkeypatch.setenv("FMCORE_OFFLINE", "0")
    get_settings.cache_clear()
    kind = type("FakeHub", (Hub,), {"folder": Path(shutil.copytree(tiny_model, tmp_path / "there"))})
    (kind.folder / "pytorch_model.bin").write_bytes(b"never fetched")
    monkeypatch.setattr(huggingface_hub, "HfApi", kind)
    return kind


def test_an_offline_installation_says_so(home: Path) -> None:
    with pytest.raises(ModelError, match=r"bert-base-uncased would have to come from the hub.*stay offline.*embedded"):
        check_base("bert-base-uncased")


@pytest.mark.parametrize("name", ["a b", "x/y/z", "a..b", "a--b", "<script>", "x" * 300])
def test_a_name_that_is_none_is_refused_without_asking(home: Path, name: str) -> None:
    with pytest.raises(ModelError, match="neither a folder nor a hub name"):
        check_base(name)


def test_a_hub_model_is_checked_before_it_is_downloaded(fake: type[Hub]) -> None:
    base = check_base(NAME)
    assert (base.source, base.n_parameters, base.model_type) == ("hub", 7, "bert")
    assert base.sha256 == hashlib.sha256((fake.folder / "model.safetensors").read_bytes()).hexdigest()
    assert not (get_settings().cache() / "hub").exists()


def test_only_allowed_files_are_kept_and_then_no_hub_is_needed(fake: type[Hub]) -> None:
    place = load.folder(check_base(NAME))
    assert not (place / "pytorch_model.bin").exists()
    fake.trouble = httpx2.ConnectError("gone")
    again = check_base(NAME)
    assert (again.name, again.source) == (NAME, "hub")
    assert load.folder(again) == place


def test_a_model_with_code_is_never_downloaded(fake: type[Hub]) -> None:
    path = fake.folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"auto_map": {"AutoModel": "x.y"}}))
    for act in (check_base, lambda name: hub.download(name, get_settings())):
        with pytest.raises(ModelError, match="auto_map"):
            act(NAME)
    assert list((get_settings().cache() / "hub").iterdir()) == []


def test_a_download_that_breaks_leaves_nothing(fake: type[Hub]) -> None:
    path = fake.folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError, match="damaged"):
        hub.download(NAME, get_settings())
    assert list((get_settings().cache() / "hub").iterdir()) == []


def test_a_model_without_safetensors_is_refused(fake: type[Hub]) -> None:
    (fake.folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="no safetensors"):
        check_base(NAME)


REQUEST = httpx2.Request("GET", "https://hub")


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (httpx2.ConnectError("no route"), "can't be reached"),
        (httpx2.ReadTimeout("slow"), "can't be reached"),
        (RepositoryNotFoundError("no", response=httpx2.Response(404, request=REQUEST)), "has no model somebody/tiny"),
        (GatedRepoError("no", response=httpx2.Response(403, request=REQUEST)), "grant access"),
        (OSError(28, "No space left on device"), "disk is full"),
    ],
)
def test_whatever_goes_wrong_is_one_sentence(fake: type[Hub], trouble: Exception, sentence: str) -> None:
    fake.trouble = trouble
    with pytest.raises(ModelError, match=sentence):
        check_base(NAME)
