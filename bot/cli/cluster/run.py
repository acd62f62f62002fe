"""`checkup cluster`: puts the registry's models on a Ray cluster, keeps them as the registry says, and ends with SIGTERM."""

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
        while True:
            await thread.run(_deploy, cluster, registry, settings)
            for disease, why in (await cluster.ready(thread)).items():
                log.error("%s is not served: %s", disease, why)
            log.info("served at %s: %s", cluster.url, ", ".join(cluster.served) or "nothing")
            await reload_requested.wait()
            reload_requested.clear()
            registry = await thread.run(read)


def _deploy(cluster: RayCluster, registry: Registry, settings: Settings) -> None:
    """Deploy what the registry offers; a disease whose card has faults stays as it was."""
    for fault in registry.all_faults:
        log.error("%s", fault)
    for plugin in registry.plugins.values():
        plugin.engine.close()  # it was tried here, and runs there
    cards = {entry.id: (entry.card, entry.path) for entry in registry.entries if entry.card and entry.plugin}
    faulty = {entry.id for entry in registry.entries if entry.enabled and entry.faults}
    cluster.deploy(cards, keep=cluster.served if registry.faults else faulty, trusted=settings.trusted)
