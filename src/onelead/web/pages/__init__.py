"""The pages: one file each, with one object ``PAGE``."""
