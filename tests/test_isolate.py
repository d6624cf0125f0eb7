"""Workers keep what they said, lose only what they read, and can do nothing but read."""

# System calls are what is tested.
# ruff: noqa: PTH101, PTH102, PTH107, PTH115, PTH208, PTH211

import ctypes
import io
import mmap
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scanner import isolate
from scanner.artifact import Artifact
from scanner.facts import Degraded, Encrypted, Examined, LimitReached, Malformed, ReaderFailed, Unreadable, WorkerLost
from scanner.isolate import confine, process
from scanner.limits import Limits

LIMITS = Limits(worker_cpu_seconds=60, worker_wall_seconds=60)
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux's")


def _artifacts(count, size=10):
    return [Artifact(path=f"{index}", size=size, open=lambda: io.BytesIO(b"x")) for index in range(count)]


def _say(artifact, word):
    return Unreadable(where=artifact.at(), reason=word)


def _run(act, *, count=3, jobs=2, limits=LIMITS):
    """Read artifacts of which "1" does something; return what was said of each, protections left out."""

    def read(artifact):
        yield _say(artifact, "before")
        if artifact.path == "1":
            yield from act(artifact) or ()
        yield _say(artifact, "after")

    found = isolate.read_all(_artifacts(count), read, limits=limits, jobs=jobs)
    return [[fact for fact in facts if not isinstance(fact, Degraded)] for facts in found]


def _lost(act, **options):
    """Check that only artifact "1" is lost, with what was said before; return its `WorkerLost`."""
    first, second, third = _run(act, **options)
    assert [fact.reason for fact in first] == [fact.reason for fact in third] == ["before", "after"]
    said, lost, closed = second
    assert said.reason == "before"
    assert isinstance(closed, Examined)
    assert not closed.complete
    assert isinstance(lost, WorkerLost)
    assert lost.where.path == "1"
    return lost


def test_an_aborting_reader_loses_only_its_artifact():
    lost = _lost(lambda _: os.abort())
    assert (lost.cause, lost.detail) == ("signal", "SIGABRT")


def test_a_killed_worker_is_told_by_its_signal():
    lost = _lost(lambda _: os.kill(os.getpid(), signal.SIGKILL))
    assert (lost.cause, lost.detail) == ("signal", "SIGKILL")


def test_a_segmentation_fault_is_told_by_its_signal():
    lost = _lost(lambda _: ctypes.string_at(0))
    assert (lost.cause, lost.detail) == ("signal", "SIGSEGV")


def test_an_endless_loop_ends_at_the_cpu_limit():
    def spin(_):
        while True:
            pass

    assert _lost(spin, limits=Limits(worker_cpu_seconds=1)).cause == "cpu"


def test_each_artifact_has_its_own_cpu_limit():
    def spin(artifact):
        until = time.process_time() + 0.6
        while time.process_time() < until:
            pass
        yield _say(artifact, "done")

    found = list(isolate.read_all(_artifacts(4), spin, limits=Limits(worker_cpu_seconds=2), jobs=1))
    assert not [fact for facts in found for fact in facts if isinstance(fact, WorkerLost)]


def test_a_sleeping_reader_ends_at_the_wall_limit():
    lost = _lost(lambda _: time.sleep(30), limits=Limits(worker_wall_seconds=1))
    assert (lost.cause, lost.detail) == ("wall", "stopped after 1 s")


def test_time_in_which_nobody_listens_is_not_counted():
    found = isolate.read_all(
        _artifacts(3),
        lambda artifact: [_say(artifact, "x" * 900_000)],  # more than a pipe holds: the worker waits to be heard
        limits=Limits(worker_wall_seconds=1),
        jobs=1,
    )
    next(found)
    time.sleep(1.2)
    assert [type(fact) for facts in found for fact in facts] == [Unreadable, Unreadable]


@linux
def test_a_memory_hog_ends_at_the_memory_limit():
    lost = _lost(lambda _: bytearray(4 << 30), limits=Limits(worker_memory_nbytes=1 << 30))
    assert lost.cause == "memory"


def test_a_leaving_reader_is_told_by_its_status():
    assert _lost(lambda _: sys.exit(3)).detail == "SystemExit: 3"
    assert _lost(lambda _: os._exit(3)).detail == "status 3"


def test_a_defect_outside_the_readers_is_told_by_its_error():
    lost = _lost(lambda _: {}["gone"])
    assert (lost.cause, lost.detail) == ("exit", "KeyError: 'gone'")


def test_endless_recursion_is_told():
    def again(artifact):
        return again(artifact)

    assert _lost(again).detail.startswith("RecursionError")


