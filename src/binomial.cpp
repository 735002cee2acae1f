#include "binomial.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace opgave::detail {

namespace {

// What Stirling's formula leaves out of log k!.
double stirling_tail(double k) noexcept {
    static constexpr std::array<double, 10> exact = {
        0.0810614667953272,  0.0413406959554092, 0.0276779256849983, 0.0207906721037650,
        0.0166446911898211,  0.0138761288230707, 0.0118967099458917, 0.0104112652619720,
        0.00925546218271273, 0.00833056343336287};
    if (k <= 9) {
        return exact[static_cast<std::size_t>(k)];
    }
    double const square = (k + 1) * (k + 1);
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
}

// log x to within 1e-5, for decisions that have room to spare: Abramowitz and Stegun 1964, 4.1.44.
double rough_log(double x) noexcept {
    auto const bits = std::bit_cast<std::uint64_t>(x);
    auto const exponent = static_cast<double>(static_cast<int>(bits >> 52U) - 1023);
    double const f = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000) - 1;
    double const log_m =
        f *
        (0.99949556 + f * (-0.49190896 + f * (0.28947478 + f * (-0.13606275 + f * 0.03215845))));
    return exponent * 0.69314718055994531 + log_m;
}

}  // namespace

Squeeze squeeze(Transformed const& t, Proposal const& proposal) noexcept {
    auto const whole = [](double x) { return static_cast<double>(static_cast<std::int64_t>(x)); };
    double const square = proposal.us * proposal.us;
    double const height =
        proposal.v * (2.83 * t.b + 5.1) * t.spq * square / ((t.a() + t.b * square) * t.b);
    // Kachitvichyanukul and Schmeiser 1988: the bound holds up to half the variance from the mode.
    double const variance = t.spq * t.spq;
    double const inverse = 1 / variance;
    double const d = std::fabs(whole(proposal.k) - whole((t.n + 1) * t.p));
    double const rho = d * inverse * (((d / 3 + 0.625) * d + 1.0 / 6) * inverse + 0.5);
    double const margin = d < variance / 2 ? rho + 1e-5 : std::numeric_limits<double>::infinity();
    return {height, rough_log(height) + 0.5 * d * d * inverse, margin};
}

bool is_below_density(Transformed const& t, double k, double height) noexcept {
    double const n = t.n;
    double const r = t.p / t.q;
    auto const m = static_cast<double>(static_cast<std::int64_t>((n + 1) * t.p));
    return elementary::log(height) <= (m + 0.5) * elementary::log((m + 1) / (r * (n - m + 1))) +
                                          (n + 1) * elementary::log((n - m + 1) / (n - k + 1)) +
                                          (k + 0.5) * elementary::log(r * (n - k + 1) / (k + 1)) +
                                          stirling_tail(m) + stirling_tail(n - m) -
                                          stirling_tail(k) - stirling_tail(n - k);
}

bool accept(Transformed const& t, Proposal const& proposal) noexcept {
    if (is_squeezed(proposal)) {
        return true;
    }
    if (proposal.k < 0 || proposal.k >= t.n + 1) {
        return false;
    }
    Squeeze const bounds = squeeze(t, proposal);
    if (bounds.excess < -bounds.margin) {
        return true;
    }
    auto const k = static_cast<double>(static_cast<std::int64_t>(proposal.k));
    return bounds.excess <= bounds.margin && is_below_density(t, k, bounds.height);
}

BinomialBatch::BinomialBatch(std::size_t capacity)
    : cell_(capacity),
      n_(capacity),
      p_(capacity),
      q_(capacity),
      task_(capacity),
      words_(capacity),
      u_(capacity),
      k_(capacity),
      us_(capacity),
      v_(capacity),
      limit_(capacity),
      open_(capacity) {}

void BinomialBatch::draw(Stream const& stream, std::uint32_t step) {
    number_all(stream, step);
    propose_all();
    std::size_t const open = store_squeezed();
    for (std::size_t j = 0; j < open; ++j) {
        std::size_t const i = open_[j];
        auto const& [result, n, exchanged] = task_[i];
        Chance const chance{p_[i], q_[i], exchanged};
        std::int64_t drawn = 0;
        if (is_small(n, chance)) {
            drawn = invert(u_[i], n, chance).count;
        } else {
            // Further attempts have addresses of their own, as blocks of attempt 0 are shared.
            auto const source = [&](std::uint32_t attempt) {
                return stream.bits(cell_[i], step, attempt);
            };
            drawn = finish(source, Transformed(n_[i], chance), {k_[i], us_[i], v_[i], limit_[i]});
        }
        *result = exchanged ? n - drawn : drawn;
    }
    size_ = 0;
}

void BinomialBatch::number_all(Stream const& stream, std::uint32_t step) noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
        Block const block = stream.bits(cell_[i] / 2, step);
        bool const even = cell_[i] % 2 == 0;
        words_[i] = even ? Words{block[0], block[1]} : Words{block[2], block[3]};
        if (even && i + 1 < size_ && cell_[i + 1] == cell_[i] + 1) {
            ++i;
            words_[i] = {block[2], block[3]};
        }
    }
}

void BinomialBatch::propose_all() noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
        u_[i] = uniform(words_[i].first, words_[i].second);
        v_[i] = uniform(words_[i].second);
    }
    for (std::size_t i = 0; i < size_; ++i) {
        Proposal const proposal =
            propose(Transformed(n_[i], {p_[i], q_[i], false}), uniform(words_[i].first), v_[i]);
        k_[i] = proposal.k;
        us_[i] = proposal.us;
        limit_[i] = proposal.limit;
    }
}

// Stores what the squeeze accepts, and lists the others, without branches.
std::size_t BinomialBatch::store_squeezed() noexcept {
    std::size_t open = 0;
    for (std::size_t i = 0; i < size_; ++i) {
        auto const& [result, n, exchanged] = task_[i];
        auto const large = static_cast<unsigned>(n_[i] * p_[i] >= inversion_limit);
        auto const inside = static_cast<unsigned>(us_[i] >= 0.07);
        auto const low = static_cast<unsigned>(v_[i] <= limit_[i]);
        bool const squeezed = (large & inside & low) != 0;
        std::int64_t const k = squeezed ? static_cast<std::int64_t>(k_[i]) : 0;
        *result = exchanged ? n - k : k;
        open_[open] = i;
        open += squeezed ? 0 : 1;
    }
    return open;
}

}  // namespace opgave::detail
