"""Layer 3: recommendations, one file a rule."""
