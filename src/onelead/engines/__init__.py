"""Layer 1: engines keep immutable layers of tables: one file each, behind one interface."""
