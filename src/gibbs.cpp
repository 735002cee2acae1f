#include "gibbs.hpp"

#include "elementary.hpp"
#include "imputation.hpp"
#include "parallel.hpp"
#include "sequence.hpp"
#include "spell_sums.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
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

// Gamma variables that can be scaled together: the sum of their shapes, and of rate x value.
struct Mass {
    double shape = 0;
    double weight = 0;
    Mass& operator+=(Mass const& other) {
        shape += other.shape;
        weight += other.weight;
        return *this;
    }
};

// A factor c such that `rising` x c and `falling` / c is a draw: one Metropolis step for x = log c,
// whose density exp(p x - a e^x - b e^-x) is log-concave, from the normal at its mode.
double exchange(Sequence& random, Mass const& rising, Mass const& falling) {
    double const p = rising.shape - falling.shape;
    double const a = rising.weight;
    double const b = falling.weight;
    double const curvature = std::sqrt(p * p + 4 * a * b);
    double const mode =
        elementary::log(p > 0 ? (p + curvature) / (2 * a) : 2 * b / (curvature - p));
    auto const excess = [&](double x) {
        double const up = elementary::exp(x);
        double const deviation = x - mode;
        return p * x - a * up - b / up + curvature * deviation * deviation / 2;
    };
    double const proposal = mode + random.normal() / std::sqrt(curvature);
    bool const is_representable = proposal > -600 && proposal < 600;
    double const chance = elementary::log(random.uniform());
    bool const accepted = is_representable && chance < excess(proposal) - excess(0);
    return accepted ? elementary::exp(proposal) : 1;
}

// Draws an index with probability proportional to exp(log_weight).
template <std::size_t n>
std::size_t pick(Sequence& random, std::array<double, n> log_weight) {
    double const peak = *std::ranges::max_element(log_weight);
    double total = 0;
    for (double& value : log_weight) {
        total += elementary::exp(value - peak);
        value = total;
    }
    double const at = total * random.uniform();
    return static_cast<std::size_t>(std::ranges::upper_bound(log_weight, at) - log_weight.begin());
}

// Reads and writes the numbers of a state, its moves side by side, at a place (a row, a combination
// or a level).
template <int moves>
struct Lanes {
    Eigen::Index count;

    [[nodiscard]] auto operator()(double* numbers, std::size_t place) const {
        return Eigen::Map<Eigen::Array<double, moves, 1>>(numbers + offset(place), count);
    }
    [[nodiscard]] auto operator()(double const* numbers, std::size_t place) const {
        return Eigen::Map<Eigen::Array<double, moves, 1> const>(numbers + offset(place), count);
    }
    [[nodiscard]] auto operator()(double const* numbers, int place) const {
        return (*this)(numbers, static_cast<std::size_t>(place));
    }
    [[nodiscard]] auto operator()(double* numbers, int place) const {
        return (*this)(numbers, static_cast<std::size_t>(place));
    }
    [[nodiscard]] std::size_t offset(std::size_t place) const {
        return place * static_cast<std::size_t>(moves == Eigen::Dynamic ? count : moves);
    }
};

// Calls `action` with the lanes of a state: of a constant number where it is small, so that loops
// unroll.
template <class Action>
void with_lanes(StateCells const& s, Action const& action) {
    auto const count = static_cast<Eigen::Index>(s.moves);
    switch (s.moves) {
        case 1:
            return action(Lanes<1>{count});
        case 2:
            return action(Lanes<2>{count});
        case 3:
            return action(Lanes<3>{count});
        default:
            return action(Lanes<Eigen::Dynamic>{count});
    }
}

// to += months x from, over the entries of a state.
void add_entries(StateCells const& s, std::vector<int> const& place_from, Numbers const& from,
                 std::vector<int> const& place_to, Numbers& to) {
    std::ranges::fill(to, 0.0);
    with_lanes(s, [&, x = from.data(), y = to.data(), a = place_from.data(), b = place_to.data(),
                   months = s.months.data(), n = s.months.size()](auto const lanes) {
        for (std::size_t i = 0; i < n; ++i) {
            lanes(y, b[i]) += months[i] * lanes(x, a[i]);
        }
    });
}

void pull(StateCells const& s, Numbers const& by_row, Numbers& by_combination) {
    add_entries(s, s.row, by_row, s.combination, by_combination);
}

