"""The package as a whole: its version, its names, and what it does without optional packages."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tomllib
from importlib import metadata, resources
from pathlib import Path

import pytest

import opgave

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
OPTIONAL = ("altair", "jinja2", "pandas", "polars", "pyarrow", "vl_convert")


def without(packages: tuple[str, ...], code: str) -> subprocess.CompletedProcess[str]:
    """What a fresh Python says to the code when these packages cannot be imported."""
    hide = f"import sys; sys.modules.update(dict.fromkeys({packages!r}))\n"
    return subprocess.run(
        [sys.executable, "-c", hide + code], capture_output=True, text=True, check=False
    )


def public_objects() -> list[tuple[str, object]]:
    """Every public name, and every public attribute of the classes among them."""
    found: list[tuple[str, object]] = []
    for name in opgave.__all__:
        value = getattr(opgave, name)
        found.append((name, value))
        if inspect.isclass(value):
            found += [
                (f"{name}.{attribute}", member)
                for attribute, member in vars(value).items()
                if not attribute.startswith("_")
                and (callable(member) or isinstance(member, property))
            ]
    return [
        (name, value)
        for name, value in found
        if callable(value) or inspect.isclass(value) or isinstance(value, property)
    ]


def test_the_version_is_that_of_the_project() -> None:
    version = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]
    assert opgave.__version__ == metadata.version("opgave") == version


def test_public_names_are_listed_once_and_exist() -> None:
    assert len(set(opgave.__all__)) == len(opgave.__all__)
    assert [name for name in opgave.__all__ if not hasattr(opgave, name)] == []


def test_public_names_are_documented() -> None:
    objects = public_objects()
    assert len(objects) > len(opgave.__all__)
    assert [name for name, value in objects if not (inspect.getdoc(value) or "").strip()] == []


@pytest.mark.parametrize("name", ["py.typed", "_core.pyi", "programmes/dordt-west.toml"])
def test_the_package_carries(name: str) -> None:
    assert resources.files("opgave").joinpath(name).is_file()


def test_optional_packages_are_not_needed_to_answer() -> None:
    code = """
import opgave
from opgave.examples import example
made = example("krispijn")
register = opgave.Register(
    made.events, made.dwellings, trajectory=made.programme.trajectory, programme=made.programme
)
print(sum(register.as_of(made.as_of).stage_counts()["count"]), len(made.dwellings["dwelling_id"]))
"""
    ran = without(OPTIONAL, code)
    assert ran.returncode == 0, ran.stderr
    total, dwellings = ran.stdout.split()
    assert total == dwellings


def test_optional_packages_are_not_loaded_before_they_are_needed() -> None:
    code = f"import opgave, sys; print([name for name in {OPTIONAL!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["altair", "jinja2"])
def test_a_report_without_its_packages_says_what_to_install(package: str, tmp_path: Path) -> None:
    code = f"""
import sys
from opgave.cli import main
sys.argv = ["opgave", "report", "--example", "krispijn", "-o", {str(tmp_path / "out.html")!r}]
main()
"""
    ran = without((package,), code)
    assert ran.returncode == 2
    assert package in ran.stderr
    assert "opgave[report]" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out.html").exists()
