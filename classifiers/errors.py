"""What can go wrong, as codes and facts; the words are the bot's.

Refusal                  the person can mend it
  EmptyFile              nothing was in the file
  NotAnImage             no image format we know
  DamagedImage           an image that breaks off or cannot be decoded
  TooManyPixels          larger than we are willing to decode
  FileTooLarge           more bytes than can be fetched
Fault                    we must mend it
  CardFaults             a card or registry that says something wrong, all of it at once
  WrongOutput            a model that does not answer as its card says
  Unavailable            a disease that is configured but cannot be offered now
"""

from typing import ClassVar


class CodedError(Exception):
    """An error that is a code and facts: whoever speaks to people finds the words."""

    code: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        super().__init__(f"{self.code} {facts}" if facts else self.code)
        self.facts = facts


class Refusal(CodedError):
    """The input cannot be used; the person can mend it."""


class EmptyFile(Refusal):
    code = "empty_file"


class NotAnImage(Refusal):
    code = "not_an_image"


class DamagedImage(Refusal):
    code = "damaged_image"


class TooManyPixels(Refusal):
    code = "too_many_pixels"  # facts: megapixels, most


class FileTooLarge(Refusal):
    code = "file_too_large"  # facts: megabytes, most


class Fault(CodedError):
    """Something of ours is wrong; the operator must mend it."""


class WrongOutput(Fault):
    code = "wrong_output"  # facts: expected, found


class Unavailable(Fault):
    code = "unavailable"  # facts: disease


class CardFaults(Fault):
    """Every fault of a card or registry, each as `path: place: what is wrong`."""

    code = "card_faults"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults=faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)
