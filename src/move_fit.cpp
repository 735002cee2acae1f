#include "move_fit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace opgave::detail {

void check_edges(std::vector<double> const& edges) {
    if (edges.empty() || edges.front() != 0) {
        throw std::invalid_argument("band edges must start at 0 months");
    }
    for (std::size_t i = 1; i < edges.size(); ++i) {
        if (!(edges[i] > edges[i - 1] && edges[i] <= 1200)) {
            throw std::invalid_argument("band edges must rise, up to 1200 months, got " +
                                        std::to_string(edges[i]) + " after " +
                                        std::to_string(edges[i - 1]));
        }
    }
}

std::string in_words(std::pair<std::string, std::string> const& move) {
    return "'" + move.first + "' to '" + move.second + "'";
}

Move find_move(Trajectory const& trajectory, std::pair<std::string, std::string> const& name) {
    State const from = trajectory.index(name.first);
    if (from == trajectory.complete()) {
        throw std::invalid_argument("no move leaves a completion, got " + in_words(name));
    }
    if (name.second == return_name) {
        if (!trajectory.is_pause(from)) {
            throw std::invalid_argument("only a pause can return, got " + in_words(name));
        }
        return {from, returned};
    }
    State const to = trajectory.index(name.second);
    if (trajectory.is_pause(from) && !trajectory.is_exit(to)) {
        throw std::invalid_argument("a pause returns or ends in an exit, got " + in_words(name));
    }
    if (from == to) {
        throw std::invalid_argument("a move needs two states, got " + in_words(name));
    }
    return {from, to};
}

void check_rates(std::pair<std::string, std::string> const& name, std::vector<double> const& rates,
                 std::size_t bands) {
    if (rates.size() != bands) {
        throw std::invalid_argument("the rates of " + in_words(name) +
                                    " need one value per band (" + std::to_string(bands) +
                                    "), got " + std::to_string(rates.size()));
    }
    for (double const rate : rates) {
        if (!std::isfinite(rate) || rate < 0) {
            throw std::invalid_argument("a rate must be finite and >= 0, got " +
                                        std::to_string(rate) + " for " + in_words(name));
        }
    }
}

void check_known(Trajectory const& trajectory, MoveFit const& fit) {
    if (!fit.has_prior &&
        std::ranges::all_of(fit.exposure_months, [](double months) { return months == 0; })) {
        auto const name = names(trajectory, fit.move);
        throw NotEnoughData("nothing is known of the move from " + in_words(name) +
                            ": no time was observed in '" + name.first + "'; give a prior for it");
    }
}

MoveFit make_fit(Move move, std::vector<double> prior, double level_shape, double band_shape) {
    std::size_t const bands = prior.size();
    return {.move = move,
            .level_shape = level_shape,
            .band_shape = band_shape,
            .prior_per_month = std::move(prior),
            .events = std::vector<std::int64_t>(bands, 0),
            .exposure_months = std::vector<double>(bands, 0)};
}

std::vector<MoveFit> fits_of(Trajectory const& trajectory, std::size_t bands,
                             RateTable const& table, double level_shape, double band_shape) {
    std::vector<MoveFit> fits;
    for (auto const& [name, rates] : table) {
        Move const move = find_move(trajectory, name);
        check_rates(name, rates, bands);
        fits.push_back(make_fit(move, rates, level_shape, band_shape));
    }
    std::ranges::sort(fits, {}, &MoveFit::move);
    return fits;
}

}  // namespace opgave::detail
