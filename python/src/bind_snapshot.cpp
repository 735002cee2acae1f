#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"

#include <opgave/snapshot.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

Snapshot unpickle(py::tuple const& state) {
    PickleFields const f(state, "Snapshot", 6);
    return {f.get<Day>(0),
            f.get<Day>(1),
            f.get<std::vector<State>>(2),
            f.get<std::vector<Day>>(3),
            f.get<std::vector<State>>(4),
            f.get<std::vector<std::uint64_t>>(5)};
}

py::tuple pickle(Snapshot const& s) {
    return pickled(s.as_of, s.known_on, s.state, s.since, s.furthest, s.reached);
}

std::string describe(Snapshot const& s) {
    return "Snapshot(" + std::to_string(s.state.size()) + " dwellings on " + to_iso(s.as_of) +
           ", as known on " + to_iso(s.known_on) + ")";
}

Snapshot snapshot_on(Register const& reg, CalendarDay day, CalendarDay known_on) {
    return as_of(reg, day, known_on);
}

template <auto Count>
py::array counted(Register const& reg, Snapshot const& snapshot, Grouping const& grouping) {
    return give(Count(reg, snapshot, grouping));
}

std::vector<Day> days(Throughput const& t, Day Period::*day) {
    std::vector<Day> result;
    for (Period const& period : t.period) result.push_back(period.*day);
    return result;
}

Throughput throughput_of(Register const& reg, std::string_view state, std::string_view every,
                         CalendarDay as_of, CalendarDay known_on) {
    State const entered = state_of(reg.trajectory(), state);
    return throughput(reg, entered, parse_every(every), as_of, known_on);
}

Throughput unpickle_throughput(py::tuple const& state) {
    PickleFields const f(state, "Throughput", 3);
    Throughput result{{}, f.get<std::vector<std::int64_t>>(2)};
    auto const begin = f.get<std::vector<Day>>(0);
    auto const end = f.get<std::vector<Day>>(1);
    for (std::size_t i = 0; i < begin.size(); ++i) result.period.push_back({begin[i], end.at(i)});
    return result;
}

py::tuple pickle_throughput(Throughput const& t) {
    return pickled(days(t, &Period::begin), days(t, &Period::end), t.count);
}

void bind_throughput(py::module_& m) {
    using T = Throughput;
    py::class_<T>(m, "Throughput", "Dwellings entering a state for the first time, per period.")
        .def_property_readonly("begin", [](T const& t) { return dates(days(t, &Period::begin)); })
        .def_property_readonly("end", [](T const& t) { return dates(days(t, &Period::end)); })
        .def_property_readonly("count", viewed(&T::count))
        .def("__len__", [](T const& t) { return t.count.size(); })
        .def(py::self == py::self)
        .def("__repr__", [](T const& t) { return rows_text("Throughput", t.count.size()); })
        .def(py::pickle(&pickle_throughput, &unpickle_throughput));

    m.def("throughput", &throughput_of, py::arg("register"), py::arg("state"), py::arg("every"),
          py::arg("as_of"), py::arg("known_on"),
          "First entries of a state per month, quarter or year, up to `as_of`.");
}

void bind_counts(py::module_& m) {
    m.def("stage_counts", &counted<stage_counts>, py::arg("register"), py::arg("snapshot"),
          py::arg("grouping"), "Dwellings per group and current state; column 0 is not started.");
    m.def("ever_reached", &counted<ever_reached>, py::arg("register"), py::arg("snapshot"),
          py::arg("grouping"), "Dwellings per group that ever entered each state.");
    m.def("reached_or_passed", &counted<reached_or_passed>, py::arg("register"),
          py::arg("snapshot"), py::arg("grouping"),
          "Dwellings per group that got at least as far as each stage, skipped or not.");
}

}  // namespace

void bind_snapshot(py::module_& m) {
    py::class_<Snapshot>(m, "Snapshot", "Where each dwelling stands on a day.")
        .def_property_readonly("as_of", [](Snapshot const& s) { return CalendarDay{s.as_of}; })
        .def_property_readonly("known_on",
                               [](Snapshot const& s) { return CalendarDay{s.known_on}; })
        .def_property_readonly("state", viewed(&Snapshot::state))
        .def_property_readonly("since", dated(&Snapshot::since))
        .def_property_readonly("since_days", viewed(&Snapshot::since))
        .def_property_readonly("furthest", viewed(&Snapshot::furthest))
        .def_property_readonly("reached", viewed(&Snapshot::reached))
        .def("__len__", [](Snapshot const& s) { return s.state.size(); })
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle(&pickle, &unpickle));

    m.def("as_of", &snapshot_on, py::arg("register"), py::arg("as_of"), py::arg("known_on"),
          "Where each dwelling stands on `as_of`, as known on `known_on`.");
    bind_counts(m);
    bind_throughput(m);
}

}  // namespace opgave::python
