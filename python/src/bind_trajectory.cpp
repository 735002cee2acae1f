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

Trajectory make(Names stages, std::string complete, Names exits, std::optional<std::string> pause,
                std::string const& pause_clock) {
    if (pause_clock != "reset" && pause_clock != "resume")
        throw std::invalid_argument("pause_clock must be 'reset' or 'resume', got '" + pause_clock +
                                    "'");
    auto const clock = pause_clock == "reset" ? PauseClock::reset : PauseClock::resume;
    return {std::move(stages), std::move(complete), std::move(exits), std::move(pause), clock};
}

char const* clock_of(Trajectory const& t) {
    return t.pause_clock() == PauseClock::reset ? "reset" : "resume";
}

/// A clock that resumes is one more field.
py::tuple pickle(Trajectory const& t) {
    if (t.pause_clock() == PauseClock::reset)
        return pickled(stages(t), complete(t), exits(t), pause(t));
    return pickled(stages(t), complete(t), exits(t), pause(t), "resume");
}

Trajectory unpickle(py::tuple const& state) {
    if (state.size() == 6 && py::isinstance<py::str>(state[5])) {
        PickleFields const fields(state, "Trajectory", 5);
        return make(fields.get<Names>(0), fields.get<std::string>(1), fields.get<Names>(2),
                    fields.get<std::optional<std::string>>(3), fields.get<std::string>(4));
    }
    PickleFields const fields(state, "Trajectory", 4);
    return {fields.get<Names>(0), fields.get<std::string>(1), fields.get<Names>(2),
            fields.get<std::optional<std::string>>(3)};
}

std::string describe(Trajectory const& t) {
    bool const resumes = t.pause_clock() == PauseClock::resume;
    return py::str("Trajectory(stages={!r}, complete={!r}, exits={!r}, pause={!r}{})")
        .format(stages(t), complete(t), exits(t), pause(t),
                resumes ? ", pause_clock='resume'" : "");
}

}  // namespace

void bind_trajectory(py::module_& m) {
    py::class_<Trajectory>(m, "Trajectory", "Stages in order, completion, exits and pause.")
        .def(py::init(&make), py::arg("stages"), py::arg("complete"), py::arg("exits") = Names(),
             py::arg("pause") = py::none(), py::arg("pause_clock") = "reset")
        .def_property_readonly("stages", &stages, "The stages in order.")
        .def_property_readonly("complete", &complete, "The state that the last stage goes to.")
        .def_property_readonly("exits", &exits, "The states that end it otherwise.")
        .def_property_readonly("pause", &pause, "The state that interrupts a stage; None without.")
        .def_property_readonly("pause_clock", &clock_of,
                               "Whether the time waited in a stage begins again after a pause.\n\n"
                               "``reset``: it does, as after a new owner. ``resume``: it goes on "
                               "where it was, as after an\nillness. Which one fits a register is "
                               "seen by a back-test with either clock: compare the\nscores of the "
                               "model. Where few dwellings pause, or paces hardly depend on the "
                               "time waited,\nthe difference is small.")
        .def_property_readonly("states", &Trajectory::states,
                               "Stages, completion, exits and pause: the order of their numbers.")
        .def("index", &state_of, py::arg("name"), "Index of a state; -1 for `not_started`.")
        .def(py::self == py::self)
        .def("__repr__", &describe)
        .def(py::pickle(&pickle, &unpickle));

    m.def("default_trajectory", &default_trajectory,
          "approached, intake, advised, applied, granted, contracted, started, delivered; exit "
          "withdrawn; pause paused.");
}

}  // namespace opgave::python