void push(StateCells const& s, Numbers const& by_combination, Numbers& by_row) {
    add_entries(s, s.combination, by_combination, s.row, by_row);
}

// by_combination *= the value of its level.
void multiply(StateCells const& s, std::vector<int> const& level, double const* by_level,
              Numbers& by_combination) {
    with_lanes(s, [by_level, product = by_combination.data(), at = level.data(),
                   n = level.size()](auto const lanes) {
        for (std::size_t q = 0; q < n; ++q) {
            lanes(product, q) *= lanes(by_level, at[q]);
        }
    });
}

// The same; and sums += expected x by_combination, over the combinations of the level of another
// factor: in one go, as going over the combinations is what takes the time.
void multiply_and_sum(StateCells const& s, std::vector<int> const& level, double const* by_level,
                      Numbers& by_combination, Numbers const& expected,
                      std::vector<int> const& other_level, double* sums) {
    with_lanes(s, [by_level, sums, product = by_combination.data(), mean = expected.data(),
                   at = level.data(), to = other_level.data(), n = level.size()](auto const lanes) {
        for (std::size_t q = 0; q < n; ++q) {
            auto const now = (lanes(product, q) * lanes(by_level, at[q])).eval();
            lanes(product, q) = now;
            lanes(sums, to[q]) += lanes(mean, q) * now;
        }
    });
}

// Effects, seasons and shocks are drawn with a flat prior on the logarithm of the rate of each band
// of a move without prior: what each band is worth there is little, all of them together are not,
// and must not move what the bands share (Jacob et al. 2017, "Better together?", arXiv:1708.08719).
// Only the rates that are written have it.
class Chain {
public:
    Chain(GibbsModel const& model, std::uint64_t seed, std::uint64_t number);

    void sweep();
    void write(DrawLayout const& layout, float* out);

private:
    // What a state needs in a sweep: sums per combination (with the effects) and per row.
    struct Work {
        Numbers product;   // of the effects, per combination and move
        Numbers expected;  // without the effects, per combination and move
        Numbers rate;      // without the effects, per row and move
        Numbers exposure;  // with the effects, per row and move
    };

    [[nodiscard]] double rate(std::size_t move, std::size_t band) const {
        return model_.moves[move].prior[band] * level_[move] * band_[move * model_.bands + band];
    }
    [[nodiscard]] double season(StateCells const& s, RowKey const& row) const {
        return season_.empty() ? 1 : season_[season_at(s, row)];
    }
    [[nodiscard]] static std::size_t season_at(StateCells const& s, RowKey const& row) {
        return 12 * static_cast<std::size_t>(s.state) +
               static_cast<std::size_t>(row.calendar_month);
    }
    [[nodiscard]] double shock(RowKey const& row) const {
        return shock_[static_cast<std::size_t>(row.year)];
    }

    void draw_effects();
    void multiply(std::size_t j, Numbers const& effect);
    void expect_without_effects();
    [[nodiscard]] Numbers multiply_and_expect(std::size_t j, Numbers const& effect,
                                              std::size_t other);
    [[nodiscard]] Numbers draw_factor(std::size_t j, Numbers const& with_effect);
    void draw_spread(std::size_t j, Numbers const& expected);
    void exchange_effects(std::size_t j);
    void sum_exposure();
    [[nodiscard]] Numbers exposure(std::size_t state) const;
    void draw_levels_and_bands();
    void draw_move(std::size_t move, double const* exposure);
    void draw_season();
    void draw_season(StateCells const& s, Numbers const& expected);
    void draw_shock();
    void draw_shock_spread();
    void scale_shock_spread(Numbers const& expected);
    void shift_shock();
    [[nodiscard]] double steps_squared(double shift) const;

    void begin_undated();
    void impute();
    [[nodiscard]] Leaving leaving(UndatedCells const& stay, Numbers const& rates) const;
    void place(std::size_t stay, Day waited);
    [[nodiscard]] Numbers draw_rates(std::size_t state);
    [[nodiscard]] bool is_carried(std::size_t move) const;
    [[nodiscard]] bool is_carried(StateCells const& s) const;
    [[nodiscard]] Mass mass(std::size_t move) const;
    void scale(std::size_t move, double factor);

