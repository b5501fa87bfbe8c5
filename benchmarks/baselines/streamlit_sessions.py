"""Page views of a Streamlit server: whole sessions over its websocket, as its own page opens them, one after the other on every connection.

    python streamlit_sessions.py PORT SECONDS CONNECTIONS

A view is: connect to ``/_stcore/stream`` (subprotocol "streamlit"), send a ``BackMsg`` with an empty ``rerun_script``, read ``ForwardMsg`` until
``script_finished`` says that the script ended without an error, close. The HTML shell and the 40 or so scripts that a browser loads before are
left out, in its favour. Prints {"views", "seconds", "bytes", "latencies"}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


async def view(port: int, asked: bytes) -> tuple[float, int]:
    """One session: seconds and bytes."""
    started, size = time.perf_counter(), 0
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None, ping_interval=None) as socket:  # type: ignore[list-item]
        await socket.send(asked)
        async for data in socket:
            size += len(data)
            message = ForwardMsg.FromString(data)  # type: ignore[arg-type]  # it sends binary frames
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError(f"the script ended with {message.script_finished}")
                return time.perf_counter() - started, size
    raise RuntimeError("the session ended before its script")


async def run(port: int, seconds: float, connections: int) -> dict[str, object]:
    """Sessions until the time is over."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    asked = message.SerializeToString()
    found: list[tuple[float, int]] = []
    started = time.perf_counter()

    async def again() -> None:
        while time.perf_counter() < started + seconds:
            found.append(await view(port, asked))

    await asyncio.gather(*(again() for _ in range(connections)))
    took = time.perf_counter() - started
    return {"views": len(found), "seconds": took, "bytes": sum(size for _, size in found), "latencies": sorted(one for one, _ in found)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(run(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))))
