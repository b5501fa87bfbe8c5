"""Who leaves and which contracts end: what is read of the tables, what was known on which day, and the answers."""
