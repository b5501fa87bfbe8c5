"""Layer 2: which rows mean the same customer, with the evidence."""

from onelead.identity._links import review
from onelead.identity._resolve import resolve
from onelead.identity._types import DECISION_SCHEMA, DECISIONS, KNOWN_SCHEMA, Decision, Directory, Resolution, decisions_frame

__all__ = [
    "DECISIONS",
    "DECISION_SCHEMA",
    "KNOWN_SCHEMA",
    "Decision",
    "Directory",
    "Resolution",
    "decisions_frame",
    "resolve",
    "review",
]