    GibbsModel model_;  // of its own: it holds the stays imputed
    Sequence random_;
    Numbers level_;
    Numbers band_;
    Numbers exchanged_;  // what levels have taken from effects since these were multiplied
    std::vector<Numbers> effect_;
    std::vector<std::size_t> spread_;
    Numbers season_;
    Numbers eta_;
    Numbers shock_;  // exp(eta), or 1
    std::size_t shock_spread_ = 0;
    std::vector<Work> work_;
    std::vector<Day> waited_;  // of each undated stay, before it was observed
};

Chain::Chain(GibbsModel const& model, std::uint64_t seed, std::uint64_t number)
    : model_(model),
      random_(seed, Purpose::gibbs, number),
      level_(model.moves.size(), 1),
      band_(model.moves.size() * model.bands, 1),
      exchanged_(model.moves.size(), 1),
      eta_(model.year_events.size(), 0),
      shock_(eta_.size(), 1) {
    for (FactorModel const& factor : model.factors) {
        effect_.emplace_back(factor.events.size(), 1);
        spread_.push_back(pick(random_, model.effect_grid.log_prior));
    }
    if (!model.season.empty()) {
        for (std::size_t state = 0; state < model.state_count; ++state) {
            season_.insert(season_.end(), model.season.begin(), model.season.end());
        }
    }
    if (model.has_shock) {
        shock_spread_ = pick(random_, model.shock_grid.log_prior);
    }
    for (StateCells const& s : model.states) {
        Numbers const combinations(s.combinations() * s.moves, 1);
        Numbers const rows(s.rows.size() * s.moves, 0);
        work_.push_back({combinations, combinations, rows, rows});
    }
    begin_undated();
}

void Chain::sweep() {
    impute();
    if (!effect_.empty()) {
        draw_effects();
    }
    sum_exposure();
    draw_levels_and_bands();
    if (!season_.empty()) {
        draw_season();
    }
    if (model_.has_shock) {
        draw_shock();
    }
}

// Each pass over the combinations multiplies by what was drawn last, and sums for what comes next.
void Chain::draw_effects() {
    std::ranges::fill(exchanged_, 1.0);
    expect_without_effects();
    for (Work& work : work_) {
        std::ranges::fill(work.product, 1.0);
    }
    std::size_t last = effect_.size() - 1;
    for (std::size_t j = 0; j < last; ++j) {
        multiply(j, effect_[j]);
    }
    Numbers change = effect_[last];
    for (std::size_t j = 0; j < effect_.size(); ++j) {
        change = draw_factor(j, multiply_and_expect(last, change, j));
        last = j;
        exchange_effects(j);
    }
    multiply(last, change);
}

void Chain::multiply(std::size_t j, Numbers const& effect) {
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        detail::multiply(s, s.level[j], effect.data() + model_.offset(j, s), work_[i].product);
    }
}

// Multiplies by effects of factor j, and expects events by the level of another.
Numbers Chain::multiply_and_expect(std::size_t j, Numbers const& effect, std::size_t other) {
    Numbers expected(effect_[other].size(), 0);
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        Work& work = work_[i];
        multiply_and_sum(s, s.level[j], effect.data() + model_.offset(j, s), work.product,
                         work.expected, s.level[other], expected.data() + model_.offset(other, s));
    }
    return expected;
}

void Chain::expect_without_effects() {
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        for (std::size_t r = 0; r < s.rows.size(); ++r) {
            RowKey const& row = s.rows[r];
            double const time = season(s, row) * shock(row);
            for (std::size_t k = 0; k < s.moves; ++k) {
                work_[i].rate[r * s.moves + k] =
                    time * rate(s.first_move + k, static_cast<std::size_t>(row.band));
            }
        }
        pull(s, work_[i].rate, work_[i].expected);
    }
}

// Returns by what the effects changed. The expected events of a level are those with all
// multipliers, divided by its own effect.
Numbers Chain::draw_factor(std::size_t j, Numbers const& with_effect) {
    FactorModel const& factor = model_.factors[j];
    Numbers& effect = effect_[j];
    Numbers expected = with_effect;
    for (std::size_t i = 0; i < effect.size(); ++i) {
        expected[i] /= effect[i];
    }
    draw_spread(j, expected);
    double const spread = model_.effect_grid.spread[spread_[j]];
    double const nu = 1 / (spread * spread);
    Numbers change(effect.size());
    for (std::size_t i = 0; i < effect.size(); ++i) {
        double const value = random_.gamma(nu + factor.events[i]) / (nu + expected[i]);
        change[i] = value / effect[i];
        effect[i] = value;
    }
    return change;
}

