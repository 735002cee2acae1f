#include "binomial_batch.hpp"

#include "vectorised.hpp"

#include <algorithm>
#include <utility>

namespace opgave::detail {

namespace {

// Attempt 0 of a group of cells.
OPGAVE_VECTORISED
void number_group(StepNumbers numbers, std::uint32_t first, std::uint32_t* __restrict first_word,
                  std::uint32_t* __restrict second_word) noexcept {
    constexpr std::uint32_t half = together * lanes / 2;
    for (std::uint32_t i = 0; i < half; ++i) {
        Block const block =
            numbers.stream.after(i % lanes).bits(first / 2 + i / lanes, numbers.step);
        first_word[i] = block[0];
        second_word[i] = block[1];
        first_word[half + i] = block[2];
        second_word[half + i] = block[3];
    }
}

// Later attempts of any cells.
OPGAVE_VECTORISED
void number_again(StepNumbers numbers, std::uint32_t first, std::size_t size,
                  std::uint32_t const* __restrict at, std::uint32_t const* __restrict attempt,
                  std::uint32_t* __restrict first_word,
                  std::uint32_t* __restrict second_word) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        Block const block = numbers.stream.after(at[i] % lanes)
                                .bits(first + at[i] / lanes, numbers.step, attempt[i]);
        first_word[i] = block[0];
        second_word[i] = block[1];
    }
}

OPGAVE_VECTORISED
void attempt_all(std::size_t size, double const* __restrict n, double const* __restrict p,
                 double const* __restrict q, std::uint32_t const* __restrict first,
                 std::uint32_t const* __restrict second, double* __restrict k,
                 double* __restrict height, Verdict* __restrict verdict) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        Transformed const t(n[i], p[i], q[i]);
        Proposal const proposal = propose(t, uniform(first[i]), uniform(second[i]));
        Verdict const large = judge(t, proposal);
        k[i] = t.mean > 0 ? proposal.k : 0;
        height[i] = proposal.height;
        Verdict const small = t.mean > 0 ? verdict::too_small : verdict::accepted;
        verdict[i] = t.mean >= inversion_limit ? large : small;
    }
}

OPGAVE_VECTORISED
void weigh_all(std::size_t size, double const* __restrict n, double const* __restrict p,
               double const* __restrict q, double const* __restrict k,
               double const* __restrict height, Verdict* __restrict verdict,
               double* __restrict excess) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        Weight const weight = weigh(n[i], p[i], q[i], k[i], height[i]);
        verdict[i] = weight.verdict;
        excess[i] = weight.excess;
    }
}

// As `power` does.
OPGAVE_VECTORISED
void power_all(std::size_t size, std::uint64_t* __restrict exponent, double* __restrict base,
               double* __restrict result) noexcept {
    std::uint64_t largest = 0;
    for (std::size_t i = 0; i < size; ++i) {
        largest |= exponent[i];
        result[i] = 1;
    }
    for (; largest > 0; largest >>= 1U) {
        for (std::size_t i = 0; i < size; ++i) {
            double const longer = result[i] * base[i];
            result[i] = (exponent[i] & 1U) != 0 ? longer : result[i];
            exponent[i] >>= 1U;
            base[i] *= base[i];
        }
    }
}

// As `invert` does, several walks in step, a few steps at a time.
OPGAVE_VECTORISED
void walk_all(std::size_t size, double const* __restrict n, double const* __restrict ratio,
              double* __restrict u, double* __restrict mass, double* __restrict k) noexcept {
    constexpr std::size_t few = 4;
    std::uint64_t moved = 1;
    for (std::size_t step = 0; moved != 0 && step + few < reciprocal.size(); step += few) {
        moved = 0;
        for (std::size_t i = 0; i < size; ++i) {
            double moves = 0;
            for (std::size_t j = 0; j < few; ++j) {
                auto const at = static_cast<double>(step + j);
                double const below = mass[i];
                double const next = below * (ratio[i] * (n[i] - at) * reciprocal[step + j + 1]);
                double const passes = u[i] >= below ? 1 : 0;
                moves = at < n[i] ? passes : 0;
                u[i] -= moves * below;
                k[i] += moves;
                mass[i] = moves > 0 ? next : below;
            }
            moved |= std::bit_cast<std::uint64_t>(moves);
        }
    }
}

OPGAVE_VECTORISED
void read_all(std::size_t cells, std::uint32_t const* __restrict which,
              double const* __restrict from, double* __restrict to) noexcept {
    for (std::size_t i = 0; i < cells; ++i) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            to[i * lanes + lane] = from[std::size_t{which[i]} * lanes + lane];
        }
    }
}

// Success, from the rarer outcome.
[[gnu::always_inline]] inline double success(double n, double k, double exchanged) {
    return exchanged * n + (1 - 2 * exchanged) * k;
}

