#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/register.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

RegisterRules make_rules(DwellingRules const& dwellings, std::optional<CalendarDay> programme_start,
                         std::optional<CalendarDay> as_of) {
    return {dwellings, optional_day(programme_start), optional_day(as_of)};
}

RegisterRules unpickle_rules(py::tuple const& state) {
    PickleFields const f(state, "RegisterRules", 3);
    using MaybeDay = std::optional<Day>;
    return {f.get<DwellingRules>(0), f.get<MaybeDay>(1), f.get<MaybeDay>(2)};
}

std::string describe_rules(RegisterRules const& r) {
    return py::str("RegisterRules(dwellings={!r}, programme_start={!r}, as_of={!r})")
        .format(r.dwellings, calendar_day(r.programme_start), calendar_day(r.as_of));
}

void bind_rules(py::module_& m) {
    using Rules = RegisterRules;
    py::class_<Rules>(m, "RegisterRules", "What the input of a register is checked against.")
        .def(py::init(&make_rules), py::kw_only(), py::arg("dwellings") = DwellingRules(),
             py::arg("programme_start") = py::none(), py::arg("as_of") = py::none())
        .def_readonly("dwellings", &Rules::dwellings)
        .def_property_readonly("programme_start",
                               [](Rules const& r) { return calendar_day(r.programme_start); })
        .def_property_readonly("as_of", [](Rules const& r) { return calendar_day(r.as_of); })
        .def(py::self == py::self)
        .def("__repr__", &describe_rules)
        .def(py::pickle(
            [](Rules const& r) { return pickled(r.dwellings, r.programme_start, r.as_of); },
            &unpickle_rules));
}

Register make_register(Trajectory trajectory, EventRows const& events,
                       DwellingRows const* dwellings, RegisterRules const& rules) {
    py::gil_scoped_release const release;
    if (!dwellings) return {std::move(trajectory), events, rules};
    return {std::move(trajectory), events, *dwellings, rules};
}

Register unpickle_register(py::tuple const& state) {
    PickleFields const f(state, "Register", 6);
    return {f.get<Trajectory>(0), f.get<Dwellings>(1),          f.get<Events>(2),
            f.get<Issues>(3),     f.get<std::optional<Day>>(4), f.get<bool>(5)};
}

py::tuple pickle_register(Register const& r) {
    return pickled(r.trajectory(), r.dwellings(), r.events(), r.issues(), r.programme_start(),
                   r.has_own_dwellings());
}

std::string describe_register(Register const& r) {
    return "Register(" + std::to_string(r.dwellings().size()) + " dwellings, " +
           std::to_string(r.events().size()) + " events)";
}

void bind_checked(py::module_& m) {
    py::class_<Register>(m, "Register", "Dwellings and events of one programme, checked.")
        .def(py::init(&make_register), py::arg("trajectory"), py::arg("events"),
             py::arg("dwellings").none(true) = py::none(), py::arg("rules") = RegisterRules())
        .def_property_readonly("trajectory", &Register::trajectory)
        .def_property_readonly("dwellings", &Register::dwellings)
        .def_property_readonly("events", &Register::events)
        .def_property_readonly("issues", &Register::issues)
        .def_property_readonly("programme_start",
                               [](Register const& r) { return calendar_day(r.programme_start()); })
        .def_property_readonly("has_own_dwellings", &Register::has_own_dwellings)
        .def_property_readonly("last_day",
                               [](Register const& r) { return CalendarDay{r.last_day()}; })
        .def(py::self == py::self)
        .def("__repr__", &describe_register)
        .def(py::pickle(&pickle_register, &unpickle_register));
}

Visits unpickle_visits(py::tuple const& state) {
    PickleFields const f(state, "Visits", 4);
    return {f.get<std::vector<std::size_t>>(0), f.get<std::vector<State>>(1),
            f.get<std::vector<Day>>(2), f.get<std::vector<std::uint8_t>>(3)};
}

void bind_visits(py::module_& m) {
    py::class_<Visits>(m, "Visits", "The stays of each dwelling, in order.")
        .def_property_readonly("begin", viewed(&Visits::begin))
        .def_property_readonly("state", viewed(&Visits::state))
        .def_property_readonly("day", dated(&Visits::day))
        .def_property_readonly("day_days", viewed(&Visits::day))
        .def_property_readonly("found", viewed(&Visits::found))
        .def("__len__", [](Visits const& v) { return v.state.size(); })
        .def(py::self == py::self)
        .def("__repr__", [](Visits const& v) { return rows_text("Visits", v.state.size()); })
        .def(py::pickle([](Visits const& v) { return pickled(v.begin, v.state, v.day, v.found); },
                        &unpickle_visits));

    m.def(
        "visits",
        [](Register const& r, CalendarDay as_of, CalendarDay known) {
            return visits(r, as_of, known);
        },
        py::arg("register"), py::arg("as_of"), py::arg("known_on"),
        "The stays that began on `as_of` or before, as known on `known_on`.");
}

}  // namespace

void bind_register(py::module_& m) {
    bind_rules(m);
    bind_checked(m);
    bind_visits(m);
}

}  // namespace opgave::python
