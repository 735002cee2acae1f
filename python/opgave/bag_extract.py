"""Dwellings and buildings from the XML of a BAG 2.0 extract, as columns.

The XML is read by lxml as a stream: nothing is kept of an object but its row. Entities are refused,
nothing is loaded from elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from opgave import _core
from opgave.bag_archive import BagArchive, Counted
from opgave.files import FileError
from opgave.frames import Column

try:
    from lxml import etree
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f'BAG extracts need {error.name}: pip install "opgave[geo]"', name=error.name
    ) from error

__all__ = ["read_history"]

VERSION = "v20200601"

_OBJECT = f"{{www.kadaster.nl/schemas/lvbag/imbag/objecten/{VERSION}}}"
_HISTORY = f"{{www.kadaster.nl/schemas/lvbag/imbag/historie/{VERSION}}}"
_REFERENCE = f"{{www.kadaster.nl/schemas/lvbag/imbag/objecten-ref/{VERSION}}}"
_SELECTION = f"{{http://www.kadaster.nl/schemas/lvbag/extract-selecties/{VERSION}}}"
_ROOT = f"{{http://www.kadaster.nl/schemas/lvbag/extract-deelbestand-lvc/{VERSION}}}bagStand"
_RELATION = f"{{www.kadaster.nl/schemas/lvbag/gem-wpl-rel/gwr-producten-lvc/{VERSION}}}"
_RELATION_TYPES = f"{{www.kadaster.nl/schemas/lvbag/gem-wpl-rel/bag-types/{VERSION}}}"
_BODY = "{http://www.kadaster.nl/schemas/standlevering-generiek/1.0}standBestand"
_STAND = "{http://www.kadaster.nl/schemas/standlevering-generiek/1.0}stand"

_ID = _OBJECT + "identificatie"
_STATUS = _OBJECT + "status"
_USE = _OBJECT + "gebruiksdoel"
_PAND = _REFERENCE + "PandRef"
_ADDRESS = _REFERENCE + "NummeraanduidingRef"
_STREET = _REFERENCE + "OpenbareRuimteRef"
_TOWN = _REFERENCE + "WoonplaatsRef"
_SEQUENCE = _HISTORY + "voorkomenidentificatie"
_BEGIN = _HISTORY + "beginGeldigheid"
_END = _HISTORY + "eindGeldigheid"
_REGISTERED = _HISTORY + "tijdstipRegistratie"
_SUPERSEDED = _HISTORY + "eindRegistratie"
_NOT_COUNTED = {
    _HISTORY + name for name in ("tijdstipInactief", "tijdstipInactiefLV", "tijdstipNietBagLV")
}
_ALL = (
    _ID, _STATUS, _USE, _PAND, _SEQUENCE, _BEGIN, _END, _REGISTERED, _SUPERSEDED, *_NOT_COUNTED,
)  # fmt: skip

_CHUNK = 1 << 18
_PROBE = 1 << 16
_BATCH = 10_000
_FIX_STAND = "ask for the extract with the state of the register (stand) of BAG 2.0"
_AGAIN = "download the extract again"
_REPORT = "report it to the municipality"
_SAFE: Any = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False,
    "remove_comments": True, "remove_pis": True,
}  # fmt: skip

_DAYS = frozenset({"begin", "end", "registered", "superseded"})

Fields: TypeAlias = list[tuple[str, str]]


class _Codes(dict[str, int]):
    """The code of each text; `find` knows it, or says which texts there are."""

    def __init__(self, find: Callable[[str], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, text: str) -> int:
        code = self[text] = self._find(text)
        return code


def _use_bit(text: str) -> int:
    names = _core.use_names()
    if text not in names:
        raise ValueError(f"a gebruiksdoel must be one of {', '.join(names)}, got {text!r}")
    return 1 << names.index(text)


class _Rows:
    """The versions of one kind of object, gathered as columns."""

    names: tuple[str, ...] = (
        "identification", "sequence", "begin", "end", "registered", "superseded", "status",
    )  # fmt: skip

    def __init__(self, status: Callable[[str], int], wanted: frozenset[int] | None) -> None:
        self._status = _Codes(status)
        self._wanted = wanted
        self._chunks: dict[str, list[Column]] = {name: [] for name in self.names}
        self._lists: dict[str, list[Any]] = {name: [] for name in self.names}

    def take(self, fields: Fields) -> bool:
        """Add a version; say whether it counts and is wanted."""
        field = dict(fields)
        if not _NOT_COUNTED.isdisjoint(field):
            return False
        identification = int(field[_ID])
        if self._wanted is not None and identification not in self._wanted:
            return False
        row = self._lists
        row["identification"].append(identification)
        row["sequence"].append(int(field[_SEQUENCE]))
        row["begin"].append(field[_BEGIN])
        row["end"].append(field.get(_END))
        row["registered"].append(field[_REGISTERED])
        row["superseded"].append(field.get(_SUPERSEDED))
        row["status"].append(self._status[field[_STATUS]])
        return True

    def is_full(self) -> bool:
        """Whether it is time to `pack`."""
        return len(self._lists["begin"]) >= _BATCH

    def pack(self) -> None:
        """Turn what was gathered into arrays, which take less memory."""
        for name, values in self._lists.items():
            self._chunks[name].append(_days(values) if name in _DAYS else np.array(values, "i8"))
            values.clear()

    def columns(self) -> dict[str, Column]:
        """All rows."""
        self.pack()
        return {name: np.concatenate(chunks) for name, chunks in self._chunks.items()}


def _days(texts: list[str | None]) -> Column:
    """Days, from days or points in time; what is open is NaT."""
    return np.array([text[:10] if text else "NaT" for text in texts], dtype="M8[D]")


class _Units(_Rows):
    """Verblijfsobjecten have uses and panden besides."""

    names = (*_Rows.names, "uses", "building_count", "building")

    def __init__(self, status: Callable[[str], int], wanted: frozenset[int] | None) -> None:
        super().__init__(status, wanted)
        self._bits = _Codes(_use_bit)

    def take(self, fields: Fields) -> bool:
        if not super().take(fields):
            return False
        uses, before = 0, len(self._lists["building"])
        for tag, text in fields:
            if tag == _PAND:
                self._lists["building"].append(int(text))
            elif tag == _USE:
                uses |= self._bits[text]
        self._lists["uses"].append(uses)
        self._lists["building_count"].append(len(self._lists["building"]) - before)
        return True


def read_history(
    path: str | os.PathLike[str],
    identifications: Iterable[str] | None,
    municipality: str | None,
    progress: Callable[[float], bool | None] | None,
) -> _core.BagHistory:
    """Read the dwellings, then the buildings; `opgave.read_bag_extract` says it all."""
    wanted = None if identifications is None else frozenset(map(_number, identifications))
    archive = BagArchive(Path(path), progress)
    with archive.opened(["VBO", "PND"]):
        _check_kinds(archive, {"VBO": "verblijfsobjecten", "PND": "panden"})
        reading = _Reading(archive)
        if municipality is not None and not reading.is_only(municipality):
            inside = reading.dwellings_in(municipality)
            wanted = inside if wanted is None else wanted & inside
        units = reading.rows("VBO", _Units(_core.unit_status, wanted))
        linked = None if wanted is None else frozenset(units["building"].tolist())
        buildings = reading.rows("PND", _Rows(_core.building_status, linked))
    try:
        return _core.BagHistory(
            _core.UnitRows(**units), _core.BuildingRows(**buildings), reading.as_of
        )
    except ValueError as error:
        raise archive.error(str(error), _REPORT) from None


def _number(identification: str) -> int:
    return int(str(_core.BagId(str(identification))))


def _check_kinds(archive: BagArchive, kinds: Mapping[str, str]) -> None:
    if "MUT" in archive.kinds:
        raise archive.error(
            "the archive holds mutations, not the state of the register", _FIX_STAND
        )
    for kind, name in kinds.items():
        if kind not in archive.kinds:
            raise archive.error(
                f"the archive must hold {name} (…{kind}….zip), got none", _FIX_STAND
            )


class _Reading:
    """What the files of one archive share: whose they are, of which day, and what is wrong."""

    def __init__(self, archive: BagArchive) -> None:
        self._archive = archive
        self.as_of: Any = None
        self._municipalities: set[str] = set()

    def rows(self, kind: str, rows: _Rows) -> dict[str, Column]:
        """The versions of all files of a kind."""
        for name, stream in self._archive.parts(kind):
            fields: Fields = []
            try:
                for fields in self._objects(name, stream, _ALL):
                    rows.take(fields)
                    if rows.is_full():
                        rows.pack()
                rows.pack()
            except (KeyError, ValueError, TypeError) as error:
                if isinstance(error, FileError):
                    raise
                raise self._archive.error(
                    f"{name}: {_described(fields)}: {_reason(error)}", _REPORT
                ) from None
        return rows.columns()

    def is_only(self, municipality: str) -> bool:
        """Whether the extract is of this municipality; False if it is of the whole country."""
        for name, stream in self._archive.parts("VBO"):
            next(self._objects(name, stream, _ALL), None)
            break
        if self._municipalities and self._municipalities != {municipality}:
            known = ", ".join(sorted(self._municipalities))
            raise self._archive.error(
                f"municipality must be that of the extract, {known}, got {municipality}",
                "ask for the extract of that municipality",
            )
        return bool(self._municipalities)

    def dwellings_in(self, municipality: str) -> frozenset[int]:
        """The verblijfsobjecten with an address in a municipality on the day of the extract.

        An address lies in the town of its openbare ruimte, unless it names another town itself.
        """
        kinds = {"RELATIE": "towns", "OPR": "openbare ruimten", "NUM": "nummeraanduidingen"}
        _check_kinds(self._archive, kinds)
        towns = self._towns(municipality)
        streets = self._linked("OPR", {_TOWN: towns})
        addresses = self._linked("NUM", {_TOWN: towns, _STREET: streets})
        return frozenset(map(int, self._linked("VBO", {_ADDRESS: addresses})))

    def _linked(self, kind: str, targets: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """The objects that refer to a target; the first kind of reference given decides."""
        linked = set()
        for name, stream in self._archive.parts(kind):
            for fields in self._objects(name, stream, (_ID, *targets, *_NOT_COUNTED)):
                field = dict(fields)
                tag = next((tag for tag in targets if tag in field), "")
                texts = {text for key, text in fields if key == tag}
                if tag and _NOT_COUNTED.isdisjoint(field) and texts & targets[tag]:
                    linked.add(field[_ID])
        return frozenset(linked)

    def _towns(self, municipality: str) -> frozenset[str]:
        """The towns whose relation to the municipality is final and has not ended."""
        towns = set()
        for name, stream in self._archive.parts("RELATIE"):
            with self._xml(name):
                for _, relation in etree.iterparse(
                    stream, tag=_RELATION + "GemeenteWoonplaatsRelatie", **_SAFE
                ):
                    has_ended = relation.find(f".//{_RELATION_TYPES}einddatumTijdvakGeldigheid")
                    is_final = relation.findtext(_RELATION + "status") == "definitief"
                    town, owner = (e.text for e in relation.iter(_RELATION + "identificatie"))
                    if has_ended is None and is_final and owner == municipality:
                        towns.add(town)
                    relation.clear()
        if not towns:
            raise self._archive.error(
                f"municipality must have a town on the day of the extract, got {municipality}",
                "give its code of four digits, such as 0505",
            )
        return frozenset(towns)

    @contextmanager
    def _xml(self, name: str) -> Iterator[None]:
        try:
            yield
        except etree.XMLSyntaxError as error:
            raise self._archive.error(
                f"{name} is no XML, or cut off: {error.msg}", _AGAIN
            ) from None

    def _objects(self, name: str, stream: Counted, tags: Sequence[str]) -> Iterator[Fields]:
        """Of each object the fields with these tags, in the order of the file."""
        with self._xml(name):
            for body, incomplete in self._bodies(name, stream):
                fields: Fields = []
                for element in body.iter(_STAND, *tags):  # one search for all objects is fast
                    tag = element.tag
                    if tag != _STAND:
                        fields.append((tag, element.text))
                        continue
                    if fields:
                        yield fields
                        fields = []
                    if element is incomplete:
                        break
                if fields:
                    yield fields

    def _bodies(self, name: str, stream: Counted) -> Iterator[tuple[Any, Any]]:
        """The element with the objects, a chunk at a time, and the object that is not complete."""
        data = stream.read(_PROBE)
        self._check_root(name, data)
        parser = etree.XMLPullParser(events=("start",), tag=_BODY, **_SAFE)
        body = None
        while data:
            parser.feed(data)
            if body is None:
                body = next((element for _, element in parser.read_events()), None)
                if body is not None:
                    self._read_head(name, body.getparent())
            if body is not None and len(body) > 1:
                yield body, body[-1]
                del body[:-1]
            data = stream.read(_CHUNK)
        parser.close()
        if body is not None:
            yield body, None

    def _check_root(self, name: str, head: bytes) -> None:
        """Refuse what is not the state of BAG 2.0, before anything is made of it."""
        probe = etree.XMLPullParser(events=("start",), **_SAFE)
        probe.feed(head)
        root = next((element for _, element in probe.read_events()), None)
        if root is None or root.getroottree().docinfo.doctype:
            raise self._archive.error(f"{name} must declare no entities, and hold objects", _AGAIN)
        if etree.QName(root).localname == "bagMutaties":
            raise self._archive.error(f"{name} holds mutations, not the state", _FIX_STAND)
        if root.tag != _ROOT:
            found = root.tag.replace("{", "").replace("}", " ")
            raise self._archive.error(
                f"{name} must be of BAG 2.0, schema {VERSION}, got {found}", _FIX_STAND
            )

    def _read_head(self, name: str, root: Any) -> None:
        day = root.findtext(f".//{_SELECTION}StandTechnischeDatum")
        try:
            self.as_of = np.datetime64(day, "D") if self.as_of is None else self.as_of
        except ValueError:
            raise self._archive.error(
                f"{name} must have a StandTechnischeDatum, got {day!r}", _FIX_STAND
            ) from None
        self._municipalities |= {e.text for e in root.iter(_SELECTION + "GemeenteIdentificatie")}


def _described(fields: Fields) -> str:
    return f"the object {_core.mask_id(dict(fields).get(_ID) or '')}"


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{str(error.args[0]).rpartition('}')[2]} must be given, got none"
    return str(error)
