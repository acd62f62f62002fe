"""What an admin is told when the registry was read anew: what is new, gone or broken, and why."""

from bot.replies.length import clipped, packed
from bot.texts import Html, Texts
from classifiers.live_registry import ReloadReport
from classifiers.registry import Registry

_FAULT, _FAULTS = 400, 30  # units of a line, lines


def reloaded(report: ReloadReport, registry: Registry, texts: Texts) -> list[Html]:
    """Return, as messages, what a registry that was read anew changed, and every fault that was found in it."""
    named = {"added": report.added, "removed": report.removed, "kept": report.kept}
    blocks = [texts.html(f"reload.{what}", list=texts.listed(ids)) for what, ids in named.items() if ids]
    faults = [texts.html("reload.fault", fault=clipped(fault, _FAULT)) for fault in report.faults[:_FAULTS]]
    if faults:
        faults.insert(0, texts.html("reload.faults", n=len(report.faults)))
    offered = texts.listed(registry.plugins) or "–"
    return packed([texts.html("reload.done", list=offered), *blocks, *faults])
