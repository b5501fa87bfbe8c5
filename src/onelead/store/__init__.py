"""Layer 1: the operational records (loads, publications, decisions, outcomes), in SQLAlchemy."""
