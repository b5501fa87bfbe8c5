"""Chances of open deals, learned from moments of past ones."""
