"""What peewee does, in fewer steps: records out of the rows of a kept query, and the name of a column in SQL.

It must not know any particular record. It leans on the inside of the one version of peewee we pin; tests compare.
"""

from datetime import date
from operator import itemgetter
from typing import NamedTuple

import peewee

AS_THEY_ARE = (peewee.IntegerField, peewee.CharField, peewee.TextField, peewee.ForeignKeyField)  # by every engine


def reader(query, cursor):
    """A function from a row of this select to what peewee would make of it."""
    wrapper = query._get_cursor_wrapper(cursor)
    wrapper.initialize()
    wrapper.cursor = None
    joined = isinstance(wrapper, peewee.ModelCursorWrapper) and all(one for *_, one in wrapper._constructor_list)
    return Joined(wrapper).record if joined else wrapper.process_row


class Part(NamedTuple):
    """Of a row the columns of one record."""

    key: object  # the record, or its alias, in the select
    make: type
    pick: object
    names: list
    conversions: list  # (name, function) of the fields that are written otherwise than they are read
    extras: list  # (name, place in the row, function or None) of what is no field


class Joined:
    """The rows of a select that joins records."""

    def __init__(self, wrapper):
        self.model, self.joins, self.beyond = wrapper.model, wrapper.src_to_dest, wrapper._dest_reachable
        columns = {key: [] for key in wrapper.key_to_constructor}
        for place, key, name, convert in wrapper._row_spec:
            columns[key if key in columns else self.model].append((place, name, convert, wrapper.fields[place]))
        self.parts = [part(key, wrapper.key_to_constructor[key][0], found) for key, found in columns.items()]

    def record(self, row):
        records, told = {}, set()
        for key, make, pick, names, conversions, extras in self.parts:
            one = records[key] = make.__new__(make)
            values = pick(row)
            data = dict(zip(names, values, strict=True))
            one.__data__, one.__rel__, one._dirty = data, {}, set()
            for name, convert in conversions:
                if data[name] is not None:
                    data[name] = convert(data[name])
            for name, place, convert in extras:
                setattr(one, name, convert(row[place]) if convert else row[place])
            if values.count(None) < len(values) or any(row[place] is not None for _, place, _ in extras):
                told.add(key)
        for join in self.joins:
            self.put_together(records, told, *join)
        for one in records.values():
            one._dirty.clear()
        return records[self.model]

    def put_together(self, records, told, source, name, target, _is_dict, is_outer, is_key):
        """A record that is not there has no column that tells anything, nor has what hangs on it."""
        is_there = target in told or bool(self.beyond.get(target, frozenset()) & told)
        if not is_outer and not is_there or is_outer and source not in told and target not in told:
            return
        if is_there and is_key and name in records[source].__data__:
            records[source].__rel__[name] = records[target]
        elif is_there:
            setattr(records[source], name, records[target])
        elif is_key:
            records[source].__rel__[name] = None
        else:
            setattr(records[source], name, None)


def part(key, make, columns):
    own = [one for one in columns if one[1] in make._meta.fields]
    places = [place for place, *_ in own]
    return Part(
        key,
        make,
        itemgetter(*places) if len(places) > 1 else lambda row: tuple(row[place] for place in places),
        [name for _, name, _, _ in own],
        [(name, quickest(field, convert)) for _, name, convert, field in own if convert and not is_plain(field)],
        [(name, place, convert) for place, name, convert, _ in columns if name not in make._meta.fields],
    )


def is_plain(field):
    return isinstance(meant(field), AS_THEY_ARE)


def meant(field):
    return field.field if isinstance(field, peewee.FieldAlias) else field


def quickest(field, convert):
    """Peewee tries several ways in which a day may be written; ours are written in one."""
    return day if isinstance(meant(field), peewee.DateField) else convert


def day(value):
    return date.fromisoformat(value) if isinstance(value, str) else value


def name_in_sql(field, context):
    """A column as peewee names it, without the dozen objects between; who joins eight tables selects two hundred."""
    if context.state.scope == peewee.SCOPE_VALUES:
        return context.literal(f'"{field.column_name}"')
    return context.literal(f'"{context.alias_manager[field.model._meta.table]}"."{field.column_name}"')


peewee.Field.__sql__ = name_in_sql
