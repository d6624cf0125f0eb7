"""Compile the rule files of a wheel to one JSON file, so that no start parses YAML."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface[Any]):
    """Add `scanner/rules/compiled.json` and one file a table to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Check and compile every rule; an editable install reads the YAML files instead."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        from scanner import pack, rule

        rules = [
            {"file": file.name, "pack": file.parent.name, "rule": document}
            for file, document in pack.read_yaml(root / "rules")
        ]
        for entry in rules:
            rule.parse(entry["rule"], file=str(entry["file"]), pack=str(entry["pack"]))
        content = json.dumps({"digest": pack.digest_of(root / "rules"), "rules": rules}, separators=(",", ":"))
        target = Path(tempfile.mkdtemp(prefix="assay-build-")) / "compiled.json"
        target.write_text(content, encoding="utf-8")
        build_data["force_include"][str(target)] = "scanner/rules/compiled.json"
