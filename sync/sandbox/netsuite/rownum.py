"""ROWNUM: as a bound on how many rows there are, and as a number beside each row."""

from __future__ import annotations

import sqlglot
from sqlglot import exp


def without_rownum(query: exp.Query) -> None:
    """Put limits and row numbers in place of ROWNUM, in the tree itself."""
    for select in [*query.find_all(exp.Select)]:
        _bound(select)
    for column in [*query.find_all(exp.Column)]:
        if _is_rownum(column):
            number = sqlglot.parse_one("ROW_NUMBER() OVER ()", read="duckdb")
            named = isinstance(column.parent, exp.Select) and column.arg_key == "expressions"
            column.replace(exp.alias_(number, "rownum", quoted=True) if named else number)


def _bound(select: exp.Select) -> None:
    where = select.args.get("where")
    if where is None:
        return
    parts = [*where.this.flatten()] if isinstance(where.this, exp.And) else [where.this]
    bounds = [_most(part) for part in parts]
    found = [bound for bound in bounds if bound is not None]
    if not found:
        return
    kept = [part for part, bound in zip(parts, bounds, strict=True) if bound is None]
    select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
    _limit(select, max(0, min(found)))


def _limit(select: exp.Select, rows: int) -> None:
    source = select.args.get("from_")
    ordered = select.args.get("order") is not None
    alone = not select.args.get("joins") and not select.args.get("group")
    if source is not None and ordered and alone:
        # Oracle counts rows before it sorts them.
        inner = exp.select("*").from_(source.this.copy()).limit(rows)
        inner.set("where", select.args.get("where"))
        select.set("where", None)
        alias = exp.to_identifier(source.this.alias_or_name, quoted=True)
        select.set("from_", exp.From(this=inner.subquery(alias)))
    else:
        select.limit(rows, copy=False)


def _most(part: exp.Expr) -> int | None:
    part = part.unnest()
    if isinstance(part, exp.Between) and _is_rownum(part.this):
        return _number(part.args["high"]) if _number(part.args["low"]) == 1 else 0
    if not isinstance(part, exp.LT | exp.LTE | exp.EQ) or not _is_rownum(part.left):
        return None
    number = _number(part.right)
    if number is None:
        return None
    if isinstance(part, exp.EQ):
        return 1 if number == 1 else 0
    return number - 1 if isinstance(part, exp.LT) else number


def _number(node: exp.Expr) -> int | None:
    return int(node.this) if isinstance(node, exp.Literal) and str(node.this).isdigit() else None


def _is_rownum(node: exp.Expr) -> bool:
    node = node.unnest()
    return isinstance(node, exp.Column) and node.name.lower() == "rownum" and not node.table
