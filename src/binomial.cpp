#include "binomial.hpp"

#include <algorithm>

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

}  // namespace

bool accept(Transformed const& t, Proposal const& proposal) noexcept {
    double const n = t.n;
    auto const whole = [](double x) { return static_cast<double>(static_cast<std::int64_t>(x)); };
    double const k = whole(proposal.k);
    double const m = whole((n + 1) * t.p);
    double const square = proposal.us * proposal.us;
    double const log_v = elementary::log(proposal.v * (2.83 * t.b + 5.1) * t.spq * square /
                                         ((t.a() + t.b * square) * t.b));
    // A squeeze around the normal density decides most.
    double const inverse = 1 / (t.spq * t.spq);
    double const d = std::fabs(k - m);
    double const rho = d * inverse * (((d / 3 + 0.625) * d + 1.0 / 6) * inverse + 0.5);
    double const normal = -0.5 * d * d * inverse;
    if (log_v < normal - rho) {
        return true;
    }
    if (log_v > normal + rho) {
        return false;
    }
    double const r = t.p / t.q;
    double const bound = (m + 0.5) * elementary::log((m + 1) / (r * (n - m + 1))) +
                         (n + 1) * elementary::log((n - m + 1) / (n - k + 1)) +
                         (k + 0.5) * elementary::log(r * (n - k + 1) / (k + 1)) + stirling_tail(m) +
                         stirling_tail(n - m) - stirling_tail(k) - stirling_tail(n - k);
    return log_v <= bound;
}

void BinomialBatch::add(std::uint32_t cell, std::int64_t n, Chance const& chance,
                        std::int64_t& result) {
    if (size_ == task_.size()) {
        std::size_t const size = 2 * size_ + 8;
        cell_.resize(size);
        n_.resize(size);
        p_.resize(size);
        q_.resize(size);
        task_.resize(size);
        words_.resize(size);
        k_.resize(size);
        us_.resize(size);
        v_.resize(size);
        limit_.resize(size);
    }
    cell_[size_] = cell;
    n_[size_] = static_cast<double>(n);
    p_[size_] = chance.p;
    q_[size_] = chance.q;
    task_[size_] = {&result, n, chance.exchanged};
    ++size_;
}

void BinomialBatch::number_all(Stream const& stream, std::uint32_t step) noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
        Block const block = stream.bits(cell_[i] / 2, step);
        words_[i] =
            cell_[i] % 2 == 0 ? std::array{block[0], block[1]} : std::array{block[2], block[3]};
        if (cell_[i] % 2 == 0 && i + 1 < size_ && cell_[i + 1] == cell_[i] + 1) {
            ++i;
            words_[i] = {block[2], block[3]};
        }
    }
}

void BinomialBatch::propose_all() noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
        Proposal const proposal = propose(Transformed(n_[i], {p_[i], q_[i], false}),
                                          uniform(words_[i][0]), uniform(words_[i][1]));
        k_[i] = proposal.k;
        us_[i] = proposal.us;
        v_[i] = proposal.v;
        limit_[i] = proposal.limit;
    }
}

void BinomialBatch::draw(Stream const& stream, std::uint32_t step) {
    number_all(stream, step);
    propose_all();
    for (std::size_t i = 0; i < size_; ++i) {
        auto const& [result, n, exchanged] = task_[i];
        Chance const chance{p_[i], q_[i], exchanged};
        std::int64_t drawn = 0;
        if (is_small(n, chance)) {
            drawn = invert(uniform(words_[i][0], words_[i][1]), n, chance).count;
        } else if (v_[i] <= limit_[i] && us_[i] >= 0.07) {
            drawn = static_cast<std::int64_t>(k_[i]);
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

}  // namespace opgave::detail
