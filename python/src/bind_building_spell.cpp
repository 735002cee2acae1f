#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/building_spell.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Codes = std::vector<std::int8_t>;
using States = std::vector<BuildingState>;
using Days = std::vector<Day>;

Codes codes(States const& states) {
    Codes codes;
    for (auto const state : states) codes.push_back(static_cast<std::int8_t>(state));
    return codes;
}

States states(Codes const& codes) {
    States states;
    for (auto const code : codes) states.push_back(BuildingState{code});
    return states;
}

auto coded(States BuildingSpells::*column) {
    return [column](BuildingSpells const& spells) { return give(codes(spells.*column)); };
}

std::vector<std::string> names() {
    std::vector<std::string> names;
    for (auto code = 0; code <= static_cast<int>(BuildingState::not_realised); ++code)
        names.emplace_back(name_of(static_cast<BuildingState>(code)));
    return names;
}

}  // namespace

void bind_building_spell(py::module_& m) {
    py::class_<BuildingSpells>(m, "BuildingSpells", "Stays of buildings before their first use.")
        .def_property_readonly("building", viewed(&BuildingSpells::building))
        .def_property_readonly("permit", dated(&BuildingSpells::permit))
        .def_property_readonly("from_state", coded(&BuildingSpells::from_state))
        .def_property_readonly("to_state", coded(&BuildingSpells::to_state))
        .def_property_readonly("enter", dated(&BuildingSpells::enter))
        .def_property_readonly("exit", dated(&BuildingSpells::exit))
        .def_property_readonly("first_observed", dated(&BuildingSpells::first_observed))
        .def("__len__", &BuildingSpells::size)
        .def(py::self == py::self)
        .def("__repr__",
             [](BuildingSpells const& s) { return rows_text("BuildingSpells", s.size()); })
        .def(py::pickle(
            [](BuildingSpells const& s) {
                return pickled(s.building, s.permit, codes(s.from_state), codes(s.to_state),
                               s.enter, s.exit, s.first_observed);
            },
            [](py::tuple const& state) {
                PickleFields const f(state, "BuildingSpells", 7);
                return BuildingSpells{f.get<std::vector<std::int64_t>>(0),
                                      f.get<Days>(1),
                                      states(f.get<Codes>(2)),
                                      states(f.get<Codes>(3)),
                                      f.get<Days>(4),
                                      f.get<Days>(5),
                                      f.get<Days>(6)};
            }));
    m.def(
        "building_spells",
        [](BagHistory const& history, CalendarDay known_on) {
            return building_spells(history, known_on);
        },
        py::arg("history"), py::arg("known_on"), "Stays of buildings before their first use.");
    m.def("building_states", &names, "The names of the states, by code.");
}

}  // namespace opgave::python
