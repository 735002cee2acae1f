#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/projection.hpp>

#include <pybind11/operators.h>

#include <numeric>

namespace opgave::python {

namespace {

using Texts = std::vector<std::string>;
using Ages = std::vector<std::int32_t>;
using Numbers = std::vector<std::int64_t>;

Cohorts make_cohorts(TextColumn stage, Ages age_months, Numbers count, TextColumn interrupted,
                     Ages stratum, Ages waited_months) {
    return {std::move(stage.values),       std::move(age_months), std::move(count),
            std::move(interrupted.values), std::move(stratum),    std::move(waited_months)};
}

/// Months waited before a pause that resumes are one more field.
Cohorts unpickle_cohorts(py::tuple const& state) {
    bool const waits = state.size() == 7;
    PickleFields const f(state, "Cohorts", waits ? 6 : 5);
    return {f.get<Texts>(0), f.get<Ages>(1), f.get<Numbers>(2),
            f.get<Texts>(3), f.get<Ages>(4), waits ? f.get<Ages>(5) : Ages()};
}

py::tuple pickle_cohorts(Cohorts const& c) {
    if (c.waited_months.empty())
        return pickled(c.stage, c.age_months, c.count, c.interrupted, c.stratum);
    return pickled(c.stage, c.age_months, c.count, c.interrupted, c.stratum, c.waited_months);
}

std::string describe_cohorts(Cohorts const& c) {
    auto const dwellings = std::accumulate(c.count.begin(), c.count.end(), std::int64_t{0});
    return "Cohorts(" + std::to_string(c.stage.size()) + " cohorts, " + std::to_string(dwellings) +
           " dwellings)";
}

Pool make_pool(std::int32_t stratum, std::int32_t priority, std::int64_t count) {
    return {stratum, priority, count};
}

Pool unpickle_pool(py::tuple const& state) {
    PickleFields const f(state, "Pool", 3);
    return {f.get<std::int32_t>(0), f.get<std::int32_t>(1), f.get<std::int64_t>(2)};
}

std::string describe_pool(Pool const& p) {
    return py::str("Pool(stratum={}, priority={}, count={})")
        .format(p.stratum, p.priority, p.count);
}

void bind_pool(py::module_& m) {
    py::class_<Pool>(m, "Pool", "Dwellings not yet approached; lower priorities go first.")
        .def(py::init(&make_pool), py::kw_only(), py::arg("stratum") = 0, py::arg("priority") = 0,
             py::arg("count"))
        .def_readonly("stratum", &Pool::stratum)
        .def_readonly("priority", &Pool::priority)
        .def_readonly("count", &Pool::count)
        .def(py::self == py::self)
        .def("__repr__", &describe_pool)
        .def(py::pickle([](Pool const& p) { return pickled(p.stratum, p.priority, p.count); },
                        &unpickle_pool));
}

}  // namespace

void bind_cohorts(py::module_& m) {
    py::class_<Cohorts>(m, "Cohorts", "Dwellings under way: their stage, months in it and number.")
        .def(py::init(&make_cohorts), py::kw_only(), py::arg("stage"), py::arg("age_months"),
             py::arg("count"), py::arg("interrupted") = Texts(), py::arg("stratum") = Ages(),
             py::arg("waited_months") = Ages())
        .def_readonly("stage", &Cohorts::stage, "The state of each cohort.")
        .def_property_readonly("age_months", viewed(&Cohorts::age_months),
                               "Whole months since the stage was entered.")
        .def_property_readonly("count", viewed(&Cohorts::count), "The number of dwellings.")
        .def_readonly("interrupted", &Cohorts::interrupted, "The stage that a pause interrupts.")
        .def_property_readonly("stratum", viewed(&Cohorts::stratum), "The stratum of each cohort.")
        .def_property_readonly("waited_months", viewed(&Cohorts::waited_months),
                               "Months in the stage before the pause, to the nearest; needed where "
                               "its clock resumes.")
        .def("__len__", [](Cohorts const& c) { return c.stage.size(); })
        .def(py::self == py::self)
        .def("__repr__", &describe_cohorts)
        .def(py::pickle(&pickle_cohorts, &unpickle_cohorts));
    bind_pool(m);
}

}  // namespace opgave::python
