"""``python -m fmcore``: the command line."""

from __future__ import annotations

import sys

from fmcore.commands import main

if __name__ == "__main__":
    sys.exit(main())
