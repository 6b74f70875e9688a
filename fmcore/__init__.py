"""FM Commons without a screen: from a file of real text to a trained, measured, recorded model.

The pipeline, in order. A module imports only from its own line or a line above it:

    errors, records, settings   what everything else speaks in; files: written whole or not at all; bounds: what a setting takes;
                                language: texts as the reader reads them
    stats                       counts, intervals, metrics (numpy only)
    data                        1 DATA       read, check, split, fingerprint
    tasks                       what kind of problem; the only place that knows modalities
    models                      2 MODELS     catalogue, check, load
    training, finetune          4 FINE-TUNE  the one trainer, its settings, batches and checkpoints
    evaluation                  5 EVALUATE   predictions and the figures computed from them
    explain                     7 EXPLAIN    attention, attribution, and how far to believe them
    store                       8 STORE      run history: records in, records out
    report                      10 REPORT    figures, cards, exports
    pipeline                    one run from spec to stored result
    jobs                        start, watch and stop a run outside the page
    inference                   answers of a trained model, from a worker process
    commands                    the command line

``tests/test_layers.py`` holds this order.
"""

__version__ = "0.4.0"
