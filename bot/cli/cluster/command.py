"""The options of `checkup cluster`."""

import os
from importlib.util import find_spec
from typing import Annotated

import typer

from bot.cli import context
from bot.settings import LOOPBACK
from bot.signals import spare_hangups

PORT = 8000
_RAY = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent to its makers
    "RAY_worker_niceness": "0",  # people wait for the answers: no less urgent than other programs
}


def cluster(
    host: Annotated[str, typer.Option(help="The address that the models are asked at.")] = LOOPBACK,
    port: Annotated[int, typer.Option(help="The port.", min=1, max=65535)] = PORT,
) -> None:
    """Serve the registry's models on Ray Serve: on the cluster that RAY_ADDRESS names or this machine is in, or a local one.

    A bot with CHECKUP_MODELS=http://HOST:PORT asks them. SIGHUP reads the registry anew and replaces what changed.
    """
    if find_spec("ray") is None:
        context.refuse("Ray is not installed; this installs what is needed: make install-cluster")
    for name, value in _RAY.items():
        os.environ.setdefault(name, value)  # before Ray is imported
    spare_hangups()
    from bot.cli.cluster.run import serve_models  # noqa: PLC0415

    chosen = context.settings(has_log=True)
    context.run_until_stopped(serve_models(chosen, host=host, port=port), log=chosen.log)
