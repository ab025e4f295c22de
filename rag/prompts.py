"""Prompts: Markdown files whose front matter declares their $variables. Knows nothing of what is filled in.

---
variables: [question]
---
## system
You answer in one word.

## user
$question
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from string import Template
from typing import Literal

from rag.errors import ConfigError, ModelFileError

Role = Literal["system", "user", "assistant"]

INSTALLED = Path(__file__).parent / "_prompts"
CHECKOUT = Path(__file__).parent.parent / "prompts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt as it stands in its file, without the front matter; `digest` is of the whole file."""

    name: str
    text: str
    digest: str
    variables: tuple[str, ...]

    @property
    def label(self) -> str:
        """What a Receipt calls it: "answer@1a2b3c4d"."""
        return f"{self.name}@{self.digest}"

    def messages(self, **variables: str) -> list[tuple[Role, str]]:
        """The filled sections `## system`, `## user`, `## assistant`, in their order; cut before they are filled, so
        that no value can open a section. Raises ValueError unless exactly its variables are given."""
        if set(variables) != set(self.variables):
            raise ValueError(f"the prompt {self.name} takes {sorted(self.variables)}, not {sorted(variables)}")
        return [(role, Template(text).substitute(variables).strip()) for role, text in _sections(self.text)]


def load(name: str, folder: Path | None = None) -> Prompt:
    """The prompt of this name, from `folder`, else the installed package, else the checkout's prompts/.

    Raises ModelFileError when there is no such file, ConfigError when it cannot be used as it is written.
    """
    path = (folder or (INSTALLED if INSTALLED.is_dir() else CHECKOUT)) / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelFileError(f"the prompt {name} cannot be read: {path}", hint="install the package again") from error
    return _checked(name, text)


def _checked(name: str, text: str) -> Prompt:
    front = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    if front is None:
        raise _unusable(name, "its front matter is missing", "begin with ---, a line variables: […], ---")
    body = text[front.end() :]
    declared = _declared(name, front.group(1))
    template = Template(body)
    if not template.is_valid():
        raise _unusable(name, "a $ stands alone", "write $$ for a dollar sign")
    used = template.get_identifiers()
    if strange := sorted(set(used) - set(declared)):
        raise _unusable(name, f"it uses ${strange[0]}, which it does not declare", "declare it in the front matter")
    if missing := sorted(set(declared) - set(used)):
        raise _unusable(name, f"it declares ${missing[0]}, which it does not use", "use it or take it out")
    if not _sections(body):
        raise _unusable(name, "it has no section", "begin its parts with lines ## system, ## user")
    digest = blake2b(text.encode(), digest_size=4).hexdigest()
    return Prompt(name=name, text=body.strip(), digest=digest, variables=declared)


def _declared(name: str, front: str) -> tuple[str, ...]:
    import yaml

    try:
        fields = yaml.safe_load(front)
    except yaml.YAMLError as error:
        raise _unusable(name, "its front matter is no YAML", "write variables: [one, two]") from error
    variables = fields.get("variables") if isinstance(fields, dict) else None
    if not isinstance(variables, list) or not all(isinstance(variable, str) for variable in variables):
        raise _unusable(name, "its front matter lists no variables", "write variables: [one, two]")
    return tuple(variables)


def _sections(text: str) -> list[tuple[Role, str]]:
    parts = re.split(r"^## (system|user|assistant)[ \t]*$", text, flags=re.MULTILINE)
    roles: dict[str, Role] = {"system": "system", "user": "user", "assistant": "assistant"}
    return [(roles[role], body) for role, body in zip(parts[1::2], parts[2::2], strict=True)]


def _unusable(name: str, why: str, hint: str) -> ConfigError:
    return ConfigError(f"the prompt {name} cannot be used: {why}", hint=hint)
