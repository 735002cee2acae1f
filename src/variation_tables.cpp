#include <opgave/variation_tables.hpp>

#include "estimate.hpp"
#include "mean_draw.hpp"

#include <algorithm>
#include <numeric>

namespace opgave {

namespace detail {

Estimate estimate(std::vector<double>& sample) {
    std::ranges::sort(sample);
    double const sum = std::accumulate(sample.begin(), sample.end(), 0.0);
    std::size_t const tail = sample.size() / 20;
    return {.mean = sum / static_cast<double>(sample.size()),
            .q05 = sample[tail],
            .q95 = sample[sample.size() - tail]};
}

}  // namespace detail

namespace {

// Events expected by move and level of each factor, the effect of that factor left out.
std::vector<Rates> expected_events(Hazards const& hazards) {
    Variation const& v = hazards.variation();
    detail::Years const years = detail::years_of(v);
    Draw const mean = detail::mean_draw(hazards, years);
    std::vector<Rates> expected;
    for (Rates const& effect : mean.effects) {
        expected.emplace_back(Rates::Zero(effect.rows(), effect.cols()));
    }
    for (ExposureCell const& cell : v.exposure) {
        auto const& levels = v.combinations[static_cast<std::size_t>(cell.combination)];
        double const months = static_cast<double>(cell.half_days) / (2 * days_per_month);
        for (int move = 0; move < static_cast<int>(hazards.fits().size()); ++move) {
            if (hazards.fits()[static_cast<std::size_t>(move)].move.from != cell.state) {
                continue;
            }
            double const all = months * detail::rate_in(mean, years, move, cell, levels);
            for (std::size_t j = 0; j < levels.size(); ++j) {
                expected[j](move, levels[j]) += all / mean.effects[j](move, levels[j]);
            }
        }
    }
    return expected;
}

std::int64_t count_events(Variation const& v, std::size_t factor, EffectSummary const& row) {
    std::int64_t events = 0;
    for (EventCell const& cell : v.events) {
        auto const& levels = v.combinations[static_cast<std::size_t>(cell.combination)];
        events += cell.move == row.move && levels[factor] == row.level ? cell.events : 0;
    }
    return events;
}

}  // namespace

std::vector<EffectSummary> effects(Hazards const& hazards) {
    std::vector<EffectSummary> rows;
    auto const expected = expected_events(hazards);
    for (std::size_t j = 0; j < expected.size(); ++j) {
        auto const estimated =
            detail::estimates(hazards, {}, [&](Draw const& draw, std::vector<double>& values) {
                Rates const& effect = draw.effects[j];
                values.assign(effect.data(), effect.data() + effect.size());
            });
        auto const spreads =
            detail::estimates(hazards, {}, [&](Draw const& draw, std::vector<double>& values) {
                values.push_back(draw.effect_spread[j]);
            });
        double const nu = 1 / (spreads[0].mean * spreads[0].mean);
        for (std::size_t i = 0; i < estimated.size(); ++i) {
            auto const levels = static_cast<std::size_t>(expected[j].cols());
            EffectSummary row{.factor = static_cast<int>(j),
                              .level = static_cast<int>(i % levels),
                              .move = hazards.fits()[i / levels].move,
                              .expected = expected[j].data()[i],
                              .effect = estimated[i]};
            row.events = count_events(hazards.variation(), j, row);
            row.shrinkage = nu / (nu + static_cast<double>(row.events));
            rows.push_back(row);
        }
    }
    return rows;
}

std::vector<Estimate> effect_spreads(Hazards const& hazards) {
    return detail::estimates(hazards, {}, [](Draw const& draw, std::vector<double>& values) {
        values = draw.effect_spread;
    });
}

std::vector<SeasonSummary> seasons(Hazards const& hazards) {
    auto const estimated =
        detail::estimates(hazards, {}, [](Draw const& draw, std::vector<double>& values) {
            values.assign(draw.season.data(), draw.season.data() + draw.season.size());
        });
    std::vector<SeasonSummary> rows;
    for (std::size_t i = 0; i < estimated.size(); ++i) {
        auto const state = static_cast<State>(i / 12);
        if (std::ranges::any_of(hazards.fits(),
                                [&](MoveFit const& fit) { return fit.move.from == state; })) {
            rows.push_back({state, static_cast<int>(i % 12) + 1, estimated[i]});
        }
    }
    return rows;
}

std::vector<ShockSummary> shocks(Hazards const& hazards) {
    detail::Years const years = detail::years_of(hazards.variation());
    auto const estimated = detail::estimates(
        hazards, {.first_year = years.first, .years = years.count},
        [](Draw const& draw, std::vector<double>& values) { values = draw.shock; });
    std::vector<ShockSummary> rows;
    for (Estimate const& shock : estimated) {
        rows.push_back({years.first + static_cast<int>(rows.size()), shock});
    }
    return rows;
}

Estimate shock_spread(Hazards const& hazards) {
    return detail::estimates(hazards, {}, [](Draw const& draw, std::vector<double>& values) {
        values.push_back(draw.shock_spread);
    })[0];
}

}  // namespace opgave
