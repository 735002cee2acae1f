#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/phase.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Texts = std::vector<std::string>;
using Days = std::vector<Day>;
using Flags = std::vector<std::int8_t>;

PhasePrior make_prior(std::string phase, double fall_through, double delay_median_months,
                      double delay_log_sd, double tenth_smaller, double quarter_smaller,
                      double worth_projects, std::string source) {
    return {std::move(phase), fall_through,    delay_median_months, delay_log_sd,
            tenth_smaller,    quarter_smaller, worth_projects,      std::move(source)};
}

py::tuple pickle_prior(PhasePrior const& p) {
    return pickled(p.phase, p.fall_through, p.delay_median_months, p.delay_log_sd, p.tenth_smaller,
                   p.quarter_smaller, p.worth_projects, p.source);
}

PhasePrior unpickle_prior(py::tuple const& state) {
    PickleFields const f(state, "PhasePrior", 8);
    return make_prior(f.get<std::string>(0), f.get<double>(1), f.get<double>(2), f.get<double>(3),
                      f.get<double>(4), f.get<double>(5), f.get<double>(6), f.get<std::string>(7));
}

std::string describe_prior(PhasePrior const& p) {
    return py::str("PhasePrior({!r}, fall_through={:g}, delay_median_months={:g})")
        .format(p.phase, p.fall_through, p.delay_median_months);
}

PastProjects make_past(TextColumn phase, DayColumn planned, DayColumn completed, Flags cancelled) {
    return {std::move(phase.values), std::move(planned.values), std::move(completed.values),
            std::move(cancelled)};
}

PastProjects unpickle_past(py::tuple const& state) {
    PickleFields const f(state, "PastProjects", 4);
    return {f.get<Texts>(0), f.get<Days>(1), f.get<Days>(2), f.get<Flags>(3)};
}

}  // namespace

void bind_phase(py::module_& m) {
    py::class_<PhasePrior>(m, "PhasePrior", "What is believed of the projects in one phase.")
        .def(py::init(&make_prior), py::arg("phase"), py::kw_only(), py::arg("fall_through"),
             py::arg("delay_median_months"), py::arg("delay_log_sd"),
             py::arg("tenth_smaller") = 0.0, py::arg("quarter_smaller") = 0.0,
             py::arg("worth_projects") = 10.0, py::arg("source") = "")
        .def_readonly("phase", &PhasePrior::phase)
        .def_readonly("fall_through", &PhasePrior::fall_through)
        .def_readonly("delay_median_months", &PhasePrior::delay_median_months)
        .def_readonly("delay_log_sd", &PhasePrior::delay_log_sd)
        .def_readonly("tenth_smaller", &PhasePrior::tenth_smaller)
        .def_readonly("quarter_smaller", &PhasePrior::quarter_smaller)
        .def_readonly("worth_projects", &PhasePrior::worth_projects)
        .def_readonly("source", &PhasePrior::source)
        .def(py::self == py::self)
        .def("__repr__", &describe_prior)
        .def(py::pickle(&pickle_prior, &unpickle_prior));

    py::class_<PastProjects>(m, "PastProjects", "Projects that ended, and how.")
        .def(py::init(&make_past), py::arg("phase"), py::arg("planned"), py::arg("completed"),
             py::arg("cancelled"))
        .def("__len__", &PastProjects::size)
        .def(py::self == py::self)
        .def("__repr__", [](PastProjects const& p) { return rows_text("PastProjects", p.size()); })
        .def(py::pickle(
            [](PastProjects const& p) {
                return pickled(p.phase, p.planned, p.completed, p.cancelled);
            },
            &unpickle_past));

    m.def("default_phases", &default_phases, "The starting values, each an assumption.");
    m.def("project_phases", &project_phases, "The phases of a project, in order.");
}

}  // namespace opgave::python