// The sum of (nu + Y) log(1 + E / nu). Places with the same Y share a logarithm.
double exposure_cost(FactorModel const& factor, Numbers const& expected, double spread) {
    double const inverse = spread * spread;
    double const nu = 1 / inverse;
    double sum = 0;
    double events = 0;
    double product = 1;
    for (std::size_t const i : factor.by_events) {
        if (factor.events[i] != events || product > 1e200) {
            sum += (nu + events) * elementary::log(product);
            events = factor.events[i];
            product = 1;
        }
        product *= 1 + expected[i] * inverse;
    }
    return sum + (nu + events) * elementary::log(product);
}

// Metropolis steps of several widths on the grid; the effects are integrated out.
void Chain::draw_spread(std::size_t j, Numbers const& expected) {
    FactorModel const& factor = model_.factors[j];
    auto const log_density = [&](int point) {
        auto const g = static_cast<std::size_t>(point);
        return factor.log_weight[g] - exposure_cost(factor, expected, model_.effect_grid.spread[g]);
    };
    auto now = static_cast<int>(spread_[j]);
    double density = log_density(now);
    for (int const width : {3, 10, 30}) {
        int const step = 1 + static_cast<int>(width * random_.uniform());
        int const candidate = random_.uniform() < 0.5 ? now - step : now + step;
        if (candidate < 0 || candidate >= SpreadGrid::points) {
            continue;
        }
        double const other = log_density(candidate);
        if (elementary::log(random_.uniform()) < other - density) {
            now = candidate;
            density = other;
        }
    }
    spread_[j] = static_cast<std::size_t>(now);
}

// Raises the level of a move and lowers all its effects of one factor, or the other way round. The
// product of both is what it was, so sums that hold both need no change.
void Chain::exchange_effects(std::size_t j) {
    double const spread = model_.effect_grid.spread[spread_[j]];
    double const nu = 1 / (spread * spread);
    std::size_t const levels = model_.factors[j].levels;
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        for (std::size_t k = 0; k < s.moves; ++k) {
            if (!is_carried(s.first_move + k)) {
                continue;
            }
            double* const effect = effect_[j].data() + model_.offset(j, s) + k;
            Mass own{nu * static_cast<double>(levels), 0};
            for (std::size_t l = 0; l < levels; ++l) {
                own.weight += nu * effect[l * s.moves];
            }
            double const factor = exchange(random_, mass(s.first_move + k), own);
            if (factor == 1) {
                continue;
            }
            scale(s.first_move + k, factor);
            for (std::size_t l = 0; l < levels; ++l) {
                effect[l * s.moves] /= factor;
            }
            exchanged_[s.first_move + k] *= factor;
        }
    }
}

void Chain::sum_exposure() {
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        push(s, work_[i].product, work_[i].exposure);
        for (std::size_t at = 0; at < work_[i].exposure.size(); ++at) {
            work_[i].exposure[at] /= exchanged_[s.first_move + at % s.moves];
        }
    }
}

// By move and band, with all that multiplies the rates.
Numbers Chain::exposure(std::size_t state) const {
    StateCells const& s = model_.states[state];
    Numbers exposure(s.moves * model_.bands, 0);
    for (std::size_t r = 0; r < s.rows.size(); ++r) {
        RowKey const& row = s.rows[r];
        double const time = season(s, row) * shock(row);
        for (std::size_t k = 0; k < s.moves; ++k) {
            exposure[k * model_.bands + static_cast<std::size_t>(row.band)] +=
                time * work_[state].exposure[r * s.moves + k];
        }
    }
    return exposure;
}

void Chain::draw_levels_and_bands() {
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        Numbers const exposed = exposure(i);
        for (std::size_t k = 0; k < s.moves; ++k) {
            draw_move(s.first_move + k, &exposed[k * model_.bands]);
        }
    }
}

