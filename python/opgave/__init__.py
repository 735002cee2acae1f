"""Follow a housing renovation programme dwelling by dwelling, and see when it is done.

Examples
--------
>>> import opgave as og
>>> way = og.Trajectory(["asked"], "done")
>>> events = {"dwelling_id": ["a"], "stage": ["asked"], "date": ["2026-01-05"]}
>>> og.Register(events, trajectory=way).as_of("2026-01-31").ages()["days"].tolist()
[26]
"""

from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

from opgave._core import (
    Award,
    Budget,
    Cohorts,
    Cost,
    Distribution,
    Gate,
    Grant,
    GrantRules,
    HazardPrior,
    Lever,
    NotEnoughData,
    Scenario,
    Target,
    Trajectory,
)
from opgave.backtest import Backtest, backtest
from opgave.delay import ReportingDelay, reporting_delay
from opgave.diary import Diary, read_diary, record
from opgave.examples import example
from opgave.files import FileError
from opgave.hazards import Hazards, fit_hazards, weakened
from opgave.occupancy import Occupancy, OccupancyWarning, aalen_johansen
from opgave.pipeline import Pipeline, net_additions, project_phases, read_pipeline
from opgave.programme import Programme, ProgrammeError, example_programme, read_programme
from opgave.projection import Projection, expected, project, simulate
from opgave.register import Register, RegisterError, read_register
from opgave.scenario_file import Plan, ScenarioError, read_scenario
from opgave.snapshot import Snapshot
from opgave.stock import (
    BagHistory,
    check_stock,
    read_bag_extract,
    stock_changes,
    stock_listing,
)
from opgave.what_if import PointOfNoReturn, Required, bottlenecks, point_of_no_return, required

if TYPE_CHECKING:
    from opgave.report import write_report as write_report

__all__ = [
    "Award",
    "Backtest",
    "BagHistory",
    "Budget",
    "Cohorts",
    "Cost",
    "Diary",
    "Distribution",
    "FileError",
    "Gate",
    "Grant",
    "GrantRules",
    "HazardPrior",
    "Hazards",
    "Lever",
    "NotEnoughData",
    "Occupancy",
    "OccupancyWarning",
    "Pipeline",
    "Plan",
    "PointOfNoReturn",
    "Programme",
    "ProgrammeError",
    "Projection",
    "Register",
    "RegisterError",
    "ReportingDelay",
    "Required",
    "Scenario",
    "ScenarioError",
    "Snapshot",
    "Target",
    "Trajectory",
    "aalen_johansen",
    "backtest",
    "bottlenecks",
    "check_stock",
    "example",
    "example_programme",
    "expected",
    "fit_hazards",
    "net_additions",
    "point_of_no_return",
    "project",
    "project_phases",
    "read_bag_extract",
    "read_diary",
    "read_pipeline",
    "read_programme",
    "read_register",
    "read_scenario",
    "record",
    "reporting_delay",
    "required",
    "simulate",
    "stock_changes",
    "stock_listing",
    "weakened",
]

__version__ = _version("opgave")


def __getattr__(name: str) -> Any:
    """Load what needs optional packages when it is asked for."""
    if name == "write_report":
        from opgave.report import write_report

        return write_report
    raise AttributeError(f"module 'opgave' has no attribute {name!r}")
