"""A bot whose model takes the whole process with it when it sees a dark photo, and is slow at all others.

Run as `python tests/poisoned_bot.py`, with settings in the environment as for `checkup run`.
"""

from __future__ import annotations

import asyncio
import os
import time

import numpy as np
from fake_disease import SaysWhatItIsTold, registry

from bot.app import answering
from bot.settings import Settings
from bot.updates import suspects
from classifiers.scores import Scores


class Poisoned(SaysWhatItIsTold):
    """An engine that a dark photo kills, as a photo can kill a decoder that is written in C."""

    def score(self, pixels: np.ndarray) -> Scores:
        """Return what was told, if at all."""
        if pixels.mean() < 60:
            os._exit(70)
        time.sleep(1)  # so that it is still at work when its neighbour kills the process
        return super().score(pixels)


async def main() -> None:
    """Answer until the process ends, one way or another; a suspect is tried soon after the start."""
    suspects.SETTLED = 1.0
    settings = Settings.read(dict(os.environ))
    assert settings.token is not None
    token = settings.token.get_secret_value()
    async with answering(settings, api=settings.api, token=token, registry=registry(Poisoned())):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
