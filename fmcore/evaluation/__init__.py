"""5 EVALUATE: predictions of a run and every figure computed from them."""
