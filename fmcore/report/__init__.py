"""10 REPORT: figures, cards and exports, without a screen."""
