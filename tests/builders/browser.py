"""A headless Chromium, spoken to by its DevTools protocol over a pipe: no driver and no port."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "headless_shell")

PATIENCE_SECONDS = 60


def found() -> str | None:
    """Find a browser: the one that ASSAY_CHROMIUM names, or one on the path."""
    named = os.environ.get("ASSAY_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page of a running browser."""

    def __init__(self, orders: int, answers: int) -> None:
        self.orders = orders
        self.answers = answers
        self.rest = b""
        self.number = 0
        self.session = ""
        self.events: list[tuple[str, dict]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Audits", "Accessibility"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters):
        """Send a command and return its result; what else is told meanwhile is kept in `events`."""
        self.number += 1
        order = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            order["sessionId"] = self.session
        content = json.dumps(order).encode() + b"\0"
        while content:
            content = content[os.write(self.orders, content) :]
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def _next(self) -> dict:
        end = time.monotonic() + PATIENCE_SECONDS
        while b"\0" not in self.rest:
            if not select.select([self.answers], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser has ended")
            self.rest += chunk
        line, _, self.rest = self.rest.partition(b"\0")
        answer = json.loads(line)
        if "method" in answer:
            self.events.append((answer["method"], answer["params"]))
        return answer

    def open(self, file: Path) -> float:
        """Load a file; return the seconds until its load event and first layout."""
        self.events.clear()
        start = time.monotonic()
        self.ask("Page.navigate", url=file.as_uri())
        while not any(name == "Page.loadEventFired" for name, _ in self.events):
            self._next()
        self.run("document.body && document.body.offsetHeight")
        return time.monotonic() - start

    def open_again(self) -> None:
        """Load the same file once more."""
        self.events.clear()
        self.ask("Page.reload")
        while not any(name == "Page.loadEventFired" for name, _ in self.events):
            self._next()

    def run(self, expression: str):
        """Evaluate JavaScript on the page; promises are awaited."""
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["text"])
        return result["result"].get("value")

    def view(self, width: int, height: int, *, dark: bool = False, phone: bool = False, still: bool = False) -> None:
        """Be a screen of so many pixels, light or dark."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1,
                 mobile=phone)  # fmt: skip
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                    {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"}]  # fmt: skip
        self.ask("Emulation.setEmulatedMedia", features=features)

    def press(self, key: str, code: int) -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def picture(self, *, whole: bool = False) -> bytes:
        """Take a picture, as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])

    def told(self, *names: str) -> list[dict]:
        """Return what the browser told of the page by itself."""
        self.run("new Promise(done => setTimeout(done, 50))")
        return [parameters for name, parameters in self.events if name in names]


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a browser while the block runs. Raises `OSError` where there is none."""
    program = found()
    if program is None:
        raise OSError("no browser")
    with tempfile.TemporaryDirectory() as profile:
        order_read, order_write = os.pipe()
        answer_read, answer_write = os.pipe()
        high = [fcntl.fcntl(one, fcntl.F_DUPFD, 20) for one in (order_read, answer_write)]

        def place() -> None:
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--remote-debugging-pipe", f"--user-data-dir={profile}"],
            close_fds=False, preexec_fn=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # noqa: PLW1509
        )  # fmt: skip
        for one in (order_read, answer_write, *high):
            os.close(one)
        try:
            yield Browser(order_write, answer_read)
        finally:
            process.kill()
            process.wait()
            for one in (order_write, answer_read):
                with suppress(OSError):
                    os.close(one)
            time.sleep(0.2)
