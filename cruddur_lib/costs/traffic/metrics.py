"""Find which table or index, and which kind of units, each column of the files measures.

The answer is in `--column` or in the labels. A label may name the dimensions, or it may have only
their values: a table, or a table and its index. If a label is ambiguous, `TrafficUnreadable` asks
for `--column`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from cruddur_lib.costs.traffic.formats import MOST_SUM, Column, Sheet, SumCells
from cruddur_lib.costs.traffic.labels import (
    METRICS,
    SUM,
    TABLE_OR_INDEX,
    ColumnMeaning,
    LabelText,
    read_label,
)
from cruddur_lib.costs.traffic.report import TrafficUnreadable, moment, shortened
from cruddur_lib.costs.traffic.resample import Piece
from cruddur_lib.costs.traffic.workload import TABLE_PART
from cruddur_lib.costs.units.capacity_units import THROUGHPUT_KINDS, CapacityKind

CONSOLE_GRAPH = "consumed"  # the label in DynamoDB's own graphs, whose values are units a second
NO_SUMS = SumCells(np.zeros(0))
SHOWN = 6  # names in a message
QUERY = "bin/cost/metrics-query"


class MetricKey(NamedTuple):
    """The table or index and the kind of units that a metric measures."""

    table: str  # "" if no file names the table
    part: str
    kind: CapacityKind

    def __str__(self) -> str:
        """Return a name for people, such as "gsi1 writes of orders"."""
        return f"{self.part} {self.kind.plural}{self.table and f' of {self.table}'}"


@dataclass(frozen=True)
class _Found:
    """A column of traffic, before its table and index are known."""

    source: int  # the number of its file
    piece: Piece
    column: Column  # without its sums, which are in the piece
    kind: CapacityKind
    place: tuple[str, str] | None  # the table and the part that `--column` gives
    text: LabelText
    is_named: bool  # whether its label, or a FILE:LABEL of `--column`, identifies the table

    @property
    def label(self) -> str:
        """The name for people."""
        return self.column.label

    @property
    def id(self) -> str:
        """The shortest name, for `--column`."""
        return shortened(self.column.names[-1])


@dataclass
class MetricFiles:
    """A collector of the columns of all files, which then finds what each one measures."""

    columns: Mapping[str, ColumnMeaning]  # the values of `--column`
    files: int = 0
    found: list[_Found] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)  # in order, each once
    used: set[str] = field(default_factory=set)  # the keys of `columns` that a file has
    ends: list[bool] = field(default_factory=list)  # for each sheet, whether it is the last page

    def add(self, sheets: Iterable[Sheet], file: str) -> None:
        """Add the sheets of one file.

        Raises:
            TrafficUnreadable: no column is traffic, or a column cannot be read.
        """
        before, others = len(self.found), list[str]()
        for sheet in sheets:
            self.ends.append(not sheet.more_follows)
            for column in sheet.columns:
                text, (name, meaning) = _label_text(column), self._said(column, file)
                kind = meaning.kind if meaning else text.kind
                if not kind:
                    others.append(column.label)
                    continue
                place = (meaning.table, meaning.part) if meaning else None
                piece = self._piece(sheet, column, text, meaning)
                is_named = bool(text.table or text.words) or name not in ("", *column.names)
                empty = replace(column, sums=NO_SUMS)
                self.found.append(_Found(self.files, piece, empty, kind, place, text, is_named))
        self.files += 1
        if len(self.found) == before:
            raise _no_traffic(file, others)
        if others:
            more = f" and {len(others) - SHOWN:,} more" if len(others) > SHOWN else ""
            self.notes[f"{file}: ignored columns: {', '.join(others[:SHOWN])}{more}"] = None

    def metrics(self) -> dict[MetricKey, list[Piece]]:
        """Return the pieces of each metric, from one file or several.

        Raises:
            TrafficUnreadable: a column is ambiguous, or a reply is incomplete.
        """
        if unused := self.columns.keys() - self.used:
            names = ", ".join(dict.fromkeys(one.id for one in self.found[:SHOWN]))
            raise TrafficUnreadable(
                f"--column: no file has the column {', '.join(sorted(unused))}; the files have: "
                f"{names}"
            )
        groups: dict[MetricKey, list[_Found]] = {}
        for one, key in zip(self.found, _keys(self.found), strict=True):
            groups.setdefault(key, []).append(one)
        for key, group in groups.items():
            _check_same(key, group)
        if not any(self.ends):
            raise _incomplete("the reply")
        return {key: [one.piece for one in group] for key, group in groups.items()}

    def _said(self, column: Column, file: str) -> tuple[str, ColumnMeaning | None]:
        """Return the FILE:LABEL or LABEL of a column's `--column`, and its meaning."""
        for name in [*(f"{file}:{name}" for name in column.names), *column.names]:
            if name in self.columns:
                self.used.add(name)
                return name, self.columns[name]
        return "", None

    def _piece(
        self,
        sheet: Sheet,
        column: Column,
        text: LabelText,
        meaning: ColumnMeaning | None,
    ) -> Piece:
        """Return a column's datapoints, and add a note on what is assumed about them."""
        label = column.label
        statistic = text.statistic or column.statistic
        if statistic.casefold() not in ("", SUM.casefold()):
            raise TrafficUnreadable(
                f"{sheet.file}: {label!r} is the {shortened(statistic)}: choose the statistic "
                f"{SUM} in CloudWatch (SampleCount times Average is not exact, because an Average "
                "is rounded)"
            )
        is_graph = meaning is not None and not text.kind and label.casefold() == CONSOLE_GRAPH
        per_second = is_graph or (meaning is not None and meaning.per_second)
        if per_second:
            self.notes[f"{sheet.file}: {label!r}: units a second, multiplied by the period"] = None
        elif not statistic:
            self.notes[f"{sheet.file}: no statistic is named, so it is read as the {SUM}"] = None
        minutes, sums = sheet.minutes, column.sums.numbers
        if column.sums.wrong:
            row, cell = column.sums.wrong
            raise TrafficUnreadable(
                f"{sheet.file}, {label!r}, {moment(int(minutes[row]))}: {shortened(cell)!r} is not "
                f"a sum of units: it must be a number from 0 to {MOST_SUM:.0e}"
            )
        good = ~np.isnan(sums)
        return Piece(sheet.file, label, minutes[good], sums[good], minutes, text.period, per_second)


