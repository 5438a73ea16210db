"""The facts held in pandas frames, and the measured questions asked of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from .asked import Asked, Told, countback

_PARENTS = "subsidiary_key, department_key, customer_key, project_key"
_HELD = {  # the columns that the questions need, numbers as pandas computes with them
    "fct_time": (
        "person_key, department_key, project_key, project_department_key, subsidiary_key, customer_key, role_key,"
        " day, month, accounting_month, status, kind, is_billable, in_rollup, hours::DOUBLE AS hours,"
        " cost_base::DOUBLE AS cost_base"
    ),
    "fct_time_bill": (
        "person_key, department_key, project_key, day, month, is_billable, is_approved, in_rollup,"
        " hours::DOUBLE AS hours"
    ),
    "fct_capacity": (
        "person_key, department_key, role_key, day, month, in_rollup, net_hours::DOUBLE AS net_hours"
    ),
    "fct_gl": (
        f"{_PARENTS}, month, account_type, project_kind, type, stream, amount_base::DOUBLE AS amount_base"
    ),
    "fct_rev_rec": f"{_PARENTS}, month, stream, amount_base::DOUBLE AS amount_base",
    "fct_expense": f"{_PARENTS}, month, status, amount_base::DOUBLE AS amount_base",
    "fct_purchase": f"{_PARENTS}, month, amount_base::DOUBLE AS amount_base",
    "fct_invoice_line": f"{_PARENTS}, month, is_tax, amount_base::DOUBLE AS amount_base",
    "fct_psa_invoice_line": f"{_PARENTS}, month, status, amount_base::DOUBLE AS amount_base",
    "fct_ar_open": f"{_PARENTS}, system, month, amount_base::DOUBLE AS amount_base",
    "fct_backlog": f"{_PARENTS}, system, month, amount_base::DOUBLE AS amount_base",
    "fct_rev_plan": f"{_PARENTS}, month, amount_base::DOUBLE AS amount_base",
    "fct_projection": f"{_PARENTS}, month, amount_base::DOUBLE AS amount_base",
    "dim_project": "project_key, kind, budget_hours::DOUBLE AS budget_hours",
    "dim_person": "person_key, role",
}  # fmt: skip
Frames = dict[str, pd.DataFrame]

_COSTS = ["Income", "COGS", "Expense"]
_WORK = ["client", "internal_productive", "internal_admin"]
Sums = pd.Series | float
By = Callable[[pd.DataFrame], Any]


def _total(frame: pd.DataFrame, value: str, by: str = "") -> Any:
    return frame.groupby(by, observed=True)[value].sum() if by else frame[value].sum()


def _in(frame: pd.DataFrame, asked: Asked, month: str = "month") -> pd.Series:
    keys = asked.values
    here = (frame[month] >= keys["first_key"]) & (frame[month] <= keys["last_key"])
    return here & (frame.day <= keys["last_key"] * 100 + asked.days) if asked.days else here


def _posted(frames: Frames, asked: Asked, types: list[str], by: str = "") -> Any:
    gl = frames["fct_gl"]
    here = _in(gl, asked) & gl.account_type.isin(types) & (gl.project_kind == "client")
    return -_total(gl[here], "amount_base", by)


def _of(name: str, frames: Frames, asked: Asked, by: str = "") -> Any:
    frame = frames[name]
    return _total(frame[_in(frame, asked)], "amount_base", by)


_recognized = partial(_of, "fct_rev_rec")


def _margin(frames: Frames, asked: Asked, by: str = "") -> Any:
    time = frames["fct_time"]
    here = (
        _in(time, asked, "accounting_month") & (time.status == "approved") & (time.kind == "client")
    )
    labor = _total(time[here], "cost_base", f"project_{by}" if by else "")
    clients = frames["dim_project"].query("kind == 'client'").project_key
    found = _recognized(frames, asked, by)
    costs = [labor]
    for name in ("fct_expense", "fct_purchase"):
        frame = frames[name]
        costs.append(
            _total(frame[_in(frame, asked) & frame.project_key.isin(clients)], "amount_base", by)
        )
    for cost in costs:
        found = found.sub(cost, fill_value=0) if by else found - cost
    return found


def _hours(frames: Frames, asked: Asked, which: str, by: str) -> Any:
    if which == "bills":
        bills = frames["fct_time_bill"]
        frame = bills[_in(bills, asked) & bills.is_billable & bills.is_approved & bills.in_rollup]
    else:
        time = frames["fct_time"]
        kind = time.is_billable if which == "billable" else time.kind.isin(_WORK)
        frame = time[_in(time, asked) & (time.status == "approved") & kind & time.in_rollup]
    return _by_role(frames, frame, "hours", by)


def _by_role(frames: Frames, frame: pd.DataFrame, value: str, by: str) -> Any:
    if by != "role":
        return _total(frame, value, by)
    sums = _total(frame, value, "person_key")
    return sums.groupby(frames["dim_person"].set_index("person_key").role, observed=True).sum()


def _used(frames: Frames, asked: Asked, which: str, by: str = "") -> Any:
    capacity = frames["fct_capacity"]
    there = capacity[_in(capacity, asked) & capacity.in_rollup]
    return _hours(frames, asked, which, by) / _by_role(frames, there, "net_hours", by)


def _held(name: str, system: str, frames: Frames, asked: Asked) -> Any:
    frame = frames[name]
    here = (frame.month == asked.values["last_key"]) & (frame.system == system)
    return frame.amount_base[here].sum()


def _days(frames: Frames, asked: Asked) -> float | None:
    lines = frames["fct_invoice_line"]
    billed = _total(lines[lines.month <= asked.values["last_key"]], "amount_base", "month")
    balance = _held("fct_ar_open", "netsuite", frames, asked)
    return countback({0: round(balance, 4), **{int(k): round(v, 4) for k, v in billed.items()}})


def _burn(frames: Frames, asked: Asked) -> Any:
    projects = frames["dim_project"]
    budgeted = projects[(projects.kind == "client") & (projects.budget_hours > 0)]
    time = frames["fct_time"]
    here = (
        (time.month <= asked.values["last_key"])
        & (time.status == "approved")
        & (time.kind == "client")
        & time.project_key.isin(budgeted.project_key)
    )
    return time.hours[here].sum() / budgeted.budget_hours.sum()


def _invoiced(frames: Frames, asked: Asked) -> tuple[Any, Any]:
    lines, psa = frames["fct_invoice_line"], frames["fct_psa_invoice_line"]
    erp = lines.amount_base[_in(lines, asked) & ~lines.is_tax].sum()
    return erp, psa.amount_base[_in(psa, asked) & (psa.status == "approved")].sum()


def _margin_share(f: Frames, a: Asked) -> tuple[Any, Any]:
    erp = _posted(f, a, _COSTS) / _posted(f, a, ["Income"])
    return erp, _margin(f, a) / _recognized(f, a)


_ASKED: dict[str, Callable[[Frames, Asked], tuple[Any, Any]]] = {
    "revenue": lambda f, a: (_posted(f, a, ["Income"]), _recognized(f, a)),
    "invoiced": _invoiced,
    "margin": lambda f, a: (_posted(f, a, _COSTS), _margin(f, a)),
    "margin %": _margin_share,
    "utilisation": lambda f, a: (_used(f, a, "bills"), _used(f, a, "billable")),
    "backlog": lambda f, a: tuple(
        _held("fct_backlog", system, f, a) for system in ("netsuite", "suiteprojects")
    ),
    "receivables": lambda f, a: tuple(
        _held("fct_ar_open", system, f, a) for system in ("netsuite", "suiteprojects")
    ),
    "days outstanding": lambda f, a: (_days(f, a), None),
    "revenue, 13 months": lambda f, a: (
        _posted(f, a, ["Income"], "month"),
        _recognized(f, a, "month"),
    ),
    "margin by department, a year": lambda f, a: (
        _posted(f, a, _COSTS, "department_key"),
        _margin(f, a, "department_key"),
    ),
    "revenue by stream, a year": lambda f, a: (
        _posted(f, a, ["Income"], "stream"),
        _recognized(f, a, "stream"),
    ),
    "total utilisation by department, a year": lambda f, a: (
        None,
        _used(f, a, "worked", "department_key"),
    ),
    "utilisation by role, a year": lambda f, a: (
        _used(f, a, "bills", "role"),
        _used(f, a, "billable", "role"),
    ),
    "hours of budgets used, all years": lambda f, a: (None, _burn(f, a)),
    "earned and scheduled by department, a year": lambda f, a: (
        _posted(f, a, ["Income"], "department_key").add(
            _of("fct_rev_plan", f, a, "department_key"), fill_value=0
        ),
        _recognized(f, a, "department_key").add(
            _of("fct_projection", f, a, "department_key"), fill_value=0
        ),
    ),
    "scheduled by department, three months": lambda f, a: (
        _of("fct_rev_plan", f, a, "department_key"),
        _of("fct_projection", f, a, "department_key"),
    ),
}


def ask_frames(frames: Frames, asked: Asked) -> Told:
    """What the frames say."""
    sides = _ASKED[asked.key.replace("up to a day", "a year")](frames, asked)
    known = [side for side in sides if isinstance(side, pd.Series)]
    if not known:
        return {"": (_float(sides[0]), _float(sides[1]))}
    groups = sorted({group for side in known for group in side.index})
    return {group: (_at(sides[0], group), _at(sides[1], group)) for group in groups}


def _at(side: Any, group: Any) -> float | None:
    return None if side is None else _float(side.get(group))


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


# ---------------------------------------------------------------- held


def write_frames(facts: Path, folder: Path) -> None:
    """Put the facts where pandas reads them."""
    with duckdb.connect(str(facts), read_only=True) as held:
        held.execute("SET enable_progress_bar = false")
        for name, columns in _HELD.items():
            held.execute(f"COPY (SELECT {columns} FROM {name}) TO '{folder}/{name}.parquet'")


def read_frames(folder: Path) -> Frames:
    """Hold the facts in memory, texts as categories, keys as narrow as they may be."""
    found: Frames = {}
    for name in _HELD:
        frame = pd.read_parquet(folder / f"{name}.parquet")
        for column in frame.columns:
            kind = frame[column].dtype
            if pd.api.types.is_integer_dtype(kind):
                frame[column] = frame[column].astype("int32")
            elif not pd.api.types.is_bool_dtype(kind) and not pd.api.types.is_float_dtype(kind):
                frame[column] = frame[column].astype("category")
        found[name] = frame
    return found
