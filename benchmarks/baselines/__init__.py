"""What OneLead is measured against, each written out plainly."""
