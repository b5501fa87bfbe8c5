"""Layer 2: read anything, detect the format, map to canonical columns: one file a format or system."""