void Chain::draw_move(std::size_t move, double const* exposure) {
    MoveModel const& m = model_.moves[move];
    double* const band = &band_[move * model_.bands];
    if (!m.has_prior) {
        for (std::size_t b = 0; b < model_.bands; ++b) {
            band[b] = m.events[b] > 0 ? random_.gamma(m.events[b]) / (m.prior[b] * exposure[b]) : 0;
        }
        return;
    }
    if (std::isfinite(m.level_shape)) {
        double shape = m.level_shape;
        double weight = m.level_shape;
        for (std::size_t b = 0; b < model_.bands; ++b) {
            shape += m.events[b];
            weight += m.prior[b] * band[b] * exposure[b];
        }
        level_[move] = random_.gamma(shape) / weight;
    }
    if (std::isinf(m.band_shape)) {
        return;
    }
    Mass bands;
    for (std::size_t b = 0; b < model_.bands; ++b) {
        double const weight = m.band_shape + m.prior[b] * level_[move] * exposure[b];
        band[b] = random_.gamma(m.band_shape + m.events[b]) / weight;
        bands += {m.band_shape, m.band_shape * band[b]};
    }
    if (std::isfinite(m.level_shape)) {
        double const factor = exchange(random_, mass(move), bands);
        level_[move] *= factor;
        std::for_each_n(band, model_.bands, [&](double& value) { value /= factor; });
    }
}

// Some part of the rate of the move can carry what is taken from its effects.
bool Chain::is_carried(std::size_t move) const {
    MoveModel const& m = model_.moves[move];
    return std::isfinite(m.level_shape) || std::isfinite(m.band_shape);
}

bool Chain::is_carried(StateCells const& s) const {
    for (std::size_t k = 0; k < s.moves; ++k) {
        if (!is_carried(s.first_move + k)) {
            return false;
        }
    }
    return true;
}

Mass Chain::mass(std::size_t move) const {
    MoveModel const& m = model_.moves[move];
    if (!m.has_prior) {
        return {};
    }
    if (std::isfinite(m.level_shape)) {
        return {m.level_shape, m.level_shape * level_[move]};
    }
    Mass bands;
    for (std::size_t b = 0; b < model_.bands; ++b) {
        bands += {m.band_shape, m.band_shape * band_[move * model_.bands + b]};
    }
    return bands;
}

void Chain::scale(std::size_t move, double factor) {
    if (std::isfinite(model_.moves[move].level_shape)) {
        level_[move] *= factor;
    } else {
        std::for_each_n(&band_[move * model_.bands], model_.bands,
                        [&](double& value) { value *= factor; });
    }
}

void Chain::draw_season() {
    Numbers expected(season_.size(), 0);
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        for (std::size_t r = 0; r < s.rows.size(); ++r) {
            RowKey const& row = s.rows[r];
            for (std::size_t k = 0; k < s.moves; ++k) {
                expected[season_at(s, row)] +=
                    shock(row) * rate(s.first_move + k, static_cast<std::size_t>(row.band)) *
                    work_[i].exposure[r * s.moves + k];
            }
        }
        draw_season(s, expected);
    }
}

void Chain::draw_season(StateCells const& s, Numbers const& expected) {
    std::size_t const first = 12 * static_cast<std::size_t>(s.state);
    Mass months;
    for (std::size_t month = 0; month < 12; ++month) {
        double const weight = model_.season_shape / model_.season[month];
        double& value = season_[first + month];
        value = random_.gamma(model_.season_shape + model_.season_events[first + month]) /
                (weight + expected[first + month]);
        months += {model_.season_shape, weight * value};
    }
    if (!is_carried(s)) {
        return;
    }
    Mass rates;
    for (std::size_t k = 0; k < s.moves; ++k) {
        rates += mass(s.first_move + k);
    }
    double const factor = exchange(random_, months, rates);
    std::for_each_n(&season_[first], 12, [&](double& value) { value *= factor; });
    for (std::size_t k = 0; k < s.moves; ++k) {
        scale(s.first_move + k, 1 / factor);
    }
}

