"""A small BAG extract, made from scratch; everything in it is made up."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

VERSION = "v20200601"
SPACES = {
    "Objecten": f"www.kadaster.nl/schemas/lvbag/imbag/objecten/{VERSION}",
    "Historie": f"www.kadaster.nl/schemas/lvbag/imbag/historie/{VERSION}",
    "Objecten-ref": f"www.kadaster.nl/schemas/lvbag/imbag/objecten-ref/{VERSION}",
    "selecties-extract": f"http://www.kadaster.nl/schemas/lvbag/extract-selecties/{VERSION}",
    "sl-bag-extract": f"http://www.kadaster.nl/schemas/lvbag/extract-deelbestand-lvc/{VERSION}",
    "sl": "http://www.kadaster.nl/schemas/standlevering-generiek/1.0",
    "gml": "http://www.opengis.net/gml/3.2",
}
DAY = "15102021"
MUNICIPALITY = (
    "<selecties-extract:Gebied-GEM><selecties-extract:GemeenteIdentificatie>0505"
    "</selecties-extract:GemeenteIdentificatie></selecties-extract:Gebied-GEM>"
)


def unit_id(number: int) -> str:
    return f"050501{number:010d}"


def building_id(number: int) -> str:
    return f"050510{number:010d}"


def address_id(number: int) -> str:
    return f"050520{number:010d}"


def street_id(number: int) -> str:
    return f"050530{number:010d}"


def life(
    begin: str, end: str | None = None, registered: str | None = None, sequence: int = 1,
    inactive: str = "",
) -> str:  # fmt: skip
    """One version: when it holds and when it was known."""
    stamp = f"{registered or begin}T10:11:12.000"
    ended = "" if end is None else f"<Historie:eindGeldigheid>{end}</Historie:eindGeldigheid>"
    after = (
        ""
        if end is None
        else f"<Historie:eindRegistratie>{end}T10:00:00</Historie:eindRegistratie>"
    )
    gone = f"<Historie:{inactive}>{stamp}</Historie:{inactive}>" if inactive else ""
    return (
        "<Objecten:voorkomen><Historie:Voorkomen>"
        f"<Historie:voorkomenidentificatie>{sequence}</Historie:voorkomenidentificatie>"
        f"<Historie:beginGeldigheid>{begin}</Historie:beginGeldigheid>{ended}"
        f"<Historie:tijdstipRegistratie>{stamp}</Historie:tijdstipRegistratie>{after}"
        "<Historie:BeschikbaarLV>"
        f"<Historie:tijdstipRegistratieLV>{stamp}</Historie:tijdstipRegistratieLV>{gone}"
        "</Historie:BeschikbaarLV></Historie:Voorkomen></Objecten:voorkomen>"
    )


def unit(
    number: int,
    status: str,
    when: str,
    uses: tuple[str, ...] = ("woonfunctie",),
    buildings: tuple[int, ...] = (1,),
    address: int = 1,
) -> str:
    """A version of a verblijfsobject; its life stands before its identification."""
    purposes = "".join(f"<Objecten:gebruiksdoel>{use}</Objecten:gebruiksdoel>" for use in uses)
    panden = "".join(
        '<Objecten-ref:PandRef domein="NL.IMBAG.Pand">'
        f"{building_id(one)}</Objecten-ref:PandRef>" for one in buildings
    )  # fmt: skip
    return (
        "<Objecten:Verblijfsobject><Objecten:heeftAlsHoofdadres><Objecten-ref:NummeraanduidingRef>"
        f"{address_id(address)}</Objecten-ref:NummeraanduidingRef></Objecten:heeftAlsHoofdadres>"
        f'{when}<Objecten:identificatie domein="NL.IMBAG.Verblijfsobject">{unit_id(number)}'
        "</Objecten:identificatie><Objecten:geometrie><Objecten:punt><gml:Point><gml:pos>131009.0 "
        "482405.0 0.0</gml:pos></gml:Point></Objecten:punt></Objecten:geometrie>"
        f"{purposes}<Objecten:oppervlakte>90</Objecten:oppervlakte>"
        f"<Objecten:status>{status}</Objecten:status>"
        f"<Objecten:maaktDeelUitVan>{panden}</Objecten:maaktDeelUitVan></Objecten:Verblijfsobject>"
    )


def building(number: int, status: str, when: str) -> str:
    """A version of a pand; its life stands at its end."""
    return (
        f'<Objecten:Pand><Objecten:identificatie domein="NL.IMBAG.Pand">{building_id(number)}'
        "</Objecten:identificatie><Objecten:oorspronkelijkBouwjaar>2014"
        f"</Objecten:oorspronkelijkBouwjaar><Objecten:status>{status}</Objecten:status>{when}"
        "</Objecten:Pand>"
    )


def xml(
    objects: list[str], *, root: str = "bagStand", doctype: str = "", area: str = MUNICIPALITY,
    spaces: dict[str, str] = SPACES,
) -> bytes:  # fmt: skip
    """The file that holds objects."""
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())
    stands = "".join(
        f"<sl:stand><sl-bag-extract:bagObject>{one}</sl-bag-extract:bagObject></sl:stand>\n"
        for one in objects
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<sl-bag-extract:{root} {names}>'
        "<sl-bag-extract:bagInfo><selecties-extract:Gebied-Registratief>"
        f"{area}</selecties-extract:Gebied-Registratief><selecties-extract:LVC-Extract>"
        "<selecties-extract:StandTechnischeDatum>2021-10-15"
        "</selecties-extract:StandTechnischeDatum></selecties-extract:LVC-Extract>"
        "</sl-bag-extract:bagInfo><sl:standBestand><sl:dataset>LVBAG</sl:dataset><sl:inhoud>"
        f"<sl:gebied>x</sl:gebied></sl:inhoud>{stands}</sl:standBestand></sl-bag-extract:{root}>"
    ).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    store = io.BytesIO()
    with zipfile.ZipFile(store, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return store.getvalue()


def parts(units: bytes, buildings: bytes) -> dict[str, bytes]:
    """The inner zips of a municipality."""
    return {
        f"0505VBO{DAY}.zip": zipped({f"0505VBO{DAY}-000001.xml": units}),
        f"0505PND{DAY}.zip": zipped({f"0505PND{DAY}-000001.xml": buildings}),
    }


def write(path: Path, units: bytes, buildings: bytes) -> Path:
    """A whole extract: a zip of a zip of zips."""
    inner = zipped(parts(units, buildings))
    path.write_bytes(zipped({f"0505GEM{DAY}.zip": inner, "Leveringsdocument.xml": b"<x/>"}))
    return path


def small(path: Path) -> Path:
    """New build in 2015, a split in 2016, demolition in 2017, and what does not count."""
    used, formed = "Verblijfsobject in gebruik", "Verblijfsobject gevormd"
    units = [
        unit(1, formed, life("2014-01-01", "2015-03-01")),
        unit(1, used, life("2015-03-01", sequence=2)),
        unit(2, used, life("0001-01-01", "2017-05-01", "2010-11-26"), buildings=(2,)),
        unit(2, "Verblijfsobject ingetrokken", life("2017-05-01", sequence=2), buildings=(2,)),
        unit(3, used, life("2016-02-02"), buildings=(3, 4)),
        unit(4, used, life("2015-01-01", inactive="tijdstipInactief")),
        unit(5, used, life("2015-01-01", inactive="tijdstipNietBagLV")),
        unit(6, used, life("2015-01-01"), uses=("winkelfunctie", "kantoorfunctie")),
    ]
    buildings = [
        building(1, "Bouwvergunning verleend", life("2014-01-01", "2014-06-01")),
        building(1, "Bouw gestart", life("2014-06-01", "2015-03-01", sequence=2)),
        building(1, "Pand in gebruik", life("2015-03-01", sequence=3)),
        building(2, "Pand in gebruik", life("0001-01-01", "2017-05-01", "2010-11-26")),
        building(2, "Pand gesloopt", life("2017-05-01", sequence=2)),
        building(3, "Pand in gebruik", life("1950-01-01", registered="2010-11-26")),
        building(4, "Pand in gebruik", life("1960-01-01", registered="2010-11-26")),
    ]
    return write(path, xml(units), xml(buildings))


def _named(kind: str, identification: str, link: str, target: str) -> str:
    return (
        f"<Objecten:{kind}><Objecten:identificatie>{identification}</Objecten:identificatie>"
        f"<Objecten:{link}><Objecten-ref:{target}</Objecten:{link}>{life('2010-01-01')}"
        f"</Objecten:{kind}>"
    )


def address(number: int, *, street: int | None = None, town: str = "") -> str:
    """A nummeraanduiding on a street, or in a town of its own."""
    if town:
        link, target = "ligtIn", f"WoonplaatsRef>{town}</Objecten-ref:WoonplaatsRef>"
    else:
        link = "ligtAan"
        target = f"OpenbareRuimteRef>{street_id(street or 0)}</Objecten-ref:OpenbareRuimteRef>"
    return _named("Nummeraanduiding", address_id(number), link, target)


def street(number: int, town: str) -> str:
    """An openbare ruimte in a town."""
    target = f"WoonplaatsRef>{town}</Objecten-ref:WoonplaatsRef>"
    return _named("OpenbareRuimte", street_id(number), "ligtIn", target)


def towns(relations: list[tuple[str, str, str, str]]) -> bytes:
    """Relations of town and municipality, with their end and status."""
    product = f"www.kadaster.nl/schemas/lvbag/gem-wpl-rel/gwr-producten-lvc/{VERSION}"
    types = f"www.kadaster.nl/schemas/lvbag/gem-wpl-rel/bag-types/{VERSION}"
    rows = "".join(
        "<p:GemeenteWoonplaatsRelatie><p:tijdvakgeldigheid>"
        f"<t:begindatumTijdvakGeldigheid>2010-01-01</t:begindatumTijdvakGeldigheid>{end}"
        "</p:tijdvakgeldigheid>"
        f"<p:gerelateerdeWoonplaats><p:identificatie>{town}</p:identificatie>"
        f"</p:gerelateerdeWoonplaats><p:gerelateerdeGemeente><p:identificatie>{municipality}"
        f"</p:identificatie></p:gerelateerdeGemeente><p:status>{status}</p:status>"
        "</p:GemeenteWoonplaatsRelatie>"
        for town, municipality, end, status in relations
    )
    return f'<x xmlns:p="{product}" xmlns:t="{types}">{rows}</x>'.encode()


def country(path: Path) -> Path:
    """Four dwellings in the whole country; the municipality 0505 has towns 1000 and 1001."""
    ended = "<t:einddatumTijdvakGeldigheid>2018-01-01</t:einddatumTijdvakGeldigheid>"
    relations = [
        ("1000", "0505", "", "definitief"),
        ("1001", "0505", "", "definitief"),
        ("1002", "0505", ended, "definitief"),
        ("1002", "0999", "", "definitief"),
        ("1003", "0505", "", "voorlopig"),
    ]
    used, area = "Verblijfsobject in gebruik", "<selecties-extract:Gebied-NLD/>"
    objects = {
        "VBO": [unit(n, used, life("2015-01-01"), buildings=(n,), address=n) for n in range(1, 5)],
        "PND": [building(n, "Pand in gebruik", life("1950-01-01")) for n in range(1, 5)],
        "OPR": [street(1, "1000"), street(2, "1002"), street(3, "1003")],
        "NUM": [
            address(1, street=1),
            address(2, street=2),
            address(3, town="1001"),
            address(4, street=3),
        ],
    }
    files = {
        f"9999{kind}{DAY}.zip": zipped({f"9999{kind}{DAY}-000001.xml": xml(some, area=area)})
        for kind, some in objects.items()
    }
    relation = zipped({f"GEM-WPL-RELATIE-{DAY}-000001.xml": towns(relations)})
    path.write_bytes(zipped({**files, f"GEM-WPL-RELATIE-{DAY}.zip": relation}))
    return path
