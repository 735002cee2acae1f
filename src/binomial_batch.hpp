#pragma once
// Exact binomial draws of many neighbouring cells at once.

#include "binomial.hpp"
#include "lanes.hpp"

#include <opgave/random.hpp>

#include <array>
#include <cstdint>
#include <span>
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

// Where the numbers of a step of several paths side by side come from: the first one's stream.
struct StepNumbers {
    Stream stream;
    std::uint32_t step;
};

// Words of attempt 0, by cell and lane.
class CellWords {
public:
    // Whole groups of cells, to hold so many.
    explicit CellWords(std::size_t cells) : first_(whole_groups(cells) * lanes), second_(first_) {}

    // Those of all cells from `first` on, where a group begins.
    void number(StepNumbers const& numbers, std::uint32_t first);

    [[nodiscard]] std::uint32_t const* first(std::size_t cell) const noexcept {
        return first_.data() + cell * lanes;
    }
    [[nodiscard]] std::uint32_t const* second(std::size_t cell) const noexcept {
        return second_.data() + cell * lanes;
    }

private:
    std::vector<std::uint32_t> first_;
    std::vector<std::uint32_t> second_;
};

// Chances by lane, which cells have in common.
class Chances {
public:
    explicit Chances(std::size_t size) : p_(size * lanes), q_(size * lanes, 1), exchanged_(p_) {}

    void set(std::size_t index, std::size_t lane, Chance const& chance) noexcept {
        std::size_t const at = index * lanes + lane;
        p_[at] = chance.p;
        q_[at] = chance.q;
        exchanged_[at] = chance.exchanged ? 1 : 0;
    }

private:
    friend class BinomialBatch;

    std::vector<double> p_;
    std::vector<double> q_;
    std::vector<double> exchanged_;  // 0 or 1
};

// Draws the counts of many neighbouring cells of `lanes` paths, side by side: the same ones that
// `draw_binomial` makes of each cell's `batch_words`. Counts are by cell and lane, and whole ones
// below 2^51; the numbers of cells are below 2^29.
class BinomialBatch {
public:
    // What is drawn: result[i] is from Binomial(n[i], its chance), and is taken from n[i]. By cell,
    // `chance_of` tells which of the chances is its.
    struct Draws {
        Chances const& chances;
        std::span<std::uint32_t const> chance_of;
        std::vector<double>& n;
        std::vector<double>& result;
    };
    // By the numbers of the cells from `first` on, where a group begins.
    void take(StepNumbers const& numbers, std::uint32_t first, Draws const& draws) noexcept;
    // The same where the words of attempt 0 are known: of the cells from `at` of `words` on, whose
    // first cell is the number `first`.
    void take(StepNumbers const& numbers, std::uint32_t first, CellWords const& words,
              std::size_t at, Draws const& draws) noexcept;

private:
    static constexpr std::size_t capacity = std::size_t{together} * lanes;
    static constexpr std::size_t in_step = 16;  // walks
    template <typename Value>
    using Row = std::array<Value, capacity>;
    template <typename Value>
    using Rows = std::array<Value, 2 * capacity>;

    // Attempts side by side.
    struct Attempts {
        std::size_t size;
        double const* n;
        double const* p;
        double const* q;
        std::uint32_t const* first_word;
        std::uint32_t const* second_word;
        double* k;
    };

    template <typename WordsOf>
    void take_rows(StepNumbers const& numbers, std::uint32_t first, Draws const& draws,
                   WordsOf const& words_of) noexcept;
    void read_chances(Draws const& draws, std::size_t from, std::size_t size) noexcept;
    void attempt(Attempts const& attempts) noexcept;
    void sort_out(std::size_t size) noexcept;
    void draw_small(Attempts const& attempts) noexcept;
    void decide(Attempts const& attempts) noexcept;
    void list_rejected() noexcept;
    void wait(Attempts const& attempts, std::size_t from) noexcept;
    void attempt_again(StepNumbers const& numbers, std::uint32_t first,
                       Draws const& draws) noexcept;

    // By cell and lane of a row.
    Row<double> p_{};
    Row<double> q_{};
    Row<double> exchanged_{};
    Row<std::uint32_t> first_word_{};
    Row<std::uint32_t> second_word_{};
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
    // Attempts that the first bounds leave open.
    Row<double> open_n_{};
    Row<double> open_p_{};
    Row<double> open_q_{};
    Row<double> open_k_{};
    Row<double> open_height_{};
    Row<Verdict> open_verdict_{};
    Row<double> open_excess_{};
    // Those that were rejected wait for a full row of later attempts.
    std::size_t waiting_ = 0;
    Rows<std::uint32_t> again_{};    // where they are, by cell and lane
    Rows<std::uint32_t> attempt_{};  // that is next
    Rows<double> again_n_{};
    Rows<double> again_p_{};
    Rows<double> again_q_{};
    Rows<double> again_exchanged_{};
    Row<double> again_k_{};
};

}  // namespace opgave::detail
