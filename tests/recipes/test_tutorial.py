"""docs/adding-a-disease.md does what it says: every block is run, in order, as a reader would.

A block whose first line is a comment with a name is that file, or takes the place of some of its keys. `bash` is run,
`checkup demo` in a terminal of its own; an `output` is what that printed. A `chat` is played: what follows > is sent (a
[button] tapped, a file sent as a photo), the other lines are what the bot answers. … stands for anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from phone import Phone
from processes import until

TUTORIAL = Path(__file__).parents[2] / "docs" / "adding-a-disease.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"# ([\w./-]+)\n")
_KEYS = re.compile(r"# in ([\w./-]+), in place of the same keys\n")
_DEMO = "checkup demo"


@dataclass
class Reader:
    """Somebody who works through the tutorial in a folder."""

    folder: Path
    stack: contextlib.AsyncExitStack
    printed: str = ""
    phone: Phone | None = field(default=None)

    @property
    def environment(self) -> dict[str, str]:
        """What a terminal has in which the checkout's .venv is activated."""
        own = Path(sys.executable).parent
        return {"PATH": f"{own}:{os.environ['PATH']}", "CHECKUP_PORT": "0", "HOME": str(self.folder)}

    async def reads(self, language: str, content: str) -> None:
        """Do what a block says."""
        named, changed = _FILE.match(content), _KEYS.match(content)
        if language == "bash":
            await (self._demo() if content.strip() == _DEMO else self._run(content))
        elif language == "output":
            assert _in_order(content.splitlines(), self.printed), f"wanted\n{content}\ncame\n{self.printed}"
        elif language == "chat":
            await self._chat(content.splitlines())
        elif changed:
            _replace_keys(self.folder / changed[1], content[changed.end() :])
        else:
            assert named, f"nobody knows what to do with this block:\n{content}"
            file = self.folder / named[1]
            file.parent.mkdir(exist_ok=True)
            file.write_text(content if language != "text" else content[named.end() :], encoding="utf-8")

    async def _run(self, script: str) -> None:
        process = await asyncio.create_subprocess_exec(
            "bash", "-e", "-c", script, cwd=self.folder, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        printed, complained = await process.communicate()
        self.printed = printed.decode()
        assert process.returncode == 0, f"{script}\n{self.printed}\n{complained.decode()[-3000:]}"

    async def _demo(self) -> None:
        """Begin anew with `checkup demo` and open its page."""
        await self.stack.aclose()
        log = self.folder / "demo.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                "bash", "-c", f"exec {_DEMO}", cwd=self.folder, env=self.environment, stdout=output, stderr=output
            )
        self.stack.push_async_callback(_ended, process)
        await until(lambda: "The chat is at" in log.read_text() or process.returncode is not None, "the demo")
        page = re.search(r"The chat is at (\S+)", log.read_text())
        assert page, log.read_text()
        self.phone = await self.stack.enter_async_context(Phone(page[1]))

    async def _chat(self, lines: list[str]) -> None:
        assert self.phone, "no demo runs"
        for line in lines:
            if not line.startswith("> "):
                await self.phone.waits_for(line)
            elif (self.folder / line[2:]).is_file():
                await self.phone.sends_photo((self.folder / line[2:]).read_bytes(), name=line[2:])
            elif line.startswith("> ["):
                await self.phone.presses(line[3:-1])
            else:
                await self.phone.says(line[2:])


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    """A reader, whose demo is stopped at the end."""
    async with contextlib.AsyncExitStack() as stack:
        yield Reader(folder=tmp_path, stack=stack)


def blocks() -> Iterator[tuple[str, str]]:
    """Give language and content of every block."""
    for found in _BLOCK.finditer(TUTORIAL.read_text(encoding="utf-8")):
        yield found[1], found[2]


async def test_the_tutorial_leads_from_models_to_answers_in_the_chat(reader: Reader) -> None:
    for language, content in blocks():
        await reader.reads(language, content)


def test_the_tutorial_is_read_in_ten_minutes() -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(list(blocks())), "a block that is not read"
    words = len(_BLOCK.sub("", text).split())
    lines = sum(len(content.splitlines()) for _, content in blocks())
    assert words / 220 + lines / 60 <= 10  # minutes: 220 words, or 60 lines that are skimmed


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()


def _replace_keys(file: Path, content: str) -> None:
    """Put these keys in the places of those of the same name, with all that is indented below them."""
    key = re.compile(r"^(?=\w+:)", re.MULTILINE)
    new = {part.split(":")[0]: part for part in key.split(content) if part}
    old = [part for part in key.split(file.read_text(encoding="utf-8")) if part]
    assert new.keys() <= {part.split(":")[0] for part in old}
    file.write_text("".join(new.get(part.split(":")[0], part) for part in old), encoding="utf-8")


def _in_order(wanted: list[str], printed: str) -> bool:
    """Return whether these lines were printed, in this order, whatever stands between them."""
    patterns = (".*?".join(re.escape(part) for part in line.split("…")) for line in wanted)
    return re.search("(?:^.*\n)*?".join(f"^{pattern}$\n?" for pattern in patterns), printed, re.MULTILINE) is not None
