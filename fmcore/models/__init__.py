"""2 MODELS: base models that may be used, checked without torch, and where their files lie."""
