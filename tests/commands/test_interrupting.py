from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from rag.commands.interrupting import interrupts_after_imports


def test_an_interrupt_waits_for_the_import_that_it_meets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    source = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nfor _ in range(100): pass\nwhole = True\n"
    (tmp_path / "interrupted_on_import.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))

    def import_and_wait() -> None:
        importlib.import_module("interrupted_on_import")
        threading.Event().wait(10)

    with interrupts_after_imports(), pytest.raises(KeyboardInterrupt):
        import_and_wait()
    assert sys.modules.pop("interrupted_on_import").whole


def test_an_interrupt_elsewhere_comes_at_once_and_the_old_handler_comes_back():
    with interrupts_after_imports(), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_program_with_a_handler_of_its_own_keeps_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts_after_imports():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
