"""Layer 1: the canonical tables: one file each, with contract, column documentation and shared expressions."""
