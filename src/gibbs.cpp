#include "gibbs.hpp"

#include "chain.hpp"
#include "parallel.hpp"

#include <algorithm>
#include <deque>
#include <stdexcept>

namespace opgave::detail {

DrawLayout::DrawLayout(GibbsModel const& model) {
    width = model.moves.size() * model.bands;
    for (FactorModel const& factor : model.factors) {
        effects.push_back(width);
        width += factor.events.size();
    }
    season = width;
    width += model.season.empty() ? 0 : 12 * model.state_count;
    shocks = width;
    width += model.has_shock ? model.year_events.size() : 0;
    effect_spreads = width;
    width += model.factors.size();
    shock_spread = width;
    width += model.has_shock ? 1 : 0;
}

std::vector<float> run_gibbs(GibbsModel const& model, GibbsPlan const& plan,
                             std::function<bool(double)> const& progress) {
    DrawLayout const layout(model);
    std::vector<float> values(static_cast<std::size_t>(plan.chains) *
                              static_cast<std::size_t>(plan.draws) * layout.width);
    std::deque<Chain> chains;
    for (int number = 0; number < plan.chains; ++number) {
        chains.emplace_back(model, plan.seed, static_cast<std::uint64_t>(number));
    }
    int const sweeps = plan.burn_in + plan.draws * plan.thin;
    // Sweep i of a chain; what it keeps has a place of its own.
    auto const sweep = [&](int number, int i) {
        Chain& chain = chains[static_cast<std::size_t>(number)];
        chain.sweep();
        int const kept = i + 1 - plan.burn_in;
        if (kept > 0 && kept % plan.thin == 0) {
            auto const draw = static_cast<std::size_t>(number * plan.draws + kept / plan.thin - 1);
            chain.write(layout, values.data() + draw * layout.width);
        }
    };
    constexpr int together = 10;  // sweeps of every chain between two looks at the progress
    for (int first = 0; first < sweeps; first += together) {
        if (progress && !progress(static_cast<double>(first) / sweeps)) {
            throw std::runtime_error("the draws of the posterior were stopped before their end");
        }
        int const end = std::min(first + together, sweeps);
        share_out(plan.chains, plan.threads, [&] {
            return [&, first, end](int number) {
                for (int i = first; i < end; ++i) {
                    sweep(number, i);
                }
            };
        });
    }
    return values;
}

}  // namespace opgave::detail
