"""Settings, and the layers they are read from.

A flag wins over the environment, that over `./config.yaml` (or the file that `--config` or RAG_CONFIG names), that over
the user's own file in the XDG config folder, that over the defaults below. Values are read here and checked; nothing is
built from them (that is `assistant.py`'s), and this module knows no other class of ours but the error it raises.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from rag.errors import ConfigError

MASK = "********"
"""What stands for a secret wherever settings are shown."""

OPENAI_URL = "https://api.openai.com/v1"
"""Where a key and a model without a base URL go."""

_ENVIRONMENT_ALONE = ("RAG_CONFIG", "RAG_DEBUG")
_OPENAI_VARIABLES = {"llm.api_key": ("OPENAI_API_KEY",), "llm.base_url": ("OPENAI_BASE_URL", "OPENAI_API_BASE")}
_USERS_ALONE = ("llm.api_key", "llm.trusted_hosts")
"""Never read from a project's file: a folder that somebody else made must not choose where keys go."""


# --- What a setting may hold -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Which values a setting takes. `parse` reads what a file or the environment says; it raises ValueError."""

    expected: str
    parse: Callable[[object], object]


def _number(low: float, high: float | None = None, *, whole: bool = False) -> _Kind:
    span = f"from {low:g} to {high:g}" if high is not None else f"of at least {low:g}"

    def parse(value: object) -> object:
        if isinstance(value, str):
            value = int(value) if whole else float(value)
        wanted = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted):
            raise ValueError("no number")
        if not low <= value <= (high if high is not None else float("inf")):
            raise ValueError("out of range")
        return value if whole else float(value)

    return _Kind(expected=f"a {'whole ' if whole else ''}number {span}", parse=parse)


def _choice(*names: str) -> _Kind:
    def parse(value: object) -> object:
        if value not in names:
            raise ValueError("no such choice")
        return value

    return _Kind(expected=f"one of {', '.join(names)}", parse=parse)


def _parse_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("no text")
    return value.strip()


def _parse_switch(value: object) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise ValueError("neither true nor false")


def _parse_url(value: object) -> str:
    url = urlsplit(_parse_text(value))  # raises ValueError for a bracket out of place
    if url.scheme not in ("http", "https") or not url.hostname or (url.port is not None and not url.port):
        raise ValueError("no address")
    return _parse_text(value)


def _parse_hosts(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError("no list")
    return tuple(_parse_text(host).lower() for host in value)


def _parse_folder(value: object) -> Path:
    if not isinstance(value, (str, Path)) or not str(value).strip():
        raise ValueError("no folder")
    try:
        folder = Path(value).expanduser().absolute()
    except RuntimeError as error:
        raise ValueError("no such user") from error
    if folder.exists() and not folder.is_dir():
        raise ValueError("a file")
    return folder


_TEXT = _Kind(expected="a text", parse=_parse_text)
_SWITCH = _Kind(expected="true or false", parse=_parse_switch)
_URL = _Kind(expected="an address such as http://localhost:8000/v1", parse=_parse_url)
_HOSTS = _Kind(expected="a list of hosts", parse=_parse_hosts)
_FOLDER = _Kind(expected="a folder", parse=_parse_folder)


# --- The settings ----------------------------------------------------------------------------------------------------


def _of(kind: _Kind, default: object) -> Any:
    return field(default=default, metadata={"kind": kind})


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSettings:
    page_year: int | None = _of(_number(1000, 9999, whole=True), None)
    """Year for dates that omit it; without it the page's own rule holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    embedder: str = _of(_TEXT, "builtin")
    """`builtin`, or the name of a model served at llm.base_url."""
    chunk_words: int = _of(_number(10, 400, whole=True), 180)
    """Most words in a chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    candidates: int = _of(_number(1, 10_000, whole=True), 50)
    """Chunks taken from each half."""
    dense_weight: float = _of(_number(0, 1), 0.65)
    """0 is BM25 alone, 1 dense alone. Set on 1,500 training questions over 4,560 abstracts. What another weight
    finds: RAG_SEARCH_DENSE_WEIGHT=… python -m benchmarks.retrieval, on what benchmarks/handwritten.py makes."""
    reranker: Literal["builtin", "none"] = _of(_choice("builtin", "none"), "builtin")
    """`builtin` reads candidates with the packaged model; `none` leaves the blend's order."""
    passages: int = _of(_number(1, 1000, whole=True), 8)
    """Passages that the answerer reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    answerer: Literal["auto", "llm", "extractive"] = _of(_choice("auto", "llm", "extractive"), "auto")
    """`auto` is llm when a model is configured, else extractive."""
    min_support: float = _of(_number(0, 1), 0.5)
    """The judge's probability that counts as support."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMSettings:
    model: str | None = _of(_TEXT, None)
    base_url: str | None = _of(_URL, None)
    api_key: str | None = field(default=None, repr=False, metadata={"kind": _TEXT})
    trusted_hosts: tuple[str, ...] = _of(_HOSTS, ())
    """Hosts that may get the user's key though `./config.yaml` named them; read from the user's file alone."""
    temperature: float = _of(_number(0, 2), 0.0)
    timeout_s: float = _of(_number(0.001, 86_400), 60.0)
    max_retries: int = _of(_number(0, 100, whole=True), 2)


def default_home() -> Path:
    """The XDG data folder's `rag`."""
    return _xdg("XDG_DATA_HOME", ".local/share", os.environ) / "rag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. `layers` says, for each dotted name, where its value comes from."""

    home: Path = field(default_factory=default_home, metadata={"kind": _FOLDER})
    offline: bool = _of(_SWITCH, False)
    """Never open a connection."""
    corpus: CorpusSettings = CorpusSettings()
    index: IndexSettings = IndexSettings()
    search: SearchSettings = SearchSettings()
    answer: AnswerSettings = AnswerSettings()
    llm: LLMSettings = LLMSettings()
    layers: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False, hash=False)

    def value(self, name: str) -> Any:
        """The value of a dotted name: value("search.passages") == 8."""
        section, _, last = name.rpartition(".")
        return getattr(getattr(self, section) if section else self, last)

    def shown(self, name: str) -> Any:
        """A value as it may be shown: secrets masked, paths as text."""
        value = self.value(name)
        if name == "llm.api_key":
            return MASK if value else None
        if name == "llm.base_url" and value:
            return _masked_url(value)
        return str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value


