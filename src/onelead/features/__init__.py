"""Layer 2: features, one file a family, and the documented score that is made of them."""

from __future__ import annotations

from onelead.features._compute import DOCUMENTED, compute, families, features
from onelead.features._family import Feature, FeatureFamily
from onelead.features._score import PARTS, WEIGHTS, documented_score

__all__ = ["DOCUMENTED", "PARTS", "WEIGHTS", "Feature", "FeatureFamily", "compute", "documented_score", "families", "features"]
