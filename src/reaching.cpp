#include "reaching.hpp"

#include <stdexcept>
#include <string>

namespace opgave::detail {

namespace {

// States by their places in both trajectories.
class Shortened {
public:
    Shortened(Trajectory const& whole, State stage)
        : whole_(whole), stage_(stage), states_(shorten(whole, stage)) {}

    [[nodiscard]] Trajectory const& trajectory() const { return states_; }

    [[nodiscard]] bool is_merged(State state) const {
        return state >= stage_ && state <= whole_.complete();
    }

    [[nodiscard]] State operator()(State state) const {
        if (state < stage_) {
            return state;
        }
        auto const dropped = whole_.complete() - stage_;
        return is_merged(state) ? stage_ : static_cast<State>(state - dropped);
    }

private:
    static Trajectory shorten(Trajectory const& whole, State stage) {
        auto const& names = whole.states();
        auto const exits = names.begin() + whole.complete() + 1;
        auto const pause = whole.pause();
        return {{names.begin(), names.begin() + stage},
                names[static_cast<std::size_t>(stage)],
                {exits, exits + whole.exit_count()},
                pause ? std::optional(names[static_cast<std::size_t>(*pause)]) : std::nullopt,
                whole.pause_clock()};
    }

    Trajectory const& whole_;
    State stage_;
    Trajectory states_;
};

RateTable shorten(RateTable const& whole, Trajectory const& trajectory, Shortened const& place) {
    RateTable result;
    for (auto const& [move, rates] : whole) {
        if (place.is_merged(trajectory.index(move.first))) {
            continue;
        }
        std::string to = move.second;
        if (to != return_name) {
            auto const at = static_cast<std::size_t>(place(trajectory.index(to)));
            to = place.trajectory().states()[at];
        }
        auto& sum = result[{move.first, to}];
        sum.resize(rates.size(), 0);
        for (std::size_t band = 0; band < rates.size(); ++band) {
            sum[band] += rates[band];
        }
    }
    return result;
}

}  // namespace

Reaching reaching(Register const& reg, HazardPrior const& prior, State stage) {
    if (stage == 0) {
        throw std::invalid_argument("who reaches the first stage, '" +
                                    reg.trajectory().states()[0] +
                                    "', is planned and not forecast; choose a later state");
    }
    Shortened const place(reg.trajectory(), stage);
    Events events = reg.events();
    for (State& state : events.stage) {
        state = place(state);
    }
    HazardPrior shortened = prior;
    shortened.per_month = shorten(prior.per_month, reg.trajectory(), place);
    return {Register(place.trajectory(), reg.dwellings(), std::move(events), reg.issues(),
                     reg.programme_start(), reg.has_own_dwellings()),
            std::move(shortened)};
}

}  // namespace opgave::detail
