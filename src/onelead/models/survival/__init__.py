"""How long contracts and customers last."""
