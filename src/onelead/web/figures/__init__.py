"""Figures: frame in, Plotly dict out; pure, tested without a server."""
