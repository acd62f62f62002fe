"""What changed between two photos of a spot, in words: growth, colours, outline, or that nobody can tell. Pure."""

from bot.replies.length import joined
from bot.texts import Html, Texts
from classifiers.following.change import Change, size_change
from classifiers.following.size import Size


def change_in_words(change: Change, texts: Texts) -> Html:
    """Return what changed and, where something did, how soon to have it seen; what changed never makes that later."""
    said = [*_size(change, texts), *_look(change, texts)]
    if change.is_change:
        said.append(texts.html("change.see"))
    elif _looks_the_same(change):
        said.append(texts.html("change.see_anyway"))
    return joined(said, " ")


def millimetres(value: float, texts: Texts) -> str:
    """Return a length: `1.2 mm`."""
    return texts.formats.quantity(round(value, 1), "mm")


def grown_in_words(before: Size, after: Size, texts: Texts) -> Html:
    """Return by how much a spot grew between two photos with a coin beside it."""
    size, grown, plus_minus = size_change(before, after)
    change = Change(size=size, grown=grown, plus_minus=plus_minus)
    return joined([*_size(change, texts), *([texts.html("change.see")] if change.is_change else [])], " ")


def _size(change: Change, texts: Texts) -> list[Html]:
    if change.grown is None or change.plus_minus is None:
        return [texts.html("change.size_unknown")] if _looks_the_same(change) else []
    off = millimetres(change.plus_minus, texts)
    if change.size == "within":
        return [texts.html("change.within", uncertainty=off)]
    return [texts.html(f"change.{change.size}", grown=millimetres(abs(change.grown), texts), uncertainty=off)]


def _look(change: Change, texts: Texts) -> list[Html]:
    """Return what is said of outline and colours."""
    said = []
    if change.new_colour is not None:
        said.append(texts.html("change.new_colour", colour=texts.plain(f"change.colour_{change.new_colour}")))
    elif change.colour == "changed":
        said.append(texts.html("change.colour"))
    if change.outline == "changed":
        said.append(texts.html("change.outline"))
    if said:
        return said
    return [texts.html("change.same" if _looks_the_same(change) else "change.unclear")]


def _looks_the_same(change: Change) -> bool:
    return change.outline == change.colour == "same"
