"""A server on loopback: files in ranges, redirects, a registry, and what goes wrong with each."""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


@dataclass
class Asked:
    """A request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Site:
    """What is served, by path: bytes, or what is called with the request and gives (status, headers, bytes).

    `ranges` off serves whole files only. `sent` counts the bytes of all contents.
    """

    pages: dict[str, bytes | Callable[[Asked], tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    ranges: bool = True
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("content-length", 0))))

    def _answer(self, body: bytes) -> None:
        request = Asked(self.path, {key.lower(): value for key, value in self.headers.items()}, body)
        self.site.asked.append(request)
        page = self.site.pages.get(self.path)
        if page is None:
            self._send(404, {}, b"nothing here")
        elif callable(page):
            self._send(*page(request))
        else:
            self._send(*ranged(page, request if self.site.ranges else Asked("", {})))

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for key, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        try:
            self.wfile.write(content)
        except ConnectionError:
            return
        self.site.sent += len(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Site | None = None) -> Iterator[Site]:
    """Serve a site; its `url` is set."""
    site = site or Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ranged(content: bytes, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """Answer with the range that is asked for, or all."""
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    match = _RANGE.fullmatch(asked.headers.get("range", ""))
    if match is None:
        return 200, {"etag": tag}, content
    start, end = int(match[1]), min(int(match[2]) + 1, len(content))
    if start >= len(content):
        return 416, {"content-range": f"bytes */{len(content)}"}, b""
    return 206, {"etag": tag, "content-range": f"bytes {start}-{end - 1}/{len(content)}"}, content[start:end]


def registry(site: Site, repository: str, files: dict[str, bytes], *, tag: str = "v1") -> str:
    """Add an artifact to a site as a registry serves it, a layer a file; return the digest of its manifest."""
    layers = []
    for title, content in files.items():
        annotations = {"org.opencontainers.image.title": title}
        layers.append({**blob(site, repository, content), "annotations": annotations})
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(site, repository, b"{}"),
        "layers": layers,
    }
    return put(site, repository, json.dumps(manifest).encode(), tag=tag)


def blob(site: Site, repository: str, content: bytes, kind: str = "application/octet-stream") -> dict[str, object]:
    """Add a blob; return its descriptor."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    site.pages[f"/v2/{repository}/blobs/{digest}"] = content
    return {"mediaType": kind, "digest": digest, "size": len(content)}


def put(site: Site, repository: str, manifest: bytes, *, tag: str = "v1") -> str:
    """Add a manifest under a tag and its digest, which is returned."""
    digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    for version in (tag, digest):
        site.pages[f"/v2/{repository}/manifests/{version}"] = manifest
    return digest