void Chain::draw_shock() {
    Numbers expected(eta_.size(), 0);
    for (std::size_t i = 0; i < work_.size(); ++i) {
        StateCells const& s = model_.states[i];
        for (std::size_t r = 0; r < s.rows.size(); ++r) {
            RowKey const& row = s.rows[r];
            for (std::size_t k = 0; k < s.moves; ++k) {
                expected[static_cast<std::size_t>(row.year)] +=
                    season(s, row) * rate(s.first_move + k, static_cast<std::size_t>(row.band)) *
                    work_[i].exposure[r * s.moves + k];
            }
        }
    }
    double const precision =
        1 / (model_.shock_grid.spread[shock_spread_] * model_.shock_grid.spread[shock_spread_]);
    constexpr double rho = shock_persistence;
    for (std::size_t y = 0; y < eta_.size(); ++y) {
        bool const is_first = y == 0;
        bool const is_last = y + 1 == eta_.size();
        double const neighbours = (is_first ? 0 : eta_[y - 1]) + (is_last ? 0 : eta_[y + 1]);
        double const links = 1 + rho * rho * (1 - (is_first ? 1 : 0) - (is_last ? 1 : 0));
        double const own = precision * links;
        double const centre = rho * neighbours / links;
        auto const log_density = [&](double x) {
            return model_.year_events[y] * x - expected[y] * elementary::exp(x) -
                   own * (x - centre) * (x - centre) / 2;
        };
        eta_[y] = slice(random_, eta_[y], 2 / std::sqrt(own + model_.year_events[y]), log_density);
    }
    draw_shock_spread();
    scale_shock_spread(expected);
    shift_shock();
    std::ranges::transform(eta_, shock_.begin(), [](double x) { return elementary::exp(x); });
}

// The sum of squares of the steps of the shock, the first of which is from its stationary law.
double Chain::steps_squared(double shift) const {
    constexpr double rho = shock_persistence;
    double sum = 0;
    for (std::size_t y = 0; y < eta_.size(); ++y) {
        double const now = eta_[y] + shift;
        double const step = y == 0 ? now : now - rho * (eta_[y - 1] + shift);
        sum += y == 0 ? (1 - rho * rho) * step * step : step * step;
    }
    return sum;
}

void Chain::draw_shock_spread() {
    double const square = steps_squared(0);
    auto const years = static_cast<double>(eta_.size());
    auto weight = model_.shock_grid.log_prior;
    for (std::size_t g = 0; g < weight.size(); ++g) {
        double const spread = model_.shock_grid.spread[g];
        weight[g] -= years * elementary::log(spread) + square / (2 * spread * spread);
    }
    shock_spread_ = pick(random_, weight);
}

// The standard deviation once more, this time with shock / standard deviation held: Yu and Meng
// 2011, "To center or not to center", JCGS 20.
void Chain::scale_shock_spread(Numbers const& expected) {
    double const before = model_.shock_grid.spread[shock_spread_];
    auto weight = model_.shock_grid.log_prior;
    for (std::size_t g = 0; g < weight.size(); ++g) {
        double const ratio = model_.shock_grid.spread[g] / before;
        for (std::size_t y = 0; y < eta_.size(); ++y) {
            double const x = std::min(ratio * eta_[y], 600.0);
            weight[g] += model_.year_events[y] * x - expected[y] * elementary::exp(x);
        }
    }
    shock_spread_ = pick(random_, weight);
    double const ratio = model_.shock_grid.spread[shock_spread_] / before;
    std::ranges::for_each(eta_, [&](double& x) { x *= ratio; });
}

// Raises the shocks of all years and lowers the levels of all moves.
void Chain::shift_shock() {
    if (eta_.empty() ||
        !std::ranges::all_of(model_.states, [&](StateCells const& s) { return is_carried(s); })) {
        return;
    }
    Mass rates;
    for (std::size_t move = 0; move < model_.moves.size(); ++move) {
        rates += mass(move);
    }
    double const spread = model_.shock_grid.spread[shock_spread_];
    auto const log_density = [&](double x) {
        return -rates.shape * x - rates.weight * elementary::exp(-x) -
               steps_squared(x) / (2 * spread * spread);
    };
    double const width = 2 / std::sqrt(rates.weight + 1 / (spread * spread));
    double const shift = slice(random_, 0, width, log_density);
    std::ranges::for_each(eta_, [&](double& x) { x += shift; });
    for (std::size_t move = 0; move < model_.moves.size(); ++move) {
        scale(move, elementary::exp(-shift));
    }
}

// By move and band; those of moves without prior are drawn, given all that multiplies them.
Numbers Chain::draw_rates(std::size_t state) {
    StateCells const& s = model_.states[state];
    Numbers const exposed = exposure(state);
    Numbers rates;
    for (std::size_t k = 0; k < s.moves; ++k) {
        MoveModel const& m = model_.moves[s.first_move + k];
        for (std::size_t b = 0; b < model_.bands; ++b) {
            rates.push_back(m.has_prior
                                ? rate(s.first_move + k, b)
                                : random_.gamma(m.band_shape + m.events[b]) /
                                      (m.band_shape / m.prior[b] + exposed[k * model_.bands + b]));
        }
    }
    return rates;
}

