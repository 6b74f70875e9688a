"""Well-known base models to choose from. A list for people, not a limit: any hub name or folder that passes the check will do."""

from __future__ import annotations

from dataclasses import dataclass

from fmcore.records import Sentence, say


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue."""

    name: str
    """What :func:`fmcore.models.check.check_base` takes."""
    title: str
    about: Sentence
    n_parameters: int
    languages: tuple[str, ...]
    """ISO 639-1 codes; ``multi`` for about a hundred."""


MODELS: tuple[Entry, ...] = (
    Entry("embedded", "MiniLM L6", say("Small and quick; comes with the installation, needs no network."), 22_713_216, ("en",)),
    Entry("distilbert/distilbert-base-uncased", "DistilBERT", say("Half of BERT's layers at most of its accuracy."), 66_985_530, ("en",)),
    Entry("google-bert/bert-base-uncased", "BERT base", say("The classic; a fair yardstick."), 110_106_428, ("en",)),
    Entry("FacebookAI/roberta-base", "RoBERTa base", say("Often a few points above BERT."), 124_697_433, ("en",)),
    Entry("answerdotai/ModernBERT-base", "ModernBERT base", say("Recent; reads up to 8,192 tokens."), 149_655_232, ("en",)),
    Entry("microsoft/mpnet-base", "MPNet base", say("A strong encoder for sentences and pairs."), 133_117_047, ("en",)),
    Entry("google/electra-small-discriminator", "ELECTRA small", say("Tiny and learns from little data."), 13_548_800, ("en",)),
    Entry("google-bert/bert-base-chinese", "BERT base Chinese", say("Simplified and traditional Chinese."), 102_882_442, ("zh",)),
    Entry("google-bert/bert-base-multilingual-cased", "BERT multilingual", say("One model for 104 languages."), 178_566_653, ("multi",)),
    Entry("FacebookAI/xlm-roberta-base", "XLM-RoBERTa base", say("One model for 100 languages."), 278_885_778, ("multi",)),
    Entry("openai-community/gpt2", "GPT-2", say("Reads left to right; for comparison with encoders."), 137_022_720, ("en",)),
)
"""Sizes as the hub's safetensors headers give them; those of hub models are for orientation and are counted again at the check."""
