"""Step 1 of the propensity: learning from observed outcomes."""
