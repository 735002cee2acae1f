#include "binomial_batch.hpp"

#include "vectorised.hpp"

#include <algorithm>

namespace opgave::detail {

namespace {

struct Numbers {
    Stream stream;
    std::uint32_t step;
};

// Attempt 0 of groups of cells.
OPGAVE_VECTORISED
void number_groups(Numbers numbers, std::uint32_t first, std::size_t size,
                   std::uint32_t* __restrict first_word,
                   std::uint32_t* __restrict second_word) noexcept {
    constexpr std::size_t half = together / 2;
    for (std::size_t begin = 0; begin < size; begin += together) {
        std::uint32_t const block_of_first = first / 2 + static_cast<std::uint32_t>(begin / 2);
        for (std::size_t i = 0; i < half; ++i) {
            Block const block =
                numbers.stream.bits(block_of_first + static_cast<std::uint32_t>(i), numbers.step);
            first_word[begin + i] = block[0];
            second_word[begin + i] = block[1];
            first_word[begin + half + i] = block[2];
            second_word[begin + half + i] = block[3];
        }
    }
}

// A later attempt of any cells.
OPGAVE_VECTORISED
void number_again(Numbers numbers, std::uint32_t attempt, std::uint32_t first, std::size_t size,
                  std::uint32_t const* __restrict cell, std::uint32_t* __restrict first_word,
                  std::uint32_t* __restrict second_word) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        Block const block = numbers.stream.bits(first + cell[i], numbers.step, attempt);
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
void power_all(std::size_t size, std::uint64_t largest, std::uint64_t* __restrict exponent,
               double* __restrict base, double* __restrict result) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
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

// As `invert` does, several walks in step.
OPGAVE_VECTORISED
void walk_all(std::size_t size, double const* __restrict n, double const* __restrict ratio,
              double* __restrict u, double* __restrict mass, double* __restrict k) noexcept {
    std::uint64_t moved = 1;
    for (std::size_t step = 0; moved != 0 && step + 1 < reciprocal.size(); ++step) {
        auto const at = static_cast<double>(step);
        double const gained = reciprocal[step + 1];
        moved = 0;
        for (std::size_t i = 0; i < size; ++i) {
            double const below = mass[i];
            double const next = below * (ratio[i] * (n[i] - at) * gained);
            double const passes = u[i] >= below ? 1 : 0;
            double const moves = at < n[i] ? passes : 0;
            u[i] -= moves * below;
            k[i] += moves;
            mass[i] = moves > 0 ? next : below;
            moved |= std::bit_cast<std::uint64_t>(moves);
        }
    }
}

OPGAVE_VECTORISED
void exchange_all(std::size_t size, double const* __restrict n, double const* __restrict exchanged,
                  double* __restrict result) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        result[i] = exchanged[i] * n[i] + (1 - 2 * exchanged[i]) * result[i];
    }
}

// Lists are worked off in whole vectors: what lies beyond their end does no harm.
constexpr std::size_t whole_vectors(std::size_t size) { return (size + 7) / 8 * 8; }

}  // namespace

void BinomialBatch::draw(Stream const& stream, std::uint32_t step, std::uint32_t first,
                         Chances const& chances, std::vector<double> const& n,
                         std::vector<double>& result) {
    for (std::size_t i = 0; i < n.size(); i += capacity) {
        draw(stream, step,
             {.first = first + static_cast<std::uint32_t>(i),
              .size = std::min(capacity, n.size() - i),
              .n = n.data() + i,
              .p = chances.p_.data() + i,
              .q = chances.q_.data() + i,
              .exchanged = chances.exchanged_.data() + i,
              .result = result.data() + i});
    }
}

void BinomialBatch::draw(Stream const& stream, std::uint32_t step, Numbered const& cells,
                         Chances const& chances, std::size_t from, double const* n,
                         double* result) {
    if (cells.size < few) {
        for (std::size_t i = 0; i < cells.size; ++i) {
            auto const source = [&](std::uint32_t attempt) {
                return attempt == 0
                           ? Words{cells.first_word[i], cells.second_word[i]}
                           : batch_words(stream, cells.first + static_cast<std::uint32_t>(i), step,
                                         attempt);
            };
            result[i] = static_cast<double>(
                draw_binomial(source, static_cast<std::int64_t>(n[i]), chances[from + i]));
        }
        return;
    }
    for (std::size_t i = 0; i < cells.size; i += capacity) {
        draw(stream, step,
             {.first = cells.first + static_cast<std::uint32_t>(i),
              .size = std::min(capacity, cells.size - i),
              .n = n + i,
              .p = chances.p_.data() + from + i,
              .q = chances.q_.data() + from + i,
              .exchanged = chances.exchanged_.data() + from + i,
              .result = result + i,
              .first_word = cells.first_word + i,
              .second_word = cells.second_word + i});
    }
}

void number_cells(Stream const& stream, std::uint32_t step, std::uint32_t first,
                  std::vector<std::uint32_t>& first_word, std::vector<std::uint32_t>& second_word) {
    number_groups({stream, step}, first, first_word.size(), first_word.data(), second_word.data());
}

