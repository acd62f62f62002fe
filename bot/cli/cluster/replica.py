"""One card's model as a deployment of Ray Serve: what a replica does, and what it is given.

Kubernetes names `application` (deploy/kubernetes/models.yaml); `checkup cluster` calls `deployment_of`.
"""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ray import serve
from starlette.requests import Request
from starlette.responses import Response

from bot.cli.cluster.batches import Batches
from bot.workers import Workers
from classifiers.card import Card, read_card
from classifiers.engines.remote.answer import answer
from classifiers.engines.remote.served_model import ServedModel
from classifiers.errors import Fault
from classifiers.isolated.framing import Frame
from classifiers.plugin import blank

_PERIOD = 10.0  # seconds between two questions whether a replica is well
_PATIENCE = 60.0  # seconds that the answer may take, besides those that cases may


class ModelReplica:
    """A replica: one copy of a card's model, which runs what comes at the same time together. Raises as an engine does."""

    def __init__(self, path: str, fingerprint: str, trusted: Sequence[str]) -> None:
        """Load the model of the card at `path`, which is to be the one with this fingerprint on every machine."""
        self._card = read_card(Path(path))
        if fingerprint_of(self._card) != fingerprint:
            raise RuntimeError(
                f"{path} is another card on this machine than where it was deployed: bring both to the same"
            )
        self._model = ServedModel(self._card, Path(path).parent, trusted)
        self._thread = Workers(threads=1, give_way=False)
        self._has_answered = False

        async def together(cases: list[np.ndarray]) -> list[Frame | Fault]:
            return await self._thread.run(self._model.run_batch, cases)

        wait = self._card.serving.wait_ms / 1000
        self._run = Batches(together, most=self._model.batch, wait=wait)

    async def __call__(self, request: Request) -> Response:
        """Answer a request as the contract says."""
        reply = await answer(self._card, request.method, await request.body(), self._run)
        self._has_answered = self._has_answered or reply.status == 200
        return Response(reply.body, reply.status, media_type=reply.kind)

    async def check_health(self) -> None:
        """Raise RuntimeError where a blank case goes wrong; a replica that has answered lately is not asked."""
        if self._has_answered:
            self._has_answered = False
            return
        (found,) = await self._thread.run(self._model.run_batch, [blank(self._card)])
        if isinstance(found, Fault):
            raise RuntimeError(str(found))

    def __del__(self) -> None:
        """End what the model has in a process of its own."""
        if hasattr(self, "_model"):
            self._model.close()


def fingerprint_of(card: Card) -> str:
    """Return what changes with anything that serving depends on: the model, how it is talked to, and `serving`."""
    told = card.model_dump_json(include={"input", "model", "questions", "serving"}, exclude={"model": {"file"}})
    return hashlib.sha256(told.encode()).hexdigest()


def deployment_of(card: Card, path: Path, trusted: Collection[str]) -> Any:
    """Return the application that serves the model of the card at `path`."""
    serving = card.serving
    batch = serving.batch
    case = float(getattr(card.model, "timeout", 0.0))
    deployment = serve.deployment(
        name=card.id,
        ray_actor_options={"num_cpus": serving.cpus, "num_gpus": serving.gpus},
        autoscaling_config={
            "min_replicas": serving.replicas.min,
            "max_replicas": serving.replicas.max,
            "target_ongoing_requests": max(2, batch),
            "upscale_delay_s": 5,
            "downscale_delay_s": serving.replicas.down_after,
        },
        max_ongoing_requests=max(4, 2 * batch),
        health_check_period_s=_PERIOD,
        health_check_timeout_s=_PATIENCE + 2 * batch * case,
        logging_config={"enable_access_log": False, "log_level": "WARNING"},
    )(ModelReplica)
    return deployment.bind(str(path.resolve()), fingerprint_of(card), sorted(trusted))


def application(given: dict[str, Any]) -> Any:
    """Return the same for Ray's own configuration files, whose `args` name the card, and the modules that it may run."""
    path = Path(given["card"])
    return deployment_of(read_card(path), path, given.get("trusted", ()))
