"""Facts about models of CNTK 2."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class CntkFunction(Fact):
    """A function that is not CNTK's own. `form`: "python" (a class of a module) or "native" (a method of a library).

    `module` is the module or library, `package` its first segment, `name` the class or method, `operator` the name it
    goes by. `plain`: module and name are dotted identifiers of Python, or a file name and an identifier.
    `how`: how the library's name leads out of the folders that are searched, or "".
    """

    form: str
    module: str
    package: str
    name: str
    operator: str
    plain: bool
    how: str
    count: int