def test_every_artifact_may_be_lost():
    found = list(isolate.read_all(_artifacts(20), lambda _: os.abort(), limits=LIMITS, jobs=3))
    assert [facts[-2].where.path for facts in found] == [str(index) for index in range(20)]
    assert {facts[-2].cause for facts in found} == {"signal"}


@pytest.mark.parametrize("jobs", [1, 2, 4, 7])
def test_the_order_is_that_of_the_artifacts_whatever_the_jobs(jobs, monkeypatch):
    monkeypatch.setattr(isolate, "FILES_PER_WORKER", 1)

    def read(artifact):
        number = int(artifact.path)
        time.sleep(0.02 if number % 5 == 0 else 0)
        if number % 11 == 3:
            os.abort()
        yield from (_say(artifact, f"{number}.{part}") for part in range(number % 4))

    found = list(isolate.read_all(_artifacts(40), read, limits=LIMITS, jobs=jobs))
    for number, facts in enumerate(found):
        said = [fact.reason for fact in facts if isinstance(fact, Unreadable)]
        lost = [fact for fact in facts if isinstance(fact, WorkerLost)]
        assert len(lost) == (number % 11 == 3)
        assert said == ([] if lost else [f"{number}.{part}" for part in range(number % 4)])


def test_a_lost_worker_leaves_its_long_queue_to_another():
    def read(artifact):
        yield _say(artifact, "before")
        if int(artifact.path) % 97 == 50:
            os.abort()
        yield _say(artifact, "after")

    found = list(isolate.read_all(_artifacts(500), read, limits=LIMITS, jobs=2))
    for number, facts in enumerate(found):
        said = [fact.reason for fact in facts if isinstance(fact, Unreadable)]
        assert said == (["before"] if number % 97 == 50 else ["before", "after"]), number


def test_small_facts_are_heard_many_at_a_time(monkeypatch):
    heard = []
    monkeypatch.setattr(isolate, "_hear", lambda *given, hear=isolate._hear: heard.append(given) or hear(*given))
    list(isolate.read_all(_artifacts(500), lambda artifact: [_say(artifact, "x")], limits=LIMITS, jobs=1))
    assert len(heard) < 250


def test_progress_counts_every_artifact_once():
    seen = []
    list(isolate.read_all(_artifacts(70), lambda _: [], limits=LIMITS, jobs=2, progress=seen.append))
    assert seen == list(range(1, 71))


def test_nothing_to_read_yields_nothing():
    assert list(isolate.read_all([], lambda _: [], limits=LIMITS, jobs=2)) == []


def test_results_that_wait_do_not_stop_the_one_awaited():
    """The slow first artifact and more waiting facts than are held at once."""

    def read(artifact):
        time.sleep(0.3 if artifact.path == "0" else 0)
        yield from (_say(artifact, "x") for _ in range(5))

    found = list(isolate.read_all(_artifacts(200), read, limits=Limits(facts=20), jobs=2))
    assert {sum(isinstance(fact, Unreadable) for fact in facts) for facts in found} == {5}


def test_facts_past_the_bound_are_dropped_but_the_last():
    def flood(artifact):
        yield from (_say(artifact, str(number)) for number in range(100))
        yield Examined(where=artifact.at(), sha256="", size=1, formats=(), bytes_examined=0, complete=False)

    (facts,) = isolate.read_all(_artifacts(1), flood, limits=Limits(facts=20), jobs=1)
    assert len(facts) == 20 + isolate.CLOSING_FACTS + 2
    assert isinstance(facts[-2], LimitReached)
    assert isinstance(facts[-1], Examined)


def test_a_fact_that_fits_no_line_is_a_defect_of_ours():
    _, second, _ = _run(lambda artifact: [LimitReached(where=artifact.at(), limit="", bound=1 << 20_000, unit="")])
    assert isinstance(second[1], ReaderFailed)


def test_a_fact_too_long_for_a_line_is_a_limit():
    _, second, _ = _run(lambda artifact: [_say(artifact, "x" * 5000)], limits=Limits(fact_nbytes=4000))
    assert isinstance(second[1], LimitReached)
    assert (second[1].limit, second[1].bound) == ("fact", 4000)
    assert second[2].reason == "after"


@pytest.mark.parametrize(
    "noise",
    [
        b"noise\n",
        b"\xff\xfe\n",
        b"!7\n",
        b'![["because","x"]]\n',
        b'?[["writes"]]\n',
        b'["core.Encrypted","1",null,null,null,null,7]\n',
        b"x" * 70_000,
    ],
)
def test_a_worker_that_breaks_the_protocol_is_stopped(noise):
    def break_in(_):
        os.write(_reports(), noise)
        time.sleep(30)

    found = _run(break_in, limits=Limits(fact_nbytes=60_000, worker_wall_seconds=20), jobs=1)
    lost = [fact for facts in found for fact in facts if isinstance(fact, WorkerLost)]
    assert [fact.detail.partition(":")[0] for fact in lost] == ["protocol"]


