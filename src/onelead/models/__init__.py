"""Layer 3: what learns, one file a model."""
