"""What an admin is told when the registry was read anew: what is new, gone or broken, and why."""

from bot.replies.length import clipped, packed
from bot.texts import Html, Texts
from classifiers.offer import Change
from classifiers.registry import Registry

_FAULT, _FAULTS = 400, 30  # units of a line, lines


def reloaded(change: Change, registry: Registry, texts: Texts) -> list[Html]:
    """Return, as messages, what a registry that was read anew changed, and every fault that was found in it."""
    named = {"added": change.added, "removed": change.removed, "kept": change.kept}
    blocks = [texts.say(f"reload.{what}", list=", ".join(ids)) for what, ids in named.items() if ids]
    faults = [texts.say("reload.fault", fault=clipped(fault, _FAULT)) for fault in change.faults[:_FAULTS]]
    if faults:
        faults.insert(0, texts.say("reload.faults", n=len(change.faults)))
    offered = ", ".join(registry.plugins) or "–"
    return packed([texts.say("reload.done", list=offered), *blocks, *faults])
