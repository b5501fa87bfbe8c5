"""Static files from memory, compressed once: no file is opened and nothing computed while somebody waits."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from onelead.edge._asgi import answer, header

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
PACKED_ALREADY = {".woff2", ".png", ".ico"}
FOREVER = b"public, max-age=31536000, immutable"
ASK_FIRST = b"public, no-cache"
VERSION_LENGTH = 12
URL = re.compile(rb'url\("([A-Za-z0-9._/-]+)"\)')


@dataclass(frozen=True)
class Kept:
    """A file as it is sent."""

    mark: tuple[int, int]
    version: bytes
    kind: bytes
    plain: bytes
    packed: bytes | None


class StaticFiles:
    """An ASGI application that sends the files of a directory, and nothing else.

    ``?v=`` with the file's version (the first 12 digits of its SHA-256) says that the address changes with the content: browsers keep it
    for good. Without, they ask again and get 304. A file that changed on the disk is read again.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._kept: dict[str, Kept] = {}
        for file in sorted(directory.rglob("*")):
            if file.suffix in TYPES and self._is_ours(file):
                self._kept[file.relative_to(directory).as_posix()] = self._read(file)

    def _is_ours(self, file: Path) -> bool:
        """Whether it is a file of the directory, and no link out of it."""
        return file.is_file() and file.resolve().is_relative_to(self._directory.resolve())

    def _read(self, file: Path) -> Kept:
        stat = file.stat()
        source = file.read_bytes()
        body = self._with_versions(file, source) if file.suffix == ".css" else source
        packed = None if file.suffix in PACKED_ALREADY else gzip.compress(body, 6, mtime=0)
        version = sha256(source).hexdigest()[:VERSION_LENGTH].encode()
        return Kept((stat.st_mtime_ns, stat.st_size), version, TYPES[file.suffix].encode(), body, packed)

    @staticmethod
    def _with_versions(file: Path, source: bytes) -> bytes:
        """A stylesheet with versions in the addresses of the files beside it, so that fonts are kept for good as well."""

        def versioned(found: re.Match[bytes]) -> bytes:
            target = file.parent / found.group(1).decode()
            if not target.is_file():
                return found.group(0)
            return b'url("%s?v=%s")' % (found.group(1), sha256(target.read_bytes()).hexdigest()[:VERSION_LENGTH].encode())

        return URL.sub(versioned, source)

    def _find(self, name: str) -> Kept | None:
        parts = PurePosixPath(name).parts
        file = self._directory.joinpath(*parts)
        if not parts or ".." in parts or PurePosixPath(name).is_absolute() or "\\" in name or "\0" in name or file.suffix not in TYPES:
            return None
        try:
            stat = file.stat()
        except OSError:
            return None
        kept = self._kept.get(name)
        if kept is None or kept.mark != (stat.st_mtime_ns, stat.st_size):
            if not self._is_ours(file):
                return None
            kept = self._kept[name] = self._read(file)
        return kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file."""
        del receive
        path = str(scope["path"])
        name = path.removeprefix(str(scope.get("root_path", ""))).lstrip("/")
        if scope["method"] not in {"GET", "HEAD"}:
            await answer(scope, send, 405, "method", f"{scope['method']} is not for files.", None, {"allow": "GET, HEAD"})
            return
        kept = self._find(name)
        if kept is None:
            await answer(scope, send, 404, "unknown_name", f"There is no file {path[:100]!r}.")
            return
        packs = kept.packed is not None and b"gzip" in (header(scope, b"accept-encoding") or b"")
        tag = b'"%s%s"' % (kept.version, b"-gz" if packs else b"")
        exact = b"v=" + kept.version in scope.get("query_string", b"").split(b"&")
        headers = [(b"etag", tag), (b"cache-control", FOREVER if exact else ASK_FIRST), (b"vary", b"Accept-Encoding")]
        if tag in (header(scope, b"if-none-match") or b"").replace(b"W/", b""):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        body = kept.packed if packs and kept.packed is not None else kept.plain
        headers += [(b"content-type", kept.kind), (b"content-length", str(len(body)).encode())]
        if packs:
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
