"""The C `_pickle` as a reference: what it imports, calls and changes, and whether it breaks. Nothing is imported by it.

`find_class` hands out inert classes that record what is done to them; the process that runs this has limits on
memory and time, and reads streams from standard input: a 4-byte length and the bytes. It answers each with a line
of JSON: {"events": [[what, name, how], …], "error": "" or the exception}.
"""

import io
import itertools
import json
import pickle
import resource
import signal
import struct
import sys

EVENTS = []


class Method:
    """An attribute of inert classes and of their instances that records which of both it is taken from."""

    def __init__(self, label):
        self.label = label

    def __get__(self, instance, owner):
        subject = owner if instance is None else instance
        return lambda *_: record(self.label, subject)


def record(label, subject):
    EVENTS.append([label, subject.named, subject.target])


class Meta(type):
    target = "global"

    def __call__(cls, *_, **__):
        EVENTS.append(["call", cls.named, "call"])
        return made(cls, "result")

    def __setitem__(cls, key, value):
        record("state", cls)


class Inert(metaclass=Meta):
    named = "?"
    __getinitargs__ = None
    __setstate__ = Method("state")
    append = extend = add = Method("state")

    def __new__(cls, *_, **__):
        EVENTS.append(["call", cls.named, "new"])
        return made(cls, "instance")

    def __call__(self, *_, **__):
        EVENTS.append(["call", self.named, "result"])
        return made(type(self), "result")

    def __setitem__(self, key, value):
        record("state", self)


def made(cls, target):
    instance = object.__new__(cls)
    instance.__dict__["target"] = target
    return instance


class Reference(pickle.Unpickler):
    """The C unpickler with every door closed."""

    def __init__(self, content):
        super().__init__(io.BytesIO(content), buffers=itertools.repeat(b"buffer"))
        self.classes = {}

    def find_class(self, module, name):
        named = f"{module}.{name}".removesuffix(".")
        EVENTS.append(["import", named, ""])
        if named not in self.classes:
            self.classes[named] = Meta("Inert", (Inert,), {"named": named})
        return self.classes[named]

    def persistent_load(self, identity):  # noqa: ARG002 - no id means anything here
        EVENTS.append(["persistent", "", ""])
        return made(Inert, "other")


def answer(content):
    EVENTS.clear()
    error = ""
    signal.alarm(5)
    try:
        Reference(content).load()
    except BaseException as problem:  # noqa: BLE001 - whatever it raises is the answer
        error = f"{type(problem).__name__}: {problem}"[:200]
    signal.alarm(0)
    return {"events": list(EVENTS), "error": error}


def main():
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
    while head := sys.stdin.buffer.read(4):
        content = sys.stdin.buffer.read(struct.unpack("<I", head)[0])
        print(json.dumps(answer(content)), flush=True)


if __name__ == "__main__":
    main()
