#include <opgave/random.hpp>

#include "elementary.hpp"
#include "gibbs.hpp"
#include "move_fit.hpp"
#include "posterior.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

namespace opgave::detail {

namespace {

Eigen::Index as_index(std::size_t i) { return static_cast<Eigen::Index>(i); }

class JointPosterior final : public Posterior {
public:
    JointPosterior(Trajectory const& trajectory, std::vector<double> const& band_edges_months,
                   std::vector<MoveFit> fits, Variation const& variation, GibbsPlan const& plan)
        : model_(make_model(trajectory, band_edges_months, fits, variation)),
          layout_(model_),
          fits_(std::move(fits)),
          plan_(plan) {}

    // What is thrown leaves the draws to be made.
    void prepare(std::function<bool(double)> const& progress) const override {
        std::call_once(once_, [&] { values_ = run_gibbs(model_, plan_, progress); });
    }

    [[nodiscard]] Draw draw(std::uint64_t seed, std::uint64_t path,
                            DrawFor const& what) const override {
        float const* const values = stored(path);
        Draw draw{.rates = rates(values)};
        for (std::size_t j = 0; j < model_.factors.size(); ++j) {
            draw.effect_spread.push_back(values[layout_.effect_spreads + j]);
            int const unseen = what.unseen.empty() ? 0 : what.unseen[j];
            draw.effects.push_back(effects(values, j, unseen));
            draw_unseen(draw, j, unseen, Stream(seed, Purpose::unseen, path));
        }
        if (!model_.season.empty()) {
            draw.season = season(values);
        }
        if (model_.has_shock) {
            draw.shock_spread = values[layout_.shock_spread];
            draw.shock = shocks(values, what, Stream(seed, Purpose::shock, path));
        }
        return draw;
    }

    [[nodiscard]] Rates mean() const override {
        auto const n = static_cast<std::uint64_t>(count());
        Rates sum = rates(stored(0));
        for (std::uint64_t path = 1; path < n; ++path) {
            sum += rates(stored(path));
        }
        return sum / static_cast<double>(n);
    }

    [[nodiscard]] std::optional<int> batch(std::uint64_t path) const override {
        auto const n = static_cast<std::uint64_t>(count());
        return static_cast<int>(place(path) * Hazards::batches / n);
    }

private:
    // Chains follow each other in memory; the golden section spreads neighbouring paths over them.
    [[nodiscard]] std::uint64_t place(std::uint64_t path) const {
        constexpr std::uint64_t stride = 2473;
        auto const n = static_cast<std::uint64_t>(count());
        return path % n * stride % n;
    }

    [[nodiscard]] float const* stored(std::uint64_t path) const {
        prepare({});
        return values_.data() + place(path) * layout_.width;
    }

    [[nodiscard]] int count() const { return plan_.chains * plan_.draws; }

    [[nodiscard]] Rates rates(float const* values) const {
        Rates rates(as_index(fits_.size()), as_index(model_.bands));
        std::copy_n(values + layout_.rates, rates.size(), rates.data());
        return rates;
    }

    [[nodiscard]] Rates effects(float const* values, std::size_t j, int unseen) const {
        std::size_t const levels = model_.factors[j].levels;
        Rates effects(as_index(fits_.size()), as_index(levels) + unseen);
        for (StateCells const& state : model_.states) {
            float const* const own = values + layout_.effects[j] + model_.offset(j, state);
            for (std::size_t k = 0; k < state.moves; ++k) {
                for (std::size_t level = 0; level < levels; ++level) {
                    effects(as_index(state.first_move + k), as_index(level)) =
                        own[level * state.moves + k];
                }
            }
        }
        return effects;
    }

    void draw_unseen(Draw& draw, std::size_t j, int unseen, Stream const& stream) const {
        double const nu = 1 / (draw.effect_spread[j] * draw.effect_spread[j]);
        auto const seen = as_index(model_.factors[j].levels);
        for (std::size_t move = 0; move < fits_.size(); ++move) {
            auto const cell = static_cast<std::uint32_t>(j << 16U | move);
            for (int i = 0; i < unseen; ++i) {
                draw.effects[j](as_index(move), seen + i) =
                    gamma(stream, cell, static_cast<std::uint32_t>(i), nu) / nu;
            }
        }
    }

    [[nodiscard]] Rates season(float const* values) const {
        Rates season(as_index(model_.state_count), 12);
        std::copy_n(values + layout_.season, season.size(), season.data());
        return season;
    }

    // Years seen as they were; from the last or first of them on by chance.
    [[nodiscard]] std::vector<double> shocks(float const* values, DrawFor const& what,
                                             Stream const& stream) const {
        double const spread = values[layout_.shock_spread];
        auto const seen = static_cast<int>(model_.year_events.size());
        float const* const eta = values + layout_.shocks;
        auto const at = [&](int year) {
            int const place = year - model_.first_year;
            auto const chance = [&](int k) {
                return spread * normal(stream, static_cast<std::uint32_t>(k), 0);
            };
            if (seen > 0 && place >= 0 && place < seen) {
                return static_cast<double>(eta[place]);
            }
            int const start = seen == 0   ? what.first_year
                              : place < 0 ? model_.first_year
                                          : model_.first_year + seen - 1;
            int const step = year < start ? -1 : 1;
            double value =
                seen == 0 ? chance(start) / std::sqrt(1 - shock_persistence * shock_persistence)
                          : eta[start - model_.first_year];
            for (int k = start; k != year; k += step) {
                value = shock_persistence * value + chance(k + step);
            }
            return value;
        };
        std::vector<double> result;
        for (int i = 0; i < what.years; ++i) {
            result.push_back(elementary::exp(at(what.first_year + i)));
        }
        return result;
    }

    GibbsModel model_;
    DrawLayout layout_;
    std::vector<MoveFit> fits_;
    GibbsPlan plan_;
    mutable std::once_flag once_;
    mutable std::vector<float> values_;
};

}  // namespace

std::shared_ptr<Posterior const> make_joint_posterior(Trajectory const& trajectory,
                                                      std::vector<double> const& band_edges_months,
                                                      std::vector<MoveFit> fits,
                                                      Variation const& variation,
                                                      GibbsPlan const& plan) {
    return std::make_shared<JointPosterior>(trajectory, band_edges_months, std::move(fits),
                                            variation, plan);
}

}  // namespace opgave::detail
