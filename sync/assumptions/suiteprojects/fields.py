"""How SuiteProjects Pro tells its custom fields."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption

LIST = Assumption(
    key="suiteprojects__custom_fields_list",
    system=System.SUITEPROJECTS,
    fact=(
        "`CustField` lists every custom field; its `association` is the name of the record's datatype or "
        "table, whatever its case and underscores (`project_task` is `Projecttask`)"
    ),
    sure="D for the list, A for the spelling",
    used="`sync/clients/suiteprojects_fields.py`, `Entity.custom`",
    breaks="Custom fields of a datatype are not mirrored; name its association in `Entity.custom`",
    checked="Not checked: `oneview sync fields` lists what was found",
)

TYPES = Assumption(
    key="suiteprojects__custom_fields_types",
    system=System.SUITEPROJECTS,
    fact=(
        "A custom field has a `type` whose words are those of the screens (`checkbox`, `numeric`, `date`, …); "
        "without one, `decpos` makes it a number"
    ),
    sure="A",
    used="`sync/clients/suiteprojects_fields.py`",
    breaks="Values are kept as texts and their typed columns are texts",
    checked="Not checked: `oneview sync fields` shows the types",
)

INVALID_FIELD = Assumption(
    key="suiteprojects__invalid_field",
    system=System.SUITEPROJECTS,
    fact=(
        "XML refuses a field it does not know or show with status 602 and does not name it; REST with "
        "status 400 and a message that quotes it"
    ),
    sure="D for 602, A for the rest",
    used="`sync/clients/suiteprojects_wire.py`, `sync/clients/suiteprojects_rest.py`",
    breaks="A field that vanished is found by halving, at the cost of a few requests; if it is left out without "
    "a word, its values are taken for empty",
    checked="–",
)
