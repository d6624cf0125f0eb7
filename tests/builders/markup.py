"""Models in XML: OpenVINO and PMML, good and otherwise. Nothing here is fetched or expanded by a test."""

HEAD = '<?xml version="1.0"?>\n'


def laughs(root: str) -> bytes:
    """The billion laughs, in the internal subset of a document."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return f"{HEAD}<!DOCTYPE {root} [{entities}]><{root} version='1'>&a9;</{root}>".encode()


def outside(root: str, system: str = "file:///etc/passwd") -> bytes:
    return f'{HEAD}<!DOCTYPE {root} [<!ENTITY x SYSTEM "{system}">]><{root} version="1">&x;</{root}>'.encode()


def constant(offset="0", size="24", shape="2, 3", dtype="f32", name="w") -> str:
    data = f'<data element_type="{dtype}" shape="{shape}" offset="{offset}" size="{size}"/>'
    return f'<layer id="1" name="{name}" type="Const" version="opset1">{data}</layer>'


def openvino(*layers: str, more: str = "") -> bytes:
    first = '<layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,3" element_type="f32"/></layer>'
    last = '<layer id="9" name="y" type="Result" version="opset1"/>'
    inner = "".join((first, *(layers or (constant(),)), last))
    return f'{HEAD}<net name="m" version="11"><layers>{inner}</layers><edges/>{more}</net>'.encode()


def pmml(inner: str = "", root: str = "PMML") -> bytes:
    header = '<Header><Application name="JPMML" version="1"/></Header>'
    model = '<RegressionModel functionName="regression"><Apply function="+"/></RegressionModel>'
    return f'{HEAD}<{root} version="4.4" xmlns="http://www.dmg.org/PMML-4_4">{header}{inner}{model}</{root}>'.encode()
