"""`python -m bot.local --folder DIR`: the local server alone; the page's URL is the first line it prints.

Below that URL are the bots' methods, too; with `--open-to-network` the second line is the password.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys
from pathlib import Path
from typing import Any

import uvloop

from bot.local.server import LOCAL_TOKEN, LocalServer
from bot.local.state.server_state import MESSAGES


def main() -> None:
    """Serve until interrupted. Exits 2 where it cannot listen as told."""
    parser = argparse.ArgumentParser(prog="python -m bot.local", description="A Bot API server with a chat page.")
    parser.add_argument("--folder", type=Path, required=True, help="where files and counters lie")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--token", default=LOCAL_TOKEN, help='the token bots must use, "any" for any (default 1:local)')
    parser.add_argument("--messages", type=int, default=MESSAGES, help=f"how many are kept (default {MESSAGES})")
    parser.add_argument("--inject-faults", action="store_true", help="let the chat page's API inject faults")
    parser.add_argument("--open-to-network", action="store_true", help="let other machines in, who need the password")
    wanted = parser.parse_args()
    gc.callbacks.append(keep_what_is_left)
    try:
        server = LocalServer(
            folder=wanted.folder,
            host=wanted.host,
            port=wanted.port,
            token=None if wanted.token == "any" else wanted.token,  # noqa: S105
            open_to_network=wanted.open_to_network,
            inject_faults=wanted.inject_faults,
            messages=wanted.messages,
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(server))
    except (ValueError, OSError) as error:
        parser.error(str(error))


def keep_what_is_left(phase: str, about: dict[str, Any]) -> None:
    """Let the collector look once only at what stays: all of 14,000 messages take a second, in which nobody is answered."""
    if phase == "stop" and about["generation"] == 2:
        gc.freeze()


async def _serve(server: LocalServer) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    async with server:
        sys.stdout.write(f"{server.url}\n" + (f"{server.password}\n" if server.password else ""))
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    main()
