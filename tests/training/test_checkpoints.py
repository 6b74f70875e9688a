from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
import torch

from fmcore.errors import TrainingError
from fmcore.training import checkpoints


def save(folder: Path, step: int, best: int | None = None) -> Path:
    def fill(place: Path) -> None:
        (place / "model.safetensors").write_bytes(bytes([step % 256]) * 1000)
        (place / "optimizer.pt").write_bytes(b"state")
        (place / checkpoints.STATE).write_text(json.dumps({"best_step": best}))

    return checkpoints.write(folder / checkpoints.name_of(step), fill, step=step)


def test_a_flipped_bit_a_missing_file_and_a_lost_manifest_are_all_noticed(tmp_path: Path) -> None:
    place = save(tmp_path, 1)
    assert checkpoints.trouble(place) is None
    data = bytearray((place / "model.safetensors").read_bytes())
    data[500] ^= 1
    (place / "model.safetensors").write_bytes(data)
    assert checkpoints.trouble(place) == "model.safetensors is damaged"
    (place / "model.safetensors").unlink()
    assert checkpoints.trouble(place) == "model.safetensors is missing"
    (place / checkpoints.MANIFEST).write_text("{")
    assert "manifest" in str(checkpoints.trouble(place))


def test_the_newest_intact_one_is_taken_and_damaged_ones_are_named_in_the_log(tmp_path: Path) -> None:
    save(tmp_path, 9)
    (save(tmp_path, 10) / "optimizer.pt").write_bytes(b"stale")
    log: list[str] = []
    assert checkpoints.newest(tmp_path, log.append) == tmp_path / "step-000009"
    assert log == ["Checkpoint step-000010 is skipped: optimizer.pt is damaged."]
    assert checkpoints.newest(tmp_path / "none", log.append) is None


def test_the_last_two_stay_and_the_best_that_either_speaks_of(tmp_path: Path) -> None:
    for step, best in ((1, 1), (2, 1), (3, 3), (4, 3), (5, 3)):
        save(tmp_path, step, best)
        checkpoints.rotate(tmp_path)
    assert [place.name for place in checkpoints.steps_in(tmp_path)] == ["step-000005", "step-000004", "step-000003"]


def test_a_failed_write_leaves_the_old_folder_and_no_rubbish(tmp_path: Path) -> None:
    save(tmp_path, 1)

    def full(place: Path) -> None:
        (place / "half").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(TrainingError, match="The disk is full"):
        checkpoints.write(tmp_path / "step-000001", full)
    assert [path.name for path in tmp_path.iterdir()] == ["step-000001"]
    assert checkpoints.trouble(tmp_path / "step-000001") is None


def test_a_full_disk_is_told_from_other_errors() -> None:
    with pytest.raises(TrainingError, match="Free some space"), checkpoints.disk_errors(Path("runs")):
        raise RuntimeError("SafetensorError: I/O error: No space left on device (os error 28)")
    with pytest.raises(ValueError), checkpoints.disk_errors(Path("runs")):
        raise ValueError("something else")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the file that is always full is Linux's")
@pytest.mark.parametrize("values", [10, 10_000, 10_000_000])
def test_what_torch_says_about_a_full_disk_is_understood(values: int, tmp_path: Path) -> None:
    def fill(place: Path) -> None:
        (place / "optimizer.pt").symlink_to("/dev/full")
        torch.save({"exp_avg": torch.zeros(values)}, place / "optimizer.pt")

    with pytest.raises(TrainingError, match="The disk is full: no room for a checkpoint"):
        checkpoints.write(tmp_path / "step-000001", fill)
    assert list(tmp_path.iterdir()) == []


def test_after_a_kill_in_the_middle_of_a_replacement_the_old_folder_comes_back(tmp_path: Path) -> None:
    place = save(tmp_path, 1)
    place.rename(tmp_path / ".step-000001.old")
    (tmp_path / ".step-000001.12345678.tmp").mkdir()
    checkpoints.mend(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["step-000001"]


def test_only_the_model_is_published(tmp_path: Path) -> None:
    place = checkpoints.publish(save(tmp_path, 1), tmp_path / "model", step=1)
    assert {path.name for path in place.iterdir()} == {"model.safetensors", "manifest.json"}
    assert checkpoints.trouble(place) is None
