"""Read a list of prices from YAML: `data/prices.yaml`, or a file of the same format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from cruddur_lib.costs.billing.models import explanation, quote
from cruddur_lib.costs.billing.price_models import (
    EMPTY,
    FreeAmount,
    PricedItem,
    PriceList,
    PriceReading,
    PriceTier,
    SamePrice,
    Source,
)
from cruddur_lib.errors import WorkbookError
from cruddur_lib.text import shortened

FILE = Path(__file__).resolve().parents[3] / "data" / "prices.yaml"
ROOMS = ("sources", "items", "tiers", "same_price", "free_tier", "regions")
WIDTH = 80  # characters of another program's words in an error
Model = TypeVar("Model")
Entries = dict[Any, Any]


class PriceListError(WorkbookError):
    """A mistake in a list of prices. The message names the file and the entry."""


@cache
def price_list() -> PriceList:
    """Return what `data/prices.yaml` holds, read once.

    Raises:
        PriceListError: an entry has an unknown key or an impossible value.
    """
    return PriceListReader("data/prices.yaml").read(FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class PriceListReader:
    """A reader of price lists. Errors name the file and the entry."""

    name: str  # the name of the file, for errors
    base: PriceList = EMPTY  # the list with the items, sources and Regions that the file may name
    file: str = ""  # the path of the user's file; "" for data/prices.yaml
    _sources: dict[str, Source] = field(default_factory=dict, init=False)

    def read(self, text: str) -> PriceList:
        """Return the list in a text.

        Raises:
            PriceListError: the text is not YAML, or an entry has an unknown key or a wrong value.
        """
        rooms = self._rooms(text)
        self._sources.update(self.base.sources)
        self._sources.update(self._models(Source, "sources", rooms["sources"]))
        items = {**self.base.items, **self._models(PricedItem, "items", rooms["items"])}
        regions = {
            region: self._keys(entry, f"regions.{region}", ("name", "prices"))
            for region, entry in rooms["regions"].items()
        }
        return PriceList(
            items=items,
            sources=dict(self._sources),
            tiers={name: self._tiers(name, tiers) for name, tiers in rooms["tiers"].items()},
            same_price=self._models(SamePrice, "same_price", rooms["same_price"]),
            free_tier=self._models(FreeAmount, "free_tier", rooms["free_tier"]),
            regions={region: self._region_name(region, regions[region]) for region in regions},
            readings={
                region: {
                    item: self._readings(f"regions.{region}.prices", item, prices, items)
                    for item, prices in self._object(
                        entry.get("prices"), f"regions.{region}.prices"
                    ).items()
                }
                for region, entry in regions.items()
            },
        )

    def _rooms(self, text: str) -> dict[str, Entries]:
        try:
            content = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe one
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
            raise self._error(f"this is not YAML: {error.problem}{place}") from error
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            reason = shortened(" ".join(str(error).split()), WIDTH)
            raise self._error(f"this is not YAML: {reason}") from error
        whole = self._keys(content, "the file", ROOMS)
        return {room: self._object(whole.get(room), room) for room in ROOMS}

    def _keys(self, value: Any, path: str, known: tuple[str, ...]) -> Entries:
        """Return an object, and raise `PriceListError` if it has an unknown key."""
        entries = self._object(value, path)
        if unknown := [key for key in entries if key not in known]:
            raise self._error(
                f"{path} has the unknown key {quote(unknown[0])}; known keys: {', '.join(known)}"
            )
        return entries

    def _object(self, value: Any, path: str) -> Entries:
        """Return an object; a key without a value gives an empty object."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._error(f"{path} is {quote(value)}; it must be keys and values")
        return value

    def _models(self, kind: Callable[..., Model], room: str, entries: Entries) -> dict[str, Model]:
        return {
            str(name): self._model(kind, f"{room}.{name}", {"name": str(name)}, entry)
            for name, entry in entries.items()
        }

    def _tiers(self, name: str, tiers: Any) -> tuple[PriceTier, ...]:
        if not isinstance(tiers, list):
            raise self._error(f"tiers.{name} is {quote(tiers)}; it must be a list of tiers")
        return tuple(self._model(PriceTier, f"tiers.{name}", {}, entry) for entry in tiers)

    def _region_name(self, region: str, entry: Entries) -> str:
        return str(entry.get("name") or self.base.regions.get(region, region))

    def _readings(
        self, room: str, item: str, prices: Any, items: Mapping[str, PricedItem]
    ) -> tuple[PriceReading, ...]:
        path = f"{room}.{item}"
        if item not in items:
            raise self._error(f"{path}: no item has this name; bin/cost/prices lists the names")
        entries = self._object(prices, path)
        if wrong := [day for day in entries if type(day) is not date]:
            raise self._error(
                f"{path} has the key {quote(wrong[0])}; it must be the first day of a price, "
                "like 2026-11-22"
            )
        return tuple(
            self._model(
                PriceReading,
                f"{path}.{day}",
                {"first_day": day, "read": day, "file": self.file},
                entry,
            )
            for day, entry in sorted(entries.items())
        )

    def _model(
        self, kind: Callable[..., Model], path: str, given: dict[str, Any], entry: Any
    ) -> Model:
        """Return the entry as a model, with the sources that the entry names."""
        entry = {**given, **self._object(entry, path)}
        if isinstance(names := entry.get("sources"), list):
            if unknown := [one for one in names if one not in self._sources]:
                raise self._error(f"{path} names an unknown source, {unknown[0]}")
            entry["sources"] = tuple(self._sources[name] for name in names)
        try:
            return kind(**entry)
        except ValidationError as error:
            keys = set(getattr(kind, "__pydantic_fields__", ())) - {"file", "first_day"}
            raise self._error(explanation(error, keys, path.split("."))) from error
        except TypeError as error:  # a key that is not a text
            raise self._error(f"{path} has a key that is not a text") from error

    def _error(self, message: str) -> PriceListError:
        return PriceListError(f"{self.name}: {message}")


# CSafeLoader reads the same language as SafeLoader, five times as fast, if libyaml is installed.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader that refuses repeated keys, because YAML would keep only the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Entries:  # noqa: FBT001, FBT002
        """Return the object of a node; raise `ConstructorError` for a repeated key."""
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    problem = f"the key {shortened(key.value, WIDTH)} is repeated"
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                seen.add(key.value)
        made: Entries = super().construct_mapping(node, deep=deep)
        return made
