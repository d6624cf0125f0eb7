"""Places that outlive a program, told from paths and commands, and places where secrets lie."""

import re

from scanner.pattern import pattern

_PATHS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ssh", pattern(r"authorized_keys|\.ssh[/\\](?:config|rc|environment)\b")),
    ("shell-profile", pattern(
        r"\.(?:bashrc|zshrc|profile|bash_profile|bash_login|zprofile|zshenv|kshrc|xprofile|xinitrc)\b"
        r"|config\.fish\b|/etc/(?:profile|bash\.bashrc|environment)\b|Microsoft\.PowerShell_profile"
    )),
    ("crontab", pattern(r"/etc/cron|/var/spool/cron|\bcrontab\b")),
    ("service", pattern(r"systemd/(?:system|user)\b|/etc/(?:init\.d|rc\.local)\b|Launch(?:Agents|Daemons)\b")),
    ("startup", pattern(r"(?i)start menu[/\\]+programs[/\\]+startup|[/\\]startup[/\\]|\.config/autostart\b")),
    ("git-hook", pattern(r"\.git[/\\]+hooks\b")),
    ("pth", pattern(r"\.pth\Z(?<!model\.pth)")),
    ("site-packages", pattern(r"(?:site|dist)-packages\b|\b(?:site|user)customize\.py\b")),
)  # fmt: skip
_COMMANDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("crontab", pattern(r"\bcrontab\s+(?!-l\s*(?:$|['\"]|2>))\S|\|\s*crontab\b")),
    (
        "service",
        pattern(r"\bsystemctl\s+(?:--user\s+)?enable\b|\blaunchctl\s+(?:load|bootstrap)\b|\bsc(?:\.exe)?\s+create\b"),
    ),
    ("startup", pattern(r"(?i)\bschtasks(?:\.exe)?\s.{0,60}/create\b")),
    ("registry", pattern(r"(?i)\breg(?:\.exe)?\s+add\s.{0,80}\\run\b")),
    ("shell-profile", pattern(r">>\s*~?\S*\.(?:bashrc|zshrc|profile|bash_profile)\b")),
    ("ssh", pattern(r">>\s*\S*authorized_keys\b")),
)
_STEMS = pattern(
    r"[\w.-]*(?:model|weight|checkpoint|ckpt|net|epoch|best|last|state|param|latest|final)[\w.-]*\.pth\Z|[{%*]"
)
_SECRETS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ssh-keys", pattern(r"\.ssh[/\\]+(?:id_|\*)|\bid_(?:rsa|ed25519|ecdsa|dsa)\b|(?:^|[/\\~])\.ssh[/\\]*\Z")),
    ("cloud-credentials", pattern(
        r"\.aws[/\\]+(?:credentials|config)|\.config[/\\]+gcloud|\.azure[/\\]+|\.kube[/\\]+config|\.docker[/\\]+config\.json"
        r"|application_default_credentials"
    )),
    ("hub-token", pattern(r"huggingface[/\\]+(?:token|stored_tokens)\b")),
    ("browser", pattern(r"(?:^|[/\\])(?:Login Data|Web Data|Local State|key4\.db|logins\.json|cookies\.sqlite)\Z"
                        r"|[/\\]User Data\b|Network[/\\]+Cookies")),
    ("wallet", pattern(r"wallet\.dat\b|Electrum[/\\]+wallets|Exodus[/\\]+exodus|nkbihfbeogaeaoehlefnkodbefgpgknn")),
    ("passwords", pattern(r"/etc/shadow\b|\.git-credentials\b|(?:^|[/\\~])\.pypirc\b|(?:^|[/\\~])\.netrc\Z")),
)  # fmt: skip


def kind_of_path(path: str) -> str:
    """Name the kind of place a path leads to, as `PythonWrites` has it, or ""."""
    for kind, form in _PATHS:
        if form.search(path):
            if kind == "pth" and _STEMS.search(path):  # PyTorch weights have the same ending
                return ""
            return kind
    return ""


def kind_of_command(command: str) -> str:
    """Name the kind of place a command line writes to, or ""."""
    for kind, form in _COMMANDS:
        if form.search(command):
            return kind
    return ""


def secrets_of(text: str) -> set[str]:
    """Name the kinds of secrets that a constant leads to, as `PythonSecrets` has them."""
    return {kind for kind, form in _SECRETS if form.search(text)}


MAY_LEAD = pattern(
    r"\.ssh|id_rsa|id_ed25519|id_ecdsa|\.aws|gcloud|\.azure|\.kube|\.docker|application_default|huggingface[/\\]"
    r"|Login Data|Web Data|Local State|key4\.db|logins\.json|cookies\.sqlite"
    r"|User Data|Cookies|wallet\.dat|Electrum|Exodus|nkbihf"
    r"|/etc/shadow|git-credentials|pypirc|netrc|keyring|CryptUnprotectData|os\.environ"
)
