"""Run the command line in this process, on a document, as a script would."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from reprieve.cli.main import main


@dataclass(frozen=True)
class Run:
    """What a command answered. `problems` is the path-to-message table of exit 2."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def problems(self) -> dict[str, str]:
        return {p["path"]: p["message"] for p in json.loads(self.err)["problems"]}


@pytest.fixture
def reprieve(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    def run(*words: str, document: Any = None) -> Run:
        text = document if isinstance(document, str) else json.dumps(document)
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        code = main(words)
        captured = capsys.readouterr()
        return Run(code, captured.out, captured.err)

    return run
