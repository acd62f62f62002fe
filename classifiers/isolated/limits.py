"""What a worker process does first: takes its connection, and has the operating system limit its memory and time."""

import contextlib
import os
import resource
import signal
import socket
import sys
import threading
import time
from typing import Any


def own_connection() -> socket.socket:
    """Return the connection to the parent, out of the way of code that reads standard input or prints."""
    connection = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return connection


def limit_memory(megabytes: int) -> None:
    """Let this process take no more memory of its own, and outlive its parent by no more than a second."""
    most = megabytes * 2**20
    with contextlib.suppress(ValueError, OSError):  # the machine may allow less anyway
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    threading.Thread(target=_watch, args=(most, os.getppid()), daemon=True).start()


def limit_time(seconds: float) -> None:
    """Let this process use so many more seconds of CPU time, in whole seconds rounded up: then it is killed."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, hard))


def _watch(memory: int, parent: int) -> None:
    """End a process that hangs when its parent has gone; on macOS, whose kernel has no such limit, one that has grown."""
    while os.getppid() == parent and not (sys.platform == "darwin" and _largest() > memory):
        time.sleep(0.5)
    os._exit(1)


def _largest() -> int:
    """Return the most memory that this process ever took: bytes on macOS."""
    usage: Any = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_maxrss)
