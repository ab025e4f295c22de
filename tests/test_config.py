from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rag.config import KINDS, MASK, Reading, Settings, llm_settings, read_settings, user_file
from rag.errors import ConfigError

ROOT = Path(__file__).parent.parent


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment whose home is empty."""
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def read(tmp_path: Path, environ: dict[str, str], **flags: object) -> Reading:
    dotted = {name.replace("__", "."): value for name, value in flags.items()}
    return read_settings(dotted, environ=environ, folder=tmp_path / "project")


def the_problem(reading: Reading) -> ConfigError:
    (problem,) = reading.problems
    return problem


def test_the_file_of_defaults_says_what_the_code_says():
    told = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["rag"]
    flat = {
        f"{section}.{name}": held
        for section, inner in told.items()
        if isinstance(inner, dict)
        for name, held in inner.items()
    }
    flat |= {name: held for name, held in told.items() if not isinstance(held, dict)}
    assert flat.pop("home") is None
    assert set(flat) == set(KINDS) - {"home", "llm.api_key", "llm.trusted_hosts"}
    assert {name: Settings().value(name) for name in flat} == flat


def test_each_layer_wins_over_those_below_it(tmp_path: Path, environ: dict[str, str]):
    assert read(tmp_path, environ).settings.search.passages == 8
    write(user_file(environ), "rag: {search: {passages: 1}}")
    assert read(tmp_path, environ).settings.search.passages == 1
    write(tmp_path / "project/config.yaml", "rag: {search: {passages: 2}}")
    assert read(tmp_path, environ).settings.search.passages == 2
    environ["RAG_SEARCH_PASSAGES"] = "3"
    assert read(tmp_path, environ).settings.search.passages == 3
    assert read(tmp_path, environ, search__passages=4).settings.search.passages == 4


def test_each_value_knows_the_layer_it_comes_from(tmp_path: Path, environ: dict[str, str]):
    write(user_file(environ), "rag: {llm: {timeout_s: 5}}")
    environ["RAG_OFFLINE"] = "yes"
    layers = read(tmp_path, environ, home=str(tmp_path)).settings.layers
    assert [layers[name] for name in ("home", "offline", "llm.timeout_s", "llm.model")] == [
        "flag",
        "RAG_OFFLINE",
        str(user_file(environ)),
        "default",
    ]


def test_a_file_that_is_named_takes_the_place_of_the_projects(tmp_path: Path, environ: dict[str, str]):
    write(tmp_path / "project/config.yaml", "rag: {search: {passages: 2, candidates: 9}}")
    environ["RAG_CONFIG"] = str(write(tmp_path / "other.yaml", "rag: {search: {passages: 5}}"))
    settings = read(tmp_path, environ).settings
    assert (settings.search.passages, settings.search.candidates) == (5, 50)


@pytest.mark.parametrize(
    "text",
    ["services: {web: {image: nginx}}\n", "rag: {}\nother: 1\n", "- a\n- b\n", "{{ template }}: [", "just words", ""],
)
def test_another_programs_file_is_passed_over_and_named(tmp_path: Path, environ: dict[str, str], text: str):
    path = write(tmp_path / "project/config.yaml", text)
    reading = read(tmp_path, environ)
    assert reading.settings == read_settings(environ=environ, folder=tmp_path).settings
    assert not reading.problems
    assert any(str(path) in note and "passed over" in note for note in reading.notes)


def test_a_file_of_ours_that_is_no_yaml_is_named_with_its_line(tmp_path: Path, environ: dict[str, str]):
    path = write(tmp_path / "project/config.yaml", "rag:\n  llm: {model: [}\n")
    assert the_problem(read(tmp_path, environ)).message.startswith(f"{path}: line 2: ")


def test_a_line_with_nothing_in_it_hides_no_lower_layer(tmp_path: Path, environ: dict[str, str]):
    write(user_file(environ), "rag: {llm: {model: small}}")
    write(tmp_path / "project/config.yaml", "rag: {llm: {model: null}, search: null}")
    assert read(tmp_path, environ).settings.llm.model == "small"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("rag: {llm: {modle: x}}", "did you mean `model` under `llm:`?"),
        ("rag: {serach: {passages: 3}}", "did you mean the section `search:`?"),
        ("rag: {model: x}", "did you mean `model` under `llm:`?"),
        ("rag: {offlin: true}", "did you mean `offline`?"),
        ("rag: {zzzzzz: 1}", "`rag config` lists the settings"),
    ],
)
def test_an_unknown_name_is_an_error_that_offers_the_nearest(
    tmp_path: Path, environ: dict[str, str], text: str, near: str
):
    path = write(tmp_path / "project/config.yaml", text)
    problem = the_problem(read(tmp_path, environ))
    assert problem.message.startswith(f"{path}: there is no setting")
    assert near in problem.hint


@pytest.mark.parametrize(
    "setting",
    [
        "search: {passages: many}",
        "search: {passages: 0}",
        "search: {passages: true}",
        "search: {dense_weight: 1.5}",
        "answer: {answerer: fast}",
        "search: 3",
        "answer: {answerer: robot}",
        "llm: {model: 4}",
        "llm: {base_url: localhost}",
        "llm: {base_url: 'ftp://host'}",
        "llm: {timeout_s: .nan}",
        "offline: perhaps",
        "corpus: {page_year: 26}",
        "home: [a]",
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_that_names_its_file(
    tmp_path: Path, environ: dict[str, str], setting: str
):
    path = write(tmp_path / "project/config.yaml", f"rag: {{{setting}}}")
    assert str(path) in the_problem(read(tmp_path, environ)).message


def test_a_variable_of_the_wrong_kind_is_named_with_what_it_must_be(tmp_path: Path, environ: dict[str, str]):
    environ["RAG_INDEX_CHUNK_WORDS"] = "lots"
    message = the_problem(read(tmp_path, environ)).message
    assert message == "RAG_INDEX_CHUNK_WORDS must be a whole number from 10 to 400, not 'lots'"


def test_a_home_that_is_a_file_is_an_error(tmp_path: Path, environ: dict[str, str]):
    environ["RAG_HOME"] = str(write(tmp_path / "file", "x"))
    assert the_problem(read(tmp_path, environ)).message.startswith("RAG_HOME must be a folder")


def test_an_unknown_variable_is_a_warning_only_near_a_known_name(tmp_path: Path, environ: dict[str, str]):
    environ |= {"RAG_LLM_MODLE": "x", "RAG_MODEL": "x", "RAG_OWNER": "x", "RAG_DEBUG": "1", "RAG_CONFIG": ""}
    reading = read(tmp_path, environ)
    assert [warning.split()[0] for warning in reading.warnings] == ["RAG_LLM_MODLE", "RAG_MODEL"]
    assert not reading.problems


def test_an_empty_variable_is_not_given(tmp_path: Path, environ: dict[str, str]):
    environ |= {"RAG_HOME": "", "RAG_LLM_MODEL": ""}
    settings = read(tmp_path, environ).settings
    assert (settings.home, settings.llm.model) == (tmp_path / ".local/share/rag", None)


def test_a_home_in_a_file_is_relative_to_that_file(tmp_path: Path, environ: dict[str, str]):
    write(tmp_path / "project/config.yaml", "rag: {home: index}")
    assert read(tmp_path, environ).settings.home == tmp_path / "project/index"


def test_without_a_model_no_chat_model_is_configured_whatever_else_is_set(tmp_path: Path, environ: dict[str, str]):
    environ |= {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://localhost:1/v1"}
    assert llm_settings(read(tmp_path, environ).settings) is None


def test_a_base_url_without_a_key_works(tmp_path: Path, environ: dict[str, str]):
    environ["OPENAI_API_BASE"] = "http://localhost:1/v1"
    model = llm_settings(read(tmp_path, environ, llm__model="m").settings)
    assert model is not None
    assert (model.base_url, model.api_key) == ("http://localhost:1/v1", None)


def test_a_key_and_a_model_without_a_base_url_mean_openais_own(tmp_path: Path, environ: dict[str, str]):
    environ["OPENAI_API_KEY"] = "k"
    model = llm_settings(read(tmp_path, environ, llm__model="m").settings)
    assert model is not None
    assert model.base_url == "https://api.openai.com/v1"


def test_a_model_with_neither_key_nor_base_url_is_an_error_once_it_is_needed(tmp_path: Path, environ: dict[str, str]):
    reading = read(tmp_path, environ, llm__model="m")
    assert not reading.problems
    with pytest.raises(ConfigError, match="neither a key nor a base URL"):
        llm_settings(reading.settings)


@pytest.mark.parametrize("setting", ["api_key: secret-key", "trusted_hosts: [example.org]"])
def test_a_projects_file_gives_no_key_and_trusts_no_host(tmp_path: Path, environ: dict[str, str], setting: str):
    write(tmp_path / "project/config.yaml", f"rag: {{llm: {{{setting}}}}}")
    problem = the_problem(read(tmp_path, environ))
    assert "is not read from a project's file" in problem.message
    assert "secret-key" not in problem.message + problem.hint


@pytest.mark.parametrize("trusted", ["example.org", "example.org:8443"])
def test_a_projects_server_gets_the_users_key_only_if_the_users_file_trusts_it(
    tmp_path: Path, environ: dict[str, str], trusted: str
):
    write(tmp_path / "project/config.yaml", "rag: {llm: {base_url: 'https://example.org:8443/v1', model: m}}")
    environ["OPENAI_API_KEY"] = "k"
    with pytest.raises(ConfigError, match="which your key is not meant for") as caught:
        llm_settings(read(tmp_path, environ).settings)
    assert "trusted_hosts: [example.org]" in caught.value.hint
    write(user_file(environ), f"rag: {{llm: {{trusted_hosts: ['{trusted}']}}}}")
    model = llm_settings(read(tmp_path, environ).settings)
    assert model is not None
    assert model.api_key == "k"


def test_a_projects_server_without_a_key_needs_no_trust(tmp_path: Path, environ: dict[str, str]):
    write(tmp_path / "project/config.yaml", "rag: {llm: {base_url: 'http://localhost:9/v1', model: m}}")
    assert llm_settings(read(tmp_path, environ).settings) is not None


def test_the_users_own_server_gets_the_users_key(tmp_path: Path, environ: dict[str, str]):
    write(user_file(environ), "rag: {llm: {base_url: 'https://example.org/v1', api_key: k, model: m}}")
    model = llm_settings(read(tmp_path, environ).settings)
    assert model is not None
    assert (model.base_url, model.api_key) == ("https://example.org/v1", "k")


def test_secrets_are_masked_wherever_settings_are_shown(tmp_path: Path, environ: dict[str, str]):
    environ |= {"OPENAI_API_KEY": "sk-12345", "OPENAI_BASE_URL": "http://me:pa55@localhost:1/v1?token=t0k"}
    settings = read(tmp_path, environ, llm__model="m").settings
    assert settings.shown("llm.api_key") == MASK
    assert settings.shown("llm.base_url") == f"http://{MASK}@localhost:1/v1?{MASK}"
    assert "sk-12345" not in repr(settings) + repr(llm_settings(settings))


def test_the_users_file_is_the_users_also_from_within_its_folder(environ: dict[str, str]):
    path = write(user_file(environ), "rag: {llm: {api_key: k}}")
    assert not read_settings(environ=environ, folder=path.parent).problems
