#include "bind.hpp"
#include "pickles.hpp"

#include <opgave/pipeline.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;
using Days = std::vector<Day>;

template <class Column>
auto values(std::optional<Column>& column) {
    return column ? std::move(column->values) : decltype(column->values){};
}

using SomeTexts = std::optional<TextColumn>;
using SomeNumbers = std::optional<NumberColumn>;
using SomeDays = std::optional<DayColumn>;

PipelineRows make_rows(TextColumn name, SomeTexts area, SomeNumbers units_added,
                       SomeNumbers units_demolished, SomeTexts gross_or_net, SomeTexts phase,
                       SomeTexts hardness, SomeDays start, SomeDays demolition,
                       SomeDays planned_completion, SomeDays completed, SomeTexts parent,
                       SomeTexts project_id, SomeTexts programme) {
    return {.name = std::move(name.values),
            .area = values(area),
            .units_added = values(units_added),
            .units_demolished = values(units_demolished),
            .gross_or_net = values(gross_or_net),
            .phase = values(phase),
            .hardness = values(hardness),
            .start = values(start),
            .demolition = values(demolition),
            .planned_completion = values(planned_completion),
            .completed = values(completed),
            .parent = values(parent),
            .project_id = values(project_id),
            .programme = values(programme)};
}

py::tuple pickle_rows(PipelineRows const& r) {
    return pickled(r.name, r.area, r.units_added, r.units_demolished, r.gross_or_net, r.phase,
                   r.hardness, r.start, r.demolition, r.planned_completion, r.completed, r.parent,
                   r.project_id, r.programme);
}

PipelineRows unpickle_rows(py::tuple const& state) {
    PickleFields const f(state, "PipelineRows", 14);
    return {.name = f.get<Texts>(0),
            .area = f.get<Texts>(1),
            .units_added = f.get<Numbers>(2),
            .units_demolished = f.get<Numbers>(3),
            .gross_or_net = f.get<Texts>(4),
            .phase = f.get<Texts>(5),
            .hardness = f.get<Texts>(6),
            .start = f.get<Days>(7),
            .demolition = f.get<Days>(8),
            .planned_completion = f.get<Days>(9),
            .completed = f.get<Days>(10),
            .parent = f.get<Texts>(11),
            .project_id = f.get<Texts>(12),
            .programme = f.get<Texts>(13)};
}

void bind_rows(py::module_& m) {
    auto const none = py::none();
    py::class_<PipelineRows>(m, "PipelineRows", "Projects as they are read, not yet checked.")
        .def(py::init(&make_rows), py::arg("name"), py::kw_only(), py::arg("area") = none,
             py::arg("units_added") = none, py::arg("units_demolished") = none,
             py::arg("gross_or_net") = none, py::arg("phase") = none, py::arg("hardness") = none,
             py::arg("start") = none, py::arg("demolition") = none,
             py::arg("planned_completion") = none, py::arg("completed") = none,
             py::arg("parent") = none, py::arg("project_id") = none, py::arg("programme") = none)
        .def_readonly("name", &PipelineRows::name)
        .def_readonly("area", &PipelineRows::area)
        .def_property_readonly("units_added", viewed(&PipelineRows::units_added))
        .def_property_readonly("units_demolished", viewed(&PipelineRows::units_demolished))
        .def_readonly("gross_or_net", &PipelineRows::gross_or_net)
        .def_readonly("phase", &PipelineRows::phase)
        .def_readonly("hardness", &PipelineRows::hardness)
        .def_property_readonly("start", dated(&PipelineRows::start))
        .def_property_readonly("demolition", dated(&PipelineRows::demolition))
        .def_property_readonly("planned_completion", dated(&PipelineRows::planned_completion))
        .def_property_readonly("completed", dated(&PipelineRows::completed))
        .def_readonly("parent", &PipelineRows::parent)
        .def_readonly("project_id", &PipelineRows::project_id)
        .def_readonly("programme", &PipelineRows::programme)
        .def("__len__", [](PipelineRows const& r) { return r.name.size(); })
        .def(py::self == py::self)
        .def("__repr__",
             [](PipelineRows const& r) { return rows_text("PipelineRows", r.name.size()); })
        .def(py::pickle(&pickle_rows, &unpickle_rows));
}

Pipeline make_pipeline(PipelineRows rows, double rho_delay, double rho_fall_through,
                       std::optional<std::vector<PhasePrior>> phases,
                       std::optional<PastProjects> past, int draws, std::uint64_t seed) {
    return Pipeline(std::move(rows), {.factor = {rho_delay, rho_fall_through},
                                      .phases = phases ? std::move(*phases) : default_phases(),
                                      .past = past ? std::move(*past) : PastProjects{},
                                      .draws = draws,
                                      .seed = seed});
}

py::tuple pickle_pipeline(Pipeline const& p) {
    auto const& m = p.model();
    return pickled(p.rows(), m.factor.rho_delay, m.factor.rho_fall_through, m.phases, m.past,
                   m.draws, m.seed);
}

Pipeline unpickle_pipeline(py::tuple const& state) {
    PickleFields const f(state, "Pipeline", 7);
    return make_pipeline(f.get<PipelineRows>(0), f.get<double>(1), f.get<double>(2),
                         f.get<std::vector<PhasePrior>>(3), f.get<PastProjects>(4), f.get<int>(5),
                         f.get<std::uint64_t>(6));
}

