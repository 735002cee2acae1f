#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"
#include "watch.hpp"

#include <opgave/blocks.hpp>
#include <opgave/delay.hpp>
#include <opgave/hazard.hpp>
#include <opgave/variation_tables.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

HazardPrior make_prior(NumberColumn band_edges_months, RateTable per_month, double level_shape,
                       double band_shape, double effect_scale, double shock_scale,
                       NumberColumn season, double season_shape) {
    return {band_edges_months.values,
            std::move(per_month),
            level_shape,
            band_shape,
            effect_scale,
            shock_scale,
            season.values,
            season_shape};
}

HazardPrior unpickle_prior(py::tuple const& state) {
    PickleFields const f(state, "HazardPrior", 8);
    return {f.get<std::vector<double>>(0),
            f.get<RateTable>(1),
            f.get<double>(2),
            f.get<double>(3),
            f.get<double>(4),
            f.get<double>(5),
            f.get<std::vector<double>>(6),
            f.get<double>(7)};
}

py::tuple pickle_prior(HazardPrior const& p) {
    return pickled(p.band_edges_months, p.per_month, p.level_shape, p.band_shape, p.effect_scale,
                   p.shock_scale, p.season, p.season_shape);
}

std::string describe_prior(HazardPrior const& p) {
    return "HazardPrior(" + std::to_string(p.per_month.size()) + " moves, " +
           std::to_string(p.band_edges_months.size()) + " bands)";
}

void bind_prior(py::module_& m) {
    HazardPrior const standard;
    py::class_<HazardPrior>(m, "HazardPrior", "What is believed of the rates before the data.")
        .def(py::init(&make_prior), py::kw_only(),
             py::arg("band_edges_months") = standard.band_edges_months,
             py::arg("per_month") = standard.per_month,
             py::arg("level_shape") = standard.level_shape,
             py::arg("band_shape") = standard.band_shape,
             py::arg("effect_scale") = standard.effect_scale,
             py::arg("shock_scale") = standard.shock_scale, py::arg("season") = standard.season,
             py::arg("season_shape") = standard.season_shape)
        .def_readonly("band_edges_months", &HazardPrior::band_edges_months,
                      "Months at which the bands begin; the last is open.")
        .def_readonly("per_month", &HazardPrior::per_month, "Rates per move, one per band.")
        .def_readonly("level_shape", &HazardPrior::level_shape,
                      "How sure the level of a move is; 4 is a standard deviation of a half.")
        .def_readonly("band_shape", &HazardPrior::band_shape,
                      "How sure the shape over the bands is; 25 is a standard deviation of 0.2.")
        .def_readonly("effect_scale", &HazardPrior::effect_scale,
                      "How large the standard deviation between groups may be.")
        .def_readonly("shock_scale", &HazardPrior::shock_scale,
                      "How large that of a yearly shock may be; 0 is no shock.")
        .def_readonly("season", &HazardPrior::season,
                      "Twelve factors of mean one, January first; empty is no season.")
        .def_readonly("season_shape", &HazardPrior::season_shape,
                      "How sure the season is; 30 is a standard deviation of 0.18.")
        .def(py::self == py::self)
        .def("__repr__", &describe_prior)
        .def(py::pickle(&pickle_prior, &unpickle_prior));
}

Hazards make_hazards(Trajectory trajectory, NumberColumn band_edges_months, RateTable const& rate) {
    return by_name(
        [&] { return Hazards(std::move(trajectory), std::move(band_edges_months.values), rate); });
}

py::tuple fit_fields(MoveFit const& f) {
    return py::make_tuple(f.move.from, f.move.to, f.level_shape, f.band_shape, f.has_prior,
                          f.prior_per_month, f.events, f.exposure_months);
}

MoveFit fit_from(py::tuple const& f) {
    return {.move = {f[0].cast<State>(), f[1].cast<State>()},
            .level_shape = f[2].cast<double>(),
            .band_shape = f[3].cast<double>(),
            .has_prior = f[4].cast<bool>(),
            .prior_per_month = f[5].cast<std::vector<double>>(),
            .events = f[6].cast<std::vector<std::int64_t>>(),
            .exposure_months = f[7].cast<std::vector<double>>()};
}

