"""A bot whose model never ends with a photo, and says so.

Run as `python tests/hanging_bot.py`, with settings in the environment as for `checkup run`.
"""

from __future__ import annotations

import os
import threading

import numpy as np
from fake_disease import SaysWhatItIsTold, registry

from bot.app import answering
from bot.cli.context import run_until_stopped
from bot.settings import Settings
from bot.signals import stoppable
from classifiers.scores import Scores


class Hanging(SaysWhatItIsTold):
    """An engine that hangs, as native code can."""

    def score(self, pixels: np.ndarray) -> Scores:
        """Never return."""
        print("it hangs", flush=True)  # noqa: T201 - the test waits for it
        threading.Event().wait()
        return super().score(pixels)


async def answer() -> None:
    """Answer until the process is told to stop."""
    settings = Settings.read(dict(os.environ))
    assert settings.token is not None
    token = settings.token.get_secret_value()
    with stoppable():
        async with answering(settings, api=settings.api, token=token, registry=registry(Hanging())) as checkup:
            await checkup.refused.wait()


if __name__ == "__main__":
    run_until_stopped(answer())
