"""A server that speaks OpenAI's protocol: its address, the key it gets, the connection to it.

The chat model and the served embedder both stand on this. Nothing is read from OPENAI_* variables here: what is sent
where is decided by the settings alone.
"""

from __future__ import annotations

import re
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import ConfigError

if TYPE_CHECKING:
    import openai


class Server:
    """An address and a key. Opens no connection before `client` is used; threads may share one.

    Without a key, which local servers do not ask for, none is sent. Raises ConfigError for an address or a key that no
    request could carry.
    """

    def __init__(self, base_url: str, api_key: str | None, *, timeout_s: float, max_retries: int) -> None:
        self.base_url = _checked_url(base_url)
        self.timeout_s = timeout_s
        self._max_retries = max_retries
        self._api_key = _checked_key(api_key)
        self._lock = Lock()
        self._client: openai.OpenAI | None = None

    @property
    def shown(self) -> str:
        """Host and port: what may be shown, where an address can hold a password."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    def client(self) -> openai.OpenAI:
        """The SDK's client for this server, made once."""
        import openai  # 0.7 s that a search never pays

        with self._lock:
            if self._client is None:
                # The SDK insists on a key; `headers` leaves it out again.
                client = openai.OpenAI(
                    base_url=self.base_url,
                    api_key=self._api_key or "none",
                    timeout=self.timeout_s,
                    max_retries=self._max_retries,
                )
                # Without these the SDK sends what it found in OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_CUSTOM_HEADERS
                # to whatever server this is; for the last it has no other switch.
                client.organization = client.project = None
                client._custom_headers = {}
                self._client = client
            return self._client

    def headers(self) -> dict[str, Any] | None:
        """What each request adds to the SDK's headers."""
        import openai

        return None if self._api_key else {"Authorization": openai.Omit()}

    def said(self, error: openai.APIStatusError) -> str:
        """The server's own words about an HTTP error, in one line, without the key."""
        said = words_of(error.body) or one_line(error.response.reason_phrase)
        return said.replace(self._api_key, "…") if self._api_key else said

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None


def one_line(text: str, most: int = 200) -> str:
    """A text from outside as one printable line of at most `most` characters."""
    folded = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return folded if len(folded) <= most else folded[: most - 1] + "…"


def sendable(text: str) -> str:
    """The same text; what no UTF-8 can carry (half of a surrogate pair) becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def words_of(body: object) -> str:
    """A server's own words, in one line, out of the JSON, HTML or text that it answered."""
    while isinstance(body, dict):
        body = next((body[name] for name in ("error", "message", "detail", "msg") if body.get(name)), str(body))
    if isinstance(body, list):
        body = "; ".join(words_of(item) for item in body)
    return one_line(re.sub(r"<[^<>]*>", " ", str(body or "")))


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or not url.isascii() or not url.isprintable() or " " in url:
        raise ConfigError(f"llm.base_url is no web address: {one_line(url)}", hint="write http://host:port/v1")
    return url.rstrip("/")


def _checked_key(key: str | None) -> str | None:
    if key and not (key.isascii() and key.isprintable()):
        raise ConfigError("the API key has characters that no key has", hint="copy it again, without quotes or spaces")
    return (key or "").strip() or None