def _label_text(column: Column) -> LabelText:
    """Return the parts of all names of a column; a name with the table comes first."""
    texts = sorted(map(read_label, column.names), key=lambda text: (not text.table, not text.kind))
    return replace(
        texts[0],
        statistic=next((text.statistic for text in texts if text.statistic), ""),
        period=next((text.period for text in texts if text.period is not None), None),
    )


def _no_traffic(file: str, names: Sequence[str]) -> TrafficUnreadable:
    """Return the error for a file without consumed units."""
    if not names:
        return TrafficUnreadable(f"{file} has no metric")
    name = next((name for name in names if name.casefold() == CONSOLE_GRAPH), "")
    if name:
        return TrafficUnreadable(
            f"{file}: in a graph of DynamoDB's console, {name!r} may be reads or writes, in units "
            f"a second: use --column '{name}=table:writes' or --column '{name}=table:reads'"
        )
    return TrafficUnreadable(
        f"{file} has no consumed units, only: {', '.join(names[:SHOWN])}. It needs "
        f"{' and '.join(METRICS.values())}. If a column has these units, use "
        f"--column '{names[0]}=table:writes'"
    )


def _keys(found: Sequence[_Found]) -> list[MetricKey]:
    """Return what each column measures."""
    by_label = [one for one in found if not one.place]
    singles = {one.text.words[0] for one in by_label if len(one.text.words) == 1}
    places = [one.place or _place(one, singles) for one in found]
    of_labels = [one.place or _place(one, singles) for one in by_label]
    plain = [one for one, (table, _) in zip(by_label, of_labels, strict=True) if not table]
    named = [one for one, (table, _) in zip(by_label, of_labels, strict=True) if table]
    if plain and named:
        raise _table_or_index(plain[0], named)
    tables = list(dict.fromkeys(table for table, _ in places if table))
    only = "".join(tables[:1])
    for one, (table, part) in zip(found, places, strict=True):
        if not table and len(tables) > 1:
            raise TrafficUnreadable(
                f"{one.piece.file}: {one.label!r} does not name its table. The files have "
                f"{', '.join(tables[:SHOWN])}: use --column '{one.id}=TABLE/{part}:"
                f"{one.kind.plural}'"
            )
    return [
        MetricKey(table or only, part, one.kind)
        for one, (table, part) in zip(found, places, strict=True)
    ]


