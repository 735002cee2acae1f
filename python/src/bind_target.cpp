#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"
#include "watch.hpp"

#include <opgave/target.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Scope = std::vector<std::pair<std::string, std::string>>;

Scope scope_from(py::object const& scope) {
    Scope result;
    for (auto const& [column, value] : py::dict(scope))
        result.emplace_back(column.cast<std::string>(), value.cast<std::string>());
    return result;
}

py::dict scope_of(Target const& target) {
    py::dict scope;
    for (auto const& [column, value] : target.scope) scope[py::str(column)] = value;
    return scope;
}

Target make_target(std::string name, std::string state, std::int64_t goal, py::object deadline,
                   py::object const& scope) {
    Deadline const last =
        py::isinstance<Deadline>(deadline) ? deadline.cast<Deadline>() : by(day_from(deadline));
    Target target{std::move(name), std::move(state), scope_from(scope), goal, last};
    check(target);
    return target;
}

Target unpickle_target(py::tuple const& state) {
    PickleFields const f(state, "Target", 5);
    return make_target(f.get<std::string>(0), f.get<std::string>(1), f.get<std::int64_t>(2),
                       f.get<py::object>(3), f.get<py::dict>(4));
}

std::string describe_target(Target const& t) {
    return py::str("Target(name={!r}, state={!r}, goal={}, deadline={!r}, scope={!r})")
        .format(t.name, t.state, t.goal, to_iso(t.deadline.last_day), scope_of(t));
}

void bind_promise(py::module_& m) {
    py::class_<Target>(m, "Target", "At least a number of dwellings in a state by a day.")
        .def(py::init(&make_target), py::kw_only(), py::arg("name"), py::arg("state"),
             py::arg("goal"), py::arg("deadline"), py::arg("scope") = py::dict())
        .def_readonly("name", &Target::name, "What it is called.")
        .def_readonly("state", &Target::state, "The state that counts.")
        .def_readonly("goal", &Target::goal, "At least so many dwellings.")
        .def_readonly("deadline", &Target::deadline, "The last day that counts.")
        .def_property_readonly("scope", &scope_of, "Columns, and the value of each that counts.")
        .def(py::self == py::self)
        .def("__repr__", &describe_target)
        .def(py::pickle(
            [](Target const& t) {
                return pickled(t.name, t.state, t.goal, t.deadline, scope_of(t));
            },
            &unpickle_target));
}

Progress unpickle_progress(py::tuple const& state) {
    PickleFields const f(state, "Progress", 6);
    return {f.get<std::int64_t>(0), f.get<std::int64_t>(1), f.get<double>(2),
            f.get<double>(3),       f.get<double>(4),       f.get<std::int64_t>(5)};
}

py::tuple pickle_progress(Progress const& p) {
    return pickled(p.done, p.goal, p.share, p.months_left, p.pace_per_month, p.unknown);
}

std::string describe_progress(Progress const& p) {
    return py::
        str("Progress(done={}, goal={}, share={:.3g}, months_left={:.3g}, pace_per_month={:.3g})")
            .format(p.done, p.goal, p.share, p.months_left, p.pace_per_month);
}

Progress progress_of(Register const& reg, Snapshot const& snapshot, Target const& target) {
    return by_name([&] { return progress(reg, snapshot, target); });
}

void bind_progress(py::module_& m) {
    py::class_<Progress>(m, "Progress", "How far a target is.")
        .def_readonly("done", &Progress::done)
        .def_readonly("goal", &Progress::goal)
        .def_readonly("share", &Progress::share)
        .def_readonly("months_left", &Progress::months_left)
        .def_readonly("pace_per_month", &Progress::pace_per_month)
        .def_readonly("unknown", &Progress::unknown)
        .def(py::self == py::self)
        .def("__repr__", &describe_progress)
        .def(py::pickle(&pickle_progress, &unpickle_progress));

    m.def("progress", &progress_of, py::arg("register"), py::arg("snapshot"), py::arg("target"),
          "How far a target is on the day of the snapshot.");
}

Probability unpickle_probability(py::tuple const& state) {
    PickleFields const f(state, "Probability", 5);
    return {f.get<double>(0), f.get<double>(1), f.get<std::string>(2), f.get<std::int64_t>(3),
            f.get<std::int64_t>(4)};
}

py::tuple pickle_probability(Probability const& p) {
    return pickled(p.value, p.std_error, p.method, p.ceiling, p.goal);
}

std::string describe_probability(Probability const& p) {
    if (p.goal == 0)
        return py::str("Probability({:.4g} +/- {:.2g}, method={!r})")
            .format(p.value, p.std_error, p.method);
    return py::str("Probability({:.4g} +/- {:.2g}, method={!r}, goal={}, ceiling={})")
        .format(p.value, p.std_error, p.method, p.goal, p.ceiling);
}

Probability probability_of(Projection const& projection, Target const& target) {
    Watch watch{py::none()};
    return by_name([&] {
        return watch.run([&] { return probability(projection, target, watch.progress()); });
    });
}

py::dict spread_of(Projection const& projection, Target const& target) {
    Watch watch{py::none()};
    Spread const found = by_name(
        [&] { return watch.run([&] { return spread(projection, target, watch.progress()); }); });
    py::dict result;
    result["mean"] = found.mean;
    result["variance"] = found.variance;
    result["chance_share"] = found.chance_share;
    result["prior_share"] = found.prior_share;
    return result;
}

void bind_probability(py::module_& m) {
    py::class_<Probability>(m, "Probability", "A probability, how it was found, what limits it.")
        .def_readonly("value", &Probability::value)
        .def_readonly("std_error", &Probability::std_error)
        .def_readonly("method", &Probability::method)
        .def_readonly("ceiling", &Probability::ceiling)
        .def_readonly("goal", &Probability::goal)
        .def(py::self == py::self)
        .def("__repr__", &describe_probability)
        .def(py::pickle(&pickle_probability, &unpickle_probability));

    m.def("probability", &probability_of, py::arg("projection"), py::arg("target"),
          "The probability that a target is reached.");
    m.def("spread", &spread_of, py::arg("projection"), py::arg("target"),
          "Where the variance of the count of a target comes from.");
}

}  // namespace

void bind_target(py::module_& m) {
    bind_promise(m);
    bind_progress(m);
    bind_probability(m);
}

}  // namespace opgave::python
