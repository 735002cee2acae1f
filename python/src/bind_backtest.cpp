#include "bind.hpp"
#include "names.hpp"
#include "verdicts.hpp"
#include "watch.hpp"

#include <opgave/backtest.hpp>

namespace opgave::python {

namespace {

py::dict columns_of(std::vector<ForecastRow> const& rows) {
    using F = ForecastRow const&;
    std::vector<Day> origins;
    std::vector<std::string> methods;
    std::vector<Verdict> verdicts;
    for (F row : rows) {
        origins.push_back(row.origin);
        methods.push_back(name_of(row.method));
        verdicts.push_back(row.verdict);
    }
    py::dict columns;
    columns["origin"] = dates(origins);
    columns["horizon"] = column_of<std::int64_t>(rows, [](F r) { return r.horizon_months; });
    columns["method"] = methods;
    columns["outcome"] = column_of<std::int64_t>(rows, [](F r) { return r.outcome; });
    add_verdicts(columns, verdicts);
    return columns;
}

std::vector<ForecastRow> rows_of(py::dict const& columns) {
    auto const origin = days_from(columns["origin"]);
    auto const horizon = columns["horizon"].cast<std::vector<int>>();
    auto const method = texts_from(columns["method"]);
    auto const outcome = columns["outcome"].cast<std::vector<std::int64_t>>();
    auto const number = [&](char const* name) { return numbers_from(columns[name]); };
    auto const mean = number("mean");
    auto const low = number("pit_low");
    auto const high = number("pit_high");
    auto const crps = number("crps");
    auto const log_score = number("log_score");
    auto const interval_score = number("interval_score");
    std::vector<ForecastRow> rows;
    for (std::size_t i = 0; i < origin.size(); ++i)
        rows.push_back({.origin = origin[i],
                        .horizon_months = horizon.at(i),
                        .method = parse_method(method.at(i)),
                        .outcome = outcome.at(i),
                        .verdict = {.mean = mean.at(i),
                                    .pit = {low.at(i), high.at(i)},
                                    .crps = crps.at(i),
                                    .log_score = log_score.at(i),
                                    .interval_score = interval_score.at(i)}});
    return rows;
}

py::dict run(Register const& reg, DayColumn origins, std::vector<int> horizons,
             HazardPrior const& prior, std::optional<std::string> const& state,
             std::string const& arrivals,
             std::map<CalendarDay, std::int64_t, std::less<Day>> const& plan, int paths,
             std::uint64_t seed, int threads, py::object progress) {
    auto const counted = state ? std::optional(state_of(reg.trajectory(), *state)) : std::nullopt;
    Watch watch(std::move(progress));
    BacktestOptions options{.origins = std::move(origins.values),
                            .horizons_months = std::move(horizons),
                            .prior = prior,
                            .state = counted,
                            .arrivals = parse_arrivals(arrivals),
                            .plan = {plan.begin(), plan.end()},
                            .paths = paths,
                            .seed = seed,
                            .threads = threads,
                            .progress = watch.progress()};
    return columns_of(watch.run([&] { return backtest(reg, options); }));
}

py::dict score_columns(py::dict const& forecasts, std::uint64_t seed) {
    auto const rows = scores(rows_of(forecasts), seed);
    using S = ScoreRow const&;
    std::vector<std::string> methods;
    for (S row : rows) methods.push_back(name_of(row.method));
    py::dict columns;
    columns["horizon"] = column_of<std::int64_t>(rows, [](S s) { return s.horizon_months; });
    columns["method"] = methods;
    columns["n"] = column_of<std::int64_t>(rows, [](S s) { return s.n; });
    columns["independent"] = column_of<std::int64_t>(rows, [](S s) { return s.skill.independent; });
    columns["crps"] = column_of<double>(rows, [](S s) { return s.crps; });
    columns["difference"] = column_of<double>(rows, [](S s) { return s.skill.difference; });
    columns["skill"] = column_of<double>(rows, [](S s) { return s.skill.value; });
    columns["skill_low"] = column_of<double>(rows, [](S s) { return s.skill.low; });
    columns["skill_high"] = column_of<double>(rows, [](S s) { return s.skill.high; });
    columns["log_score"] = column_of<double>(rows, [](S s) { return s.log_score; });
    columns["interval_score"] = column_of<double>(rows, [](S s) { return s.interval_score; });
    columns["coverage50"] = column_of<double>(rows, [](S s) { return s.coverage[0]; });
    columns["coverage80"] = column_of<double>(rows, [](S s) { return s.coverage[1]; });
    columns["coverage95"] = column_of<double>(rows, [](S s) { return s.coverage[2]; });
    columns["bias"] = column_of<double>(rows, [](S s) { return s.bias; });
    return columns;
}

}  // namespace

void bind_backtest(py::module_& m) {
    m.def("backtest", &run, py::arg("register"), py::kw_only(), py::arg("origins"),
          py::arg("horizons_months"), py::arg("prior") = HazardPrior(),
          py::arg("state") = py::none(), py::arg("arrivals") = "closed",
          py::arg("plan") = std::map<CalendarDay, std::int64_t, std::less<Day>>(),
          py::arg("paths") = 2000, py::arg("seed") = 1, py::arg("threads") = 0,
          py::arg("progress") = py::none(),
          "Columns with one row per origin, horizon and method: the forecast and its outcome.");
    m.def("backtest_scores", &score_columns, py::arg("forecasts"), py::arg("seed") = 1,
          "Columns with one row per horizon and method, from those of `backtest`.");
}

}  // namespace opgave::python