Leaving Chain::leaving(UndatedCells const& stay, Numbers const& rates) const {
    StateCells const& s = model_.states[stay.state];
    Leaving result{.per_day = Numbers(model_.bands, 0)};
    for (std::size_t k = 0; k < s.moves; ++k) {
        double const effect = work_[stay.state].product[stay.combination * s.moves + k] /
                              exchanged_[s.first_move + k];
        for (std::size_t b = 0; b < model_.bands; ++b) {
            result.per_day[b] += effect * rates[k * model_.bands + b] / days_per_month;
        }
    }
    for (UndatedCells::Part const& part : stay.parts) {
        RowKey const& row = s.rows[static_cast<std::size_t>(part.row)];
        result.time.push_back(season(s, row) * shock(row) * part.recorded);
    }
    if (stay.move < model_.moves.size()) {
        auto const first =
            rates.begin() + static_cast<std::ptrdiff_t>((stay.move - s.first_move) * model_.bands);
        result.event.assign(first, first + static_cast<std::ptrdiff_t>(model_.bands));
    }
    return result;
}

void Chain::place(std::size_t stay, Day waited) {
    UndatedCells const& u = model_.undated[stay];
    std::size_t entry = u.first_entry;
    for (UndatedCells::Part const& part : u.parts) {
        for (std::size_t b = 0; b < model_.bands; ++b, ++entry) {
            model_.states[u.state].months[entry] =
                part.recorded * days_in_band(model_.edges, b, waited, part.from, part.to) /
                days_per_month;
        }
    }
    if (u.move < model_.moves.size()) {
        Numbers& events = model_.moves[u.move].events;
        events[band_of(model_.edges, waited + u.days())] += 1;
        if (waited_[stay] >= 0) {
            events[band_of(model_.edges, waited_[stay] + u.days())] -= 1;
        }
    }
    waited_[stay] = waited;
}

void Chain::begin_undated() {
    waited_.assign(model_.undated.size(), -1);
    for (std::size_t i = 0; i < waited_.size(); ++i) {
        UndatedCells const& stay = model_.undated[i];
        place(i, draw_wait(random_, model_.edges, leaving(stay, draw_rates(stay.state)).per_day));
    }
}

// One Metropolis step per stay: proposed from the law of the time waited, taken by how well it
// agrees with how the stay went on. The rates are drawn next as if the days of entry were known; a
// factor for how likely those days are is left out (Plummer 2015, "Cuts in Bayesian graphical
// models", Statistics and Computing 25), as it would rest on how entries came before anybody saw.
void Chain::impute() {
    Numbers rates;
    for (std::size_t i = 0; i < waited_.size(); ++i) {
        UndatedCells const& stay = model_.undated[i];
        if (i == 0 || stay.state != model_.undated[i - 1].state) {
            rates = draw_rates(stay.state);
        }
        Leaving const now = leaving(stay, rates);
        Day const candidate = draw_wait(random_, model_.edges, now.per_day);
        double const gain = log_density(stay, model_.edges, now, candidate) -
                            log_density(stay, model_.edges, now, waited_[i]);
        if (elementary::log(random_.uniform()) < gain) {
            place(i, candidate);
        }
    }
}

void Chain::write(DrawLayout const& layout, float* out) {
    auto const copy = [&](Numbers const& values, std::size_t at) {
        std::ranges::transform(values, out + at, [](double x) { return static_cast<float>(x); });
    };
    for (std::size_t i = 0; i < work_.size(); ++i) {
        copy(draw_rates(i), layout.rates + model_.states[i].first_move * model_.bands);
    }
    for (std::size_t j = 0; j < effect_.size(); ++j) {
        copy(effect_[j], layout.effects[j]);
        out[layout.effect_spreads + j] = static_cast<float>(model_.effect_grid.spread[spread_[j]]);
    }
    copy(season_, layout.season);
    if (model_.has_shock) {
        copy(eta_, layout.shocks);
        out[layout.shock_spread] = static_cast<float>(model_.shock_grid.spread[shock_spread_]);
    }
}

}  // namespace

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
