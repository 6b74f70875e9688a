"""1 DATA: read, check, split, fingerprint. Imports nothing here, so that a reading process starts fast."""
