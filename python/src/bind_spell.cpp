#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/spell.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

Spells unpickle(py::tuple const& state) {
    PickleFields const f(state, "Spells", 7);
    using States = std::vector<State>;
    using Days = std::vector<Day>;
    return {f.get<std::vector<std::int32_t>>(0),
            f.get<States>(1),
            f.get<States>(2),
            f.get<Days>(3),
            f.get<Days>(4),
            f.get<States>(5),
            f.get<Days>(6)};
}

py::tuple pickle(Spells const& s) {
    return pickled(s.dwelling, s.stage, s.origin, s.enter, s.exit, s.cause, s.first_observed);
}

}  // namespace

void bind_spell(py::module_& m) {
    py::class_<Spells>(m, "Spells", "Stays in a state with how they ended.")
        .def_property_readonly("dwelling", viewed(&Spells::dwelling))
        .def_property_readonly("stage", viewed(&Spells::stage))
        .def_property_readonly("origin", viewed(&Spells::origin))
        .def_property_readonly("enter", dated(&Spells::enter))
        .def_property_readonly("enter_days", viewed(&Spells::enter))
        .def_property_readonly("exit", dated(&Spells::exit))
        .def_property_readonly("exit_days", viewed(&Spells::exit))
        .def_property_readonly("cause", viewed(&Spells::cause))
        .def_property_readonly("first_observed", dated(&Spells::first_observed))
        .def_property_readonly("first_observed_days", viewed(&Spells::first_observed))
        .def("__len__", &Spells::size)
        .def(py::self == py::self)
        .def("__repr__", [](Spells const& s) { return rows_text("Spells", s.size()); })
        .def(py::pickle(&pickle, &unpickle));

    m.def(
        "spells",
        [](Register const& r, CalendarDay as_of, CalendarDay known) {
            return spells(r, as_of, known);
        },
        py::arg("register"), py::arg("as_of"), py::arg("known_on"),
        "The spells up to and including `as_of`, as known on `known_on`.");
    m.attr("censored") = censored;
    m.attr("returned") = returned;
}

}  // namespace opgave::python
