"""Settings of git: what starts a program, what leads elsewhere, which submodules are odd."""

import pytest

from scanner.derive.document.gitconfig import derive
from tests.builders.settings import settings


def set_(key, value, name=".git/config"):
    section, *rest = key.split("|")
    below = {rest[-1]: value}
    for one in reversed(rest[:-1]):
        below = {one: below}
    return [(one.key, one.effect) for one in derive([settings(name, {section: below}, "ini")])]


@pytest.mark.parametrize(
    ("key", "value", "effect"),
    [
        ("core|fsmonitor", "./x.sh", "runs"),
        ("core|hookspath", ".hooks", "runs"),
        ("core|sshcommand", "sh -c x", "runs"),
        ("core|editor", "./x", "runs"),
        ("core|pager", "sh x", "runs"),
        ("alias|st", "!sh x", "runs"),
        ("filter|x|smudge", "sh x", "runs"),
        ("filter|lfs|smudge", "sh x", "runs"),
        ("filter|lfs|process", "git-lfs filter-process; sh x", "runs"),
        ("diff|x|textconv", "sh x", "runs"),
        ("merge|x|driver", "sh x", "runs"),
        ("credential|helper", "!sh x", "runs"),
        ("credential|https://example.com|helper", "/tmp/x", "runs"),
        ("gpg|program", "./x", "runs"),
        ("include|path", "../x", "includes"),
        ("includeIf|gitdir:~/x/|path", "y", "includes"),
        ("url|https://evil.example.net/|insteadof", "https://example.com/", "rewrites-address"),
        ("http|sslverify", "false", "skips-check"),
        ("protocol|ext|allow", "always", "allows-protocol"),
    ],
)
def test_a_setting_that_acts_is_told(key, value, effect):
    assert set_(key, value) == [(key.replace("|", ".").replace("includeIf", "includeif"), effect)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("core|fsmonitor", "true"),
        ("core|editor", "vim"),
        ("core|pager", "less"),
        ("core|bare", "false"),
        ("core|repositoryformatversion", "0"),
        ("alias|st", "status"),
        ("filter|lfs|clean", "git-lfs clean -- %f"),
        ("filter|lfs|smudge", "git-lfs smudge -- %f"),
        ("filter|lfs|process", "git-lfs filter-process"),
        ("credential|helper", "store"),
        ("credential|https://github.com|helper", "!/usr/bin/gh auth git-credential"),
        ("url|git@github.com:|insteadof", "https://github.com/"),
        ("url|https://github.com/|insteadof", "gh:"),
        ("remote|origin|url", "https://example.com/x"),
        ("user|email", "me@example.com"),
    ],
)
def test_what_everyone_sets_is_quiet(key, value):
    assert set_(key, value) == []


def test_another_ini_file_is_no_configuration_of_git():
    assert set_("core|editor", "./x", "setup.cfg") == []
    assert set_("core|fsmonitor", "./x", "other.txt") == [("core.fsmonitor", "runs")]


def test_passwords_in_addresses_are_not_shown():
    (one,) = derive(
        [
            settings(
                ".gitconfig",
                {"url": {"https://a:b@example.net/": {"insteadof": "https://me:secret@example.com/"}}},
                "ini",
            )
        ]
    )
    assert "secret" not in repr(one)


@pytest.mark.parametrize(
    ("name", "keys", "oddity"),
    [
        ("x", {"path": "x", "url": "https://example.com/x"}, ""),
        ("x", {"path": "third_party/x", "url": "../x.git"}, ""),
        ("x", {"path": "x", "url": "ext::sh -c echo"}, "runs"),
        ("x", {"path": "x", "url": "-u./x"}, "option"),
        ("x", {"path": "-x", "url": "https://example.com/x"}, "option"),
        ("x", {"path": "x", "url": "ssh://-oProxyCommand=echo/x"}, "runs"),
        ("../../x", {"path": "x", "url": "https://example.com/x"}, "parent"),
        ("x", {"path": "../x", "url": "https://example.com/x"}, "parent"),
        ("x", {"path": "a/.git/x", "url": "https://example.com/x"}, "git-folder"),
        ("x", {"path": "x/GIT~1", "url": "https://example.com/x"}, "git-folder"),
        ("x", {"path": "x\r", "url": "https://example.com/x"}, "line-break"),
        ("x", {"path": "x", "url": "https://example.com/x", "update": "!echo"}, "update-command"),
        ("x", {"path": "x", "url": "file:///srv/x"}, "file"),
        ("x", {"path": "x", "url": "git://example.com/x"}, "clear"),
    ],
)
def test_an_odd_submodule_is_told(name, keys, oddity):
    found = list(derive([settings(".gitmodules", {"submodule": {name: keys}}, "ini")]))
    assert [one.oddity for one in found if type(one).__name__ == "GitSubmodule"] == [oddity]
