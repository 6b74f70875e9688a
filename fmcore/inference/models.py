"""The models that a worker holds: loaded when first asked for, the least recently used let go when memory runs short."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace

from fmcore.errors import ModelError
from fmcore.pipeline.runs import folder, require_done, require_finetuned
from fmcore.pipeline.trained import Loaded, load
from fmcore.settings import get_settings
from fmcore.training import checkpoints

LIBRARIES = threading.Lock()
"""Held while libraries may load parts of themselves: transformers breaks when two threads do that at once."""


class Held:
    """One model in memory: for answers, for answers in 8 bits, and for operations, which may hang hooks on theirs."""

    def __init__(self, loaded: Loaded, mark: tuple[int, int]) -> None:
        from fmcore.evaluation.swift import swift

        self.mark = mark
        """Of the model's files when they were read: another mark is another model."""
        self.turn = threading.Lock()
        """Held by the operation that is at work."""
        self._plain, self._making = loaded, threading.Lock()
        self.answering = replace(loaded, model=swift(loaded.model))
        """For answers; nobody else touches its model and its tokenizer."""
        self._small: Loaded | None = None
        self._twin: Loaded | None = None

    def answering_in_int8(self) -> Loaded:
        """Return what answers in 8 bits."""
        from fmcore.evaluation.swift import in_int8

        with self._making:
            if self._small is None:
                self._small = replace(self.answering, model=in_int8(self._plain.model), device="cpu")
            return self._small

    def for_operations(self) -> Loaded:
        """Return what operations may hang hooks on; call it with :attr:`turn` held."""
        if self._twin is None:
            self._twin = self._plain.twin()
        return self._twin

    @property
    def megabytes(self) -> float:
        """Return what the weights take, their packed copies included: one for answers, two for gradients once they were asked for."""
        model = self._plain.model
        size = sum(part.numel() * part.element_size() for part in (*model.parameters(), *model.buffers()))
        both_ways = self._twin is not None and self._twin.is_packed_for_gradients
        return size * (1 + (self.answering.model is not model) + 2 * both_ways + (self._small is not None) / 4) / 1_000_000


class Models:
    """Run id → model, as many as fit into FMCORE_INFERENCE_MEMORY_MB, and at least one."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._looking = threading.Lock()

    def get(self, run_id: str) -> Held:
        """Return the run's model, loaded when it was not.

        Raises:
            FmcoreError: no such run, it is not done, or its model is gone or is not the one that was trained.
        """
        mark = _mark(run_id)
        held = self._at_hand(run_id, mark)  # while another model loads, this one answers
        if held is not None:
            return held
        with LIBRARIES:  # fifty who ask for the same model load it once
            return self._at_hand(run_id, mark) or self._put(run_id, Held(load(run_id), mark))

    def _at_hand(self, run_id: str, mark: tuple[int, int]) -> Held | None:
        with self._looking:
            held = self._held.get(run_id)
            if held is None or held.mark != mark:
                return None
            self._held.move_to_end(run_id)
            self._make_room()  # it may have grown since
            return held

    def _put(self, run_id: str, held: Held) -> Held:
        with self._looking:
            self._held[run_id] = held
            self._held.move_to_end(run_id)
            self._make_room()
        return held

    def _make_room(self) -> None:
        limit = get_settings().inference_memory_mb
        while len(self._held) > 1 and sum(held.megabytes for held in self._held.values()) > limit:
            self._held.popitem(last=False)


def _mark(run_id: str) -> tuple[int, int]:
    """Return what changes when the run's model does; looks at the disk at each question, so that a deleted model answers no more."""
    place = folder(run_id) / "model" / checkpoints.MANIFEST
    try:
        found = place.stat()
    except OSError as error:
        require_finetuned(require_done(run_id, "ask"), "ask")  # says it better, where that is the reason
        raise ModelError("The model of {run} is not in {folder} any more.", run=run_id, folder=str(place.parent)) from error
    return found.st_mtime_ns, found.st_ino
