"""The XML files in a BAG extract: a zip of zips, opened with care.

Nothing is inflated further than a real extract would be: an extract is forty times its size, a zip
bomb a million times. An inner zip is unpacked into memory, or a temporary file if it is large.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from opgave.files import FileError, FileProblem

__all__ = ["BagArchive", "Counted"]

MOST_FILES = 20_000  # in one zip; that of the whole country has about 4,000
MOST_INFLATED = 200  # times the size of the archive
SLACK = 16 << 20  # bytes to which any archive may inflate
IN_MEMORY = 64 << 20

_CHUNK = 1 << 18
_PART = re.compile(r"(?:\d{4}|GEM-WPL-)([A-Z]{3}|RELATIE)-?\d{8}\.zip")
_AGAIN = "download the extract again"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


class BagArchive:
    """An extract that is being read: the XML files of each kind of object.

    Kinds are those of the file names: VBO, PND, NUM, OPR, RELATIE (of towns to municipalities).

    Parameters
    ----------
    path : Path
        The zip.
    progress : callable, optional
        Told the part read, in [0, 1]; False stops the reading.
    """

    def __init__(self, path: Path, progress: Callable[[float], bool | None] | None = None) -> None:
        self.path = path
        self._progress = progress
        self._zips: dict[str, zipfile.ZipFile] = {}
        self._inflated = self._limit = self._read = self._expected = 0

    @property
    def kinds(self) -> list[str]:
        """Which kinds of objects the archive holds."""
        return list(self._zips)

    def error(self, message: str, fix: str) -> FileError:
        """What is wrong with the archive, to be raised."""
        return FileError(self.path, [FileProblem(None, message, fix)])

    @contextmanager
    def opened(self, kinds: Sequence[str]) -> Iterator[BagArchive]:
        """Open the archive; `kinds` are those to be read.

        Raises
        ------
        FileError
            If the archive is no zip, is cut off, or inflates as no extract does.
        RuntimeError
            If `progress` stops the reading.
        """
        with ExitStack() as stack:
            try:
                self._limit = MOST_INFLATED * self.path.stat().st_size + SLACK
                outer = self._zip(stack, stack.enter_context(self.path.open("rb")))
                self._collect(stack, outer, depth=2)
                self._read = 0
                self._expected = sum(
                    info.file_size
                    for kind in kinds
                    for info in (self._zips[kind].filelist if kind in self._zips else ())
                )
                yield self
            except _DAMAGE as error:
                raise self.error(f"the zip is damaged or cut off: {error}", _AGAIN) from None
            except OSError as error:
                message = f"the file cannot be read: {error.strerror or error}"
                raise self.error(message, "check where it stands") from None

    def parts(self, kind: str) -> Iterator[tuple[str, Counted]]:
        """The name and the content of each XML file of a kind."""
        for info in self._zips[kind].filelist:
            if info.filename.lower().endswith(".xml"):
                with self._zips[kind].open(info) as stream:
                    yield info.filename.rpartition("/")[2], Counted(stream, self._count)

    def _collect(self, stack: ExitStack, parent: zipfile.ZipFile, depth: int) -> None:
        """The zips of single kinds stand in the archive itself, or in one zip per municipality."""
        for info in parent.filelist:
            found = _PART.fullmatch(info.filename.rpartition("/")[2])
            if not found:
                continue
            inner = self._zip(stack, self._unpacked(stack, parent, info))
            if found[1] == "GEM" and depth > 1:
                self._collect(stack, inner, depth - 1)
            else:
                self._zips[found[1]] = inner

    def _zip(self, stack: ExitStack, stream: IO[bytes]) -> zipfile.ZipFile:
        opened = stack.enter_context(zipfile.ZipFile(stream))
        count = len(opened.filelist)
        if count > MOST_FILES:
            raise self.error(f"a zip must hold at most {MOST_FILES:,} files, got {count:,}", _AGAIN)
        if any(info.flag_bits & 1 for info in opened.filelist):
            raise self.error("the zip is encrypted", "remove the password")
        return opened

    def _unpacked(
        self, stack: ExitStack, parent: zipfile.ZipFile, info: zipfile.ZipInfo
    ) -> IO[bytes]:
        store = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        stack.callback(store.close)
        with parent.open(info) as packed:
            shutil.copyfileobj(Counted(packed, self._count), store, _CHUNK)
        store.seek(0)
        return store

    def _count(self, size: int) -> None:
        self._inflated += size
        if self._inflated > self._limit:
            raise self.error(
                f"the archive inflates to more than {MOST_INFLATED} times its size",
                f"it is no BAG extract; {_AGAIN}",
            )
        self._read += size
        if self._progress is None or not self._expected:
            return
        if self._progress(min(1.0, self._read / self._expected)) is False:
            raise RuntimeError("progress stopped the reading")


class Counted:
    """A stream that tells how much was read of it."""

    def __init__(self, stream: IO[bytes], count: Callable[[int], None]) -> None:
        self._stream = stream
        self._count = count

    def read(self, size: int = -1, /) -> bytes:
        """Read at most `size` bytes; none at the end."""
        data = self._stream.read(size)
        self._count(len(data))
        return data
