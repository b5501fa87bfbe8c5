"""Layer 2: synthetic data with a planted truth, one file a sample."""
