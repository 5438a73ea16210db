"""Reads a SuiteQL text: what the language allows, and what it refuses."""

from __future__ import annotations

from typing import ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.oracle import Oracle
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.transforms import eliminate_join_marks

from .wire import ApiError, bad_parameter

MOST_IN_ARGUMENTS = 1000
# Read by our own rules, with Oracle's format models kept as they were written.
_OWN_FUNCTIONS = ("TO_CHAR", "TO_DATE", "TO_TIMESTAMP", "TRUNC", "ADD_MONTHS", "LAST_DAY")


class SuiteQL(Oracle):
    """Oracle's dialect, date functions left alone."""

    class Parser(Oracle.Parser):  # type: ignore[misc, valid-type]
        """The same grammar with fewer functions understood."""

        FUNCTIONS: ClassVar = {
            name: builder
            for name, builder in Oracle.Parser.FUNCTIONS.items()
            if name not in _OWN_FUNCTIONS
        }


def invalid_query(description: str) -> ApiError:
    """The answer to a query that cannot be run."""
    return bad_parameter(
        "Invalid search query. Detailed unprocessed description follows. " + description
    )


def unparsable(text: str, near: str) -> ApiError:
    """The answer to a query that cannot be read."""
    return invalid_query(
        f"Search error occurred: Failed to parse SQL [{text}]: syntax error, state: 1, near: {near}"
    )


def parse(text: str) -> exp.Query:
    """The syntax tree of one SELECT, or the documented 400."""
    try:
        tokens = sqlglot.tokenize(text, read=SuiteQL)
        _refuse_foreign_syntax(text, tokens)
        statements = sqlglot.parse(text, read=SuiteQL)
    except TokenError as error:
        raise unparsable(text, text[-20:]) from error
    except ParseError as error:
        near = str(error.errors[0].get("highlight") or text[-20:]) if error.errors else text[-20:]
        raise unparsable(text, near) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise unparsable(text, text[:20])
    query = statements[0]
    _refuse_foreign_trees(text, query)
    if any(column.args.get("join_mark") for column in query.find_all(exp.Column)):
        query = _without_join_marks(text, query)
    return query


def _refuse_foreign_syntax(text: str, tokens: list[Token]) -> None:
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        next_type = following.token_type if following else None
        literal_date = (
            token.token_type in (TokenType.DATE, TokenType.TIMESTAMP)
            and next_type is TokenType.STRING
        )
        if (
            token.token_type in (TokenType.L_BRACKET, TokenType.WITH)
            or (token.token_type is TokenType.LIMIT and next_type is TokenType.NUMBER)
            or literal_date
        ):
            raise unparsable(text, token.text)


def _refuse_foreign_trees(text: str, query: exp.Query) -> None:
    marks = any(column.args.get("join_mark") for column in query.find_all(exp.Column))
    if marks and any(
        join.side or join.kind or join.args.get("on") for join in query.find_all(exp.Join)
    ):
        raise unparsable(text, "(+)")
    for membership in query.find_all(exp.In):
        if len(membership.expressions) > MOST_IN_ARGUMENTS:
            raise invalid_query(
                "Search error occurred: The number of arguments of an IN condition must not "
                f"exceed {MOST_IN_ARGUMENTS}."
            )
    for sum_ in query.find_all(exp.Add):
        if any(
            isinstance(side, exp.Literal) and side.is_string for side in (sum_.left, sum_.right)
        ):
            raise unparsable(text, "+")


def _without_join_marks(text: str, query: exp.Query) -> exp.Query:
    try:
        plain = eliminate_join_marks(query)
    except (AssertionError, ValueError) as error:
        raise unparsable(text, "(+)") from error
    assert isinstance(plain, exp.Query)
    return plain