py::tuple variation_fields(Variation const& v) {
    py::list factors;
    for (Factor const& factor : v.factors) {
        factors.append(py::make_tuple(factor.column, factor.levels));
    }
    py::list exposure;
    for (ExposureCell const& c : v.exposure) {
        exposure.append(py::make_tuple(c.state, c.band, c.combination, c.month, c.half_days));
    }
    py::list events;
    for (EventCell const& c : v.events) {
        events.append(
            py::make_tuple(c.move.from, c.move.to, c.band, c.combination, c.month, c.events));
    }
    py::list imputed;
    for (UndatedStay const& s : v.imputed) {
        imputed.append(py::make_tuple(s.state, s.combination, s.from, s.to, s.cause));
    }
    return py::make_tuple(factors, v.effect_scale, v.shock_scale, v.season, v.season_shape,
                          v.combinations, exposure, events, v.first_day, v.last_day, v.undated,
                          v.known_on, v.recorded, imputed);
}

Variation variation_from(py::tuple const& f) {
    Variation v{.effect_scale = f[1].cast<double>(),
                .shock_scale = f[2].cast<double>(),
                .season = f[3].cast<std::vector<double>>(),
                .season_shape = f[4].cast<double>(),
                .combinations = f[5].cast<std::vector<std::vector<int>>>(),
                .first_day = f[8].cast<Day>(),
                .last_day = f[9].cast<Day>(),
                .known_on = f[11].cast<Day>(),
                .recorded = f[12].cast<std::vector<double>>(),
                .undated = f[10].cast<std::int64_t>()};
    for (auto const& c : f[0].cast<std::vector<py::tuple>>()) {
        v.factors.push_back({c[0].cast<std::string>(), c[1].cast<std::vector<std::string>>()});
    }
    for (auto const& c : f[6].cast<std::vector<py::tuple>>()) {
        v.exposure.push_back({c[0].cast<State>(), c[1].cast<int>(), c[2].cast<int>(),
                              c[3].cast<int>(), c[4].cast<std::int64_t>()});
    }
    for (auto const& c : f[7].cast<std::vector<py::tuple>>()) {
        v.events.push_back({{c[0].cast<State>(), c[1].cast<State>()},
                            c[2].cast<int>(),
                            c[3].cast<int>(),
                            c[4].cast<int>(),
                            c[5].cast<std::int64_t>()});
    }
    for (auto const& s : f[13].cast<std::vector<py::tuple>>()) {
        v.imputed.push_back({s[0].cast<State>(), s[1].cast<int>(), s[2].cast<Day>(),
                             s[3].cast<Day>(), s[4].cast<State>()});
    }
    return v;
}

py::tuple pickle_hazards(Hazards const& h) {
    py::list fits;
    for (MoveFit const& fit : h.fits()) fits.append(fit_fields(fit));
    return pickled(h.trajectory(), h.band_edges_months(), fits, variation_fields(h.variation()));
}

Hazards unpickle_hazards(py::tuple const& state) {
    PickleFields const f(state, "Hazards", 4);
    std::vector<MoveFit> fits;
    for (auto const& fit : f.get<std::vector<py::tuple>>(2)) fits.push_back(fit_from(fit));
    return {f.get<Trajectory>(0), f.get<std::vector<double>>(1), std::move(fits),
            variation_from(f.get<py::tuple>(3))};
}

std::vector<std::pair<std::string, std::string>> moves(Hazards const& h) {
    std::vector<std::pair<std::string, std::string>> result;
    for (MoveFit const& fit : h.fits()) result.push_back(names(h.trajectory(), fit.move));
    return result;
}

std::vector<std::string> columns_of(Hazards const& h) {
    std::vector<std::string> columns;
    for (Factor const& factor : h.factors()) columns.push_back(factor.column);
    return columns;
}

std::string by_columns(Hazards const& h) {
    std::string text;
    for (std::string const& name : columns_of(h)) text += (text.empty() ? ", by " : " and ") + name;
    return text;
}

std::string describe_hazards(Hazards const& h) {
    return "Hazards(" + std::to_string(h.fits().size()) + " moves, " +
           std::to_string(h.band_count()) + " bands" + by_columns(h) +
           (h.is_certain() ? ", certain)" : ")");
}

/// Reads draws; Ctrl-C stops what all of them wait for.
template <class Compute>
auto from_draws(Hazards const& hazards, Compute const& compute) {
    Watch watch{py::none()};
    return watch.run([&] {
        hazards.prepare(watch.progress());
        return compute();
    });
}

