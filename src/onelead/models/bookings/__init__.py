"""Bookings to come: open deals × their chance × when such deals closed, and deals not yet born; simulated, and tried on past dates."""
