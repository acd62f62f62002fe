"""Signals to the running process: a hangup reloads the registry, a closed terminal stops it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import tiny
from chat import agree
from phone import TIMEOUT, Phone
from photo_bytes import file
from processes import ROOT, BotProcess, until

from bot.local import LocalServer


async def test_a_hangup_signal_reloads_the_running_process(server: LocalServer, tmp_path: Path, phone: Phone) -> None:
    tiny.write(tmp_path / "shade", tiny.content(id="shade", title={"en": "Shade"}))
    settings = {"CHECKUP_API": server.url, "CHECKUP_TOKEN": "1:local"}
    settings["CHECKUP_REGISTRY"] = str(tiny.registry(tmp_path))
    async with BotProcess(tmp_path / "process", "run", **settings) as process:
        await agree(phone)
        tiny.registry(tmp_path, {"card": "colour/card.yaml"}, {"card": "shade/card.yaml"})
        process.send(signal.SIGHUP)
        await until(lambda: "new: shade" in process.output(), "the reload")
        await phone.sends_photo(file(tiny.plain("red", (200, 200)), "PNG"), caption="/shade")
        await phone.waits_for("Looked at as: Shade")
        assert await process.stopped() == 0


async def test_a_hangup_signal_while_the_process_still_starts_does_not_end_it(
    server: LocalServer, tmp_path: Path, phone: Phone
) -> None:
    program = """
import os, signal
from bot.cli import run
from bot.__main__ import main

def settings(read=run.settings, **how):
    os.kill(os.getpid(), signal.SIGHUP)
    return read(**how)

run.settings = settings
main()
"""
    early = tmp_path / "early.py"
    early.write_text(program)
    settings = {"CHECKUP_API": server.url, "CHECKUP_TOKEN": "1:local", "CHECKUP_REGISTRY": str(tiny.registry(tmp_path))}
    async with BotProcess(tmp_path / "process", "run", program=(str(early),), **settings) as process:
        await agree(phone)
        process.send(signal.SIGHUP)
        await until(lambda: "the same diseases" in process.output(), "the reload")
        assert await process.stopped() == 0


async def test_a_closed_terminal_stops_the_process(server: LocalServer, tmp_path: Path, phone: Phone) -> None:
    settings = {"CHECKUP_API": server.url, "CHECKUP_TOKEN": "1:local", "PATH": os.environ["PATH"]}
    settings |= {"CHECKUP_REGISTRY": str(tiny.registry(tmp_path)), "CHECKUP_DATABASE": f"sqlite:///{tmp_path / 'x.db'}"}
    keyboard, terminal = os.openpty()
    with (tmp_path / "output.txt").open("wb") as output:
        program = (
            "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from bot.__main__ import main; main()"
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program, "run"),
            stdin=terminal, stdout=output, stderr=output, env=settings, cwd=ROOT,
            start_new_session=True,
        )  # fmt: skip
        os.close(terminal)
        try:
            await phone.waits_for_connection()
            os.close(keyboard)
            assert await asyncio.wait_for(process.wait(), TIMEOUT) == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
