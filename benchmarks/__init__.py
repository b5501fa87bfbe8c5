"""Every claim of speed and quality, side by side with its baseline, in one run."""
