"""Ctrl-C, at moments when the program can take it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_S = 0.05
"""How long a Ctrl-C waits before it looks again whether an import is over."""


@contextmanager
def interrupts_after_imports() -> Iterator[None]:
    """Lets a Ctrl-C wait for the end of an import.

    An extension module whose import is interrupted raises an ImportError, and some cannot be imported a second time:
    the chat, which goes on after a Ctrl-C, could then answer no more.
    """
    ours = (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if not ours:
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGALRM)}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    """Raises KeyboardInterrupt now, or later where `frame` is within an import."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_S)
            return
        frame = frame.f_back
    raise KeyboardInterrupt