// Takes what has success away.
OPGAVE_VECTORISED
void take_all(std::size_t size, double const* __restrict exchanged, double* __restrict n,
              double* __restrict result) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        result[i] = success(n[i], result[i], exchanged[i]);
        n[i] -= result[i];
    }
}

// Lists are worked off in whole vectors: what lies beyond their end does no harm.
constexpr std::size_t whole_vectors(std::size_t size) { return (size + 7) / 8 * 8; }

std::size_t is(Verdict a, Verdict b) noexcept {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ? 1 : 0;
}

// Whether nobody has the rarer outcome.
bool is_certain(std::size_t size, double const* n, double const* p) noexcept {
    std::size_t certain = 0;
    while (certain < size && n[certain] * p[certain] == 0) {
        ++certain;
    }
    return certain == size;
}

}  // namespace

void CellWords::number(StepNumbers const& numbers, std::uint32_t first) {
    for (std::size_t i = 0; i < first_.size(); i += std::size_t{together} * lanes) {
        number_group(numbers, first + static_cast<std::uint32_t>(i / lanes), first_.data() + i,
                     second_.data() + i);
    }
}

void BinomialBatch::take(StepNumbers const& numbers, std::uint32_t first,
                         Draws const& draws) noexcept {
    take_rows(numbers, first, draws, [&](std::size_t cell, Attempts& attempts) {
        number_group(numbers, first + static_cast<std::uint32_t>(cell), first_word_.data(),
                     second_word_.data());
        attempts.first_word = first_word_.data();
        attempts.second_word = second_word_.data();
    });
}

void BinomialBatch::take(StepNumbers const& numbers, std::uint32_t first, CellWords const& words,
                         std::size_t at, Draws const& draws) noexcept {
    take_rows(numbers, first, draws, [&](std::size_t cell, Attempts& attempts) {
        attempts.first_word = words.first(at + cell);
        attempts.second_word = words.second(at + cell);
    });
}

// The rejected ones are tried again when they fill a row, and at the end.
template <typename WordsOf>
void BinomialBatch::take_rows(StepNumbers const& numbers, std::uint32_t first, Draws const& draws,
                              WordsOf const& words_of) noexcept {
    for (std::size_t from = 0; from < draws.n.size(); from += capacity) {
        std::size_t const size = std::min(capacity, draws.n.size() - from);
        double* const n = draws.n.data() + from;
        double* const result = draws.result.data() + from;
        std::fill_n(result, size, 0);
        if (std::all_of(n, n + size, [](double count) { return count == 0; })) {
            continue;
        }
        read_chances(draws, from, size);
        if (!is_certain(size, n, p_.data())) {
            Attempts attempts{size, n, p_.data(), q_.data(), nullptr, nullptr, result};
            words_of(from / lanes, attempts);
            attempt(attempts);
            wait(attempts, from);
        }
        take_all(size, exchanged_.data(), n, result);
        while (waiting_ >= capacity) {
            attempt_again(numbers, first, draws);
        }
    }
    while (waiting_ > 0) {
        attempt_again(numbers, first, draws);
    }
}

void BinomialBatch::read_chances(Draws const& draws, std::size_t from, std::size_t size) noexcept {
    std::uint32_t const* const which = draws.chance_of.data() + from / lanes;
    read_all(size / lanes, which, draws.chances.p_.data(), p_.data());
    read_all(size / lanes, which, draws.chances.q_.data(), q_.data());
    read_all(size / lanes, which, draws.chances.exchanged_.data(), exchanged_.data());
}

// Draws those that the first attempt accepts, and lists the rejected ones.
void BinomialBatch::attempt(Attempts const& attempts) noexcept {
    attempt_all(attempts.size, attempts.n, attempts.p, attempts.q, attempts.first_word,
                attempts.second_word, attempts.k, height_.data(), verdict_.data());
    sort_out(attempts.size);
    draw_small(attempts);
    decide(attempts);
    list_rejected();
}

// Lists the attempts that are not accepted, and those of them that have more to be done.
void BinomialBatch::sort_out(std::size_t size) noexcept {
    std::size_t undone = 0;
    for (std::size_t i = 0; i < size; ++i) {
        rejected_[undone] = static_cast<std::uint32_t>(i);
        undone += 1 - is(verdict_[i], verdict::accepted);
    }
    std::size_t small = 0;
    std::size_t open = 0;
    for (std::size_t j = 0; j < undone; ++j) {
        std::uint32_t const i = rejected_[j];
        small_[small] = i;
        open_[open] = i;
        small += is(verdict_[i], verdict::too_small);
        open += is(verdict_[i], verdict::open);
    }
    small_size_ = small;
    open_size_ = open;
    rejected_size_ = undone;
}

