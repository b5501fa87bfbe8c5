"""Layer 2: features for each account, one file a family."""
