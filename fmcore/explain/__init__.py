"""7 EXPLAIN: why a model answers as it does, and how far to believe that. Asked in the worker that holds the model; pages see numbers.

Importing this package brings in no torch: what needs a model takes ``loaded``, a model at hand, and imports torch inside.
"""
