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

namespace {

// Chains that go over the cells abreast.
class Chains {
public:
    Chains(GibbsModel const& model, std::uint64_t seed, int first, int count)
        : model_(model), sums_(model.states.begin(), model.states.end()) {
        for (int i = 0; i < count; ++i) {
            chains_.emplace_back(model, seed, static_cast<std::uint64_t>(first + i), sums_,
                                 static_cast<std::size_t>(i));
        }
    }

    void sweep() {
        std::ranges::for_each(chains_, &Chain::impute);
        if (!model_.factors.empty()) {
            std::ranges::for_each(chains_, &Chain::set_rates);
            over_states([](StateCells const& s, CellSums& sums) { pull(s, sums); });
        }
        for (std::size_t j = 0; j < model_.factors.size(); ++j) {
            over_states([j](StateCells const& s, CellSums& sums) { sum_by_level(s, j, sums); });
            std::ranges::for_each(chains_, [j](Chain& chain) { chain.draw_factor(j); });
        }
        over_states([](StateCells const& s, CellSums& sums) { push(s, sums); });
        std::ranges::for_each(chains_, &Chain::draw_rates_and_time);
    }

    // Of each chain, so far apart.
    void write(DrawLayout const& layout, float* out, std::size_t apart) {
        for (Chain& chain : chains_) {
            chain.write(layout, out);
            out += apart;
        }
    }

private:
    template <class Pass>
    void over_states(Pass const& pass) {
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            pass(model_.states[i], sums_[i]);
        }
    }

    GibbsModel const& model_;
    std::vector<CellSums> sums_;
    std::deque<Chain> chains_;
};

}  // namespace

std::vector<float> run_gibbs(GibbsModel const& model, GibbsPlan const& plan,
                             std::function<bool(double)> const& progress) {
    DrawLayout const layout(model);
    std::size_t const per_chain = static_cast<std::size_t>(plan.draws) * layout.width;
    std::vector<float> values(static_cast<std::size_t>(plan.chains) * per_chain);
    constexpr int many = abreast;
    std::deque<Chains> groups;
    for (int first = 0; first < plan.chains; first += many) {
        groups.emplace_back(model, plan.seed, first, std::min(many, plan.chains - first));
    }
    int const sweeps = plan.burn_in + plan.draws * plan.thin;
    // Sweep i of some chains; what they keep has a place of its own.
    auto const sweep = [&](int group, int i) {
        Chains& chains = groups[static_cast<std::size_t>(group)];
        chains.sweep();
        int const kept = i + 1 - plan.burn_in;
        if (kept > 0 && kept % plan.thin == 0) {
            auto const draw =
                static_cast<std::size_t>(group * many * plan.draws + kept / plan.thin - 1);
            chains.write(layout, values.data() + draw * layout.width, per_chain);
        }
    };
    constexpr int together = 10;  // sweeps of every chain between two looks at the progress
    for (int first = 0; first < sweeps; first += together) {
        if (progress && !progress(static_cast<double>(first) / sweeps)) {
            throw std::runtime_error("the draws of the posterior were stopped before their end");
        }
        int const end = std::min(first + together, sweeps);
        share_out(static_cast<int>(groups.size()), plan.threads, [&] {
            return [&, first, end](int group, GoesOn const& /*goes_on*/) {
                for (int i = first; i < end; ++i) {
                    sweep(group, i);
                }
            };
        });
    }
    return values;
}

}  // namespace opgave::detail
