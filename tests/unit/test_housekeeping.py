"""What runs beside the updates goes on, whatever happens to it."""

import asyncio

import pytest
from processes import until

from bot.housekeeping import kept_up

WORDS = "somebody's words"


async def test_a_chore_that_fails_is_told_of_without_what_was_said_and_begun_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun = 0

    async def chore() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise RuntimeError(WORDS)
        await asyncio.Event().wait()

    keeping = asyncio.create_task(kept_up(chore, pause=0.01))
    await until(lambda: begun == 3)
    keeping.cancel()
    await asyncio.wait([keeping])
    assert keeping.cancelled()
    assert caplog.text.count("what runs beside the updates failed, and begins anew in 0.01 s: RuntimeError") == 2
    assert WORDS not in caplog.text