def test_a_worker_cannot_finish_what_it_was_not_given():
    def break_in(_):
        os.write(_reports(), b".\n" * 5)
        time.sleep(30)

    assert [facts[0].reason for facts in _run(break_in, limits=Limits(worker_wall_seconds=20))[:2]] == ["before"] * 2


def _reports():
    """Find the descriptor that a worker speaks through: its only pipe open for writing."""
    for name in os.listdir("/dev/fd"):
        descriptor = int(name)
        try:
            if os.readlink(f"/dev/fd/{name}").startswith("pipe:") and os.get_blocking(descriptor):
                os.write(descriptor, b"")
                return descriptor
        except OSError:
            continue
    return -1


def _attempt(action, artifact):
    try:
        action()
    except OSError as error:
        return [Encrypted(where=artifact.at(), method=type(error).__name__)]
    return [Malformed(where=artifact.at(), format="", reason="it worked")]


def _connect():
    with socket.socket() as one:
        one.connect(("127.0.0.1", 9))


def _fork():
    if os.fork() == 0:
        os._exit(0)


FORBIDDEN = {
    "connect": _connect,
    "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
    "unix-socket": socket.socketpair,
    "write": lambda: Path("/tmp/assay-worker").write_text("x"),
    "truncate": lambda: os.truncate("/dev/null", 0),
    "remove": lambda: os.remove("/nowhere"),
    "folder": lambda: os.mkdir("/tmp/assay-worker"),
    "link": lambda: os.symlink("/", "/tmp/assay-worker"),
    "mode": lambda: os.chmod("/dev/null", 0o600),
    "fork": _fork,
    "execute": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606 - it must not start
    "start": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "signal-parent": lambda: os.kill(os.getppid(), 0),
    "signal-group": lambda: os.kill(0, 0),
    "memory-file": lambda: os.close(os.memfd_create("x")),
    "give-ownership": lambda: os.chown("/dev/null", 0, 0),
    "root": lambda: os.chroot("/"),
}


@linux
@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_worker_can_only_read(name):
    (facts,) = isolate.read_all(
        _artifacts(1), lambda artifact: _attempt(FORBIDDEN[name], artifact), limits=LIMITS, jobs=1
    )
    if any(isinstance(fact, Degraded) for fact in facts):
        pytest.skip("this system offers no confinement")
    assert [fact.method for fact in facts] in (["PermissionError"], ["OSError"])


def test_a_worker_can_read_import_and_run_threads():
    def work(artifact):
        import fractions

        done = []
        thread = threading.Thread(target=done.append, args=(fractions.Fraction(1, 2),))
        thread.start()
        thread.join()
        with Path(__file__).open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            done.append(memory[:3])
        yield _say(artifact, f"{done} {len(os.listdir('/'))}")

    _, second, _ = _run(work)
    assert second[1].reason.startswith('[Fraction(1, 2), b\'"""\'] ')


def test_a_worker_holds_no_descriptor_of_its_parent(tmp_path):
    with (tmp_path / "secret").open("w") as secret:

        def try_it(artifact):
            secret.write("told")
            secret.flush()
            yield _say(artifact, os.readlink(f"/dev/fd/{secret.fileno()}"))

        _, second, _ = _run(try_it)
    assert second[1].reason == "/dev/null"
    assert (tmp_path / "secret").read_text() == ""


def test_what_a_reader_prints_is_not_seen(capfd):
    _run(lambda _: os.write(1, b"printed") and os.write(2, b"printed") and [])
    assert capfd.readouterr() == ("", "")


