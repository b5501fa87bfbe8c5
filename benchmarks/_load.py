"""A small load generator: its own process, raw sockets, so that it takes as little of the machine as it can from the server it measures.

    python -m benchmarks._load < plan.json

``plan.json`` is {"port", "mode", "seconds", "connections", "rate", "seed", "items": [[kind, path], …], "headers": {…}}. Mode "closed" keeps
every connection busy (saturation). Mode "open" sends at the times of a Poisson process of ``rate`` requests a second, whether the server keeps up or
not, each over the first connection that is free; a latency counts from the planned time, so that waiting in line is part of it. Mode "once" asks every
item once, in order, over all connections. In open mode "rare" items ([[kind, path], …]) go out once each, one in every ``rare_every`` requests.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import sys
import time
from collections import Counter, defaultdict, deque
from typing import Any

import httptools
import uvloop

PATIENCE_SECONDS = 120
"""After the last planned request, so long for what is under way; where every item is asked once, so long without any answer."""


class Connection(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._reader: Any = None
        self._transport: Any = None
        self._asked: tuple[str, float] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._reader = httptools.HttpResponseParser(self)

    def ask(self, kind: str, request: bytes, planned: float) -> None:
        self._asked = (kind, planned)
        self._reader = httptools.HttpResponseParser(self)
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._load.bytes += len(data)
        self._reader.feed_data(data)

    def on_message_complete(self) -> None:
        if self._asked is not None:
            kind, planned = self._asked
            self._asked = None
            self._load.answered(self, kind, planned, self._reader.get_status_code())

    def connection_lost(self, _: Exception | None) -> None:
        if self._asked is not None:
            kind, planned = self._asked
            self._load.answered(None, kind, planned, 0)

    def close(self) -> None:
        self._asked = None
        self._transport.close()


class Load:
    """One run of a plan."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        head = "".join(f"{name}: {value}\r\n" for name, value in plan.get("headers", {}).items())
        self._head = f" HTTP/1.1\r\nHost: 127.0.0.1:{plan['port']}\r\n{head}\r\n"
        self._draw = random.Random(plan.get("seed", 1))  # noqa: S311 - a plan of requests
        self._items = [(kind, self._request(path)) for kind, path in plan["items"]]
        self._rare = deque((kind, self._request(path)) for kind, path in plan.get("rare", []))
        self._free: deque[Connection] = deque()
        self._waiting: deque[tuple[str, bytes, float]] = deque()
        self._ends = 0.0
        self._queue: deque[tuple[str, bytes]] = deque()
        self.bytes = 0
        self.latencies: dict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[int] = Counter()
        self.asked = 0

    def _request(self, path: str) -> bytes:
        return f"GET {path}{self._head}".encode()

    def answered(self, connection: Connection | None, kind: str, planned: float, status: int) -> None:
        self.latencies[kind].append(time.perf_counter() - planned)
        self.statuses[status] += 1
        if connection is None:
            return
        if self._waiting:
            connection.ask(*self._waiting.popleft())
        elif self._plan["mode"] == "closed" and time.perf_counter() < self._ends:
            self._next(connection)
        elif self._queue:
            connection.ask(*self._queue.popleft(), time.perf_counter())
            self.asked += 1
        else:
            self._free.append(connection)

    def _next(self, connection: Connection) -> None:
        kind, request = self._draw.choice(self._items)
        self.asked += 1
        connection.ask(kind, request, time.perf_counter())

    async def run(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        every = []
        for _ in range(self._plan["connections"]):
            _, connection = await loop.create_connection(lambda: Connection(self), "127.0.0.1", self._plan["port"], family=socket.AF_INET)
            every.append(connection)
        started = time.perf_counter()
        await {"closed": self._closed, "open": self._open, "once": self._once}[self._plan["mode"]](every)
        took = time.perf_counter() - started
        for connection in every:
            connection.close()
        return {
            "seconds": took,
            "asked": self.asked,
            "answered": sum(self.statuses.values()),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "bytes": self.bytes,
            "latencies": {kind: sorted(found) for kind, found in self.latencies.items()},
        }

    async def _closed(self, every: list[Connection]) -> None:
        self._ends = time.perf_counter() + self._plan["seconds"]
        for connection in every:
            self._next(connection)
        await self._drained()

    async def _once(self, every: list[Connection]) -> None:
        self._queue.extend(self._items)
        for connection in every:
            if self._queue:
                self.asked += 1
                connection.ask(*self._queue.popleft(), time.perf_counter())
        answered = -1
        while answered < sum(self.statuses.values()) < len(self._items):
            answered = sum(self.statuses.values())
            await self._drained()

    async def _open(self, every: list[Connection]) -> None:
        self._free.extend(every)
        rate, rare_every = self._plan["rate"], self._plan.get("rare_every", 0)
        started = planned = time.perf_counter()
        while (planned := planned + self._draw.expovariate(rate)) < started + self._plan["seconds"]:
            now = time.perf_counter()
            if planned > now:
                await asyncio.sleep(planned - now)
            self.asked += 1
            take = rare_every and self._rare and self.asked % rare_every == 0
            kind, request = self._rare.popleft() if take else self._draw.choice(self._items)
            if self._free:
                self._free.popleft().ask(kind, request, planned)
            else:
                self._waiting.append((kind, request, planned))
        await self._drained()

    async def _drained(self) -> None:
        limit = time.perf_counter() + self._plan.get("seconds", 0) + PATIENCE_SECONDS
        while sum(self.statuses.values()) < self.asked and time.perf_counter() < limit:
            await asyncio.sleep(0.01)


def main() -> None:
    found = uvloop.run(Load(json.load(sys.stdin)).run())
    os.set_blocking(sys.stdout.fileno(), True)  # the loop may leave the pipe otherwise, which cuts what is longer than it holds
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
