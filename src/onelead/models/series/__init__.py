"""Forecasts of series: preparing, members, intervals, back-test, adding up."""
