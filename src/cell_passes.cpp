#include "cell_passes.hpp"

#include "vectorised.hpp"

#include <algorithm>

namespace opgave::detail {

CellSums::CellSums(StateCells const& s)
    : rate(s.rows.size() * s.moves * abreast),
      effect(s.levels() * s.moves * abreast, 1),
      undated_months(s.undated.size() * abreast),
      expected(s.combinations() * s.moves * abreast),
      by_level(effect.size()),
      exposure(rate.size()) {}

namespace {

constexpr std::ptrdiff_t next = abreast;  // from the numbers of a move to those of the next

struct Cells {
    explicit Cells(StateCells const& s)
        : moves(static_cast<int>(s.moves)),
          factors(static_cast<int>(s.factors)),
          combinations(static_cast<int>(s.combinations())),
          begin(s.begin.data()),
          row(s.row.data()),
          months(s.months.data()),
          level(s.level.data()) {}

    int moves;
    int factors;
    int combinations;
    int const* begin;
    int const* row;
    double const* months;
    int const* level;
};

// Those of all chains for one move.
using Chains = Pack<abreast>::Numbers;

[[gnu::always_inline]] inline Pack<abreast>& at(double* numbers, int index) {
    return pack<abreast>(numbers + index * next);
}
[[gnu::always_inline]] inline Pack<abreast> const& at(double const* numbers, int index) {
    return pack<abreast>(numbers + index * next);
}

// Of so many neighbouring moves.
template <int moves>
[[gnu::always_inline]] inline void multiply(double const* by, int index, Chains (&product)[moves]) {
    for (int k = 0; k < moves; ++k) {
        product[k] *= at(by, index + k).value;
    }
}

template <int moves>
[[gnu::always_inline]] inline void pull_moves(Cells const& cells, double const* rate,
                                              double* expected) {
    for (int q = 0; q < cells.combinations; ++q) {
        Chains sum[moves] = {};
        for (int e = cells.begin[q]; e < cells.begin[q + 1]; ++e) {
            for (int k = 0; k < moves; ++k) {
                sum[k] += cells.months[e] * at(rate, cells.row[e] + k).value;
            }
        }
        for (int k = 0; k < moves; ++k) {
            at(expected, q * cells.moves + k).value = sum[k];
        }
    }
}

template <int moves>
[[gnu::always_inline]] inline void sum_moves(Cells const& cells, int factor, double const* expected,
                                             double const* effect, double* by_level) {
    int const* level = cells.level;
    for (int q = 0; q < cells.combinations; ++q, level += cells.factors) {
        Chains now[moves];
        for (int k = 0; k < moves; ++k) {
            now[k] = at(expected, q * cells.moves + k).value;
        }
        for (int j = 0; j < factor; ++j) {
            multiply<moves>(effect, level[j], now);
        }
        for (int j = factor + 1; j < cells.factors; ++j) {
            multiply<moves>(effect, level[j], now);
        }
        for (int k = 0; k < moves; ++k) {
            at(by_level, level[factor] + k).value += now[k];
        }
    }
}

template <int moves>
[[gnu::always_inline]] inline void push_moves(Cells const& cells, double const* effect,
                                              double* exposure) {
    int const* level = cells.level;
    for (int q = 0; q < cells.combinations; ++q, level += cells.factors) {
        Chains product[moves];
        for (int k = 0; k < moves; ++k) {
            product[k] = Chains{} + 1;
        }
        for (int j = 0; j < cells.factors; ++j) {
            multiply<moves>(effect, level[j], product);
        }
        for (int e = cells.begin[q]; e < cells.begin[q + 1]; ++e) {
            for (int k = 0; k < moves; ++k) {
                at(exposure, cells.row[e] + k).value += cells.months[e] * product[k];
            }
        }
    }
}

OPGAVE_VECTORISED
void pull_all(Cells cells, double const* rate, double* expected) noexcept {
    int k = 0;
    for (; k + 1 < cells.moves; k += 2) {
        pull_moves<2>(cells, rate + k * next, expected + k * next);
    }
    if (k < cells.moves) {
        pull_moves<1>(cells, rate + k * next, expected + k * next);
    }
}

OPGAVE_VECTORISED
void sum_all(Cells cells, int factor, double const* expected, double const* effect,
             double* by_level) noexcept {
    int k = 0;
    for (; k + 1 < cells.moves; k += 2) {
        sum_moves<2>(cells, factor, expected + k * next, effect + k * next, by_level + k * next);
    }
    if (k < cells.moves) {
        sum_moves<1>(cells, factor, expected + k * next, effect + k * next, by_level + k * next);
    }
}

OPGAVE_VECTORISED
void push_all(Cells cells, double const* effect, double* exposure) noexcept {
    int k = 0;
    for (; k + 1 < cells.moves; k += 2) {
        push_moves<2>(cells, effect + k * next, exposure + k * next);
    }
    if (k < cells.moves) {
        push_moves<1>(cells, effect + k * next, exposure + k * next);
    }
}

}  // namespace

void pull(StateCells const& s, CellSums& sums) {
    pull_all(Cells(s), sums.rate.data(), sums.expected.data());
    std::size_t const width = s.moves * abreast;
    for (std::size_t e = 0; e < s.undated.size(); ++e) {
        double* const expected = &sums.expected[s.undated[e].combination * width];
        double const* const rate = &sums.rate[s.undated[e].row * width];
        for (std::size_t i = 0; i < width; ++i) {
            expected[i] += sums.undated_months[e * abreast + i % abreast] * rate[i];
        }
    }
}

void sum_by_level(StateCells const& s, std::size_t factor, CellSums& sums) {
    std::ranges::fill(sums.by_level, 0.0);
    sum_all(Cells(s), static_cast<int>(factor), sums.expected.data(), sums.effect.data(),
            sums.by_level.data());
}

void push(StateCells const& s, CellSums& sums) {
    std::ranges::fill(sums.exposure, 0.0);
    push_all(Cells(s), sums.effect.data(), sums.exposure.data());
    std::size_t const width = s.moves * abreast;
    for (std::size_t e = 0; e < s.undated.size(); ++e) {
        double* const exposure = &sums.exposure[s.undated[e].row * width];
        int const* const level = s.level.data() + s.undated[e].combination * s.factors;
        for (std::size_t i = 0; i < width; ++i) {
            double product = sums.undated_months[e * abreast + i % abreast];
            for (std::size_t j = 0; j < s.factors; ++j) {
                product *= sums.effect[static_cast<std::size_t>(level[j]) * abreast + i];
            }
            exposure[i] += product;
        }
    }
}

}  // namespace opgave::detail
