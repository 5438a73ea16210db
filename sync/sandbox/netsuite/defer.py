"""Computes a page's texts after the page is cut, not for every row that might have been on it."""

from __future__ import annotations

from sqlglot import exp


def deferred(query: exp.Query) -> tuple[str, str]:
    """The query as two texts between which its limit belongs."""
    if not isinstance(query, exp.Select) or not _separable(query):
        return query.sql(dialect="duckdb"), ""
    inner = query.copy()
    names: dict[str, str] = {}
    outer = []
    for projection in query.expressions:
        name = projection.alias_or_name
        text = projection.unalias().copy()
        holder = exp.Paren(this=text)
        for column in [*holder.find_all(exp.Column)]:
            raw = names.setdefault(column.sql(dialect="duckdb"), f"raw{len(names)}")
            column.replace(exp.column(raw, quoted=True))
        outer.append(exp.alias_(holder.this, name, quoted=True))
    inner.set(
        "expressions",
        [
            exp.maybe_parse(f'{column} AS "{raw}"', dialect="duckdb")
            for column, raw in names.items()
        ],
    )
    head = exp.Select(expressions=outer).sql(dialect="duckdb")
    return f"{head} FROM ({inner.sql(dialect='duckdb')}", ") AS page"


def _separable(query: exp.Select) -> bool:
    order = query.args.get("order")
    if order is None or any(query.args.get(part) for part in ("distinct", "group", "having")):
        return False
    whole = (exp.Star, exp.AggFunc, exp.Window, exp.Select)
    if any(projection.find(*whole) for projection in query.expressions):
        return False
    computed = [each for each in query.expressions if not isinstance(each.unalias(), exp.Column)]
    if not computed or not any(each.find(exp.Column) for each in query.expressions):
        return False
    # An order by a result's name or position needs the result first.
    aliases = {each.alias_or_name for each in query.expressions}
    return not any(
        isinstance(ordered.this, exp.Literal)
        or any(
            not column.table and column.name in aliases for column in ordered.find_all(exp.Column)
        )
        for ordered in order.expressions
    )
