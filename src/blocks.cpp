#include <opgave/blocks.hpp>

#include "mean_draw.hpp"
#include "spell_sums.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>

namespace opgave {

Spells merge_blocks(Spells const& spells, Grouping const& blocks) {
    std::set<std::tuple<std::int32_t, State, State, Day, Day, State, Day>> seen;
    Spells merged;
    for (std::size_t i = 0; i < spells.size(); ++i) {
        auto const dwelling = static_cast<std::size_t>(spells.dwelling[i]);
        if (spells.dwelling[i] < 0 || dwelling >= blocks.group.size()) {
            throw std::invalid_argument("the blocks do not hold dwelling " +
                                        std::to_string(spells.dwelling[i]) + " of spell " +
                                        std::to_string(i));
        }
        auto const block = blocks.group[dwelling];
        auto const& label = blocks.labels[static_cast<std::size_t>(block)];
        bool const is_known = std::ranges::find(label, "unknown") == label.end();
        if (is_known && !seen.emplace(block, spells.stage[i], spells.origin[i], spells.enter[i],
                                      spells.exit[i], spells.cause[i], spells.first_observed[i])
                             .second) {
            continue;
        }
        merged.dwelling.push_back(spells.dwelling[i]);
        merged.stage.push_back(spells.stage[i]);
        merged.origin.push_back(spells.origin[i]);
        merged.enter.push_back(spells.enter[i]);
        merged.exit.push_back(spells.exit[i]);
        merged.cause.push_back(spells.cause[i]);
        merged.first_observed.push_back(spells.first_observed[i]);
    }
    return merged;
}

namespace {

// Which level of each factor of the hazards a combination of other sums has; -1: none.
std::vector<std::vector<int>> levels_in(Variation const& sums, Hazards const& hazards) {
    auto const& factors = hazards.factors();
    std::vector<std::vector<int>> combinations = sums.combinations;
    for (auto& combination : combinations) {
        for (std::size_t j = 0; j < combination.size(); ++j) {
            auto const& name = sums.factors[j].levels[static_cast<std::size_t>(combination[j])];
            auto const found = std::ranges::find(factors[j].levels, name);
            combination[j] = found == factors[j].levels.end()
                                 ? -1
                                 : static_cast<int>(found - factors[j].levels.begin());
        }
    }
    return combinations;
}

// The sums by calendar month.
Variation monthly_sums(Spells const& spells, Hazards const& hazards, Grouping const& by) {
    std::vector<std::string> columns;
    for (Factor const& factor : hazards.factors()) {
        columns.push_back(factor.column);
    }
    if (by.columns != columns) {
        throw std::invalid_argument("by must have the columns that the hazards differ by");
    }
    Variation sums{.season = std::vector<double>(12, 1),
                   .known_on = hazards.variation().known_on,
                   .recorded = hazards.variation().recorded};
    detail::add_up(sums, spells, hazards.band_edges_months(), by);
    return sums;
}

struct Month {
    double observed = 0;
    double expected = 0;
};

Dispersion pearson(Move move, std::map<int, Month> const& months) {
    Dispersion result{.move = move, .phi = std::numeric_limits<double>::quiet_NaN()};
    double sum = 0;
    Month joined;
    for (auto const& [number, month] : months) {
        joined.observed += month.observed;
        joined.expected += month.expected;
        if (joined.expected >= 1) {
            double const excess = joined.observed - joined.expected;
            sum += excess * excess / joined.expected;
            ++result.periods;
            joined = {};
        }
    }
    if (result.periods > 1) {
        result.phi = sum / (result.periods - 1);
    }
    return result;
}

}  // namespace

std::vector<Dispersion> dispersion(Spells const& spells, Hazards const& hazards,
                                   Grouping const& by) {
    Variation const sums = monthly_sums(spells, hazards, by);
    auto const levels = levels_in(sums, hazards);
    detail::Years years;
    if (hazards.variation().shock_scale > 0 && sums.first_day != unknown_day) {
        years.first = to_date(sums.first_day).year();
        years.count = to_date(sums.last_day).year() - years.first + 1;
    }
    Draw const mean = detail::mean_draw(hazards, years);
    std::vector<Dispersion> result;
    for (std::size_t i = 0; i < hazards.fits().size(); ++i) {
        Move const move = hazards.fits()[i].move;
        std::map<int, Month> months;
        for (ExposureCell const& cell : sums.exposure) {
            if (cell.state == move.from) {
                months[cell.month].expected +=
                    static_cast<double>(cell.half_days) / (2 * days_per_month) *
                    detail::rate_in(mean, years, static_cast<Eigen::Index>(i), cell,
                                    levels[static_cast<std::size_t>(cell.combination)]);
            }
        }
        for (EventCell const& cell : sums.events) {
            months[cell.month].observed += cell.move == move ? static_cast<double>(cell.events) : 0;
        }
        result.push_back(pearson(move, months));
    }
    return result;
}

}  // namespace opgave
