"""What is said when an answer to a form cannot be taken: what was wrong, and what to type instead. Pure."""

from bot.replies.numbers import number
from bot.texts import Html, Texts
from classifiers.errors import CodedError

_NUMBERS = ("low", "high", "example")


def refused_answer(error: CodedError, texts: Texts) -> Html:
    """Return why an answer was not taken; `error` is a Refusal of `classifiers.form.parse`."""
    facts: dict[str, object] = dict(error.facts)
    facts |= {name: number(float(str(facts[name])), texts) for name in _NUMBERS if name in facts}
    facts["unit"] = f" {facts['unit']}" if facts.get("unit") else ""
    for name in ("units", "readings"):
        listed = facts.get(name)
        if isinstance(listed, list):
            facts[name] = ", ".join(number(one, texts) if isinstance(one, float) else one for one in listed)
    return texts.html(f"refusal.{error.code}", **facts)
