#include "bind.hpp"
#include "verdicts.hpp"

#include <opgave/score.hpp>

namespace opgave::python {

namespace {

constexpr std::array<char const*, forecast_levels.size()> level_names = {
    "q025", "q10", "q25", "q50", "q75", "q90", "q975"};

py::dict judge_one(std::int64_t first, NumberColumn mass, std::int64_t sample_size,
                   std::int64_t outcome, double floor) {
    CountDistribution const forecast{first, std::move(mass.values), sample_size};
    check(forecast);
    py::dict columns;
    add_verdicts(columns, {judge(forecast, outcome, floor)});
    return columns;
}

std::vector<Pit> pits_of(NumberColumn const& low, NumberColumn const& high) {
    if (low.values.size() != high.values.size())
        throw std::invalid_argument("pit_low and pit_high must have equal lengths");
    std::vector<Pit> pits;
    for (std::size_t i = 0; i < low.values.size(); ++i)
        pits.push_back({low.values[i], high.values[i]});
    return pits;
}

}  // namespace

void add_verdicts(py::dict& columns, std::vector<Verdict> const& verdicts) {
    using V = Verdict const&;
    columns["mean"] = column_of<double>(verdicts, [](V v) { return v.mean; });
    columns["sd"] = column_of<double>(verdicts, [](V v) { return v.sd; });
    for (std::size_t i = 0; i < level_names.size(); ++i)
        columns[level_names[i]] =
            column_of<std::int64_t>(verdicts, [i](V v) { return v.quantiles[i]; });
    columns["pit_low"] = column_of<double>(verdicts, [](V v) { return v.pit.low; });
    columns["pit_high"] = column_of<double>(verdicts, [](V v) { return v.pit.high; });
    columns["crps"] = column_of<double>(verdicts, [](V v) { return v.crps; });
    columns["log_score"] = column_of<double>(verdicts, [](V v) { return v.log_score; });
    columns["interval_score"] = column_of<double>(verdicts, [](V v) { return v.interval_score; });
}

void bind_score(py::module_& m) {
    m.def("judge", &judge_one, py::arg("first"), py::arg("mass"), py::kw_only(),
          py::arg("sample_size"), py::arg("outcome"), py::arg("floor"),
          "Columns of one row: the scores of a distribution of a count.");
    m.def(
        "crps_ensemble",
        [](NumberColumn draws, double outcome, bool fair) {
            return crps_ensemble(std::move(draws.values), outcome, fair);
        },
        py::arg("draws"), py::arg("outcome"), py::kw_only(), py::arg("fair") = true,
        "The continuous ranked probability score of draws.");
    m.def("brier", &brier, py::arg("probability"), py::arg("happened"), "The Brier score.");
    m.def(
        "pit_histogram",
        [](NumberColumn const& low, NumberColumn const& high, int bins) {
            return give(pit_histogram(pits_of(low, high), bins));
        },
        py::arg("pit_low"), py::arg("pit_high"), py::arg("bins") = 10,
        "The heights of the non-randomised PIT histogram; their mean is one.");
    m.def(
        "coverage",
        [](NumberColumn const& low, NumberColumn const& high, double level) {
            return coverage(pits_of(low, high), level);
        },
        py::arg("pit_low"), py::arg("pit_high"), py::arg("level"),
        "The mean chance that the randomised PIT lies in the central interval.");
}

}  // namespace opgave::python
