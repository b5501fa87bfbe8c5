"""How often and for how much customers buy who sign for no term."""
