#pragma once
// Exact binomial draws of many neighbouring cells at once.

#include "binomial.hpp"

#include <opgave/random.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace opgave::detail {

// Cells whose words are made together: each half shares the blocks of the other.
inline constexpr std::uint32_t together = 32;

[[nodiscard]] constexpr std::size_t whole_groups(std::size_t cells) noexcept {
    return (cells + together - 1) / together * together;
}

// The words of a cell of a batch: in attempt 0 it shares a block with the one half a group away,
// later attempts have blocks of their own.
inline Words batch_words(Stream const& stream, std::uint32_t cell, std::uint32_t step,
                         std::uint32_t attempt) noexcept {
    if (attempt > 0) {
        Block const block = stream.bits(cell, step, attempt);
        return {block[0], block[1]};
    }
    constexpr std::uint32_t half = together / 2;
    Block const block = stream.bits(cell / together * half + cell % half, step);
    return cell / half % 2 == 0 ? Words{block[0], block[1]} : Words{block[2], block[3]};
}

// The words of attempt 0 of whole groups of cells.
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
    // below 2^31; a group begins at `first`. All have the size of `chances`; counts are whole
    // numbers below 2^51.
    void draw(Stream const& stream, std::uint32_t step, std::uint32_t first, Chances const& chances,
              std::vector<double> const& n, std::vector<double>& result);

    // Some cells whose words of attempt 0 are known.
    struct Numbered {
        std::uint32_t first;
        std::size_t size;
        std::uint32_t const* first_word;
        std::uint32_t const* second_word;
    };
    // The same for cells whose chances begin at `from`.
    void draw(Stream const& stream, std::uint32_t step, Numbered const& cells,
              Chances const& chances, std::size_t from, double const* n, double* result);

private:
    static constexpr std::size_t capacity = 256;
    static constexpr std::size_t in_step = 16;  // walks
    static constexpr std::size_t few = 4;       // cells that are drawn one by one
    template <typename Value>
    using Row = std::array<Value, capacity>;

    // A stretch of cells.
    struct Stretch {
        std::uint32_t first;
        std::size_t size;
        double const* n;
        double const* p;
        double const* q;
        double const* exchanged;
        double* result;
        std::uint32_t const* first_word = nullptr;  // null: to be made
        std::uint32_t const* second_word = nullptr;
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
    void sort_out(std::size_t size) noexcept;
    void decide(Attempts const& attempts) noexcept;
    [[nodiscard]] Attempts gather(Stretch const& cells) noexcept;
    void again(Stretch const& cells, Attempts const& attempts) noexcept;

    // By cell in the first attempt, then by attempt.
    Row<std::uint32_t> first_{};
    Row<std::uint32_t> second_{};
    Row<double> height_{};
    Row<Verdict> verdict_{};
    // Attempts by verdict.
    std::size_t small_size_ = 0;
    std::size_t open_size_ = 0;
    std::size_t rejected_size_ = 0;
    Row<std::uint32_t> small_{};
    Row<std::uint32_t> open_{};
    Row<std::uint32_t> rejected_{};
    // Cells drawn by inversion.
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
    Row<double> open_n_{};
    Row<double> open_p_{};
    Row<double> open_q_{};
    Row<double> open_k_{};
    Row<double> open_height_{};
    Row<Verdict> open_verdict_{};
    Row<double> open_excess_{};
};

}  // namespace opgave::detail
