"""Fingerprints of known models name the likely base, and no base where there is none."""

import pytest

from scanner import cli
from scanner.compare import likely
from scanner.compare.lock import read
from scanner.facts.delta import BaseLikeness
from tests.builders import deltas
from tests.compare.test_delta import load
from tests.compare.test_lock import lock_of

BASES = {f"base-{seed}.json": deltas.base(seed) for seed in (31, 32, 33)}
KNOWN = {name: read(lock_of(tensors).encode()) for name, tensors in BASES.items()}
PLAIN = BASES["base-32.json"]


def nearest(**files) -> list[BaseLikeness]:
    return [one for one in likely.facts(KNOWN, load("model", **files)) if isinstance(one, BaseLikeness)]


@pytest.mark.parametrize(
    "model",
    [
        {"model__safetensors": deltas.file_of(PLAIN)},
        {"model__safetensors": deltas.file_of(deltas.tuned(PLAIN, 0.1))},
        {"model__safetensors": deltas.file_of(deltas.rounded(PLAIN, "BF16"), "BF16")},
        {"model__gguf": deltas.gguf_of(PLAIN, "Q4_0")},
        {"model__safetensors": deltas.file_of(deltas.rank_edit(PLAIN, list(PLAIN)[1:5], 8, 0.2))},
    ],
)
def test_what_comes_from_a_known_model_is_nearest_to_it(model):
    found = nearest(**model)
    assert (found[0].base, found[0].rank) == ("base-32.json", 1)
    assert found[0].share > 0.9
    assert all(one.share < 0.5 for one in found[1:])


def test_a_model_of_its_own_has_no_likely_base():
    assert all(one.share < 0.5 for one in nearest(model__safetensors=deltas.file_of(deltas.base(77))))


def test_identical_tensors_are_counted_apart():
    found = nearest(model__safetensors=deltas.file_of(deltas.row_edit(PLAIN, [3])))
    assert (found[0].identical, found[0].near, found[0].tensors) == (len(PLAIN) - 1, 1, len(PLAIN))


@pytest.fixture
def known(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "known").mkdir()
    for name, tensors in BASES.items():
        (tmp_path / "known" / name).write_text(lock_of(tensors))
    (tmp_path / "tuned").mkdir()
    (tmp_path / "tuned" / "model.safetensors").write_bytes(deltas.file_of(deltas.tuned(PLAIN, 0.05)))
    return tmp_path


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("place", ["known", "known/base-32.json"])
def test_the_likely_base_is_named_on_the_line(place, capsys):
    assert cli.main(["diff", "tuned", "--known", place]) == 0
    assert "likely base: known/base-32.json, 100% of 34 tensors identical or near" in capsys.readouterr().out


def test_a_folder_without_fingerprints_or_with_others_is_a_usage_error(known):
    (known / "none").mkdir()
    assert cli.main(["diff", "tuned", "--known", "none"]) == 2
    (known / "known" / "other.json").write_text("{}")
    assert cli.main(["diff", "tuned", "--known", "known"]) == 2
