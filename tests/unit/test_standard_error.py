"""One line of native code's is kept off standard error, and nothing else is lost."""

import os

import pytest

from classifiers import standard_error


def test_everything_but_the_line_arrives_whatever_happens(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), standard_error.without(b"INFO: hello\n"):
        os.write(2, b"INFO: hello\nERROR: no memory\n")
        raise ZeroDivisionError
    os.write(2, b"INFO: hello\n")
    assert capfd.readouterr().err == "ERROR: no memory\nINFO: hello\n"


def test_where_standard_error_is_closed_the_work_is_done_all_the_same() -> None:
    kept = os.dup(2)
    os.close(2)
    try:
        with standard_error.without(b""):
            done = True
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    assert done
