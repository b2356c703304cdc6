"""The manual as it is searched: the plain text of every page, under the full text search of either engine.

It must not know how a page looks; whoever loads it says what its words are.
"""

import re

import peewee
from peewee import CharField, TextField

from models.base import Record, db

MOST_WORDS = 8
FOUND = 10
SQLITE = """
    SELECT slug, manual_page.title, snippet(manual_search, 1, '', '', '…', 24) FROM manual_search
    JOIN manual_page ON manual_page.id = manual_search.rowid WHERE manual_search MATCH ?
    ORDER BY bm25(manual_search, 10, 1), manual_page.id LIMIT ?
"""
POSTGRESQL = """
    SELECT slug, title, ts_headline('dutch', text, wanted, 'StartSel="", StopSel="", MaxWords=24, MinWords=12')
    FROM manual_page, to_tsquery('dutch', %s) AS wanted,
    LATERAL (SELECT setweight(to_tsvector('dutch', title), 'A') || to_tsvector('dutch', text) AS words) AS indexed
    WHERE words @@ wanted ORDER BY ts_rank(words, wanted) DESC, id LIMIT %s
"""


class ManualPage(Record):
    """One page of the manual; on SQLite the index `manual_search` stands beside this table."""

    slug = CharField(unique=True, max_length=40)
    title = CharField()
    text = TextField()

    @classmethod
    def keep(cls, pages):
        """Make these the pages that are searched: [(slug, title, text)]."""
        with db.atomic():
            cls.delete().execute()
            cls.insert_many(pages, fields=(cls.slug, cls.title, cls.text)).execute()
            if on_sqlite():
                db.execute_sql("INSERT INTO manual_search(manual_search) VALUES ('rebuild')")

    @classmethod
    def search(cls, typed):
        """[(slug, title, a piece of its text)] of the pages with every typed word, or else any; the best first."""
        words = re.findall(r"[^\W_]+", typed.lower())[:MOST_WORDS]
        if not words:
            return []
        return cls._found(words, every=True) or cls._found(words, every=False)

    @staticmethod
    def _found(words, every):
        if on_sqlite():
            wanted = (" AND " if every else " OR ").join(f'"{stem(word)}"*' for word in words)
            return db.execute_sql(SQLITE, (wanted, FOUND)).fetchall()
        wanted = (" & " if every else " | ").join(f"{word}:*" for word in words)
        return db.execute_sql(POSTGRESQL, (wanted, FOUND)).fetchall()


def on_sqlite():
    return isinstance(db.obj, peewee.SqliteDatabase)


def stem(word):
    """What a Dutch plural or verb shares with its other forms, as PostgreSQL knows by itself: "werkplek"."""
    if not (word.endswith("en") and len(word) > 6):
        return word
    short = word[:-2]
    return short[:-1] if short[-1] == short[-2] else short
