"""Profiles of a policy: the use that licences are judged for."""

import pytest

from scanner.policy import DEFAULT, PROFILES, Policy, Profile, digest, use_of
from scanner.policy_file import load
from scanner.usage import UsageError

FILE = """
profile = "product"

[profiles.product]
commercial = true
redistribute = true
regions = ["DE", "US"]
monthly_users = 1_000_000
revenue = 5_000_000
strict_data = true
"""


@pytest.fixture
def loaded(tmp_path):
    def load_text(text):
        file = tmp_path / "assay.toml"
        file.write_text(text, encoding="utf-8")
        return load(file)

    return load_text


def test_a_file_says_everything_a_profile_can_say(loaded):
    policy = loaded(FILE)
    assert policy.profile == "product"
    assert policy.profiles["product"] == Profile(
        commercial=True, redistribute=True, regions=("DE", "US"), monthly_users=1_000_000, revenue=5_000_000,
        strict_data=True,
    )  # fmt: skip


def test_the_use_of_a_profile_is_stated_field_for_field(loaded):
    use = use_of(loaded(FILE))
    assert (use.name, use.commercial, use.redistributes, use.regions) == ("product", "yes", True, ("DE", "US"))
    assert (use.users, use.revenue, use.strict_data, use.where.path) == (1_000_000, 5_000_000, True, "assay.toml")


def test_what_a_profile_does_not_say_is_unknown():
    use = use_of(Policy(profile="redistribute"))
    assert (use.commercial, use.regions, use.users, use.revenue) == ("", (), -1, -1)


def test_zero_users_are_said_and_not_unknown():
    use = use_of(Policy(profile="x", profiles={"x": Profile(monthly_users=0, commercial=False)}))
    assert (use.users, use.commercial) == (0, "no")


def test_no_profile_states_no_use():
    assert use_of(DEFAULT) is None


def test_the_bundled_profiles_are_always_there_and_a_file_may_replace_one(loaded):
    assert set(PROFILES) == {"commercial", "research", "redistribute"}
    policy = loaded("[profiles.commercial]\ncommercial = true\n")
    assert policy.known_profiles["commercial"] == Profile(commercial=True)
    assert "research" in policy.known_profiles


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('profile = "comercial"', "did you mean commercial?"),
        ("[profiles.x]\nusers = 3", "profiles.x.users: unknown key"),
        ("[profiles.x]\nmonthly_users = -3", "numbers from 0"),
        ('[profiles.x]\nmonthly_users = "many"', "profiles.x.monthly_users"),
        ("profiles = 3", "profiles: write a table"),
    ],
)
def test_a_mistake_in_a_profile_is_one_line(loaded, text, says):
    with pytest.raises(UsageError) as caught:
        loaded(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_digest_depends_on_the_profile_that_is_on():
    assert digest(Policy(profile="commercial")) != digest(DEFAULT)
    assert digest(Policy(profiles={"x": Profile(commercial=True)})) != digest(DEFAULT)
