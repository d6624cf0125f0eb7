"""A stand-in of the Hub on loopback: its API, `resolve` and a second origin for large contents, with faults on request.

Spoken to by the real client. `Hub.requests` has every request as it came: origin ("hub" or "cdn"), method, path, range,
and whether a token came with it.
"""

import hashlib
import json
import re
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

COMMIT = "c0ffee" + "0" * 34
CHUNK = 1 << 20


class Sparse:
    """Content of any size: pieces by offset, zeros between them."""

    def __init__(self, size, pieces, sha256=""):
        self.size, self.pieces = size, sorted(pieces.items())
        self.sha256 = sha256 or hashlib.sha256(repr((size, self.pieces)).encode()).hexdigest()

    def read(self, start, end):
        out = bytearray(end - start)
        for at, piece in self.pieces:
            low, high = max(at, start), min(at + len(piece), end)
            if low < high:
                out[low - start : high - start] = piece[low - at : high - at]
        return bytes(out)


class Held:
    """Content in memory; `listed` is what the Hub lists of it, where that is other content."""

    def __init__(self, content, *, lfs=None, listed=None):
        self.content, self.size = content, len(content)
        listed = content if listed is None else listed
        self.lfs = len(content) > CHUNK if lfs is None else lfs
        self.sha256 = hashlib.sha256(listed).hexdigest() if self.lfs else ""
        self.sha1 = hashlib.sha1(b"blob %d\0" % len(listed) + listed, usedforsecurity=False).hexdigest()

    def read(self, start, end):
        return self.content[start:end]


@dataclass
class Faults:
    """What goes wrong, by name of the file; numbers count down."""

    busy: Counter = field(default_factory=Counter)  # 429, so many times, "" for the API
    after: str = "0"  # what Retry-After says then
    broken: Counter = field(default_factory=Counter)  # 503
    truncated: Counter = field(default_factory=Counter)  # half of the range
    expired: Counter = field(default_factory=Counter)  # the second origin refuses
    whole: set = field(default_factory=set)  # Range is ignored
    shifted: set = field(default_factory=set)  # another range comes
    changing: set = field(default_factory=set)  # a new ETag each time
    moved: set = field(default_factory=set)  # served from another commit
    gone: set = field(default_factory=set)  # 404 where it was listed
    slow: float = 0.0  # seconds before each answer


class Request(NamedTuple):
    origin: str
    method: str
    path: str
    range: str
    token: str


@dataclass
class Repository:
    files: dict
    kind: str = "models"
    refs: dict = field(default_factory=lambda: {"main": COMMIT})
    gated: object = False
    admits: bool = True  # who has the token
    private: bool = False
    disabled: bool = False
    info: dict = field(default_factory=dict)


class Hub:
    def __init__(self):
        self.repositories = {}
        self.faults = Faults()
        self.requests = []
        self.sent = 0
        self.page = 1000
        self.token = "hf_only_for_the_hub"  # noqa: S105 - it opens nothing
        self.stopped = False

    def add(self, name, files, **how):
        contents = {path: one if not isinstance(one, bytes) else Held(one) for path, one in files.items()}
        self.repositories[name] = Repository(contents, **how)
        return self.repositories[name]

    def asked(self, origin=None):
        return [one for one in self.requests if origin in (None, one.origin)]


@contextmanager
def serving():
    """Run a stand-in; `hub.endpoint` is what HF_ENDPOINT names."""
    hub = Hub()
    servers = {origin: ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub, origin)) for origin in ("hub", "cdn")}
    hub.endpoint = f"http://127.0.0.1:{servers['hub'].server_port}"
    hub.elsewhere = f"http://127.0.0.1:{servers['cdn'].server_port}"
    for server in servers.values():
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield hub
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()