using Released = py::call_guard<py::gil_scoped_release>;

py::list beliefs_of(Pipeline const& p) {
    py::list rows;
    for (auto const& b : p.beliefs()) {
        rows.append(py::dict(py::arg("fallen") = b.fallen, py::arg("kept") = b.kept,
                             py::arg("log_mean") = b.log_mean, py::arg("shape") = b.shape,
                             py::arg("scale") = b.scale, py::arg("past_fallen") = b.past_fallen,
                             py::arg("past_completed") = b.past_completed));
    }
    return rows;
}

py::list left_out_of(Pipeline const& p, CalendarDay as_of) {
    py::list rows;
    for (auto const& entry : left_out(p, as_of)) {
        rows.append(py::make_tuple(entry.row, entry.reason));
    }
    return rows;
}

py::dict path_of(Pipeline const& p, std::int64_t goal, CalendarDay as_of, Deadline deadline,
                 std::int64_t observed) {
    std::vector<PathPoint> points;
    {
        py::gil_scoped_release const released;
        points = path(p, goal, {as_of, deadline, observed});
    }
    std::vector<Day> days;
    std::vector<double> means;
    std::vector<double> sds;
    std::vector<double> reached;
    std::vector<std::vector<std::int64_t>> quantiles(std::size(path_levels));
    for (auto const& point : points) {
        days.push_back(point.day);
        means.push_back(point.mean);
        sds.push_back(point.sd);
        reached.push_back(point.at_least);
        for (std::size_t i = 0; i < quantiles.size(); ++i) {
            quantiles[i].push_back(point.quantiles[i]);
        }
    }
    py::dict columns;
    columns["month"] = dates(days);
    columns["mean"] = give(std::move(means));
    columns["sd"] = give(std::move(sds));
    constexpr std::array<char const*, std::size(path_levels)> names = {"q05", "q25", "q50", "q75",
                                                                       "q95"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        columns[names[i]] = give(std::move(quantiles[i]));
    }
    columns["probability"] = give(std::move(reached));
    return columns;
}

py::list leverage_of(Pipeline const& p, std::int64_t goal, CalendarDay as_of, Deadline deadline,
                     std::int64_t observed) {
    std::vector<Leverage> changes;
    {
        py::gil_scoped_release const released;
        changes = leverage(p, goal, {as_of, deadline, observed});
    }
    py::list rows;
    for (auto const& change : changes) {
        rows.append(py::make_tuple(change.name, change.secured, change.dropped, change.advanced));
    }
    return rows;
}

}  // namespace

void bind_pipeline(py::module_& m) {
    bind_rows(m);
    py::class_<Pipeline>(m, "Pipeline", "Checked projects, and what is assumed of them.")
        .def(py::init(&make_pipeline), py::arg("rows"), py::kw_only(), py::arg("rho_delay") = 0.35,
             py::arg("rho_fall_through") = 0.25, py::arg("phases") = py::none(),
             py::arg("past") = py::none(), py::arg("draws") = 1000, py::arg("seed") = 1)
        .def_property_readonly("rows", &Pipeline::rows)
        .def_property_readonly("issues", &Pipeline::issues)
        .def_property_readonly("phases", [](Pipeline const& p) { return p.model().phases; })
        .def_property_readonly("beliefs", &beliefs_of)
        .def_property_readonly("draws", [](Pipeline const& p) { return p.model().draws; })
        .def_property_readonly("seed", [](Pipeline const& p) { return p.model().seed; })
        .def("left_out", &left_out_of, py::arg("as_of"), "Rows that do not count, and why.")
        .def(
            "distribution",
            [](Pipeline const& p, CalendarDay as_of, Deadline deadline, std::int64_t observed) {
                return distribution(p, {as_of, deadline, observed});
            },
            py::arg("as_of"), py::arg("deadline"), py::arg("observed") = 0, Released(),
            "Net additions by the deadline.")
        .def(
            "probability",
            [](Pipeline const& p, std::int64_t goal, CalendarDay as_of, Deadline deadline,
               std::int64_t observed) {
                return probability(p, goal, {as_of, deadline, observed});
            },
            py::arg("goal"), py::arg("as_of"), py::arg("deadline"), py::arg("observed") = 0,
            Released(), "The probability of at least so many net additions.")
        .def("path", &path_of, py::arg("goal"), py::arg("as_of"), py::arg("deadline"),
             py::arg("observed") = 0, "Net additions on every month end.")
        .def(
            "path_step",
            [](Pipeline const& p, CalendarDay as_of, Deadline deadline) {
                return path_step(p, {as_of, deadline});
            },
            py::arg("as_of"), py::arg("deadline"), "The lattice of the path, in homes.")
        .def("leverage", &leverage_of, py::arg("goal"), py::arg("as_of"), py::arg("deadline"),
             py::arg("observed") = 0, "What one project changes, the largest first.")
        .def("__len__", &Pipeline::size)
        .def(py::self == py::self)
        .def("__repr__", [](Pipeline const& p) { return rows_text("Pipeline", p.size()); })
        .def(py::pickle(&pickle_pipeline, &unpickle_pipeline));
}

}  // namespace opgave::python
