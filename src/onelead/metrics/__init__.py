"""Layer 2: KPIs, one file each."""
