from __future__ import annotations

import json
import subprocess
import sys

import pytest

from rag.cli import main

COMMANDS = "ingest ask chat search verify extract list show parse forget status config eval".split()


def test_the_program_alone_prints_help(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Usage: rag ")
    assert all(f"  {command} " in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_each_command_says_what_it_does_and_takes_the_shared_flags(
    command: str, flag: str, capsys: pytest.CaptureFixture[str]
):
    assert main([command, flag]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: rag {command} ")
    assert all(shared in out for shared in ("--json", "--home", "--config", "--offline", "-q", "-v", "--color"))


@pytest.mark.parametrize("command", ["doctor", "serve", "mcp"])
def test_a_command_that_does_not_work_yet_is_not_registered(command: str, capsys: pytest.CaptureFixture[str]):
    assert main([command]) == 2
    assert f"No such command '{command}'" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("rag 0.")


@pytest.mark.parametrize(
    "args",
    [
        ["--no-such-flag"],
        ["frobnicate"],
        ["ask"],
        ["search"],
        ["search", "x", "-k", "0"],
        ["search", "x", "-k", "many"],
        ["show"],
        ["ingest"],
        ["ingest", "x", "--page-name", "nothing"],
        ["ingest", "x", "--page-year", "26"],
        ["parse"],
        ["forget"],
        ["list", "--after", "May"],
        ["list", "--before", "2023-02-30"],
        ["list", "--year", "x"],
        ["list", "--bibtex", "--records"],
        ["ask", "x", "--answerer", "robot"],
        ["status", "--color", "pink"],
        ["verify", "x", "--fail-under", "2"],
        ["verify", "x", "--fail-under", "many"],
        ["extract"],
    ],
)
def test_a_wrong_call_is_two_lines_and_exit_2_and_valid_json_where_asked(
    args: list[str], capsys: pytest.CaptureFixture[str]
):
    assert main([*args, "--json"]) == 2
    captured = capsys.readouterr()
    error = json.loads(captured.out)["error"]
    assert error["code"] == "usage"
    assert captured.err == f"error: {error['message']}\nhint: {error['hint']}\n"
    assert main(args) == 2
    assert capsys.readouterr().out == ""


def test_a_flag_that_all_share_may_stand_before_the_command(tmp_path, capsys: pytest.CaptureFixture[str]):
    assert main(["--json", "--home", str(tmp_path / "before"), "status", "--path"]) == 0
    assert json.loads(capsys.readouterr().out) == {"home": str(tmp_path / "before")}
    assert main(["--home", str(tmp_path / "before"), "status", "--path", "--home", str(tmp_path / "after")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'after'}\n"


def test_the_start_is_light():
    heavy = "numpy chromadb openai llama_index onnxruntime tokenizers rich yaml"
    code = f"import sys, rag.cli; print([name for name in {heavy.split()} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_is_told_how_to_complete(rag, shell: str):
    done = rag("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert done.returncode == 0
    assert "_RAG_COMPLETE" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("args", ["--help", "config", "config --json", "ask --json", "ask --help"])
def test_a_reader_that_leaves_early_is_no_error(args: str):
    command = f"{sys.executable} -m rag {args} 2>&1 | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == ("2\n" if args == "ask --json" else "0\n")
    assert done.stderr == ""
