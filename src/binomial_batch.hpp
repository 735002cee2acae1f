#pragma once
// Exact binomial draws of many neighbouring cells at once.

#include "binomial.hpp"

#include <opgave/random.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace opgave::detail {

// The words of a cell of a batch: in attempt 0 two neighbours share a block, later attempts have
// blocks of their own.
inline Words batch_words(Stream const& stream, std::uint32_t cell, std::uint32_t step,
                         std::uint32_t attempt) noexcept {
    Block const block = stream.bits(attempt == 0 ? cell / 2 : cell, step, attempt);
    return attempt == 0 && cell % 2 == 1 ? Words{block[2], block[3]} : Words{block[0], block[1]};
}

// The words of attempt 0 of an even number of neighbouring cells, the first of them even.
void number_cells(Stream const& stream, std::uint32_t step, std::uint32_t first,
                  std::vector<std::uint32_t>& first_word, std::vector<std::uint32_t>& second_word);

// The chances of neighbouring cells.
class Chances {
public:
    explicit Chances(std::size_t size) : p_(size), q_(size, 1), exchanged_(size) {}

    void set(std::size_t cell, Chance const& chance) noexcept {
        p_[cell] = chance.p;
        q_[cell] = chance.q;
        exchanged_[cell] = chance.exchanged ? 1 : 0;
    }
    [[nodiscard]] Chance operator[](std::size_t cell) const noexcept {
        return {p_[cell], q_[cell], exchanged_[cell] != 0};
    }
    [[nodiscard]] std::size_t size() const noexcept { return p_.size(); }

private:
    friend class BinomialBatch;

    std::vector<double> p_;
    std::vector<double> q_;
    std::vector<double> exchanged_;  // 0 or 1
};

// Draws the counts of many neighbouring cells, side by side: the same ones that `draw_binomial`
// makes of each cell's `batch_words`.
class BinomialBatch {
public:
    // result[i] is from Binomial(n[i], chances[i]), by the numbers of cell `first + i`, which is
    // below 2^31; `first` is even. All have the size of `chances`; counts are whole numbers below
    // 2^51.
    void draw(Stream const& stream, std::uint32_t step, std::uint32_t first, Chances const& chances,
              std::vector<double> const& n, std::vector<double>& result);

private:
    static constexpr std::size_t capacity = 256;
    static constexpr std::size_t in_step = 32;  // walks
    template <typename Value>
    using Row = std::array<Value, capacity>;

    // A stretch of cells, where the first is even.
    struct Stretch {
        std::uint32_t first;
        std::size_t size;
        double const* n;
        double const* p;
        double const* q;
        double const* exchanged;
        double* result;
    };

    // Attempts side by side.
    struct Attempts {
        std::size_t size;
        double const* n;
        double const* p;
        double const* q;
        double* k;
    };

    void draw(Stream const& stream, std::uint32_t step, Stretch const& cells);
    void draw_rarer(Stream const& stream, std::uint32_t step, Stretch const& cells);
    void draw_small(Stretch const& cells) noexcept;
    void decide(Attempts const& attempts) noexcept;
    [[nodiscard]] Attempts gather(Stretch const& cells) noexcept;
    void scatter(Stretch const& cells) noexcept;

    // By cell in the first attempt, then by attempt.
    Row<std::uint32_t> first_{};
    Row<std::uint32_t> second_{};
    Row<double> height_{};
    Row<Verdict> verdict_{};
    // Cells drawn by inversion.
    Row<std::uint32_t> small_{};
    Row<double> small_n_{};
    Row<std::uint64_t> small_exponent_{};
    Row<double> small_q_{};
    Row<double> small_ratio_{};
    Row<double> small_u_{};
    Row<double> small_mass_{};
    Row<double> small_k_{};
    // Cells that were rejected.
    std::size_t again_size_ = 0;
    Row<std::uint32_t> again_{};
    Row<double> again_n_{};
    Row<double> again_p_{};
    Row<double> again_q_{};
    Row<double> again_k_{};
    // Attempts that the first bounds leave open.
    Row<std::uint32_t> open_{};
    Row<double> open_n_{};
    Row<double> open_p_{};
    Row<double> open_q_{};
    Row<double> open_k_{};
    Row<double> open_height_{};
    Row<Verdict> open_verdict_{};
    Row<double> open_excess_{};
};

}  // namespace opgave::detail