def _place(one: _Found, singles: Collection[str]) -> tuple[str, str]:
    """Return the table and the part that a label names; the table is "" if it is unknown.

    Args:
        one: the column.
        singles: the values of labels with only one value. They are tables.
    """
    words = [] if one.text.table else list(one.text.words)
    if len(words) > 1 and words[1] in singles:
        words.reverse()  # CloudWatch documents no order of the dimensions
    table = one.text.table or (words.pop(0) if words else "")
    index = one.text.index or (words.pop(0) if words else "")
    odd = [name for name in (table, index) if name and not TABLE_OR_INDEX.fullmatch(name)]
    two_tables = index in singles and not one.text.index
    if words or odd or two_tables or index == TABLE_PART:
        raise TrafficUnreadable(
            f"{one.piece.file}: {one.label!r} does not show which table or index it is: "
            f"use --column '{one.id}=table:{one.kind.plural}', or an index in place of table"
        )
    return table, index or TABLE_PART


def _table_or_index(plain: _Found, named: Sequence[_Found]) -> TrafficUnreadable:
    """Return the error if only some of the labels name a table or an index."""
    options = [
        f"--column '{one.id}={one.text.words[-1] if one.text.words else 'table'}:{one.kind.plural}'"
        for one in named[:SHOWN]
    ]
    return TrafficUnreadable(
        f"{plain.piece.file}: {plain.label!r} names no table, but "
        f"{named[0].label!r} names a table or an index. For indexes of one table, use "
        f"{' '.join(options)}; for tables, write TABLE/table in place of the name"
    )


def _check_same(key: MetricKey, group: Sequence[_Found]) -> None:
    """Raise `TrafficUnreadable` if these columns are not pages of one metric."""
    for number, one in enumerate(group):
        beside = [other for other in group[:number] if other.source == one.source]
        if beside and beside[0].column.identity != one.column.identity:
            raise TrafficUnreadable(
                f"{one.piece.file} has two columns for {key}: {beside[0].id!r} and {one.id!r}: if "
                f"one of them is an index, use --column '{one.id}=inbox-index:{key.kind.plural}'"
            )
        others = [other for other in group[:number] if other.source != one.source]
        minutes = [np.zeros(0, np.int32), *(other.piece.minutes for other in others)]
        shared = np.isin(one.piece.minutes, np.concatenate(minutes)).sum()
        if 2 * shared > one.piece.minutes.size and not one.is_named:
            raise TrafficUnreadable(
                f"{others[0].piece.file} and {one.piece.file} have {key} at the same times, so "
                "they are not pages of one metric: name the table of each one with "
                f"--column '{one.piece.file}:{one.id}=TABLE/{key.part}:{key.kind.plural}'"
            )
    if not any(one.column.complete for one in group):
        raise _incomplete(repr(group[0].id))


def _incomplete(what: str) -> TrafficUnreadable:
    return TrafficUnreadable(
        f"{what} is incomplete: the reply has PartialData, NextToken or an error. Give the files "
        "of all pages, or run `aws cloudwatch get-metric-data` without --no-paginate and "
        "--max-items"
    )


def check_missing(keys: Collection[MetricKey], idle: Collection[CapacityKind]) -> None:
    """Raise `TrafficUnreadable` if a table or an index has no metric of a kind.

    Args:
        keys: the metrics in the files.
        idle: the kinds whose metrics may be missing.
    """
    tables = dict.fromkeys(key.table for key in keys)
    parts = [*((table, TABLE_PART) for table in tables), *((key.table, key.part) for key in keys)]
    for table, part in dict.fromkeys(parts):
        for kind in THROUGHPUT_KINDS:
            key = MetricKey(table, part, kind)
            if key not in keys and kind not in idle:
                index = "" if part == TABLE_PART else f" --index {part}"
                raise TrafficUnreadable(
                    f"there is no metric for {key}, and a missing metric is not 0: ask CloudWatch "
                    f"for it ({QUERY} {table or 'TABLE'}{index} prints the query), or use "
                    f"--no-{kind.plural} if there are no {kind.plural}"
                )
