"""Honest objects of the standard library; runs on Python 2.7 and every Python 3."""
# ruff: noqa: C405, DTZ001, ICN001, S311, UP007, UP028, UP036, UP045 - it must run on Python 2.7 too

import collections
import datetime
import decimal
import fractions
import functools
import operator
import random
import re
import sys
import time
import uuid


def objects():
    """Yield pairs of a name and an object that people pickle."""
    yield "containers", [{}, [], (), set([1]), frozenset([2]), bytearray(b"x"), b"y", "z", 1, 2**80, 1.5, True, None]
    yield "complex", 3 + 4j
    yield "range", range(3)
    yield "slice", slice(1, 2, 3) if sys.version_info[0] > 2 else None
    yield "ellipsis", [Ellipsis, NotImplemented] if sys.version_info >= (3, 4) else None
    yield "nonetype", [type(None)] if sys.version_info >= (3, 4) else None
    yield "types", [int, float, str, list, dict, set, tuple, object, bool, bytes, complex, frozenset, type]
    yield "functions", [len, sum, max, min, sorted, abs, round, repr, hash, isinstance, any, all, zip, pow, divmod]
    yield "ordereddict", collections.OrderedDict(a=1)
    yield "defaultdict", [collections.defaultdict(f) for f in (int, list, dict, set, float, str)]
    yield "counter", collections.Counter("abc")
    yield "deque", collections.deque([1], maxlen=3)
    yield (
        "dates",
        [datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3), datetime.time(4), datetime.timedelta(5)],
    )
    yield "decimal", [decimal.Decimal("1.5"), decimal.getcontext()]
    yield "fraction", fractions.Fraction(1, 3)
    yield "partial", functools.partial(int, base=2)
    yield "operators", [operator.add, operator.mul]
    yield "random", random.Random(1)
    yield "uuid", uuid.UUID(int=5)
    yield "regex", re.compile("a+", re.IGNORECASE)
    yield "struct_time", time.gmtime(0)
    yield "exceptions", [ValueError("x"), KeyError("y"), RuntimeError(), ImportError("z")]
    yield "iterators", [iter([1, 2]), iter((1,)), iter({1: 2}), reversed([1])] if sys.version_info[0] > 2 else None
    if sys.version_info[0] > 2:
        for pair in modern():
            yield pair


def modern():
    """Yield what only Python 3 has."""
    import argparse
    import array
    import ast
    import configparser
    import email.message
    import http
    import http.cookies
    import io
    import ipaddress
    import itertools
    import logging
    import pathlib
    import platform
    import statistics
    import string
    import types
    import typing
    import urllib.parse

    yield (
        "timezone",
        [
            datetime.UTC,
            datetime.timezone(datetime.timedelta(hours=1)),
            datetime.datetime.now(datetime.UTC),
        ],
    )
    yield "namespace", [argparse.Namespace(a=1), types.SimpleNamespace(b=2)]
    yield "paths", [pathlib.Path("a/b"), pathlib.PurePosixPath("c"), pathlib.PureWindowsPath("d\\e")]
    yield "enums", [http.HTTPStatus.OK, re.RegexFlag.I, http.HTTPStatus.NOT_FOUND]
    yield "ip", [ipaddress.ip_address("1.2.3.4"), ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_address("::1")]
    yield "array", [array.array("d", [1.0, 2.0]), array.array("i", [3])]
    yield "chainmap", collections.ChainMap({1: 2}, {})
    yield "userdict", [collections.UserDict(a=1), collections.UserList([1]), collections.UserString("s")]
    yield "getters", [operator.itemgetter(1), operator.attrgetter("a", "b")]
    yield "template", string.Template("$a")
    yield "bytesio", [io.BytesIO(b"abc"), io.StringIO("abc")]
    yield "itertools", [itertools.count(3), itertools.chain([1], [2])] if sys.version_info < (3, 14) else None
    yield "parsed_url", urllib.parse.urlparse("http://a/b")
    yield "ast", ast.parse("1")
    yield "typing", [typing.Any, list[int], typing.Optional[int], typing.Union[int, str], dict[str, int]]
    yield "message", email.message.EmailMessage()
    yield "methods", [[].append, "a".upper, {}.get, str.upper, "-".join, dict.fromkeys, str.join]
    yield "logger", logging.getLogger("x") if sys.version_info >= (3, 7) else None
    yield "config", configparser.ConfigParser()
    yield "generic", [list[int], dict[str, int]] if sys.version_info >= (3, 9) else None
    yield "uname", platform.uname() if sys.version_info >= (3, 9) else None
    yield "bound_cls", [datetime.datetime.fromtimestamp, int.from_bytes]
    if sys.version_info >= (3, 8):
        yield "normal", statistics.NormalDist(0, 1)
        yield "cookies", http.cookies.SimpleCookie("a=b")
    if sys.version_info >= (3, 9):
        import zoneinfo

        yield "zoneinfo", [zoneinfo.ZoneInfo("UTC"), datetime.datetime(2020, 1, 1, tzinfo=zoneinfo.ZoneInfo("UTC"))]
    if sys.version_info >= (3, 10):
        yield "unions", [int | None]