def test_no_process_and_no_descriptor_is_left_behind():
    before = len(os.listdir("/dev/fd"))
    _run(lambda _: os.abort(), count=200)
    _run(lambda _: [], count=200)
    assert len(os.listdir("/dev/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_scan_given_up_half_way_leaves_nothing_behind():
    before = len(os.listdir("/dev/fd"))
    found = isolate.read_all(_artifacts(200), lambda artifact: [_say(artifact, "x")], limits=LIMITS, jobs=2)
    next(found)
    found.close()
    assert len(os.listdir("/dev/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


INTERRUPTED = """
import io, os, time
from scanner import isolate
from scanner.artifact import Artifact
from scanner.limits import Limits

def read(artifact):
    time.sleep(60)
    yield

artifacts = [Artifact(path=str(i), size=1, open=io.BytesIO) for i in range(100)]
print("ready", flush=True)
try:
    list(isolate.read_all(artifacts, read, limits=Limits(), jobs=2))
except KeyboardInterrupt:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        print("clean")
"""


def _started(script):
    root = Path(__file__).parent.parent
    started = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=root, start_new_session=True
    )
    assert started.stdout.readline() == "ready\n"
    time.sleep(0.3)
    return started


def test_an_interrupt_ends_the_workers():
    started = _started(INTERRUPTED)
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does: the whole group
    assert started.communicate(timeout=10)[0] == "clean\n"


@linux
def test_workers_do_not_outlive_a_killed_parent():
    started = _started(INTERRUPTED)
    started.kill()
    started.communicate(timeout=10)  # the end of its output: no worker holds the session
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _alive(started.pid):
        time.sleep(0.05)
    assert not _alive(started.pid)


def _alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_without_fork_everything_is_read_here_and_said_once(monkeypatch):
    monkeypatch.delattr(os, "fork")
    found = list(isolate.read_all(_artifacts(3), lambda artifact: [_say(artifact, "x")], limits=LIMITS, jobs=2))
    degraded = [fact for facts in found for fact in facts if isinstance(fact, Degraded)]
    assert [(fact.protection, fact.where.path) for fact in degraded] == [("process", "")]
    assert [facts[-1].where.path for facts in found] == ["0", "1", "2"]


def test_a_missing_protection_is_said_once(monkeypatch):
    monkeypatch.setattr(confine, "confine", lambda *_, **__: [("network", "seccomp: EPERM"), ("writes", "too old")])
    monkeypatch.setattr(isolate, "FILES_PER_WORKER", 1)
    found = list(isolate.read_all(_artifacts(40), lambda artifact: [_say(artifact, "x")], limits=LIMITS, jobs=4))
    degraded = [(fact.protection, fact.reason) for fact in found[0] if isinstance(fact, Degraded)]
    assert degraded == [("network", "seccomp: EPERM"), ("writes", "too old")]
    assert not [fact for facts in found[1:] for fact in facts if isinstance(fact, Degraded)]


def test_a_system_out_of_processes_reads_here(monkeypatch):
    def refuse(*_):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(process.os, "fork", refuse)
    before = len(os.listdir("/dev/fd"))
    found = list(isolate.read_all(_artifacts(2), lambda artifact: [_say(artifact, "x")], limits=LIMITS, jobs=1))
    assert [fact.reason for facts in found for fact in facts] == ["Resource temporarily unavailable", "x", "x"]
    assert len(os.listdir("/dev/fd")) == before


REFUSING = """
import ctypes, io, struct, sys
from scanner import isolate
from scanner.artifact import Artifact
from scanner.limits import Limits

# As a container does: a filter under which prctl(PR_SET_SECCOMP), Landlock or both fail.
ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x50001, 0x50026
code = [(0x20, 0, 0, 0)]
if "landlock" in sys.argv:
    code += [(0x15, 0, 1, 444), (6, 0, 0, ENOSYS)]
if "seccomp" in sys.argv:
    prctl = {"x86_64": 157, "aarch64": 167}[sys.argv[1]]
    code += [(0x15, 0, 4, prctl), (0x20, 0, 0, 16), (0x15, 0, 1, 22), (6, 0, 0, EPERM), (6, 0, 0, ALLOW)]
code += [(6, 0, 0, ALLOW)]
text = b"".join(struct.pack("=HBBI", *one) for one in code)
held = ctypes.create_string_buffer(text, len(text))
pair = (ctypes.c_uint64 * 2)(len(code), ctypes.addressof(held))
libc = ctypes.CDLL(None)
libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.addressof(pair), 0, 0):
    print("refused")
for facts in isolate.read_all([Artifact(path="0", size=1, open=io.BytesIO)], lambda _: [], limits=Limits(), jobs=1):
    print(*[fact.protection for fact in facts])
"""


@linux
@pytest.mark.skipif(os.uname().machine not in ("x86_64", "aarch64"), reason="no filter for this machine")
@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ("landlock", ""),
        ("seccomp", "network processes"),
        ("landlock seccomp", "network processes writes"),
    ],
)
def test_a_system_that_refuses_a_protection_says_what_is_missing(without, missing):
    done = subprocess.run(
        [sys.executable, "-c", REFUSING, os.uname().machine, *without.split()],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
        check=True,
    )
    if done.stdout.startswith("refused"):
        pytest.skip("this system takes no filter at all")
    if without == "seccomp" and "writes" in done.stdout:
        pytest.skip("this system has no Landlock")
    assert done.stdout == missing + "\n"
