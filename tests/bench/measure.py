"""Run a command to its end and say what it cost: CPU seconds of it and its children, and peak memory."""

import os
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """`cpu` seconds of user and system, children included; `rss` MiB of the largest process; `code` the exit code."""

    cpu: float
    rss: float
    code: int


def cost(argv: list[str], *, runs: int = 1) -> Cost:
    """Return the cheapest of `runs` runs: machines are shared, and noise only adds."""
    return min((_once(argv) for _ in range(runs)), key=lambda one: one.cpu)


def _once(argv: list[str]) -> Cost:
    # What is installed is measured, never this checkout.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(cpu=usage.ru_utime + usage.ru_stime, rss=usage.ru_maxrss / scale, code=process.returncode)


def table(title: str, rows: dict[str, Cost]) -> None:
    """Print costs, and each row's CPU time as a ratio of the first row's."""
    first = next(iter(rows.values()))
    print(title)
    for name, one in rows.items():
        print(f"  {name:<24} {one.cpu:8.2f} s CPU  {one.rss:7.0f} MiB  exit {one.code}  x{one.cpu / first.cpu:.2f}")
