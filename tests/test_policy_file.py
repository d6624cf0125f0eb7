"""What a policy file may say, and the one line about what it may not."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.policy import DEFAULT, Policy, Waiver
from scanner.policy_file import check_rules, find, load
from scanner.usage import UsageError

FULL = """
fail_at = "critical"
min_confidence = "low"
include = ["**/*.pt"]
exclude = ["docs/**"]

[severity]
pickle-starts-process = "low"

[[waivers]]
rule = "pickle-runs-code"
path = "models/a.pt"
reason = "our fixture"
until = 2030-12-31
by = "ada"
"""
WAIVER = '[[waivers]]\nrule = "r"\npath = "p"\n'


@pytest.fixture
def policy_file(tmp_path):
    def write(text, name="assay.toml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def refusal(file):
    with pytest.raises(UsageError) as caught:
        load(file)
    return str(caught.value)


def test_a_file_says_everything_a_policy_can_say(policy_file):
    assert load(policy_file(FULL)) == Policy(
        fail_at="critical",
        min_confidence="low",
        include=("**/*.pt",),
        exclude=("docs/**",),
        severity={"pickle-starts-process": "low"},
        waivers=(
            Waiver(
                rule="pickle-runs-code",
                path="models/a.pt",
                reason="our fixture",
                until=date(2030, 12, 31),
                by="ada",
            ),
        ),
        name="assay.toml",
    )


def test_no_file_is_the_default_policy():
    assert load(None) is DEFAULT


def test_an_empty_file_is_the_default_policy_by_another_name(policy_file):
    assert load(policy_file("")) == Policy(name="assay.toml")


def test_a_pyproject_holds_a_policy_in_its_tool_table(policy_file):
    file = policy_file('[project]\nname = "x"\n[tool.assay]\nfail_at = "low"\n', "pyproject.toml")
    assert load(file) == Policy(fail_at="low", name="pyproject.toml")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('fail_at = "hihg"', "fail_at: write 'info', 'low', 'medium', 'high' or 'critical', not 'hihg'"),
        ("fail_at = 3", "fail_at: write 'info', 'low', 'medium', 'high' or 'critical', not 3"),
        ('include = "a"', "include: write a list, [...], not 'a'"),
        ("exclude = [1]", 'exclude[0]: write a text, "...", not 1'),
        ('[severity]\nr = "lo"', "severity.r: write 'info', 'low', 'medium', 'high' or 'critical', not 'lo'"),
        ("severity = 3", "severity: write a table, not 3"),
        ("waivers = [3]", "waivers[0]: write a table, [[waivers]], not 3"),
        (WAIVER, "waivers[0].reason: is missing; add it"),
        (WAIVER + 'reason = " "', "waivers[0]: a waiver needs a reason"),
        (WAIVER + 'reason = "x"\nuntil = "soon"', "waivers[0].until: write a day such as 2030-12-31, not 'soon'"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(policy_file, text, line):
    file = policy_file(text)
    assert refusal(file) == f"{file}: {line}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('fail-at = "low"', "fail-at: unknown key (did you mean fail_at?); known: fail_at, "),
        ('name = "x"', "name: unknown key; known: "),
        ("[baseline]", "baseline: unknown key; known: "),
        (WAIVER + "utnil = 2030-01-01", "waivers[0].utnil: unknown key (did you mean until?); known: rule, path, "),
    ],
)
def test_an_unknown_key_is_refused(policy_file, text, line):
    file = policy_file(text)
    assert refusal(file).startswith(f"{file}: {line}")


@pytest.mark.parametrize("text", ["x =", "a = " + "[" * 100_000, '"\ud800'.encode("utf-8", "replace").decode()])
def test_what_is_no_toml_is_refused(policy_file, text):
    assert ": no TOML: " in refusal(policy_file(text))


def test_bytes_that_are_no_utf8_are_refused(tmp_path):
    file = tmp_path / "assay.toml"
    file.write_bytes(b"\xff")
    assert ": no TOML: " in refusal(file)


def test_a_missing_file_is_refused(tmp_path):
    assert refusal(tmp_path / "none.toml").endswith("cannot be read: No such file or directory")


def test_a_pyproject_without_the_table_is_refused_when_named(policy_file):
    assert "no [tool.assay] table" in refusal(policy_file("[tool.other]", "pyproject.toml"))


def test_a_key_of_a_hostile_file_cannot_break_the_line(policy_file):
    line = refusal(policy_file('"\\u001b[31m\\n\\u202e" = 1'))
    assert line.isprintable()


@given(st.dictionaries(st.sampled_from(["fail_at", "include", "severity", "waivers", "other"]), st.text(max_size=5)))
def test_loading_raises_nothing_but_a_usage_error(tmp_path_factory, values):
    file = tmp_path_factory.mktemp("policy") / "assay.toml"
    file.write_text("\n".join(f"{key} = {value}" for key, value in values.items()), encoding="utf-8", newline="")
    with suppress(UsageError):
        assert load(file).name == "assay.toml"


def test_a_policy_is_found_in_a_folder_above(policy_file, tmp_path):
    file = policy_file("")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find(below) == file.resolve()


def test_a_pyproject_without_the_table_is_passed_by(policy_file, tmp_path):
    file = policy_file("")
    below = tmp_path / "a"
    below.mkdir()
    (below / "pyproject.toml").write_text("[tool.other]")
    assert find(below) == file.resolve()


def test_the_own_file_goes_before_a_pyproject(policy_file, tmp_path):
    policy_file("[tool.assay]", "pyproject.toml")
    own = policy_file("")
    assert find(tmp_path) == own.resolve()


def test_the_search_ends_at_the_top_of_a_repository(policy_file, tmp_path):
    policy_file("")
    below = tmp_path / "repository"
    (below / ".git").mkdir(parents=True)
    assert find(below) is None


def test_a_rule_that_does_not_exist_is_refused():
    policy = Policy(severity={"pickle-starts-proces": "low"}, name="assay.toml")
    with pytest.raises(UsageError, match=r"severity\.pickle-starts-proces.*did you mean pickle-starts-process"):
        check_rules(policy, {"pickle-starts-process"})


def test_a_waiver_of_a_rule_that_does_not_exist_is_refused():
    policy = Policy(waivers=(Waiver(rule="x", path="p", reason="r"),))
    with pytest.raises(UsageError, match=r"waivers\[0\]\.rule"):
        check_rules(policy, {"pickle-starts-process"})


def test_a_policy_of_known_rules_is_accepted():
    check_rules(Policy(severity={"a": "low"}, waivers=(Waiver(rule="b", path="p", reason="r"),)), {"a", "b"})