def _handler(hub, origin):  # noqa: C901 - the methods of a class
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            asked = self.headers.get("range", "")
            hub.requests.append(
                Request(origin, self.command, unquote(self.path), asked, self.headers.get("authorization", ""))
            )
            time.sleep(hub.faults.slow)
            if hub.stopped:
                self.close_connection = True
                return
            length = int(self.headers.get("content-length", 0))
            self.body = self.rfile.read(length).decode()
            try:
                _answer(hub, origin, self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_HEAD = do_POST = do_GET  # noqa: N815 - their names in http.server

        def reply(self, status, content=b"", **headers):
            if not isinstance(content, bytes):
                content = json.dumps(content).encode()
                headers["content_type"] = "application/json"
            headers.setdefault("content_length", len(content))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), str(value))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
                hub.sent += len(content)

        def log_message(self, *_):
            pass

    return Handler


_API = re.compile(
    r"/api/(models|datasets|spaces)/([^/]+/[^/]+?)(?:/(revision|tree|paths-info|auth-check)(?:/([^/]+)(?:/(.+))?)?)?$"
)
_RESOLVE = re.compile(r"/(?:(datasets|spaces)/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)$")
_CDN = re.compile(r"/cdn/([^/]+/[^/]+)/(.+)$")


def _answer(hub, origin, handler):
    parts = urlsplit(handler.path)
    path = parts.path
    if origin == "cdn":
        found = _CDN.match(unquote(path))
        return _content(hub, handler, hub.repositories[found[1]].files[found[2]], found[2], "cdn")
    if api := _API.match(path):
        kind, name, verb, revision, below = api.groups()
        repository = _repository(hub, handler, name, kind)
        return repository and _api(hub, handler, repository, name, verb, revision, below, parse_qs(parts.query))
    if resolve := _RESOLVE.match(path):
        repository = _repository(hub, handler, resolve[2], resolve[1] or "models")
        return repository and _resolve(hub, handler, repository, *map(unquote, resolve.groups()[1:]))
    return handler.reply(404)


def _repository(hub, handler, name, kind):
    repository = hub.repositories.get(name)
    token = handler.headers.get("authorization", "")
    if token and token != f"Bearer {hub.token}":
        return handler.reply(401, x_error_message="Invalid credentials in Authorization header")
    if repository is None or repository.kind != kind or (repository.private and not token):
        return handler.reply(404 if token else 401, x_error_code="RepoNotFound", x_error_message="Repository not found")
    if repository.disabled:
        return handler.reply(403, x_error_message="Access to this resource is disabled.")
    # The listing of a gated repository is public; its files are not.
    closed = repository.gated and not (token and repository.admits)
    if closed and ("/resolve/" in handler.path or handler.path.endswith("/auth-check")):
        status = 403 if token else 401
        return handler.reply(status, x_error_code="GatedRepo", x_error_message="Access to model is restricted.")
    return repository


def _api(hub, handler, repository, name, verb, revision, below, query):  # noqa: PLR0913, PLR0917 - an address
    if hub.faults.busy[""] > 0:
        hub.faults.busy[""] -= 1
        return handler.reply(429, retry_after=hub.faults.after)
    commit = _commit(repository, unquote(revision or "main"))
    if commit is None:
        return handler.reply(404, x_error_code="RevisionNotFound", x_error_message="Invalid rev id")
    if verb == "tree":
        return _tree(hub, handler, repository, name, commit, unquote(below or ""), query)
    if verb == "paths-info":
        wanted = parse_qs(handler.body).get("paths", [])
        wanted = wanted or json.loads(handler.body or "{}").get("paths", [])
        return handler.reply(200, [one for one in _entries(repository) if one["path"] in wanted])
    info = {
        "_id": "1", "id": name, "modelId": name, "author": name.partition("/")[0], "sha": commit,
        "gated": repository.gated,
        "private": repository.private, "disabled": repository.disabled, "tags": [], "downloads": 0, "likes": 0,
        "siblings": [{"rfilename": path} for path in repository.files], "lastModified": "2026-01-01T00:00:00.000Z",
        **repository.info,
    }  # fmt: skip
    return handler.reply(200, info)


