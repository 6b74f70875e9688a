"""The grammars that the samples are written with: what can be said, and what it means. All sentences are our own; nobody is real."""
