"""A registry asked with the token that it wants, which an answer of 401 says where to get."""

import base64
import binascii
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from scanner.sources.oci.reference import Reference
from scanner.sources.remote import Again
from scanner.sources.web import client
from scanner.usage import UsageError

UNAUTHORIZED: Final = 401
TYPES: Final = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.artifact.manifest.v1+json",
)
MANIFESTS: Final = ", ".join(TYPES)
CONFIGURATIONS: Final = ("config.json", "auth.json")
SAYS: Final = {
    401: "it wants a login; log in with `docker login`, or check the name",
    403: "the login may not read it",
    404: "there is no such repository, tag or digest; check the reference",
    429: "it asks for patience (429); try again later, with a login its bound is higher",
}

_FIELD = re.compile(r'([a-z]+)="([^"]*)"')


class Registry:
    """One repository of a registry, and the token that opens it."""

    def __init__(self, reference: Reference) -> None:
        """Ask nothing yet."""
        self.reference = reference
        self._headers: dict[str, str] = {}

    def manifest(self, version: str) -> bytes:
        """Get a manifest by tag or digest. Raises `UsageError`."""
        url = f"{self.reference.base}/manifests/{version}"
        self._login(url)
        return client.document(url, {**self._headers, "accept": MANIFESTS}, _refused)

    def blob(self, digest: str, asked_for: tuple[int, int], size: int) -> bytes:
        """Get a half-open range of a blob. Raises `Again` or `OSError`."""
        url = f"{self.reference.base}/blobs/{digest}"
        try:
            return client.part(url, self._headers, asked_for, size)[0]
        except OSError as error:
            if not str(error.strerror).endswith(str(UNAUTHORIZED)):
                raise
        self._headers = {}  # tokens last for minutes
        try:
            self._login(url)
        except UsageError as error:
            raise OSError(0, str(error)) from error
        return client.part(url, self._headers, asked_for, size)[0]

    def _login(self, url: str) -> None:
        """Get what an address wants, if it wants anything. Raises `UsageError`."""
        if self._headers:
            return
        try:
            with client.asked(url, {"accept": MANIFESTS, "range": "bytes=0-0"}) as answer:
                challenge = answer.headers.get("www-authenticate", "") if answer.status == UNAUTHORIZED else ""
        except (Again, OSError) as error:
            raise client.unreachable(url, error) from error
        scheme, _, rest = challenge.partition(" ")
        known = credentials(self.reference.host)
        if scheme.lower() == "basic" and known:
            self._headers = {"authorization": known}
        elif scheme.lower() == "bearer":
            self._headers = {"authorization": f"Bearer {self._token(url, dict(_FIELD.findall(rest)), known)}"}

    def _token(self, url: str, fields: Mapping[str, str], known: str) -> str:
        realm = fields.get("realm", "")
        try:
            safe = client.origin(client.split(realm)[0])[0] in {"https", client.origin(url)[0]}
        except ValueError:
            safe = False
        if not safe:
            message = f"{client.shown(url)}: it sends for a token to an address that is not as safe"
            raise UsageError(message)
        query = {"service": fields.get("service", ""), "scope": f"repository:{self.reference.repository}:pull"}
        headers = {"authorization": known} if known else {}
        content = client.document(f"{realm}?{urlencode(query)}", headers, _refused)
        try:
            answer = json.loads(content)
            token = answer.get("token") or answer["access_token"]
        except (ValueError, KeyError, AttributeError, RecursionError) as error:
            message = f"{client.shown(realm)}: its answer holds no token"
            raise UsageError(message) from error
        if not isinstance(token, str) or not token.isprintable():
            message = f"{client.shown(realm)}: its answer holds no token"
            raise UsageError(message)
        return token


def _refused(status: int, _: Mapping[str, str]) -> str:
    return SAYS.get(status, f"it answered {status}")


def credentials(host: str) -> str:
    """Find what a login left for a host, "" where there is nothing. Helpers that would have to be run are not."""
    names = {host, f"https://{host}", "https://index.docker.io/v1/" if host == "registry-1.docker.io" else host}
    for file in _files():
        try:
            found = json.loads(file.read_bytes())["auths"]
            entry = next(found[name]["auth"] for name in names if name in found)
            name, _, password = base64.b64decode(entry, validate=True).decode().partition(":")
        except (OSError, ValueError, KeyError, TypeError, StopIteration, binascii.Error, RecursionError):
            continue
        return client.basic(name, password)
    return ""


def _files() -> list[Path]:
    docker = os.environ.get("DOCKER_CONFIG") or "~/.docker"
    run = os.environ.get("XDG_RUNTIME_DIR")
    folders = [docker, *([f"{run}/containers"] if run else ()), "~/.config/containers"]
    return [Path(folder, name).expanduser() for folder in folders for name in CONFIGURATIONS]
