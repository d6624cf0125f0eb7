"""What a wheel carries beside its sources, so that no start parses YAML, cleans tables or imports every format."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface[Any]):
    """Add the rules as one file to the wheel, their tables without comments, and the index of formats."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Check and compile every rule; an editable install reads the YAML files instead."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        from scanner import formats, pack
        from scanner.licenses import knowledge

        folder = Path(tempfile.mkdtemp(prefix="assay-build-"))
        made = {
            f"rules/{pack.COMPILED}": pack.compiled(root / "rules"),
            **{f"rules/{name}": text for name, text in pack.compiled_tables(root / "rules").items()},
            f"rules/{knowledge.COMPILED}": knowledge.compiled(root / "rules"),
            f"formats/{formats.INDEX}": formats.index(),
        }
        for name, text in made.items():
            target = folder / Path(name).name
            target.write_text(text, encoding="utf-8")
            build_data["force_include"][str(target)] = f"scanner/{name}"
