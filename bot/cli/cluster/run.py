"""`checkup cluster`: puts the registry's models on a Ray cluster, keeps them as the registry says, and ends with SIGTERM."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from bot.cli.cluster.ray_cluster import RayCluster, connected
from bot.opening import CannotStart
from bot.settings import Settings
from bot.signals import stoppable
from bot.workers import Workers
from classifiers.registry import Registry, read_registry

log = logging.getLogger(__name__)

_LOOK = 5.0  # seconds between two looks at how many replicas there are


async def serve_models(settings: Settings, *, host: str, port: int) -> None:
    """Serve the models of the registry until the process is told to stop; SIGHUP reads it anew. Raises CannotStart."""
    read = partial(read_registry, settings.registry, trusted=settings.trusted)
    registry = read()
    if not registry.plugins:
        raise CannotStart("\n".join(registry.all_faults) or f"{settings.registry} offers no disease")
    least = sum(one.card.serving.cpus * one.card.serving.replicas.min for one in registry.plugins.values())
    with connected(host=host, port=port, cpus=least) as cluster:
        await _keep_serving(cluster, registry, read, settings)


async def _keep_serving(
    cluster: RayCluster, registry: Registry, read: Callable[[], Registry], settings: Settings
) -> None:
    with Workers(threads=1) as thread, stoppable() as reload_requested:
        await thread.run(cluster.start)
        async with asyncio.TaskGroup() as beside:
            beside.create_task(_tell_of_states(cluster, thread))
            while True:
                await thread.run(_deploy, cluster, registry, settings)
                for disease, why in (await cluster.ready(thread)).items():
                    log.error("%s is not served: %s", disease, why)
                log.info("served at %s: %s", cluster.url, ", ".join(cluster.served) or "nothing")
                await reload_requested.wait()
                reload_requested.clear()
                registry = await thread.run(read)


async def _tell_of_states(cluster: RayCluster, thread: Workers) -> None:
    """Tell the log whenever a disease is served otherwise than before: by more or fewer replicas, or not well."""
    told: dict[str, str] = {}
    while True:
        await asyncio.sleep(_LOOK)
        try:
            states = await thread.run(cluster.states)
        except Exception as error:  # whatever Ray raises: what is served goes on without
            log.warning("how the models are served is not known: %s", type(error).__name__)
            continue
        for disease, state in states.items():
            if told.get(disease, state) != state:
                log.info("%s: %s, before that %s", disease, state, told[disease])
        told = states


def _deploy(cluster: RayCluster, registry: Registry, settings: Settings) -> None:
    """Deploy what the registry offers; a disease whose card has faults stays as it was."""
    for fault in registry.all_faults:
        log.error("%s", fault)
    for plugin in registry.plugins.values():
        plugin.engine.close()  # it was tried here, and runs there
    cards = {entry.id: (entry.card, entry.path) for entry in registry.entries if entry.card and entry.plugin}
    faulty = {entry.id for entry in registry.entries if entry.enabled and entry.faults}
    cluster.deploy(cards, keep=cluster.served if registry.faults else faulty, trusted=settings.trusted)