def _tree(hub, handler, repository, name, commit, below, query):  # noqa: PLR0913, PLR0917 - an address
    entries = [one for one in _entries(repository) if not below or one["path"].startswith(f"{below}/")]
    start = int(query.get("cursor", ["0"])[0])
    headers = {}
    if start + hub.page < len(entries):
        tail = f"/{quote(below)}" if below else ""
        at = f"{hub.endpoint}/api/{repository.kind}/{name}/tree/{commit}{tail}?recursive=true&cursor={start + hub.page}"
        headers["link"] = f'<{at}>; rel="next"'
    handler.reply(200, entries[start : start + hub.page], **headers)


def _entries(repository):
    folders = {path.rpartition("/")[0] for path in repository.files} - {""}
    folders |= {"/".join(one.split("/")[:count]) for one in folders for count in range(1, one.count("/") + 1)}
    yield from ({"type": "directory", "oid": "0" * 40, "size": 0, "path": one} for one in sorted(folders))
    for path, content in repository.files.items():
        if content.sha256:
            lfs = {"oid": content.sha256, "size": content.size, "pointerSize": 134}
            yield {"type": "file", "oid": "1" * 40, "size": content.size, "path": path, "lfs": lfs}
        else:
            yield {"type": "file", "oid": content.sha1, "size": content.size, "path": path}


def _commit(repository, revision):
    known = set(repository.refs.values())
    return repository.refs.get(revision) or (revision if revision in known else None)


def _resolve(hub, handler, repository, name, revision, path):  # noqa: PLR0913, PLR0917 - an address
    commit = _commit(repository, revision)
    content = repository.files.get(path)
    if commit is None:
        return handler.reply(404, x_error_code="RevisionNotFound")
    if content is None or path in hub.faults.gone:
        return handler.reply(404, x_error_code="EntryNotFound", x_error_message="Entry not found")
    said = {"x_repo_commit": "d" * 40 if path in hub.faults.moved else commit, "accept_ranges": "bytes"}
    if content.sha256:
        said |= {"x_linked_etag": f'"{content.sha256}"', "x_linked_size": content.size}
        return handler.reply(302, location=f"{hub.elsewhere}/cdn/{name}/{quote(path)}?signature=1", **said)
    return _content(hub, handler, content, path, "hub", said)


def _content(hub, handler, content, path, origin, said=None):  # noqa: PLR0913, PLR0917 - what is served, and how
    faults, said = hub.faults, dict(said or {})
    for counter, status in ((faults.busy, 429), (faults.broken, 503), (faults.expired if origin == "cdn" else {}, 403)):
        if counter and counter[path] > 0:
            counter[path] -= 1
            return handler.reply(status, **({"retry_after": faults.after} if status == 429 else {}))
    said["etag"] = f'"{content.sha256 or content.sha1}"'
    if path in faults.changing:
        said["etag"] = f'"{len(hub.requests)}"'
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.headers.get("range", ""))
    start, end, status = 0, content.size, 200
    if asked and path not in faults.whole:
        start, end, status = int(asked[1]), min(int(asked[2] or content.size - 1) + 1, content.size), 206
        shift = 1 if path in faults.shifted else 0
        said["content_range"] = f"bytes {start + shift}-{end - 1 + shift}/{content.size}"
    said["content_length"] = end - start
    if handler.command == "HEAD":
        return handler.reply(200, **said)
    if faults.truncated[path] > 0:
        faults.truncated[path] -= 1
        half = content.read(start, start + (end - start) // 2)
        handler.close_connection = True
        return handler.reply(status, half, **said)
    return _stream(hub, handler, content, (start, end), status, said)


def _stream(hub, handler, content, span, status, said):  # noqa: PLR0913, PLR0917 - what is served, and how
    handler.reply(status, **said)
    for at in range(*span, CHUNK):
        chunk = content.read(at, min(at + CHUNK, span[1]))
        handler.wfile.write(chunk)
        hub.sent += len(chunk)
    return True
