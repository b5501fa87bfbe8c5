"""Pareto/NBD and BG/NBD of the library ``lifetimes``, in the environment of the baselines: JSON in from stdin, JSON out."""

from __future__ import annotations

import json
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")  # the library is no longer kept; newer numpy and pandas warn at every step


def main() -> None:
    from lifetimes import BetaGeoFitter, ParetoNBDFitter

    given = json.load(sys.stdin)
    x, recency, age = (np.array(given[name], dtype=float) for name in ("x", "recency", "age"))
    out = {}
    for name, fitter in (("Pareto/NBD", ParetoNBDFitter), ("BG/NBD", BetaGeoFitter)):
        np.random.seed(0)  # the library draws its starting point from here
        model = fitter()
        model.fit(x, recency, age)
        forecast = model.conditional_expected_number_of_purchases_up_to_time(given["weeks"], x, recency, age)
        out[name] = np.asarray(forecast, dtype=float).tolist()
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main()