// Leaves those in the list that are rejected in the end.
void BinomialBatch::list_rejected() noexcept {
    std::size_t const undone = std::exchange(rejected_size_, 0);
    for (std::size_t j = 0; j < undone; ++j) {
        std::uint32_t const i = rejected_[j];
        rejected_[rejected_size_] = i;
        rejected_size_ += is(verdict_[i], verdict::rejected);
    }
}

// Walks where `invert` does not see at once that nobody has the rarer outcome.
void BinomialBatch::draw_small(Attempts const& attempts) noexcept {
    std::size_t size = 0;
    for (std::size_t j = 0; j < small_size_; ++j) {
        std::size_t const i = small_[j];
        double const u = uniform(attempts.first_word[i], attempts.second_word[i]);
        attempts.k[i] = 0;
        small_[size] = small_[j];
        small_n_[size] = attempts.n[i];
        small_exponent_[size] = static_cast<std::uint64_t>(attempts.n[i]);
        small_q_[size] = attempts.q[i];
        small_ratio_[size] = attempts.p[i] / attempts.q[i];
        small_u_[size] = u;
        small_k_[size] = 0;
        size += u < 1 - attempts.n[i] * attempts.p[i] ? 0 : 1;
    }
    std::size_t const stepping = (size + in_step - 1) / in_step * in_step;
    for (std::size_t j = size; j < stepping; ++j) {
        small_u_[j] = -1;
        small_exponent_[j] = 0;
    }
    for (std::size_t j = 0; j < size; j += in_step) {
        power_all(in_step, small_exponent_.data() + j, small_q_.data() + j, small_mass_.data() + j);
        walk_all(in_step, small_n_.data() + j, small_ratio_.data() + j, small_u_.data() + j,
                 small_mass_.data() + j, small_k_.data() + j);
    }
    for (std::size_t j = 0; j < size; ++j) {
        attempts.k[small_[j]] = small_k_[j];
    }
}

// Computes the density where its bounds do not decide.
void BinomialBatch::decide(Attempts const& attempts) noexcept {
    std::size_t const size = open_size_;
    for (std::size_t j = 0; j < size; ++j) {
        std::size_t const i = open_[j];
        open_n_[j] = attempts.n[i];
        open_p_[j] = attempts.p[i];
        open_q_[j] = attempts.q[i];
        open_k_[j] = attempts.k[i];
        open_height_[j] = height_[i];
    }
    weigh_all(whole_vectors(size), open_n_.data(), open_p_.data(), open_q_.data(), open_k_.data(),
              open_height_.data(), open_verdict_.data(), open_excess_.data());
    for (std::size_t j = 0; j < size; ++j) {
        verdict_[open_[j]] =
            settle({open_verdict_[j], open_excess_[j]}, open_n_[j], open_p_[j], open_k_[j]);
    }
}

// Adds the rejected ones to those that wait. `from` is the first attempt's place.
void BinomialBatch::wait(Attempts const& attempts, std::size_t from) noexcept {
    for (std::size_t j = 0; j < rejected_size_; ++j, ++waiting_) {
        std::size_t const i = rejected_[j];
        again_[waiting_] = static_cast<std::uint32_t>(from + i);
        attempt_[waiting_] = 1;
        again_n_[waiting_] = attempts.n[i];
        again_p_[waiting_] = attempts.p[i];
        again_q_[waiting_] = attempts.q[i];
        again_exchanged_[waiting_] = exchanged_[i];
    }
}

// One attempt of those that wait, at most a row of them. The rejected ones wait on.
void BinomialBatch::attempt_again(StepNumbers const& numbers, std::uint32_t first,
                                  Draws const& draws) noexcept {
    std::size_t const size = std::min(waiting_, capacity);
    std::size_t const from = waiting_ - size;
    number_again(numbers, first, whole_vectors(size), again_.data() + from, attempt_.data() + from,
                 first_word_.data(), second_word_.data());
    Attempts const attempts{size,
                            again_n_.data() + from,
                            again_p_.data() + from,
                            again_q_.data() + from,
                            first_word_.data(),
                            second_word_.data(),
                            again_k_.data()};
    attempt(attempts);
    for (std::size_t j = 0; j < size; ++j) {
        double const n = again_n_[from + j];
        double const taken = success(n, again_k_[j], again_exchanged_[from + j]);
        draws.result[again_[from + j]] = taken;
        draws.n[again_[from + j]] = n - taken;
    }
    waiting_ = from;
    for (std::size_t j = 0; j < rejected_size_; ++j, ++waiting_) {
        std::size_t const i = from + rejected_[j];
        again_[waiting_] = again_[i];
        attempt_[waiting_] = attempt_[i] + 1;
        again_n_[waiting_] = again_n_[i];
        again_p_[waiting_] = again_p_[i];
        again_q_[waiting_] = again_q_[i];
        again_exchanged_[waiting_] = again_exchanged_[i];
    }
}

}  // namespace opgave::detail
