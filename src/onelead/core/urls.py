"""Database URLs as they may be shown: never with the password."""

from __future__ import annotations

import re
from urllib.parse import unquote

_USER_INFO = re.compile(r"^(?P<start>[a-z0-9+]+://[^/?#@]*?:)(?P<password>.*)(?P<end>@[^@]*)$", re.IGNORECASE | re.DOTALL)
_PARAMETER = re.compile(r"(?P<start>[?&](?:ssl)?password=)(?P<password>[^&]*)", re.IGNORECASE)
MASK = "***"


def masked(url: str) -> str:
    """``url`` with every password in it replaced by ``***``."""
    return _PARAMETER.sub(rf"\g<start>{MASK}", _USER_INFO.sub(rf"\g<start>{MASK}\g<end>", url))


def scrubbed(text: str, url: str) -> str:
    """``text`` (such as a driver's message) without the URL and the passwords in it, encoded or not."""
    text = text.replace(url, masked(url))
    for pattern in (_USER_INFO, _PARAMETER):
        for found in pattern.finditer(url):
            for secret in {found["password"], unquote(found["password"])}:
                text = text.replace(secret, MASK) if secret else text
    return text
