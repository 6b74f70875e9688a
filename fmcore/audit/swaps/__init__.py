"""Same sentence, another person: other name, pronoun or identity term, and what that does to the answer.

:func:`in_place`, :func:`templates` and :func:`uploaded` make pairs of texts; somebody answers both; :func:`judge` says how often and
how far the answers move. Never answers itself.
"""

from fmcore.audit.swaps.figures import judge
from fmcore.audit.swaps.pairs import COLUMNS, in_place, uploaded
from fmcore.audit.swaps.records import Moved, SwapAudit, SwapFigure, SwapLeftOut, SwapSpec
from fmcore.audit.swaps.sentences import templates

__all__ = ["COLUMNS", "Moved", "SwapAudit", "SwapFigure", "SwapLeftOut", "SwapSpec", "in_place", "judge", "templates", "uploaded"]
