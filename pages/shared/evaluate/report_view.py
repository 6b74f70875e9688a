"""Kept for what still asks for it here; see chart.py."""

from __future__ import annotations

from pages.shared.chart import CHART

__all__ = ["CHART"]
