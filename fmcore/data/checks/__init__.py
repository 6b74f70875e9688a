"""The kinds of problems, one small file per field. Each check takes a Subject and yields the Problems it finds; fmcore/data/check.py runs
them all."""
