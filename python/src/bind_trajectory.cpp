#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"

#include <opgave/trajectory.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Names = std::vector<std::string>;

Names stages(Trajectory const& t) {
    return {t.states().begin(), t.states().begin() + t.stage_count()};
}

Names exits(Trajectory const& t) {
    auto const first = t.states().begin() + t.stage_count() + 1;
    return {first, first + t.exit_count()};
}

std::string complete(Trajectory const& t) {
    return t.states()[static_cast<std::size_t>(t.complete())];
}

std::optional<std::string> pause(Trajectory const& t) {
    return t.pause() ? std::optional(t.states().back()) : std::nullopt;
}

Trajectory unpickle(py::tuple const& state) {
    PickleFields const fields(state, "Trajectory", 4);
    return {fields.get<Names>(0), fields.get<std::string>(1), fields.get<Names>(2),
            fields.get<std::optional<std::string>>(3)};
}

std::string describe(Trajectory const& t) {
    return py::str("Trajectory(stages={!r}, complete={!r}, exits={!r}, pause={!r})")
        .format(stages(t), complete(t), exits(t), pause(t));
}

}  // namespace

void bind_trajectory(py::module_& m) {
    py::class_<Trajectory>(m, "Trajectory", "Stages in order, completion, exits and pause.")
        .def(py::init<Names, std::string, Names, std::optional<std::string>>(), py::arg("stages"),
             py::arg("complete"), py::arg("exits") = Names(), py::arg("pause") = py::none())
        .def_property_readonly("stages", &stages, "The stages in order.")
        .def_property_readonly("complete", &complete, "The state that the last stage goes to.")
        .def_property_readonly("exits", &exits, "The states that end it otherwise.")
        .def_property_readonly("pause", &pause, "The state that interrupts a stage; None without.")
        .def_property_readonly("states", &Trajectory::states,
                               "Stages, completion, exits and pause: the order of their numbers.")
        .def("index", &state_of, py::arg("name"), "Index of a state; -1 for `not_started`.")
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle(
            [](Trajectory const& t) { return pickled(stages(t), complete(t), exits(t), pause(t)); },
            &unpickle));

    m.def("default_trajectory", &default_trajectory,
          "approached, intake, advised, applied, granted, contracted, started, delivered; exit "
          "withdrawn; pause paused.");
}

}  // namespace opgave::python