_SECTIONS: dict[str, Any] = {
    "corpus": CorpusSettings,
    "index": IndexSettings,
    "search": SearchSettings,
    "answer": AnswerSettings,
    "llm": LLMSettings,
}


def _kinds() -> Iterator[tuple[str, _Kind]]:
    for prefix, owner in (("", Settings), *((f"{section}.", owner) for section, owner in _SECTIONS.items())):
        for each in fields(owner):
            if "kind" in each.metadata:
                yield prefix + each.name, each.metadata["kind"]


KINDS: Mapping[str, _Kind] = dict(_kinds())
"""Every setting by its dotted name: "home", "llm.model" …"""


# --- Reading the layers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What all layers together say: the settings, as far as they can be read, and what is wrong with the rest."""

    settings: Settings
    problems: tuple[ConfigError, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Which files were read, and which were passed over and why."""


def load_settings(flags: Mapping[str, object] | None = None, *, config: str | Path | None = None) -> Settings:
    """The settings in force; `flags` go by dotted name ("llm.model"), and None is not given. Raises ConfigError."""
    reading = read_settings(flags, config=config)
    if reading.problems:
        raise reading.problems[0]
    return reading.settings


def read_settings(
    flags: Mapping[str, object] | None = None,
    *,
    config: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Reading:
    """As load_settings, but with what is wrong collected, so that `rag config` can show a broken configuration."""
    environ = os.environ if environ is None else environ
    layers = _Layers()
    users = user_file(environ)
    layers.add_file(users, "user's file")
    named = config or environ.get("RAG_CONFIG") or None
    path = Path(named) if named else (folder or Path()) / "config.yaml"
    if not _same_file(path, users):  # which is read already, and may hold what a project's file may not
        layers.add_file(path, "configuration file" if named else "project's file", named=bool(named))
    layers.add_environment(environ)
    layers.add_flags(flags or {})
    return layers.reading(_xdg("XDG_DATA_HOME", ".local/share", environ) / "rag")


def user_file(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's own configuration file, whether it exists or not."""
    return _xdg("XDG_CONFIG_HOME", ".config", environ) / "rag" / "config.yaml"


class _Layers:
    """Values as they pile up, lowest layer first, each under its dotted name with where it comes from."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.origins: dict[str, str] = {}
        self.problems: list[ConfigError] = []
        self.warnings: list[str] = []
        self.notes: list[str] = []

    def add_file(self, path: Path, what: str, *, named: bool = False) -> None:
        try:
            found = _file_values(path, what, named=named)
        except ConfigError as error:
            self.problems.append(error)
            return
        if isinstance(found, str):
            self.notes.append(found)
            return
        self.notes.append(f"{path}: read ({what})")
        for name, value in _flat(found):
            self._add_from_file(name, value, path, users=what == "user's file")

    def _add_from_file(self, name: str, value: object, path: Path, *, users: bool) -> None:
        if name not in KINDS:
            self.problems.append(ConfigError(f"{path}: there is no setting {name!r}", hint=_nearest(name)))
        elif value is None:
            return  # as if the line were not there: a file that spells out the defaults hides no lower layer
        elif name in _USERS_ALONE and not users:
            hint = f"move it to {user_file()}" + (", or set OPENAI_API_KEY" if name == "llm.api_key" else "")
            self.problems.append(ConfigError(f"{path}: {name} is not read from a project's file", hint=hint))
        else:
            if name == "home" and isinstance(value, str):
                value = path.absolute().parent / Path(value).expanduser()
            self._add(name, value, str(path))

    def add_environment(self, environ: Mapping[str, str]) -> None:
        known = {_variable(name): name for name in KINDS if name != "llm.trusted_hosts"}
        for name, variables in _OPENAI_VARIABLES.items():
            variable = next((v for v in variables if environ.get(v)), None)
            if variable:
                self._add(name, environ[variable], variable)
        for variable, name in known.items():
            if environ.get(variable):
                self._add(name, environ[variable], variable)
        for variable in environ:
            if variable.startswith("RAG_") and variable not in known and variable not in _ENVIRONMENT_ALONE:
                near = _near_variable(variable, [*known, *_ENVIRONMENT_ALONE])
                if near:
                    self.warnings.append(f"{variable} is not a variable of rag's; did you mean {near}?")

    def add_flags(self, flags: Mapping[str, object]) -> None:
        for name, value in flags.items():
            if value is not None:
                self._add(name, value, "flag")

    def _add(self, name: str, value: object, origin: str) -> None:
        try:
            self.values[name] = KINDS[name].parse(value)
            self.origins[name] = origin
        except ValueError:
            said = "" if name == "llm.api_key" or "@" in str(value) else f", not {_short(value)}"
            place = f"{origin}: {name}"
            if origin == "flag":
                place = "--" + name.rpartition(".")[2].replace("_", "-")
            elif origin in (_variable(name), *_OPENAI_VARIABLES.get(name, ())):
                place = origin
            self.problems.append(ConfigError(f"{place} must be {KINDS[name].expected}{said}"))

    def reading(self, home: Path) -> Reading:
        sections: dict[str, Any] = {"home": self.values.get("home", home)}
        if "offline" in self.values:
            sections["offline"] = self.values["offline"]
        for section, owner in _SECTIONS.items():
            prefix = f"{section}."
            given = {name.removeprefix(prefix): value for name, value in self.values.items() if name.startswith(prefix)}
            sections[section] = owner(**given)
        layers = {name: self.origins.get(name, "default") for name in KINDS}
        return Reading(
            settings=Settings(**sections, layers=layers),
            problems=tuple(self.problems),
            warnings=tuple(self.warnings),
            notes=tuple(self.notes),
        )


def _file_values(path: Path, what: str, *, named: bool) -> Mapping[object, object] | str:
    """What stands under a file's `rag:`; or a note that says why nothing is read from it. Raises ConfigError."""
    ours = named or what == "user's file"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, (FileNotFoundError, NotADirectoryError)) and not named:
            return f"{path}: not there ({what})"
        why = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else (error.strerror or "unreadable").lower()
        if not ours:
            return f"{path}: passed over ({why})"
        raise ConfigError(f"{path}: cannot be read: {why}", hint="name another file with --config") from error
    ours = ours or _opens_with_rag(text)
    import yaml

    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if not ours:
            return f"{path}: passed over, another program's file (not plain YAML)"
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        why = getattr(error, "problem", None) or "not YAML"
        raise ConfigError(f"{path}: {line}{why}", hint="mend the file, or name another with --config") from error
    if isinstance(data, dict) and list(data) == ["rag"]:
        data = data["rag"]
    elif not named and what != "user's file":
        return f"{path}: passed over, another program's file (its one top key would be `rag:`)"
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: holds no settings", hint="write names and values under `rag:`, as in config.yaml")
    return data


