"""Reading a BAG extract and counting its stock, beside a naive script of regular expressions.

    python benchmarks/stock.py [--extract BAG.zip] [--times 1 10] [--repeat 3]

The script keeps a list of texts per version and counts, per year, how many dwellings came into the
stock and left it; it knows no categories, no panden and no entities, and checks nothing. Both read
the same XML from the same zip and must give the same net change. With `--times 10` the dwellings
and buildings of the extract stand in it ten times over, under other identifications: time is to
grow tenfold, memory with the result. Seconds are those of the processor, as other work may run on
the machine; each side runs in a process of its own; memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

DATA = Path(os.environ.get("OPGAVE_DATA", Path(__file__).parents[2] / "shared" / "data"))
EXTRACT = DATA / "bag" / "BAGGEM0457L-15102021.zip"
YEARS = range(2012, 2021)
IN_STOCK = {
    "Verblijfsobject in gebruik",
    "Verblijfsobject in gebruik (niet ingemeten)",
    "Verblijfsobject buiten gebruik",
    "Verbouwing verblijfsobject",
}
_FIELD = {
    name: re.compile(rf"<[\w-]+:{name}(?: [^>]*)?>([^<]*)<")
    for name in ("identificatie", "status", "beginGeldigheid", "eindGeldigheid",
                 "tijdstipRegistratie", "voorkomenidentificatie")
}  # fmt: skip
_USE = re.compile(r"<Objecten:gebruiksdoel>([^<]*)<")
_PAND = re.compile(r"<Objecten-ref:PandRef [^>]*>([^<]*)<")


def inner_zips(path: Path) -> dict[str, zipfile.ZipFile]:
    """The zips of dwellings and buildings."""
    outer = zipfile.ZipFile(path)
    (name,) = (name for name in outer.namelist() if re.fullmatch(r"\d{4}GEM\d{8}\.zip", name))
    middle = zipfile.ZipFile(io.BytesIO(outer.read(name)))
    return {
        kind: zipfile.ZipFile(io.BytesIO(middle.read(name)))
        for kind in ("VBO", "PND")
        for name in middle.namelist()
        if name[4:7] == kind
    }


def run_naive(path: Path) -> list[int]:
    """The net change per year, by regular expressions."""
    versions: dict[str, list[tuple[int, str, bool]]] = defaultdict(list)
    buildings = []
    for kind, inner in inner_zips(path).items():
        for name in inner.namelist():
            for text in inner.read(name).decode().split("<sl-bag-extract:bagObject>")[1:]:
                found = {key: field.search(text) for key, field in _FIELD.items()}
                row = {key: match[1] if match else None for key, match in found.items()}
                if kind == "PND":
                    buildings.append(row)
                    continue
                row["uses"], row["panden"] = _USE.findall(text), _PAND.findall(text)
                counted = row["status"] in IN_STOCK and "woonfunctie" in row["uses"]
                versions[row["identificatie"]].append(
                    (int(row["voorkomenidentificatie"]), row["beginGeldigheid"], counted)
                )
    net: Counter[int] = Counter()
    for life in versions.values():
        before = False
        for _, begin, counted in sorted(life):
            net[int(begin[:4])] += counted - before
            before = counted
    return [net[year] for year in YEARS]


def run_ours(path: Path) -> list[int]:
    """The net change per year, with categories besides."""
    import opgave as og
    from opgave.frames import table_of

    history = og.read_bag_extract(path)
    changes = og.stock_changes(history, first_year=YEARS[0], last_year=YEARS[-1])
    return list(table_of(changes)["net"].tolist())


def repeated(path: Path, times: int, folder: Path) -> Path:
    """The extract with everything in it so many times, under other identifications."""
    made = folder / f"BAG-{times}.zip"
    middle = io.BytesIO()
    with zipfile.ZipFile(middle, "w", zipfile.ZIP_DEFLATED) as target:
        for kind, inner in inner_zips(path).items():
            store = io.BytesIO()
            with zipfile.ZipFile(store, "w", zipfile.ZIP_DEFLATED) as part:
                for name in inner.namelist():
                    data = inner.read(name)
                    for n in range(times):
                        # The third digit of the number is 0 in every identification here.
                        other = re.sub(rb">(\d{4}(?:01|10)\d\d)0(\d{7})<",
                                       rb">\g<1>%d\g<2><" % n, data)  # fmt: skip
                        part.writestr(f"{n}-{name}", other)
            target.writestr(f"0457{kind}15102021.zip", store.getvalue())
    with zipfile.ZipFile(made, "w") as outer:
        outer.writestr("0457GEM15102021.zip", middle.getvalue())
    return made


def peak_megabytes() -> float:
    """Peak memory of this process; that of Linux leaves out what its parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_alone(side: str, path: Path) -> None:
    """One side in this process, imports and all."""
    net = {"opgave": run_ours, "naive": run_naive}[side](path)
    seconds = time.process_time()
    print(json.dumps({"net": net, "seconds": seconds, "megabytes": peak_megabytes()}))


def run(side: str, path: Path, repeat: int) -> dict[str, object]:
    """The fastest of some runs."""
    command = [sys.executable, __file__, "--side", side, "--extract", str(path)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(repeat)
    ]
    return min(runs, key=lambda one: one["seconds"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extract", type=Path, default=EXTRACT)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--side", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        run_alone(arguments.side, arguments.extract)
        return
    print("times  side     processor s   peak MB   ratio")
    with tempfile.TemporaryDirectory() as folder:
        for times in arguments.times:
            path = arguments.extract
            if times > 1:
                path = repeated(path, times, Path(folder))
            found = {side: run(side, path, arguments.repeat) for side in ("naive", "opgave")}
            assert found["naive"]["net"] == found["opgave"]["net"], found
            for side, one in found.items():
                ratio = one["seconds"] / found["naive"]["seconds"]
                print(
                    f"{times:>5}  {side:<8} {one['seconds']:>11.2f} {one['megabytes']:>9.0f}"
                    f" {ratio:>7.2f}"
                )


if __name__ == "__main__":
    main()
