"""Cursors: where the next page begins, in which snapshot, and to which question it belongs."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from onelead.api._problems import CursorError

if TYPE_CHECKING:
    from collections.abc import Iterable

FURTHEST = 2**40
FREE = ("cursor", "limit")
"""Parameters that may change from page to page."""


@dataclass(frozen=True)
class Cursor:
    """The place after a page: a snapshot is immutable and its order total, so a count of rows says where to go on."""

    snapshot: int
    as_of: date
    after: int
    question: str

    def text(self) -> str:
        """As it is handed out."""
        packed = json.dumps([self.snapshot, self.as_of.toordinal(), self.after, self.question], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """The cursor that was handed out as ``text``. Raises CursorError."""
    refused = CursorError("The cursor cannot be read.", hint="Take `next` of a page as it came, or leave the cursor out to begin anew.")
    try:
        read = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise refused from None
    match read:
        case [int(snapshot), int(day), int(after), str(question)]:
            sound = 0 <= snapshot < 2**31 and 1 <= day <= date.max.toordinal() and 0 <= after < FURTHEST
            if sound:
                return Cursor(snapshot, date.fromordinal(day), after, question)
    raise refused


def question_of(path: str, parameters: Iterable[tuple[str, str]]) -> str:
    """A short mark of what is asked, but for the page: pages of one question have one mark."""
    asked = sorted((name, value) for name, value in parameters if name not in FREE)
    return sha256(json.dumps([path, asked]).encode()).hexdigest()[:12]
