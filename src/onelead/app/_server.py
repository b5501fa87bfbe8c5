"""One process that serves one workspace on this machine."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
import threading
import time
import webbrowser
from ipaddress import ip_address
from typing import TYPE_CHECKING

from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import uvicorn

    from onelead.workspace import Serving

LOCALHOST = "localhost"
KEEP_ALIVE_SECONDS = 30
"""Longer than the pause between two clicks: a page and its parts come over connections that are open already."""
HEADER_BYTES = 64 * 1024
BACKLOG = 1024


def serve(directory: Path, host: str | None, port: int | None, *, open_browser: bool | None) -> None:
    """Serve the workspace in ``directory`` until Ctrl-C. Host and port default to the settings; port 0 takes a free one.

    Raises UsageError for an address that is not this machine's own, or a port that cannot be had.
    """
    if host is not None:
        check_loopback(host)
    from onelead.app._create import create
    from onelead.edge.logs import start_logs
    from onelead.workspace import serve_workspace
    from onelead.workspace.readiness import stop

    serving = serve_workspace(directory)
    stopping = threading.Event()
    try:
        wanted = serving.parts.settings.server
        address = check_loopback(host or wanted.host)
        listening = listen(address, wanted.port if port is None else port)
        start_logs(wanted.log)
        app = create(serving, address)
        server = _server(app, wanted.connections, wanted.shutdown_seconds)
        url = f"http://{_bracketed(address)}:{listening.getsockname()[1]}"
        sys.stdout.write(f"{url}\n")
        if sys.stdout.isatty():
            sys.stdout.write("Ctrl-C stops it.\n")
        sys.stdout.flush()
        if _has_display() if open_browser is None else open_browser:
            threading.Thread(target=_open_when_up, args=(server, url), daemon=True).start()
        threading.Thread(target=_warm_when_up, args=(server, serving, stopping), daemon=True).start()
        # What was imported stays: the collector need not look through it again while somebody waits.
        gc.collect()
        gc.freeze()
        _run(server, listening)
    finally:
        stopping.set()
        stop(serving)


def _run(server: uvicorn.Server, listening: socket.socket) -> None:
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        # uvicorn has ended in order by now, and hands the signal on; Ctrl-C is how one stops a server, no failure.
        sys.stderr.write("Stopped.\n")


def _server(app: object, connections: int, shutdown_seconds: int) -> uvicorn.Server:
    import uvicorn

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        limit_concurrency=connections,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=shutdown_seconds,
        h11_max_incomplete_event_size=HEADER_BYTES,
    )
    return uvicorn.Server(config)


def check_loopback(host: str) -> str:
    """``host`` as an address of this machine that no other can reach. Raises UsageError for any other."""
    name = host.strip().removeprefix("[").removesuffix("]")
    try:
        own = name.lower() == LOCALHOST or ip_address(name).is_loopback
    except ValueError:
        own = False
    if not own:
        raise UsageError(
            f"OneLead serves this machine only, because it has no sign-in yet; {host!r} could be reached by others.",
            hint="Leave out --host, or name 127.0.0.1, ::1 or localhost. To read it from elsewhere, forward the port: ssh -L 8050:127.0.0.1:8050 MACHINE.",
        )
    return "127.0.0.1" if name.lower() == LOCALHOST else name


def listen(address: str, port: int) -> socket.socket:
    """A socket that takes connections. Raises UsageError where the port is in use or not ours to take."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family, backlog=BACKLOG)
    except OSError as error:
        why = {errno.EADDRINUSE: "is in use", errno.EACCES: "is for the system's own services"}.get(
            error.errno or 0, f"cannot be used ({error.strerror})"
        )
        raise UsageError(
            f"Port {port} of {address} {why}.", hint="Name another with --port, such as --port 8051; --port 0 takes a free one."
        ) from error


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _has_display() -> bool:
    """Whether a browser would come up where somebody sees it."""
    if sys.platform in {"darwin", "win32"}:
        return sys.stdout.isatty()
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _warm_when_up(server: uvicorn.Server, serving: Serving, stopping: threading.Event) -> None:
    from onelead.web import keep_warm

    while not server.started and not stopping.wait(0.05):
        pass
    keep_warm(serving, stopping)


def _open_when_up(server: uvicorn.Server, url: str) -> None:
    while not server.started and not server.should_exit:
        time.sleep(0.05)
    if server.started:
        webbrowser.open(url)
