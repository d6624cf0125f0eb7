"""Facts about commands for a shell: scripts, batch files, PowerShell, and lines of notebooks that a shell runs."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ShellAct(Fact):
    """What one command of a script does to the machine that runs it.

    `script`: "sh", "batch", "powershell", "notebook" (a line behind `!` or a cell of `%%bash`), "python" (a constant
    handed to a shell).
    `kind`: "fetch-and-run" (what is downloaded is run), "decode-and-run" (encoded text is run), "fetch",
    "turns-off-protection" (virus scanner, firewall, SELinux), "persists" (crontab, services, scheduled tasks, run keys,
    shell profiles), "reverse-shell", "hides-window" (PowerShell without a window), "bypasses-policy", "deletes-root"
    (everything below / or a home), "adds-key" (authorized_keys), "installs" (packages from an address or another
    index),
    "clears-traces" (history, logs).
    `command`: the command, at most 400 characters. `host`: the host that it names, "" if none.
    """

    script: str
    kind: str
    command: str
    host: str