void BinomialBatch::draw(Stream const& stream, std::uint32_t step, Stretch const& cells) {
    std::size_t certain = 0;
    while (certain < cells.size && cells.n[certain] * cells.p[certain] == 0) {
        cells.result[certain++] = 0;
    }
    if (certain < cells.size) {
        draw_rarer(stream, step, cells);
    }
    exchange_all(cells.size, cells.n, cells.exchanged, cells.result);
}

void BinomialBatch::draw_rarer(Stream const& stream, std::uint32_t step, Stretch const& cells) {
    if (cells.first_word == nullptr) {
        number_groups({stream, step}, cells.first, cells.size, first_.data(), second_.data());
    } else {
        std::copy_n(cells.first_word, cells.size, first_.data());
        std::copy_n(cells.second_word, cells.size, second_.data());
    }
    attempt_all(cells.size, cells.n, cells.p, cells.q, first_.data(), second_.data(), cells.result,
                height_.data(), verdict_.data());
    sort_out(cells.size);
    draw_small(cells);
    decide({cells.size, cells.n, cells.p, cells.q, cells.result});
    std::copy_n(rejected_.data(), rejected_size_, again_.data());
    again_size_ = rejected_size_;
    for (std::uint32_t attempt = 1; again_size_ > 0; ++attempt) {
        Attempts const attempts = gather(cells);
        std::size_t const size = whole_vectors(again_size_);
        number_again({stream, step}, attempt, cells.first, size, again_.data(), first_.data(),
                     second_.data());
        attempt_all(size, attempts.n, attempts.p, attempts.q, first_.data(), second_.data(),
                    attempts.k, height_.data(), verdict_.data());
        sort_out(again_size_);
        decide(attempts);
        again(cells, attempts);
    }
}

// Lists the attempts of each verdict but accepted ones.
void BinomialBatch::sort_out(std::size_t size) noexcept {
    auto const is = [](Verdict a, Verdict b) -> std::size_t {
        return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ? 1 : 0;
    };
    std::size_t undone = 0;
    for (std::size_t i = 0; i < size; ++i) {
        rejected_[undone] = static_cast<std::uint32_t>(i);
        undone += 1 - is(verdict_[i], verdict::accepted);
    }
    std::size_t small = 0;
    std::size_t open = 0;
    std::size_t rejected = 0;
    for (std::size_t j = 0; j < undone; ++j) {
        std::uint32_t const i = rejected_[j];
        small_[small] = i;
        open_[open] = i;
        rejected_[rejected] = i;
        small += is(verdict_[i], verdict::too_small);
        open += is(verdict_[i], verdict::open);
        rejected += is(verdict_[i], verdict::rejected);
    }
    small_size_ = small;
    open_size_ = open;
    rejected_size_ = rejected;
}

void BinomialBatch::draw_small(Stretch const& cells) noexcept {
    std::size_t const size = small_size_;
    if (size == 0) {
        return;
    }
    std::uint64_t largest = 0;
    for (std::size_t j = 0; j < size; ++j) {
        std::size_t const i = small_[j];
        double const u = uniform(first_[i], second_[i]);
        small_n_[j] = cells.n[i];
        small_q_[j] = cells.q[i];
        small_ratio_[j] = cells.p[i] / cells.q[i];
        small_u_[j] = u < 1 - cells.n[i] * cells.p[i] ? 0 : u;
        small_k_[j] = 0;
        small_exponent_[j] = static_cast<std::uint64_t>(cells.n[i]);
        largest = std::max(largest, small_exponent_[j]);
    }
    std::size_t const stepping = (size + in_step - 1) / in_step * in_step;
    std::fill_n(small_u_.begin() + static_cast<std::ptrdiff_t>(size), stepping - size, -1);
    power_all(whole_vectors(size), largest, small_exponent_.data(), small_q_.data(),
              small_mass_.data());
    for (std::size_t j = 0; j < size; j += in_step) {
        walk_all(in_step, small_n_.data() + j, small_ratio_.data() + j, small_u_.data() + j,
                 small_mass_.data() + j, small_k_.data() + j);
    }
    for (std::size_t j = 0; j < size; ++j) {
        cells.result[small_[j]] = small_k_[j];
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
        rejected_[rejected_size_] = open_[j];
        Verdict const settled =
            settle({open_verdict_[j], open_excess_[j]}, open_n_[j], open_p_[j], open_k_[j]);
        rejected_size_ += settled == verdict::rejected ? 1 : 0;
    }
}

BinomialBatch::Attempts BinomialBatch::gather(Stretch const& cells) noexcept {
    for (std::size_t j = 0; j < again_size_; ++j) {
        std::size_t const i = again_[j];
        again_n_[j] = cells.n[i];
        again_p_[j] = cells.p[i];
        again_q_[j] = cells.q[i];
    }
    return {again_size_, again_n_.data(), again_p_.data(), again_q_.data(), again_k_.data()};
}

// Those that were rejected stay in the list, to be written again.
void BinomialBatch::again(Stretch const& cells, Attempts const& attempts) noexcept {
    for (std::size_t j = 0; j < again_size_; ++j) {
        cells.result[again_[j]] = attempts.k[j];
    }
    for (std::size_t j = 0; j < rejected_size_; ++j) {
        rejected_[j] = again_[rejected_[j]];
    }
    std::copy_n(rejected_.data(), rejected_size_, again_.data());
    again_size_ = rejected_size_;
}

}  // namespace opgave::detail
