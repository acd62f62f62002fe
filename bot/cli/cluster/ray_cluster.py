"""Ray Serve as it is used here: connect to a cluster or start a local one, deploy, wait until all is ready, leave."""

import asyncio
import contextlib
import logging
import math
import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import ray
from ray import serve
from ray.exceptions import RayError

from bot.cli.cluster.addresses import check_answers, check_free
from bot.cli.cluster.replica import deployment_of, fingerprint_of
from bot.opening import CannotStart
from bot.workers import Workers
from classifiers.card import Card
from classifiers.engines.remote.contract import path

log = logging.getLogger(__name__)

_PATIENCE = 60.0  # seconds until it is said what is waited for
_PAUSE = 0.2
_OVER = ("DEPLOY_FAILED", "UNHEALTHY")


class RayCluster:
    """The models on a Ray cluster with Serve. Only one thread at a time may call it."""

    def __init__(self, *, host: str, port: int) -> None:
        self.url = f"http://{host}:{port}"
        self._http = {"host": host, "port": port}
        self._deployed: dict[str, str] = {}  # fingerprints of the cards, by disease

    @property
    def served(self) -> list[str]:
        """The diseases whose models were deployed, those that failed left out."""
        return sorted(self._deployed)

    def states(self) -> dict[str, str]:
        """Return how each disease is served, in words."""
        found = serve.status().applications
        return {disease: _state(found[disease]) for disease in self.served if disease in found}

    def start(self) -> None:
        """Start Serve where it does not run, with a door on every node. Raises CannotStart where there can be none."""
        try:
            serve.start(proxy_location="EveryNode", http_options=self._http)
        except RayError as error:  # its last line says why, as "RuntimeError: Failed to bind to address …"
            raise _not_there(self.url, str(error).strip().splitlines()[-1].rstrip(".")) from error

    def deploy(
        self, cards: Mapping[str, tuple[Card, Path]], *, keep: Collection[str], trusted: Collection[str]
    ) -> None:
        """Begin to serve these cards, by disease, and to replace what changed, replica by replica; and end all others.

        What is in `keep` stays if it is served.
        """
        wanted = {disease: fingerprint_of(card) for disease, (card, _) in cards.items()}
        targets = [
            serve.RunTarget(deployment_of(*cards[disease], trusted), name=disease, route_prefix=path(disease))
            for disease in wanted
            if self._deployed.get(disease) != wanted[disease]
        ]
        if targets:
            serve.run_many(targets, wait_for_ingress_deployment_creation=False, wait_for_applications_running=False)
        for disease in set(self._deployed) - set(wanted) - set(keep):
            serve.delete(disease)
            del self._deployed[disease]
        self._deployed |= wanted

    async def ready(self, thread: Workers) -> dict[str, str]:
        """Wait until every disease is served or has failed; return why, by disease. The next reload tries those again."""
        told = time.monotonic() + _PATIENCE
        while True:
            found = (await thread.run(serve.status)).applications
            states = {disease: str(found[disease].status.value) for disease in self._deployed if disease in found}
            waiting = [disease for disease in self._deployed if states.get(disease) not in {*_OVER, "RUNNING"}]
            if not waiting:
                break
            if time.monotonic() > told:
                told = math.inf
                log.warning("not ready yet; has the cluster room for them? %s", ", ".join(waiting))
            await asyncio.sleep(_PAUSE)
        failed = {disease: str(found[disease].message) for disease, state in states.items() if state in _OVER}
        for disease in failed:
            del self._deployed[disease]
        return failed


def _state(application: Any) -> str:
    running = sum(one.replica_states.get("RUNNING", 0) for one in application.deployments.values())
    replicas = f"{running} replica{'s' * (running != 1)}"
    return f"{replicas}, and not well: {application.message}" if str(application.status.value) in _OVER else replicas


@contextlib.contextmanager
def connected(*, host: str, port: int, cpus: float) -> Iterator[RayCluster]:
    """Give the cluster that RAY_ADDRESS names or this machine is in, else a local one with room for `cpus`.

    A local one ends with the block; another one goes on serving. Raises CannotStart.
    """
    is_local = _connect(host, port, cpus=cpus)
    try:
        yield RayCluster(host=host, port=port)
    finally:
        if is_local:
            serve.shutdown()
        else:
            log.info("the cluster goes on serving; this ends it: serve shutdown")
        ray.shutdown()


def _connect(host: str, port: int, *, cpus: float) -> bool:
    """Connect, and return whether a cluster was started for it. Raises CannotStart."""
    quiet = {"configure_logging": False, "log_to_driver": False}
    wanted = os.environ.get("RAY_ADDRESS", "")
    try:
        check_answers(wanted)
        ray.init(address="auto", **quiet)
    except ValueError as error:
        raise CannotStart(f"RAY_ADDRESS: must be an address such as 127.0.0.1:6379 ({error})") from error
    except ConnectionError as error:
        if wanted:
            raise CannotStart(f"RAY_ADDRESS: no Ray cluster answers there: {error}") from error
        _start(host, port, cpus=cpus, **quiet)
        return True
    return False


def _start(host: str, port: int, *, cpus: float, **quiet: bool) -> None:
    """Start a cluster of this machine alone. Raises CannotStart where it could not be asked."""
    try:
        check_free(host, port)
    except OSError as error:
        raise _not_there(f"http://{host}:{port}", error.strerror or str(error)) from error
    # Its cores are counted, not measured: where there are fewer, models take turns.
    room = max(os.cpu_count() or 1, math.ceil(cpus))
    ray.init(num_cpus=room, include_dashboard=False, _node_ip_address="127.0.0.1", **quiet)


def _not_there(url: str, why: str) -> CannotStart:
    told = "choose another address with --host or --port, or stop what listens there"
    return CannotStart(f"The models cannot be asked at {url} ({why}): {told}.")
