"""What the sync says is kept with its values apart, and read in the reader's language."""

from __future__ import annotations

import pickle

import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert, select
from sqlalchemy.pool import StaticPool

from models import texts
from models.errors import SourceUnavailableError
from models.tables.types import Told
from models.told import ToldText, together, told

GERMAN = {
    "{system} did not answer. {reason}": "{system} hat nicht geantwortet. {reason}",
    "Status {status}.": "Zustand {status}.",
}


@pytest.fixture
def said():
    """A record with one text of the sync."""
    made = Table("said", MetaData(), Column("text", Told))
    engine = create_engine("sqlite://", poolclass=StaticPool)
    made.create(engine)
    return engine, made


@pytest.fixture
def german():
    """Read in German from when it is called."""
    before = texts._Reader.text, texts._Reader.counted

    def read():
        texts.read_by(lambda text: GERMAN.get(text, text), before[1])

    yield read
    texts.read_by(*before)


def kept(said, text):
    engine, made = said
    with engine.begin() as connection:
        connection.execute(insert(made).values(text=text))


def read(said):
    engine, made = said
    with engine.connect() as connection:
        return connection.scalar(select(made.c.text))


def unanswered():
    reason = told("Status {status}.", status=503)
    return told("{system} did not answer. {reason}", system="NetSuite", reason=reason)


def test_a_text_of_the_record_is_english_where_nobody_reads_otherwise(said):
    kept(said, unanswered())

    assert read(said) == "NetSuite did not answer. Status 503."


def test_a_text_of_the_record_stands_in_the_language_of_whoever_reads_it_values_and_all(
    said, german
):
    kept(said, unanswered())
    german()

    assert read(said) == "NetSuite hat nicht geantwortet. Zustand 503."


def test_a_text_that_an_error_carried_is_kept_with_its_values_whatever_was_said_around_it(
    said, german
):
    error = SourceUnavailableError(unanswered())
    kept(said, together([str(error), told("Status {status}.", status="{closed}")]))
    german()

    assert read(said) == ("NetSuite hat nicht geantwortet. Zustand 503. Zustand {closed}.")


def test_a_text_that_is_read_in_another_language_and_kept_anew_is_still_english_for_others(
    said, german
):
    engine, made = said
    kept(said, unanswered())
    german()
    again = read(said)
    with engine.begin() as connection:
        connection.execute(made.delete())
    kept(said, again)

    with engine.connect() as connection:
        raw = connection.scalar(select(made.c.text.cast(Text)))
    assert raw.startswith('{"told": "NetSuite did not answer. Status 503."')
    assert read(said) == "NetSuite hat nicht geantwortet. Zustand 503."


@pytest.mark.parametrize(
    "text", ["It was so before.", '{"told": and no more', '{"told": "a"}', "{name} {0}", ""]
)
def test_a_text_that_was_kept_otherwise_is_shown_as_it_is(said, text):
    kept(said, text)

    assert read(said) == text


def test_a_text_keeps_what_it_was_made_of_on_its_way_between_processes():
    text = pickle.loads(pickle.dumps(unanswered()))

    assert isinstance(text, ToldText)
    assert isinstance(text.values["reason"], ToldText)
    assert text.english == "NetSuite did not answer. Status 503."
