"""What all kinds of buttons share: how their data is written and read, and the numbers that most of it has."""

from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

User = Annotated[int, Field(ge=1, le=2**52)]  # Telegram's numbers of people have at most 52 bits
Entry = Annotated[int, Field(ge=1, lt=2**63)]  # a row of the journal, or of another table


class Tap(BaseModel):
    """What a button says; the fields stand in its data in this order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]

    @property
    def data(self) -> str:
        """The button's data, at most 64 bytes: `kind:field:field`."""
        return ":".join([self.kind, *(str(value) for value in dict(self).values())])

    @classmethod
    def from_parts(cls, parts: list[str]) -> Self | None:
        """Return the tap with these fields; None where there are more or fewer, or one that cannot be."""
        if len(parts) != len(cls.model_fields):
            return None
        try:
            return cls.model_validate_strings(dict(zip(cls.model_fields, parts, strict=True)))
        except ValidationError:
            return None
