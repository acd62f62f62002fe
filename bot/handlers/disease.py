"""Which disease is a photo about?"""

from classifiers.errors import Unavailable
from classifiers.registry import Registry


def which_disease(caption: str | None, registry: Registry) -> str:
    """Return the disease that the caption asks for ("/skin", "/skin@bot"), else the first that can be offered.

    Raises Unavailable where there is none. A disease that is asked for may still turn out to be unavailable.
    """
    asked = _asked(caption)
    offered = [entry.id for entry in registry.entries if entry.enabled]
    if asked in offered:
        return asked
    for disease, plugin in registry.plugins.items():
        if plugin.card.input == "photo":
            return disease
    raise Unavailable(disease=", ".join(offered))


def _asked(caption: str | None) -> str:
    first = (caption or "").split(maxsplit=1)[:1]
    return first[0][1:].partition("@")[0].lower() if first and first[0].startswith("/") else ""
