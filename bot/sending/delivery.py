"""What an update has come to so far: its result, and the calls that were answered; another attempt repeats neither."""

from collections import Counter, defaultdict
from contextvars import ContextVar
from typing import Any

from bot.sending.placeholder import Placeholder

_NOTICED = ("send", "edit", "answer", "copy", "forward")  # how the methods begin that a person notices
_NOT_WORTH_IT = "sendChatAction"


class Delivery:
    """One update's result and answered calls, over all attempts to handle it in this process."""

    def __init__(self, placeholder: Placeholder | None = None) -> None:
        """Begin with nothing but what an earlier process left in the chat."""
        self.placeholder = placeholder or Placeholder()
        self.results: dict[int, Any] = {}  # of examining what was sent, by the numbers of its updates, as it is done
        self.is_held = False  # until its person has answered something
        self.is_suspected = False  # of being the reason why attempts failed or processes died
        self.is_answered = False  # whether its person has the answer, whatever else is still to be said
        self.doubtful_downloads = 0  # how often Telegram gave something else than the file
        self._answers: dict[_Call, list[Any]] = defaultdict(list)
        self._asked: Counter[_Call] = Counter()

    def begin(self, *, is_suspected: bool = False) -> None:
        """Begin another attempt."""
        self.is_suspected = is_suspected
        self._asked.clear()

    def end(self) -> None:
        """Let go of what was examined: a connection that was made meanwhile keeps this, by its context, while it is open."""
        self.results.clear()
        self._answers.clear()

    def answered_before(self, endpoint: str, data: dict[str, Any]) -> Any:
        """Return what an earlier attempt was answered to this call, None where the call is to be made."""
        call = _call(endpoint, data)
        if call is None:
            return None
        asked, before = self._asked[call], self._answers.get(call, [])
        self._asked[call] += 1
        return before[asked] if asked < len(before) else None

    def note(self, endpoint: str, data: dict[str, Any], answer: Any) -> None:
        """Note what a call was answered."""
        if call := _call(endpoint, data):
            self._answers[call].append(answer)


current: ContextVar[Delivery | None] = ContextVar("current", default=None)
"""The delivery of the update that is being handled; None outside of handling one."""


def is_noticed(endpoint: str) -> bool:
    """Return whether a call of this method brings something to a person, which should come once."""
    return endpoint.startswith(_NOTICED) and endpoint != _NOT_WORTH_IT


_Call = tuple[str, frozenset[tuple[str, object]]]


def _call(endpoint: str, data: dict[str, Any]) -> _Call | None:
    """Return what makes a call the same as another: its method and plain parameters; None for one that may be repeated."""
    if not is_noticed(endpoint):
        return None
    return endpoint, frozenset((name, value) for name, value in data.items() if isinstance(value, str | int | float))
