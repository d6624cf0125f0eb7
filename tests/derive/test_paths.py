"""Paths in configurations that lead somewhere else than to a file beside them."""

import pytest

from scanner.derive.document.paths import PLACES, derive, leads
from tests.builders.settings import settings


def found(path, value):
    return [(one.key, one.how, one.joined) for one in derive([settings(path, value)])]


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("/home/example/model", "home"),
        ("/Users/example/model", "home"),
        ("C:\\Users\\example\\model", "home"),
        ("~/model", "home"),
        ("D:/model", "drive"),
        ("/mnt/model", "absolute"),
        ("\\\\host\\share", "absolute"),
        ("../model", "parent"),
        ("a\\..\\..\\b", "parent"),
        ("owner/name", ""),
        ("./model", ""),
        ("a..b", ""),
        ("", ""),
    ],
)
def test_a_path_leads_out_or_not(path, how):
    assert leads(path) == how


@pytest.mark.parametrize(
    ("file", "document", "expected"),
    [
        ("config.json", {"_name_or_path": "/home/example/llama"}, [("_name_or_path", "home", False)]),
        ("config.json", {"a": {"_name_or_path": "/mnt/llama"}}, [("a._name_or_path", "absolute", False)]),
        ("adapter_config.json", {"base_model_name_or_path": "../base"}, [("base_model_name_or_path", "parent", False)]),
        ("modules.json", [{"path": "../../x"}], [("0.path", "parent", True)]),
        ("tokenizer_config.json", {"vocab_file": "/root/v.txt"}, [("vocab_file", "absolute", True)]),
        (
            "genai_config.json",
            {"model": {"decoder": {"filename": "../m.onnx"}}},
            [("model.decoder.filename", "parent", True)],
        ),
        ("config.json", {"_name_or_path": "owner/name", "path": "/x"}, []),
        ("other.json", [{"path": "../../x"}], []),
        ("modules.json", [{"path": 3}, {"path": None}, {"path": "1_Pooling"}], []),
    ],
)
def test_only_paths_at_known_keys_are_stated(file, document, expected):
    assert found(file, document) == expected


def test_one_document_tells_a_few():
    document = {str(number): {"_name_or_path": f"/mnt/{number}"} for number in range(PLACES + 5)}
    assert len(found("config.json", document)) == PLACES
