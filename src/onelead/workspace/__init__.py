"""Layer 4: the use cases, and the single place where parts are wired together."""
