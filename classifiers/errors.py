"""What can go wrong, as codes and facts; the words are the bot's.

Refusal                  the person can mend it
  EmptyFile              nothing was in the file
  NotAnImage             no image format we know
  UnsupportedFormat      an image, or another file, of a format that we know and cannot open
  DamagedImage           an image that breaks off or cannot be decoded
  TooManyPixels          larger than we are willing to decode
  TooMuchWork            a file that takes more time or memory to open than one file may
  FileTooLarge           more bytes than can be fetched
  FileOverLimit          the same where nobody knows how many
  FileGone               a file that cannot be fetched any more
  NotANumber             words, a date or nothing where a number is asked
  NumberUnclear          a number that can be read in two ways
  UnknownUnit            a number in a unit that we cannot turn into the question's
  UnitUnclear            a number without a unit, likely in more units than one or only in another
  OutOfRange             a number that nobody has
  NotAnAnswer            none of a question's options
  WrongType              in a file: not the kind of value that a question takes
  UnknownQuestion        in a file: an answer to what nobody asks
Fault                    we must mend it
  CardFaults             a card or registry that says something wrong, all of it at once
  WrongOutput            a model that does not answer as its card says
  EngineFailed           an engine that raised, died or took too much memory
  EngineLate             an engine that did not answer in time
  Unavailable            a disease that is configured but cannot be offered now
  PhotoOutOfReach        a file on the disk of a Bot API server of our own that the bot cannot read
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


class UnsupportedFormat(Refusal):
    code = "unsupported_format"  # facts: format


class DamagedImage(Refusal):
    code = "damaged_image"


class TooManyPixels(Refusal):
    code = "too_many_pixels"  # facts: megapixels, most


class TooMuchWork(Refusal):
    code = "too_much_work"


class FileTooLarge(Refusal):
    code = "file_too_large"  # facts: megabytes, most


class FileOverLimit(Refusal):
    code = "file_over_limit"  # facts: most


class FileGone(Refusal):
    code = "file_gone"


class NotANumber(Refusal):
    code = "not_a_number"  # facts, as of all refused numbers: low, high, unit, example


class NumberUnclear(Refusal):
    code = "number_unclear"  # facts: readings


class UnknownUnit(Refusal):
    code = "unknown_unit"  # facts: typed, units


class UnitUnclear(Refusal):
    code = "unit_unclear"  # facts: units, those in which the number makes sense

    @property
    def units(self) -> list[str]:
        """The names of the units in which the number makes sense."""
        found = self.facts["units"]
        return found if isinstance(found, list) else []


class OutOfRange(Refusal):
    code = "out_of_range"


class NotAnAnswer(Refusal):
    code = "not_an_answer"  # facts: expected, found


class WrongType(Refusal):
    code = "wrong_type"  # facts: expected, found


class UnknownQuestion(Refusal):
    code = "unknown_question"


class Fault(CodedError):
    """Something of ours is wrong; the operator must mend it."""


class WrongOutput(Fault):
    code = "wrong_output"  # facts: expected, found


class EngineFailed(Fault):
    code = "engine_failed"  # facts: why


class EngineLate(Fault):
    code = "engine_late"  # facts: seconds


class Unavailable(Fault):
    code = "unavailable"  # facts: disease

    @property
    def diseases(self) -> frozenset[str]:
        """Return the ids of the diseases that cannot be offered."""
        return frozenset(str(self.facts["disease"]).split(", "))


class PhotoOutOfReach(Fault):
    code = "photo_out_of_reach"  # facts: why


class CardFaults(Fault):
    """Every fault of a card or registry, each as `path: place: what is wrong`."""

    code = "card_faults"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults=faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)
