#include "bind.hpp"
#include "names.hpp"
#include "pickles.hpp"

#include <opgave/hazard.hpp>

#include <pybind11/operators.h>

namespace opgave::python {

namespace {

HazardPrior make_prior(NumberColumn band_edges_months, RateTable per_month, double level_shape,
                       double band_shape) {
    return {band_edges_months.values, std::move(per_month), level_shape, band_shape};
}

HazardPrior unpickle_prior(py::tuple const& state) {
    PickleFields const f(state, "HazardPrior", 4);
    return {f.get<std::vector<double>>(0), f.get<RateTable>(1), f.get<double>(2), f.get<double>(3)};
}

py::tuple pickle_prior(HazardPrior const& p) {
    return pickled(p.band_edges_months, p.per_month, p.level_shape, p.band_shape);
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
             py::arg("band_shape") = standard.band_shape)
        .def_readonly("band_edges_months", &HazardPrior::band_edges_months,
                      "Months at which the bands begin; the last is open.")
        .def_readonly("per_month", &HazardPrior::per_month, "Rates per move, one per band.")
        .def_readonly("level_shape", &HazardPrior::level_shape,
                      "How sure the level of a move is; 4 is a standard deviation of a half.")
        .def_readonly("band_shape", &HazardPrior::band_shape,
                      "How sure the shape over the bands is; 25 is a standard deviation of 0.2.")
        .def(py::self == py::self)
        .def("__repr__", &describe_prior)
        .def(py::pickle(&pickle_prior, &unpickle_prior));
}

Hazards make_hazards(Trajectory trajectory, NumberColumn band_edges_months, RateTable const& rate) {
    return by_name(
        [&] { return Hazards(std::move(trajectory), std::move(band_edges_months.values), rate); });
}

py::tuple fit_fields(MoveFit const& f) {
    return py::make_tuple(f.move.from, f.move.to, f.level_shape, f.band_shape, f.band_rate,
                          f.prior_per_month, f.events, f.exposure_months);
}

MoveFit fit_from(py::tuple const& f) {
    return {.move = {f[0].cast<State>(), f[1].cast<State>()},
            .level_shape = f[2].cast<double>(),
            .band_shape = f[3].cast<double>(),
            .band_rate = f[4].cast<double>(),
            .prior_per_month = f[5].cast<std::vector<double>>(),
            .events = f[6].cast<std::vector<std::int64_t>>(),
            .exposure_months = f[7].cast<std::vector<double>>()};
}

py::tuple pickle_hazards(Hazards const& h) {
    py::list fits;
    for (MoveFit const& fit : h.fits()) fits.append(fit_fields(fit));
    return pickled(h.trajectory(), h.band_edges_months(), fits);
}

Hazards unpickle_hazards(py::tuple const& state) {
    PickleFields const f(state, "Hazards", 3);
    std::vector<MoveFit> fits;
    for (auto const& fit : f.get<std::vector<py::tuple>>(2)) fits.push_back(fit_from(fit));
    return {f.get<Trajectory>(0), f.get<std::vector<double>>(1), std::move(fits)};
}

std::vector<std::pair<std::string, std::string>> moves(Hazards const& h) {
    std::vector<std::pair<std::string, std::string>> result;
    for (MoveFit const& fit : h.fits()) result.push_back(names(h.trajectory(), fit.move));
    return result;
}

std::string describe_hazards(Hazards const& h) {
    return "Hazards(" + std::to_string(h.fits().size()) + " moves, " +
           std::to_string(h.band_count()) + " bands" + (h.is_certain() ? ", certain)" : ")");
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
        .def(
            "draw",
            [](Hazards const& h, std::uint64_t s, std::uint64_t p) { return give(h.draw(s, p)); },
            py::arg("seed"), py::arg("path"), "One posterior draw: moves x bands, per month.")
        .def(
            "mean", [](Hazards const& h) { return give(h.mean()); },
            "The posterior mean: moves x bands, per month.")
        .def(py::self == py::self)
        .def("__repr__", &describe_hazards)
        .def(py::pickle(&pickle_hazards, &unpickle_hazards));
}

Hazards fit(Spells const& spells, Trajectory const& trajectory, HazardPrior const& prior) {
    return by_name([&] {
        py::gil_scoped_release const release;
        return fit_hazards(spells, trajectory, prior);
    });
}

/// One number of every cell, as a column.
template <class T, class Read>
py::array column(std::vector<CellSummary> const& cells, Read read) {
    std::vector<T> values;
    for (CellSummary const& cell : cells) values.push_back(read(cell));
    return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

py::dict cell_columns(Hazards const& hazards) {
    auto const summaries = cells(hazards);
    using C = CellSummary const&;
    std::vector<std::string> stage;
    std::vector<std::string> cause;
    for (C s : summaries) {
        auto [from, to] = names(hazards.trajectory(), s.cell.move);
        stage.push_back(std::move(from));
        cause.push_back(std::move(to));
    }
    py::dict columns;
    columns["stage"] = stage;
    columns["cause"] = cause;
    columns["band"] = column<std::int64_t>(summaries, [](C s) { return s.cell.band; });
    columns["events"] = column<std::int64_t>(summaries, [](C s) { return s.cell.events; });
    columns["exposure"] = column<double>(summaries, [](C s) { return s.cell.exposure_months; });
    columns["prior"] = column<double>(summaries, [](C s) { return s.cell.prior_per_month; });
    columns["mean"] = column<double>(summaries, [](C s) { return s.mean; });
    columns["q05"] = column<double>(summaries, [](C s) { return s.q05; });
    columns["q95"] = column<double>(summaries, [](C s) { return s.q95; });
    columns["shrinkage"] = column<double>(summaries, [](C s) { return s.shrinkage; });
    return columns;
}

}  // namespace

void bind_hazard(py::module_& m) {
    bind_prior(m);
    bind_hazards(m);

    m.def("fit_hazards", &fit, py::arg("spells"), py::arg("trajectory"),
          py::arg("prior") = HazardPrior(), "The rates that the spells and the prior support.");
    m.def("cells", &cell_columns, py::arg("hazards"),
          "Columns with one row per move and duration band: what was believed, seen and is known.");
}

}  // namespace opgave::python
