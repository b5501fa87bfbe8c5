"""OneLead: one ranked, explained list of actions from the data a B2B vendor already has."""

__version__ = "0.1.0"
