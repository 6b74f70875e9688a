"""The one trainer: its settings, batches, checkpoints and progress. Knows tasks only through the Task protocol.

Importing this package, ``settings`` or ``outcome`` costs nothing; every other module here brings in torch.
"""
