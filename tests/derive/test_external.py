"""External data against the files beside the graph."""

from dataclasses import replace

from scanner.artifact import Location
from scanner.derive.graph.external import derive
from scanner.facts import Examined, LinkFound
from scanner.facts.archive import ArchiveMember
from scanner.facts.graph import ExternalData


def data(location="w.bin", how="", end=10, path="m/a.onnx"):
    return ExternalData(
        where=Location(path=path), format="onnx", tensor="w", tensors=1, location=location, how=how, end=end, keys=()
    )


def file(path="m/w.bin", size=10):
    return Examined(where=Location(path=path), sha256="", size=size, formats=(), bytes_examined=size, complete=True)


def found(*facts):
    return [(one.location, one.how, one.expected, one.found) for one in derive(facts)]


def test_data_that_fits_is_silent():
    assert found(data(), file()) == []
    assert found(data("./w.bin"), file()) == []
    assert found(data("sub/w.bin"), file("m/sub/w.bin")) == []
    assert found(data(end=-1), file()) == []


def test_a_missing_file_and_a_short_one_are_stated():
    assert found(data()) == [("w.bin", "missing", 10, 0)]
    assert found(data(), file(size=9)) == [("w.bin", "short", 10, 9)]


def test_a_file_that_goes_on_is_stated_where_the_format_has_no_room_for_more():
    assert found(data(), file(size=11)) == []
    assert found(replace(data(), format="tensorflow"), file(size=11)) == [("w.bin", "long", 10, 11)]


def test_a_link_is_stated():
    link = LinkFound(where=Location(path="m/w.bin"), target="/etc/passwd", escapes=True)
    assert found(data(), link) == [("w.bin", "link", 10, 0)]


def test_links_of_an_archive_are_stated():
    member = ArchiveMember(where=Location(path="m.tar"), format="tar", member="w.bin", kind="hardlink", target="/x")
    assert found(data(path="m.tar!a.onnx"), member) == [("w.bin", "hardlink", 10, 0)]


def test_members_of_a_container_are_not_said_to_be_missing():
    assert found(data(path="m.zip!a.onnx")) == []


def test_a_location_that_leaves_the_folder_is_not_followed():
    assert found(data("../w.bin", how="parent")) == []
