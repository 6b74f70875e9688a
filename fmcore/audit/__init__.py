"""6 AUDIT: how differently groups of people are served, with intervals and a verdict. Never sees a model, no torch."""
