"""Python source that hides what it does, each way with what it calls in truth. Payloads print or echo."""

import base64
import zlib

ECHO = "echo hi"

REACHES_SYSTEM = {
    "plain": f"import os\nos.system('{ECHO}')\n",
    "import alias": f"import os as o\no.system('{ECHO}')\n",
    "name alias": f"from os import system as s\ns('{ECHO}')\n",
    "star": f"from os import *\nsystem('{ECHO}')\n",
    "variable": f"import os\nrun = os.system\nrun('{ECHO}')\n",
    "two variables": f"import os\na = os\nb = a.system\nb('{ECHO}')\n",
    "tuple": f"import os\nx, run = 1, os.system\nrun('{ECHO}')\n",
    "walrus": f"import os\n(run := os.system)('{ECHO}')\n",
    "getattr": f"import os\ngetattr(os, 'system')('{ECHO}')\n",
    "getattr of parts": f"import os\ngetattr(os, 'sys' + 'tem')('{ECHO}')\n",
    "getattr reversed": f"import os\ngetattr(os, 'metsys'[::-1])('{ECHO}')\n",
    "import by name": f"__import__('os').system('{ECHO}')\n",
    "import of parts": f"__import__('o' + 's').system('{ECHO}')\n",
    "importlib": f"import importlib\nimportlib.import_module('os').system('{ECHO}')\n",
    "modules": f"import sys\nsys.modules['os'].system('{ECHO}')\n",
    "dictionary of a module": f"import os\nos.__dict__['system']('{ECHO}')\n",
    "vars": f"import os\nvars(os)['system']('{ECHO}')\n",
    "globals": f"import os\nglobals()['__builtins__'].__import__('os').system('{ECHO}')\n",
    "dispatch": f"import os\ntable = {{'a': os.system}}\ntable['a']('{ECHO}')\n",
    "lambda": f"import os\n(lambda: os.system('{ECHO}'))()\n",
    "attrgetter": f"import os, operator\noperator.attrgetter('system')(os)('{ECHO}')\n",
    "posix": f"import posix\nposix.system('{ECHO}')\n",
    "partial": f"import os, functools\nfunctools.partial(os.system, '{ECHO}')()\n",
    "given to map": f"import os\nlist(map(os.system, ['{ECHO}']))\n",
    "decorator": "import os\n@os.system\ndef f():\n    pass\n",
    "default": f"import os\ndef f(x=os.system('{ECHO}')):\n    pass\n",
    "class body": f"import os\nclass A:\n    x = os.system('{ECHO}')\n",
    "comprehension": f"import os\n[os.system(c) for c in ['{ECHO}']]\n",
    "function called": f"import os\ndef f():\n    os.system('{ECHO}')\nf()\n",
    "function called by function": f"import os\ndef g():\n    os.system('{ECHO}')\ndef f():\n    g()\nf()\n",
    "class made": f"import os\nclass A:\n    def __init__(self):\n        os.system('{ECHO}')\nA()\n",
    "method called": f"import os\nclass A:\n    def go(self):\n        os.system('{ECHO}')\na = A()\na.go()\n",
    "thread": f"import os, threading\ndef f():\n    os.system('{ECHO}')\nthreading.Thread(target=f).start()\n",
    "f-string": f"import os\nx = f\"{{os.system('{ECHO}')}}\"\n",
    "full width letters": f"import os\nos.\uff53ystem('{ECHO}')\n",
    "with": f"import os\nwith open('x') as f:\n    os.system('{ECHO}')\n",
    "try": f"try:\n    import os\nexcept ImportError:\n    pass\nelse:\n    os.system('{ECHO}')\n",
}  # fmt: skip
"""Ways to call `os.system` while a module is imported."""

SOURCE = "print('hi')"
_RAW = SOURCE.encode()
_BASE64 = base64.b64encode(_RAW).decode()
_PACKED = base64.b64encode(zlib.compress(_RAW)).decode()

DECODES = {
    "base64": f"import base64\nexec(base64.b64decode('{_BASE64}'))\n",
    "base64 in a variable": f"import base64\nx = '{_BASE64}'\ny = base64.b64decode(x).decode()\nexec(y)\n",
    "base64 in pieces": f"from base64 import b64decode as d\nx = '{_BASE64[:4]}'\nx += '{_BASE64[4:]}'\nexec(d(x))\n",
    "zlib": f"import base64, zlib\nexec(zlib.decompress(base64.b64decode('{_PACKED}')))\n",
    "hexadecimal": f"exec(bytes.fromhex('{_RAW.hex()}').decode())\n",
    "characters": f"exec(''.join(chr(c) for c in {list(_RAW)}))\n",
    "mapped characters": f"exec(''.join(map(chr, {list(_RAW)})))\n",
    "reversed": f"exec({SOURCE[::-1]!r}[::-1])\n",
    "rot13": "import codecs\nexec(codecs.decode(\"cevag('uv')\", 'rot13'))\n",
    "xor": f"exec(''.join(chr(c ^ 7) for c in {[one ^ 7 for one in _RAW]}))\n",
    "function": f"import base64\ndef d(s):\n    return base64.b64decode(s).decode()\nexec(d('{_BASE64}'))\n",
    "compile": f"import base64\nexec(compile(base64.b64decode('{_BASE64}'), 'x', 'exec'))\n",
    "import by name": f"__import__('builtins').exec(__import__('base64').b64decode('{_BASE64}'))\n",
}  # fmt: skip
"""Ways to execute `SOURCE` out of an encoding."""

REDUCE = f"import os\nclass A:\n    def __reduce__(self):\n        return (os.system, ('{ECHO}',))\n"
MAIN = f"import os\nif __name__ == '__main__':\n    os.system('{ECHO}')\n"
FUNCTION = f"import os\ndef run():\n    os.system('{ECHO}')\n"

SETUP = (
    "from setuptools import setup\nfrom setuptools.command.install import install\nimport os\n"
    f"class Custom(install):\n    def run(self):\n        os.system('{ECHO}')\n        install.run(self)\n"
    "setup(name='x', cmdclass={'install': Custom})\n"
)


def notebook(*sources: str, outputs: object = (), metadata: object = None, format_: int = 4) -> bytes:
    """Make a notebook of code cells."""
    import json

    key = "source" if format_ == 4 else "input"
    cells = [
        {"cell_type": "code", key: one.splitlines(keepends=True), "outputs": list(outputs), "metadata": metadata or {}}
        for one in sources
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    if format_ == 3:
        whole = {"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}
    return json.dumps(whole).encode()
