"""Standard error without a line that native code would write there."""

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator

CAUGHT = threading.Lock()
"""Held while standard error is caught. Hold it to start a process, which would inherit what catches it."""


@contextlib.contextmanager
def without(line: bytes) -> Iterator[None]:
    """Catch what the block writes to file descriptor 2, and write it there at the end but for this line."""
    with CAUGHT, tempfile.TemporaryFile() as caught:
        try:
            real = os.dup(2)
        except OSError:  # it is closed: nothing could be seen there
            yield
            return
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(real, 2)
            os.close(real)
            caught.seek(0)
            with open(2, "wb", closefd=False) as standard_error:
                standard_error.write(caught.read().replace(line, b""))