def _opens_with_rag(text: str) -> bool:
    """Whether `rag:` is the one line that stands at the margin: then a file that is no YAML is a broken one of ours."""
    margin = [line for line in text.splitlines() if line[:1].strip() and not line.startswith(("#", "---"))]
    return bool(margin) and margin[0].startswith("rag:") and len(margin) == 1


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _flat(values: Mapping[object, object]) -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if name in _SECTIONS and isinstance(value, dict):
            yield from ((f"{name}.{inner}", held) for inner, held in value.items())
        elif name in _SECTIONS and value is None:
            continue
        else:
            yield str(name), value


def _nearest(name: str) -> str:
    lasts = {known.rpartition(".")[2]: known for known in KINDS}
    near = difflib.get_close_matches(name, KINDS, n=1, cutoff=0.6)
    near = near or [lasts[last] for last in difflib.get_close_matches(name.rpartition(".")[2], lasts, n=1, cutoff=0.6)]
    sections = difflib.get_close_matches(name, _SECTIONS, n=1, cutoff=0.6)
    if not near and sections:
        return f"did you mean the section `{sections[0]}:`?"
    if not near:
        return "`rag config` lists the settings"
    section, _, last = near[0].rpartition(".")
    return f"did you mean `{last}` under `{section}:`?" if section else f"did you mean `{last}`?"


