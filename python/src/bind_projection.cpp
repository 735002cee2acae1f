#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"
#include "watch.hpp"

#include <opgave/projection.hpp>

#include <pybind11/operators.h>

#include <algorithm>
#include <cstring>
#include <tuple>

namespace opgave::python {

namespace {

using Series = Projection::Series;

Run make_run(int months, double first_month, std::vector<Pool> pools, Scenario scenario, int strata,
             Grouping known, std::vector<int> weight, std::vector<int> counted_in,
             std::vector<Day> month_end, int paths, std::uint64_t seed, int threads) {
    return {.months = months,
            .first_month = first_month,
            .pools = std::move(pools),
            .scenario = std::move(scenario),
            .strata = strata,
            .known = std::move(known),
            .weight = std::move(weight),
            .counted_in = std::move(counted_in),
            .month_end = std::move(month_end),
            .paths = paths,
            .seed = seed,
            .threads = threads,
            .progress = {}};
}

auto fields(Run const& r) {
    return std::tie(r.months, r.first_month, r.pools, r.scenario, r.strata, r.known, r.weight,
                    r.counted_in, r.month_end, r.paths, r.seed, r.threads);
}

py::tuple pickle_run(Run const& r) {
    return std::apply([](auto const&... field) { return pickled(field...); }, fields(r));
}

Run unpickle_run(py::tuple const& state) {
    PickleFields const f(state, "Run", 12);
    return make_run(
        f.get<int>(0), f.get<double>(1), f.get<std::vector<Pool>>(2), f.get<Scenario>(3),
        f.get<int>(4), f.get<Grouping>(5), f.get<std::vector<int>>(6), f.get<std::vector<int>>(7),
        f.get<std::vector<Day>>(8), f.get<int>(9), f.get<std::uint64_t>(10), f.get<int>(11));
}

std::string describe_run(Run const& r) {
    return py::str("Run(months={}, strata={}, paths={}, seed={})")
        .format(r.months, r.strata, r.paths, r.seed);
}

void bind_run(py::module_& m) {
    py::class_<Run>(m, "Run", "How a simulation runs.")
        .def(py::init(&make_run), py::kw_only(), py::arg("months"), py::arg("first_month") = 1.0,
             py::arg("pools") = std::vector<Pool>(), py::arg("scenario") = Scenario(),
             py::arg("strata") = 1, py::arg("known") = Grouping(),
             py::arg("weight") = std::vector<int>(), py::arg("counted_in") = std::vector<int>(),
             py::arg("month_end_days") = std::vector<Day>(), py::arg("paths") = 10'000,
             py::arg("seed") = 1, py::arg("threads") = 0)
        .def_readonly("months", &Run::months)
        .def_readonly("first_month", &Run::first_month)
        .def_readonly("pools", &Run::pools)
        .def_readonly("scenario", &Run::scenario)
        .def_readonly("strata", &Run::strata)
        .def_readonly("known", &Run::known)
        .def_readonly("weight", &Run::weight)
        .def_readonly("counted_in", &Run::counted_in)
        .def_property_readonly("month_end_days", viewed(&Run::month_end))
        .def_readonly("paths", &Run::paths)
        .def_readonly("seed", &Run::seed)
        .def_readonly("threads", &Run::threads)
        .def(py::self == py::self)
        .def("__repr__", &describe_run)
        .def(py::pickle(&pickle_run, &unpickle_run));
}

std::size_t series_bytes(Projection const& p) {
    return sizeof(std::int32_t) * static_cast<std::size_t>(p.paths()) *
           static_cast<std::size_t>(p.months());
}

/// What to do with every series of a projection, in the order of the pickle.
template <class Do>
void for_each_series(Projection const& p, Do act) {
    for (int state = not_started; state < p.trajectory().state_count(); ++state)
        for (int stratum = 0; stratum < p.strata(); ++stratum)
            act(static_cast<State>(state), stratum);
}

template <class Matrix>
py::bytes bytes_of(Matrix const& matrix) {
    auto const size = static_cast<std::size_t>(matrix.size()) * sizeof(typename Matrix::Scalar);
    return {reinterpret_cast<char const*>(matrix.data()), size};
}

/// A matrix of paths x months, or an empty one.
template <class Matrix>
Matrix matrix_of(py::bytes const& bytes, Projection const& p) {
    std::string_view const text(bytes);
    if (text.empty()) return {};
    Matrix matrix(p.paths(), p.months());
    if (text.size() != static_cast<std::size_t>(matrix.size()) * sizeof(typename Matrix::Scalar))
        throw std::invalid_argument("a pickle of Projection has too few counts");
    std::memcpy(matrix.data(), text.data(), text.size());
    return matrix;
}

template <class Matrix>
std::vector<py::bytes> bytes_of(std::vector<Matrix> const& matrices) {
    std::vector<py::bytes> result;
    for (auto const& matrix : matrices) result.push_back(bytes_of(matrix));
    return result;
}

py::object source_of(Projection const& p) {
    if (!p.source) return py::none();
    return py::make_tuple(p.source->hazards, p.source->cohorts, p.source->run);
}

std::shared_ptr<Source const> source_from(py::object const& source) {
    if (source.is_none()) return nullptr;
    py::tuple const parts(source);
    return std::make_shared<Source>(
        Source{parts[0].cast<Hazards>(), parts[1].cast<Cohorts>(), parts[2].cast<Run>()});
}

py::tuple pickle_projection(Projection const& p) {
    std::string counts;
    for_each_series(p, [&](State state, int stratum) {
        counts.append(reinterpret_cast<char const*>(p.counts(state, stratum)), series_bytes(p));
    });
    return pickled(p.trajectory(), p.strata(), p.paths(), p.months(), p.seed(), p.as_of, p.known_on,
                   p.month_end, p.grouping, p.completed, p.attainable, py::bytes(counts),
                   bytes_of(p.waiting), p.budgets, bytes_of(p.spent), bytes_of(p.unpaid),
                   p.supplied, source_of(p));
}

void fill(Projection& p, std::string_view counts) {
    std::size_t at = 0;
    for_each_series(p, [&](State state, int stratum) {
        auto const part = counts.substr(at, series_bytes(p));
        if (part.size() != series_bytes(p))
            throw std::invalid_argument("a pickle of Projection has too few counts");
        std::memcpy(p.counts(state, stratum), part.data(), part.size());
        at += part.size();
    });
}

Projection unpickle_projection(py::tuple const& state) {
    PickleFields const f(state, "Projection", 18);
    Projection p(f.get<Trajectory>(0), f.get<int>(1), f.get<int>(2), f.get<int>(3),
                 f.get<std::uint64_t>(4));
    p.as_of = f.get<Day>(5);
    p.known_on = f.get<Day>(6);
    p.month_end = f.get<std::vector<Day>>(7);
    p.grouping = f.get<Grouping>(8);
    p.completed = f.get<std::vector<std::int64_t>>(9);
    p.attainable = f.get<std::vector<std::int64_t>>(10);
    auto const counts = f.get<py::bytes>(11);
    fill(p, std::string_view(counts));
    p.waiting = matrix_of<Series>(f.get<py::bytes>(12), p);
    p.budgets = f.get<std::vector<std::string>>(13);
    for (auto const& spent : f.get<std::vector<py::bytes>>(14))
        p.spent.push_back(matrix_of<Projection::Cents>(spent, p));
    for (auto const& unpaid : f.get<std::vector<py::bytes>>(15))
        p.unpaid.push_back(matrix_of<Series>(unpaid, p));
    p.supplied = f.get<std::vector<std::vector<std::int64_t>>>(16);
    p.source = source_from(f.get<py::object>(17));
    return p;
}

std::string describe_projection(Projection const& p) {
    return py::str("Projection({} paths, {} months, {} strata, seed {})")
        .format(p.paths(), p.months(), p.strata(), p.seed());
}

py::array counts(py::object const& self, std::string_view state, int stratum) {
    auto const& p = self.cast<Projection const&>();
    if (stratum < 0 || stratum >= p.strata())
        throw py::index_error("stratum must be 0 to " + std::to_string(p.strata() - 1) + ", got " +
                              std::to_string(stratum));
    auto const* first = p.counts(state_of(p.trajectory(), state), stratum);
    return read_only(py::array_t<std::int32_t>({p.paths(), p.months()}, first, self));
}

py::array series(Projection const& p, std::string_view state,
                 std::optional<std::vector<int>> const& strata) {
    State const counted = state_of(p.trajectory(), state);
    return give(strata ? p.series(counted, *strata) : p.series(counted));
}

/// What the projection keeps of one budget.
template <class Kept>
py::array of_budget(std::vector<Kept> const& kept, Projection const& p, std::string const& budget) {
    auto const found = std::ranges::find(p.budgets, budget);
    if (found == p.budgets.end())
        throw py::key_error("budget must be one of the scenario's, got '" + budget + "'");
    return give(kept[static_cast<std::size_t>(found - p.budgets.begin())]);
}

py::array spent_on(Projection const& p, std::string const& budget) {
    return of_budget(p.spent, p, budget);
}
py::array unpaid_by(Projection const& p, std::string const& budget) {
    return of_budget(p.unpaid, p, budget);
}
py::array supplied_by(Projection const& p, std::string const& budget) {
    return of_budget(p.supplied, p, budget);
}

void bind_counts(py::module_& m) {
    using P = Projection;
    py::class_<P>(m, "Projection", "Simulated counts per path, month, state and stratum.")
        .def_property_readonly("trajectory", &P::trajectory)
        .def_property_readonly("strata", &P::strata)
        .def_property_readonly("paths", &P::paths)
        .def_property_readonly("months", &P::months)
        .def_property_readonly("seed", &P::seed)
        .def_property_readonly("as_of", [](P const& p) { return CalendarDay{p.as_of}; })
        .def_property_readonly("known_on", [](P const& p) { return CalendarDay{p.known_on}; })
        .def_property_readonly("month_end", dated(&P::month_end))
        .def_property_readonly("month_end_days", viewed(&P::month_end))
        .def_readonly("grouping", &P::grouping)
        .def_property_readonly("completed", viewed(&P::completed))
        .def_property_readonly("attainable", viewed(&P::attainable))
        .def_property_readonly("waiting", [](P const& p) { return give(p.waiting); })
        .def_readonly("budgets", &P::budgets)
        .def("spent", &spent_on, py::arg("budget"),
             "Cents spent from one budget since the start: paths x months.")
        .def("unpaid", &unpaid_by, py::arg("budget"),
             "Dwellings that wait for the money of one budget: paths x months.")
        .def("supplied", &supplied_by, py::arg("budget"),
             "Cents that one budget had to spend up to each month.")
        .def("counts", &counts, py::arg("state"), py::arg("stratum") = 0,
             "Counts of one state in one stratum: paths x months, a view.")
        .def("series", &series, py::arg("state"), py::arg("strata") = py::none(),
             "Counts of one state summed over strata (all): paths x months.")
        .def(py::self == py::self)
        .def("__repr__", &describe_projection)
        .def(py::pickle(&pickle_projection, &unpickle_projection));
}

Projection run_simulation(Hazards const& hazards, Cohorts const& cohorts, Run run,
                          py::object progress) {
    Watch watch(std::move(progress));
    run.progress = watch.progress();
    return by_name([&] { return watch.run([&] { return simulate(hazards, cohorts, run); }); });
}

Projection run_projection(Register const& reg, Hazards const& hazards, CalendarDay as_of,
                          CalendarDay known_on, CalendarDay until, std::vector<std::string> by,
                          std::string together, Scenario scenario, int paths, std::uint64_t seed,
                          int threads, py::object progress) {
    Watch watch(std::move(progress));
    ProjectOptions const options{.as_of = as_of,
                                 .known_on = known_on,
                                 .until = until,
                                 .by = std::move(by),
                                 .together = std::move(together),
                                 .scenario = std::move(scenario),
                                 .paths = paths,
                                 .seed = seed,
                                 .threads = threads,
                                 .progress = watch.progress()};
    return by_name([&] { return watch.run([&] { return project(reg, hazards, options); }); });
}

void bind_runs(py::module_& m) {
    m.def("simulate", &run_simulation, py::arg("hazards"), py::arg("cohorts"), py::arg("run"),
          py::arg("progress") = py::none(), "Simulates counts per stratum, stage and age.");
    m.def("project", &run_projection, py::arg("register"), py::arg("hazards"), py::kw_only(),
          py::arg("as_of"), py::arg("known_on"), py::arg("until"),
          py::arg("by") = std::vector<std::string>(), py::arg("together") = "",
          py::arg("scenario") = Scenario(), py::arg("paths") = 10'000, py::arg("seed") = 1,
          py::arg("threads") = 0, py::arg("progress") = py::none(),
          "Every dwelling starts where it stands, with the time it already waited.");
}

bool same(Difference const& a, Difference const& b) {
    return a.mean.size() == b.mean.size() && (a.mean == b.mean).all() &&
           (a.std_error == b.std_error).all();
}

std::vector<double> numbers_of(Eigen::ArrayXd const& array) { return {array.begin(), array.end()}; }

Eigen::ArrayXd array_of(std::vector<double> const& numbers) {
    return Eigen::Map<Eigen::ArrayXd const>(numbers.data(),
                                            static_cast<Eigen::Index>(numbers.size()));
}

Difference unpickle_difference(py::tuple const& state) {
    PickleFields const f(state, "Difference", 2);
    return {array_of(f.get<std::vector<double>>(0)), array_of(f.get<std::vector<double>>(1))};
}

Difference difference(Projection const& a, Projection const& b, std::string_view state) {
    return compare(a, b, state_of(a.trajectory(), state));
}

void bind_difference(py::module_& m) {
    py::class_<Difference>(m, "Difference", "A paired difference per month and its standard error.")
        .def_property_readonly("mean", viewed(&Difference::mean))
        .def_property_readonly("std_error", viewed(&Difference::std_error))
        .def("__eq__", &same, py::is_operator())
        .def("__repr__",
             [](Difference const& d) {
                 return "Difference(" + std::to_string(d.mean.size()) + " months)";
             })
        .def(py::pickle(
            [](Difference const& d) {
                return pickled(numbers_of(d.mean), numbers_of(d.std_error));
            },
            &unpickle_difference));

    m.def("compare", &difference, py::arg("a"), py::arg("b"), py::arg("state"),
          "The mean of a - b per month over paths with the same random numbers.");
}

using Counts = py::array_t<std::int32_t, py::array::c_style | py::array::forcecast>;

py::array quantiles_of(Counts const& counts, std::vector<double> const& q) {
    if (counts.ndim() != 2)
        throw std::invalid_argument("a series must be paths x months, got " +
                                    std::to_string(counts.ndim()) + " dimensions");
    Eigen::Map<Series const> const series(counts.data(), counts.shape(0), counts.shape(1));
    return give(quantiles(series, q));
}

}  // namespace

void bind_projection(py::module_& m) {
    bind_run(m);
    bind_counts(m);
    bind_runs(m);
    bind_difference(m);

    m.def("quantiles", &quantiles_of, py::arg("series"), py::arg("q"),
          "Months x levels: the smallest count that is reached with probability q.");
}

}  // namespace opgave::python
