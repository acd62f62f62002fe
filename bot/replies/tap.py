"""What all kinds of buttons share: how their data is written and read, and the numbers that most of it has."""

from typing import Annotated, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

User = Annotated[int, Field(ge=1, le=2**52)]  # Telegram's numbers of people have at most 52 bits
Entry = Annotated[int, Field(ge=1, lt=2**63)]  # a row of the journal, or of another table
Mark = Annotated[str, Field(pattern=r"^([0-9a-f]{8})?$")]  # of a photo; empty in buttons from before there were any
Version = Annotated[str, Field(pattern=r"^([1-9][0-9]{0,2})?$")]  # of what is agreed to; empty where that was not named


class OfPhoto(NamedTuple):
    """What a button names that is about a photo and its finding: the row of the journal, and the mark of its photo.

    The person may have put another photo into their message since: that one's mark is another.
    """

    entry: int
    photo: str = ""


class Tap(BaseModel):
    """What a button says; the fields stand in its data in this order. The last ones may be empty, and are left out then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]

    @property
    def data(self) -> str:
        """The button's data, at most 64 bytes: `kind:field:field`."""
        said = [self.kind, *(str(value) for value in dict(self).values())]
        while not said[-1]:
            said.pop()
        return ":".join(said)

    @classmethod
    def from_parts(cls, parts: list[str]) -> Self | None:
        """Return the tap with these fields; None where there are more or fewer, or one that cannot be."""
        least = sum(field.is_required() for field in cls.model_fields.values())
        if not least <= len(parts) <= len(cls.model_fields):
            return None
        try:
            return cls.model_validate_strings(dict(zip(cls.model_fields, parts, strict=False)))
        except ValidationError:
            return None