def _near_variable(variable: str, known: list[str]) -> str | None:
    bare = {name.removeprefix("RAG_"): name for name in known}
    wanted = variable.removeprefix("RAG_")
    short = next((name for name in known if name.endswith(f"_{wanted}")), None)
    near = difflib.get_close_matches(wanted, bare, n=1, cutoff=0.8)
    return short or (bare[near[0]] if near else None)


def _variable(name: str) -> str:
    return "RAG_" + name.replace(".", "_").upper()


def _short(value: object) -> str:
    text = repr(str(value) if isinstance(value, Path) else value)
    return text if len(text) <= 60 else text[:59] + "…"


def _xdg(variable: str, fallback: str, environ: Mapping[str, str]) -> Path:
    named = Path(environ.get(variable, ""))
    if named.is_absolute():  # the XDG rule: a relative path is as good as none
        return named
    try:
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    except RuntimeError as error:
        raise ConfigError("there is no home folder to keep the index in", hint="set RAG_HOME, or HOME") from error
    return home / fallback


# --- The language model ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedModel:
    """A model's name, and the server to ask for it; a local server needs no key."""

    model: str
    base_url: str
    api_key: str | None = field(default=None, repr=False)


def llm_settings(settings: Settings) -> ServedModel | None:
    """The chat model that is configured, None without a model's name. Raises ConfigError as `served_model`."""
    return served_model(settings, settings.llm.model) if settings.llm.model else None


def served_model(settings: Settings, model: str) -> ServedModel:
    """A model at llm.base_url, else at OpenAI's own. Raises ConfigError where there is no server to ask, or where a
    project's file would send the user's key to a host that the user's file does not trust."""
    llm = settings.llm
    if not llm.base_url and not llm.api_key:
        hint = "set OPENAI_BASE_URL for a server of your own, or OPENAI_API_KEY for OpenAI's"
        raise ConfigError(f"the model {model!r} has neither a key nor a base URL", hint=hint)
    if llm.base_url and llm.api_key and not _may_have_key(settings):
        host = urlsplit(llm.base_url).hostname
        where = settings.layers.get("llm.base_url")
        hint = f"if you trust it, add `trusted_hosts: [{host}]` under `llm:` in {user_file()}"
        raise ConfigError(f"{where} sends requests to {host}, which your key is not meant for", hint=hint)
    return ServedModel(model=model, base_url=llm.base_url or OPENAI_URL, api_key=llm.api_key)


def _may_have_key(settings: Settings) -> bool:
    """Whether the user chose the server: by flag, environment or own file, or as one of llm.trusted_hosts."""
    url_from, key_from = (settings.layers.get(name, "default") for name in ("llm.base_url", "llm.api_key"))
    users = {"flag", "default", str(user_file()), _variable("llm.base_url"), *_OPENAI_VARIABLES["llm.base_url"]}
    url = urlsplit(settings.llm.base_url or "")
    return (
        url_from in users
        or key_from == "flag"
        or not {url.hostname, url.netloc.rpartition("@")[2].lower()}.isdisjoint(settings.llm.trusted_hosts)
    )


def _masked_url(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if "@" in parts.netloc:
        parts = parts._replace(netloc=f"{MASK}@{host}")
    return (parts._replace(query=MASK) if parts.query else parts).geturl()
