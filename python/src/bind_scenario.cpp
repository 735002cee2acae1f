#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/scenario.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

Scenario make_scenario(NumberColumn inflow, double adherence_sd) {
    Scenario scenario{std::move(inflow.values), adherence_sd};
    check(scenario);
    return scenario;
}

Scenario unpickle(py::tuple const& state) {
    PickleFields const f(state, "Scenario", 2);
    return make_scenario({f.get<std::vector<double>>(0)}, f.get<double>(1));
}

std::string describe(Scenario const& s) {
    return py::str("Scenario(inflow={}, adherence_sd={})").format(s.inflow, s.adherence_sd);
}

}  // namespace

void bind_scenario(py::module_& m) {
    py::class_<Scenario>(m, "Scenario", "How many owners are approached, month by month.")
        .def(py::init(&make_scenario), py::kw_only(), py::arg("inflow") = std::vector<double>(),
             py::arg("adherence_sd") = 0.0)
        .def_property_readonly("inflow", viewed(&Scenario::inflow),
                               "Dwellings entering the first stage, per month.")
        .def_readonly("adherence_sd", &Scenario::adherence_sd,
                      "Standard deviation of a year's realised part of the plan.")
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle([](Scenario const& s) { return pickled(s.inflow, s.adherence_sd); },
                        &unpickle));
}

}  // namespace opgave::python
