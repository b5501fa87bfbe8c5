"""Layer 2: which rows mean the same customer, with the evidence."""
