"""Write stdlib_modules.txt from the interpreters given: `python -m tests.survey.write_stdlib TABLES PYTHON...`."""
# ruff: noqa: SIM905 - long lists of names are easier to read as text

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.survey.table import write

# Runs on Python 2.7 and later; installed packages and the tests of extension modules are left out.
LISTING = r"""
import os, sys
names = set(sys.builtin_module_names) | set(getattr(sys, "stdlib_module_names", ()))
lib = os.path.dirname(os.__file__)
for folder in (lib, os.path.join(lib, "lib-dynload")):
    for entry in os.listdir(folder):
        path = os.path.join(folder, entry)
        stem = entry.split(".")[0]
        module = entry.endswith((".py", ".so")) or os.path.exists(os.path.join(path, "__init__.py"))
        if module and stem.replace("_", "a").isalnum() and stem != "sitecustomize":
            names.add(stem)
print(sys.version.split()[0] + " " + " ".join(names))
"""
# Of other platforms and of CPython 3.14, which the survey's interpreters lack.
ELSEWHERE = """
_aix_support _android_support _apple_support _ios_support _msi _overlapped _scproxy _subprocess _winapi _winreg _wmi
annotationlib aepack aetools aetypes al applesingle ast asyncio autoGIL buildtools carbon Carbon ce cfmfile
compression _zstd cd ColorPicker EasyDialogs FrameWork findertools fl fm gensuitemodule gl icopen imgfile jpeg
macerrors MacOS macostools macpath macresource msilib msvcrt nt nturl2path ntpath os2emxpath PixMapWrapper
SUNAUDIODEV sunaudiodev videoreader W winreg winsound _interpreters _interpchannels _interpqueues _remote_debugging
_hmac _types _py_warnings _ast_unparse pathlib string concurrent sre importlib riscos riscosenviron riscospath
bsddb185 dl gdbm dbm ossaudiodev test _gdbm _dbm spwd nis linuxaudiodev imp zoneinfo curses tkinter Tkinter _tkinter
turtle idlelib
""".split()


def main(tables: Path, interpreters: list[str]) -> None:
    """Write the union over the interpreters."""
    names = set(ELSEWHERE)
    versions = []
    for interpreter in interpreters:
        answer = subprocess.run([interpreter, "-S", "-c", LISTING], capture_output=True, text=True, check=True)
        version, *found = answer.stdout.split()
        versions.append(version)
        names |= {name for name in found if name.isidentifier()}
    write(
        tables / "stdlib_modules.txt",
        names - {"this_does_not_exist", "__main__"},
        f"Top-level modules of the standard library: union over CPython {', '.join(versions)}, with those of other "
        "platforms and of 3.14.",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
