"""The local server as a program of its own."""

from __future__ import annotations

import gc

from bot.local.__main__ import keep_what_is_left


def test_what_a_full_collection_leaves_is_not_looked_at_again() -> None:
    message = {"stays": []}
    gc.callbacks.append(keep_what_is_left)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(keep_what_is_left)
    assert gc.get_objects(generation=2) == []
    assert gc.is_tracked(message)
