"""What a person may notice of what a photo shows, and how soon it is to be seen then: it can only raise the care."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from classifiers.card.common import Strict, Text

Fault = tuple[str, str]


class Symptom(Strict):
    """One thing that a person may notice, such as bleeding."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]  # in the journal, and in a button's data
    title: Text  # a few words, on a button
    why: Text  # a sentence: why it is to be seen then, whatever a photo shows
    care: Literal["soon", "urgent"]  # at the least


Symptoms = Annotated[tuple[Symptom, ...], Field(max_length=8)]


def symptom_faults(symptoms: Any) -> Iterator[Fault]:
    """Yield symptoms that stand twice; `symptoms` has the parts that are valid."""
    codes = [symptom.code for symptom in symptoms or ()]
    for at, code in enumerate(codes):
        if code is not None and code in codes[:at]:
            yield f"symptoms[{at}].code", f"{code} stands twice"
