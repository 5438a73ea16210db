"""How the checks of one control are declared."""

from __future__ import annotations

from models.controls import CONTROLS

from ..transform import Slicing, Transform

_KEYS = ("month", "subsidiary_key", "department_key", "customer_key", "project_key")
_TYPES = {
    "name": "VARCHAR",
    "netsuite_id": "BIGINT",
    "amount": "DECIMAL(18,4)",
    "against": "DECIMAL(18,4)",
    "currency": "VARCHAR",
    "holds": "BOOLEAN",
    "weight_base": "DECIMAL(18,4)",
    "unexplained_base": "DECIMAL(18,4)",
}
_COLUMNS = ", ".join((*_KEYS, *(f"{name}::{kind} AS {name}" for name, kind in _TYPES.items())))
CENT = "0.01"


def one_of(column: str) -> str:
    """What all lines of a document say; UNKNOWN if they differ."""
    return f"CASE WHEN min({column}) = max({column}) THEN min({column}) ELSE -1 END AS {column}"


def check_of(
    control: str, sql: str, *, needs: tuple[str, ...], slicings: tuple[Slicing, ...] = ()
) -> Transform:
    """The table of a control's checks.

    Args:
        sql: a SELECT of all columns of `fct_control` but the control itself; others it may have are left out.
    """
    assert control in CONTROLS, control
    return Transform(
        key=table_of(control), sql=f"SELECT {_COLUMNS} FROM ({sql})", needs=needs, slicings=slicings
    )


def table_of(control: str) -> str:
    """The table of a control's checks."""
    return f"check_{control.lower().replace('-', '_')}"


def by_month(*facts: str) -> Slicing:
    """Checks of a month that depend on no other month's rows."""
    return Slicing(by=("month",), of=dict.fromkeys(facts, ("month",)))