py::array draw_rates(Hazards const& h, std::uint64_t seed, std::uint64_t path) {
    return give(from_draws(h, [&] { return h.draw(seed, path).rates; }));
}

py::array mean_rates(Hazards const& h) {
    return give(from_draws(h, [&] { return h.mean(); }));
}

void bind_hazards(py::module_& m) {
    py::class_<Hazards>(m, "Hazards", "A joint distribution of rates per move and duration band.")
        .def(py::init(&make_hazards), py::arg("trajectory"), py::kw_only(),
             py::arg("band_edges_months"), py::arg("rate"))
        .def_property_readonly("trajectory", &Hazards::trajectory)
        .def_property_readonly("band_edges_months", &Hazards::band_edges_months)
        .def_property_readonly("band_count", &Hazards::band_count)
        .def_property_readonly("is_certain", &Hazards::is_certain)
        .def_property_readonly("moves", &moves)
        .def_property_readonly("by", &columns_of)
        .def_property_readonly("shock_is_prior", &Hazards::shock_is_prior)
        .def_property_readonly("undated", [](Hazards const& h) { return h.variation().undated; })
        .def("draw", &draw_rates, py::arg("seed"), py::arg("path"),
             "One posterior draw: moves x bands, per month.")
        .def("mean", &mean_rates, "The posterior mean: moves x bands, per month.")
        .def(py::self == py::self)
        .def("__repr__", &describe_hazards)
        .def(py::pickle(&pickle_hazards, &unpickle_hazards));
}

Undated undated_from(std::string const& name) {
    if (name == "drop") return Undated::drop;
    if (name == "impute") return Undated::impute;
    throw std::invalid_argument("undated must be 'drop' or 'impute', got '" + name + "'");
}

Hazards fit(Spells const& spells, Trajectory const& trajectory, HazardPrior const& prior,
            Grouping const& by, std::string const& undated, ReportingDelay const& delay) {
    return by_name([&] {
        auto const choice = undated_from(undated);
        py::gil_scoped_release const release;
        return fit_hazards(spells, trajectory, prior, by, choice, delay);
    });
}

/// One number of every row, as a column.
template <class T, class Row, class Read>
py::array column(std::vector<Row> const& rows, Read read) {
    py::array_t<T> values(static_cast<py::ssize_t>(rows.size()));
    T* next = values.mutable_data();
    for (Row const& row : rows) *next++ = static_cast<T>(read(row));
    return values;
}

/// The names of the two ends of the moves of rows.
template <class Row, class Read>
void add_moves(py::dict& columns, Hazards const& hazards, std::vector<Row> const& rows, Read read) {
    std::vector<std::string> stage;
    std::vector<std::string> cause;
    for (Row const& row : rows) {
        auto [from, to] = names(hazards.trajectory(), read(row));
        stage.push_back(std::move(from));
        cause.push_back(std::move(to));
    }
    columns["stage"] = stage;
    columns["cause"] = cause;
}

template <class Row, class Read>
void add_estimates(py::dict& columns, std::vector<Row> const& rows, Read read) {
    columns["mean"] = column<double>(rows, [&](Row const& row) { return read(row).mean; });
    columns["q05"] = column<double>(rows, [&](Row const& row) { return read(row).q05; });
    columns["q95"] = column<double>(rows, [&](Row const& row) { return read(row).q95; });
}

py::dict cell_columns(Hazards const& hazards) {
    auto const rows = from_draws(hazards, [&] { return cells(hazards); });
    using C = CellSummary const&;
    py::dict columns;
    add_moves(columns, hazards, rows, [](C s) { return s.cell.move; });
    columns["band"] = column<std::int64_t>(rows, [](C s) { return s.cell.band; });
    columns["events"] = column<std::int64_t>(rows, [](C s) { return s.cell.events; });
    columns["exposure"] = column<double>(rows, [](C s) { return s.cell.exposure_months; });
    columns["prior"] = column<double>(rows, [](C s) { return s.cell.prior_per_month; });
    add_estimates(columns, rows, [](C s) { return Estimate{s.mean, s.q05, s.q95}; });
    columns["shrinkage"] = column<double>(rows, [](C s) { return s.shrinkage; });
    return columns;
}

