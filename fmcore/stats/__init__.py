"""Counts, intervals and metrics: numpy only, shared by evaluation, audit and review. Never sees a model."""
