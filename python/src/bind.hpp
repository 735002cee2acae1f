#pragma once
/// One function per file; each adds its types and functions to the module.

#include <pybind11/pybind11.h>

namespace opgave::python {

void bind_date(pybind11::module_& m);
void bind_bag_id(pybind11::module_& m);
void bind_bag_history(pybind11::module_& m);
void bind_stock(pybind11::module_& m);
void bind_building_spell(pybind11::module_& m);
void bind_trajectory(pybind11::module_& m);
void bind_issue(pybind11::module_& m);
void bind_dwelling(pybind11::module_& m);
void bind_event(pybind11::module_& m);
void bind_register(pybind11::module_& m);
void bind_grant(pybind11::module_& m);
void bind_snapshot(pybind11::module_& m);
void bind_spell(pybind11::module_& m);
void bind_delay(pybind11::module_& m);
void bind_hazard(pybind11::module_& m);
void bind_occupancy(pybind11::module_& m);
void bind_scenario(pybind11::module_& m);
void bind_cohorts(pybind11::module_& m);
void bind_expected(pybind11::module_& m);
void bind_projection(pybind11::module_& m);
void bind_target(pybind11::module_& m);
void bind_spending(pybind11::module_& m);
void bind_what_if(pybind11::module_& m);
void bind_score(pybind11::module_& m);
void bind_backtest(pybind11::module_& m);
void bind_net_additions(pybind11::module_& m);
void bind_phase(pybind11::module_& m);
void bind_pipeline(pybind11::module_& m);

}  // namespace opgave::python