py::dict effect_columns(Hazards const& hazards) {
    auto const rows = from_draws(hazards, [&] { return effects(hazards); });
    using E = EffectSummary const&;
    std::vector<std::string> factor;
    std::vector<std::string> level;
    for (E row : rows) {
        Factor const& f = hazards.factors()[static_cast<std::size_t>(row.factor)];
        factor.push_back(f.column);
        level.push_back(f.levels[static_cast<std::size_t>(row.level)]);
    }
    py::dict columns;
    columns["factor"] = factor;
    columns["level"] = level;
    add_moves(columns, hazards, rows, [](E s) { return s.move; });
    columns["events"] = column<std::int64_t>(rows, [](E s) { return s.events; });
    columns["expected"] = column<double>(rows, [](E s) { return s.expected; });
    add_estimates(columns, rows, [](E s) { return s.effect; });
    columns["shrinkage"] = column<double>(rows, [](E s) { return s.shrinkage; });
    return columns;
}

py::dict season_columns(Hazards const& hazards) {
    auto const rows = from_draws(hazards, [&] { return seasons(hazards); });
    std::vector<std::string> stage;
    for (SeasonSummary const& row : rows) {
        stage.push_back(hazards.trajectory().states()[static_cast<std::size_t>(row.state)]);
    }
    py::dict columns;
    columns["stage"] = stage;
    columns["month"] = column<std::int64_t>(rows, [](SeasonSummary const& s) { return s.month; });
    add_estimates(columns, rows, [](SeasonSummary const& s) { return s.season; });
    return columns;
}

py::dict shock_columns(Hazards const& hazards) {
    auto const rows = from_draws(hazards, [&] { return shocks(hazards); });
    py::dict columns;
    columns["year"] = column<std::int64_t>(rows, [](ShockSummary const& s) { return s.year; });
    add_estimates(columns, rows, [](ShockSummary const& s) { return s.shock; });
    return columns;
}

/// Standard deviations: of every factor, and of the shock if there is one.
py::dict spread_columns(Hazards const& hazards) {
    auto rows = from_draws(hazards, [&] { return effect_spreads(hazards); });
    std::vector<std::string> of = columns_of(hazards);
    if (hazards.variation().shock_scale > 0) {
        of.emplace_back("shock");
        rows.push_back(from_draws(hazards, [&] { return shock_spread(hazards); }));
    }
    py::dict columns;
    columns["of"] = of;
    add_estimates(columns, rows, [](Estimate const& s) { return s; });
    return columns;
}

Spells merged(Spells const& spells, Grouping const& blocks) {
    return by_name([&] { return merge_blocks(spells, blocks); });
}

py::dict dispersion_columns(Spells const& spells, Hazards const& hazards, Grouping const& by) {
    auto const rows = from_draws(hazards, [&] { return dispersion(spells, hazards, by); });
    using D = Dispersion const&;
    py::dict columns;
    add_moves(columns, hazards, rows, [](D d) { return d.move; });
    columns["periods"] = column<std::int64_t>(rows, [](D d) { return d.periods; });
    columns["phi"] = column<double>(rows, [](D d) { return d.phi; });
    columns["suspect"] = column<bool>(rows, [](D d) { return d.is_suspect(); });
    return columns;
}

}  // namespace

void bind_hazard(py::module_& m) {
    bind_prior(m);
    bind_hazards(m);

    m.def("fit_hazards", &fit, py::arg("spells"), py::arg("trajectory"),
          py::arg("prior") = HazardPrior(), py::arg("by") = Grouping(), py::arg("undated") = "drop",
          py::arg("delay") = ReportingDelay(), "The rates that the spells and the prior support.");
    m.def("cells", &cell_columns, py::arg("hazards"),
          "Columns with one row per move and duration band: what was believed, seen and is known.");
    m.def("merge_blocks", &merged, py::arg("spells"), py::arg("blocks"),
          "One spell for all dwellings of a block that move as one.");
    m.def("dispersion", &dispersion_columns, py::arg("spells"), py::arg("hazards"),
          py::arg("by") = Grouping(),
          "Columns with one row per move: how much more it varies than independent dwellings do.");
    m.def("effects", &effect_columns, py::arg("hazards"),
          "Columns with one row per factor, move and level: how much faster or slower it is.");
    m.def("seasons", &season_columns, py::arg("hazards"),
          "Columns with one row per stage and month of the year.");
    m.def("shocks", &shock_columns, py::arg("hazards"),
          "Columns with one row per calendar year observed.");
    m.def("spreads", &spread_columns, py::arg("hazards"),
          "Columns with the standard deviations of the effects of factors, and of the shock.");
}

}  // namespace opgave::python
