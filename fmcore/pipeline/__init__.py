"""One act from beginning to end, for the pages and the command line alike: add data, plan a run, execute it, read its figures.

The only place that knows every stage. Knows neither processes nor queues: :mod:`fmcore.jobs` decides when and where a run is executed.
"""
