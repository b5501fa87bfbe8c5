"""What several models learn with: trees, regressions, columns as numbers, measures."""
