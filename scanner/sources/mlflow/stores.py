"""Where MLflow keeps what it knows: a server, a database of SQLite, a folder. Each is asked where artifacts lie."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote, unquote, urlencode, urlsplit

from scanner.sources.web import client
from scanner.text import printable
from scanner.usage import UsageError

HERE: Final = "mlflow.db"
RUNS: Final = "mlruns"
META_NBYTES: Final = 64 << 10
API: Final = "/api/2.0/mlflow"
CHECK: Final = "check the name, and MLFLOW_TRACKING_URI"

_SOURCE = re.compile(r"^(?:storage_location|source): *['\"]?(.+?)['\"]?$", re.MULTILINE)
"""The one value that is wanted of a `meta.yaml`, which MLflow writes flat."""


class Store(Protocol):
    """What can be asked. Every answer is an address; each raises `UsageError` for what is not there."""

    def version(self, name: str, version: str) -> str:
        """Say where a version of a registered model lies."""

    def alias(self, name: str, alias: str) -> str:
        """Say which version an alias names."""

    def run(self, run: str) -> str:
        """Say where the artifacts of a run lie."""

    def logged(self, model: str) -> str:
        """Say where a logged model lies."""


def opened() -> "Store":
    """Open the store that `MLFLOW_TRACKING_URI` names, as MLflow does. Raises `UsageError` for kinds not read here."""
    uri = os.environ.get("MLFLOW_TRACKING_URI") or (f"sqlite:///{HERE}" if Path(HERE).is_file() else RUNS)
    if uri.startswith(("http://", "https://")):
        return Server(uri)
    if uri.startswith("sqlite:///"):
        return Database(Path(uri.removeprefix("sqlite:///")))
    if "://" in uri and not uri.startswith("file:"):
        message = f"MLFLOW_TRACKING_URI {printable(uri.partition('://')[0], 40)}: name the address of a tracking server"
        raise UsageError(message)
    return Folder(Path(path_of(uri)))


def path_of(uri: str) -> str:
    """Write a file address as the path that it is."""
    return unquote(urlsplit(uri).path) if uri.startswith("file:") else uri


def _missing(*what: object) -> UsageError:
    return UsageError(f"{printable(', '.join(map(str, what)), 300)}: there is no such model, alias or run; {CHECK}")


class Server:
    """A tracking server, asked as https://mlflow.org/docs/latest/api_reference/rest-api.html has it."""

    def __init__(self, uri: str) -> None:
        """Take its address, and what the environment has to log in with."""
        self.url, self.headers = client.split(uri)
        self.url = self.url.rstrip("/")
        token, name = os.environ.get("MLFLOW_TRACKING_TOKEN"), os.environ.get("MLFLOW_TRACKING_USERNAME")
        if token:
            self.headers["authorization"] = f"Bearer {token}"
        elif name:
            self.headers["authorization"] = client.basic(name, os.environ.get("MLFLOW_TRACKING_PASSWORD", ""))

    def version(self, name: str, version: str) -> str:
        """See `Store`."""
        return self._said("model-versions/get-download-uri", {"name": name, "version": version}, "artifact_uri")

    def alias(self, name: str, alias: str) -> str:
        """See `Store`."""
        return self._said("registered-models/alias", {"name": name, "alias": alias}, "model_version", "version")

    def run(self, run: str) -> str:
        """See `Store`."""
        return self._said("runs/get", {"run_id": run}, "run", "info", "artifact_uri")

    def logged(self, model: str) -> str:
        """See `Store`."""
        return self._said(f"logged-models/{quote(model)}", {}, "model", "info", "artifact_uri")

    def get(self, path: str, query: Mapping[str, str]) -> object:
        """Get a document of the API. Raises `UsageError`."""
        content = client.document(f"{self.url}{path}?{urlencode(query)}", self.headers, _refused)
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            message = f"{self.url}: its answer is no JSON; check MLFLOW_TRACKING_URI"
            raise UsageError(message) from error

    def _said(self, path: str, query: Mapping[str, str], *keys: str) -> str:
        found = self.get(f"{API}/{path}", query)
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, str) or not found:
            message = f"{self.url}: its answer has no {keys[-1]}; check MLFLOW_TRACKING_URI"
            raise UsageError(message)
        return found


def _refused(status: int, _: Mapping[str, str]) -> str:
    if status == 404:  # noqa: PLR2004 - RFC 9110 §15.5.5
        return f"there is no such model, alias or run; {CHECK}"
    if status in {401, 403}:
        return "it wants a login; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
    return f"it answered {status}"


class Database:
    """The database that MLflow makes where no server is named. It is opened to be read only."""

    def __init__(self, file: Path) -> None:
        """Take its file."""
        self._file = file

    def version(self, name: str, version: str) -> str:
        """See `Store`."""
        query = "SELECT coalesce(storage_location, source) FROM model_versions WHERE name = ? AND version = ?"
        return self._said(query, name, version)

    def alias(self, name: str, alias: str) -> str:
        """See `Store`."""
        return self._said("SELECT version FROM registered_model_aliases WHERE name = ? AND alias = ?", name, alias)

    def run(self, run: str) -> str:
        """See `Store`."""
        return self._said("SELECT artifact_uri FROM runs WHERE run_uuid = ?", run)

    def logged(self, model: str) -> str:
        """See `Store`."""
        return self._said("SELECT artifact_location FROM logged_models WHERE model_id = ?", model)

    def _said(self, query: str, *values: str) -> str:
        import sqlite3

        try:
            connection = sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True)
            try:
                row = connection.execute(query, values).fetchone()
            finally:
                connection.close()
        except sqlite3.Error as error:
            message = f"{printable(str(self._file), 300)}: {error}; {CHECK}"
            raise UsageError(message) from error
        if row is None or row[0] is None:
            raise _missing(self._file, *values)
        return str(row[0])


class Folder:
    """A folder as older versions keep it: `EXPERIMENT/RUN/artifacts` and `models/NAME/version-N/meta.yaml`."""

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self._root = root

    def version(self, name: str, version: str) -> str:
        """See `Store`."""
        found = _SOURCE.findall(self._text("models", name, f"version-{version}", "meta.yaml"))
        if not found:
            raise _missing(self._root, name, version)
        return str(found[-1])

    def alias(self, name: str, alias: str) -> str:
        """See `Store`."""
        return self._text("models", name, "aliases", alias).strip()

    def run(self, run: str) -> str:
        """See `Store`."""
        return self._below(f"*/{run}/artifacts")

    def logged(self, model: str) -> str:
        """See `Store`."""
        return self._below(f"*/models/{model}/artifacts")

    def _below(self, pattern: str) -> str:
        found = next(iter(sorted(self._root.glob(pattern))), None)
        if found is None:
            raise _missing(self._root, pattern)
        return str(found)

    def _text(self, *names: str) -> str:
        file = self._root.joinpath(*names)
        try:
            with file.open(encoding="utf-8") as stream:
                return stream.read(META_NBYTES)
        except (OSError, ValueError) as error:
            raise _missing(file) from error
