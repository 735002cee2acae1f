#include "catch.hpp"
#include "cell_passes.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

using namespace opgave::detail;

namespace {

// Two factors of three and two levels; the last combination has no entry that is known.
StateCells some_cells(std::size_t moves) {
    StateCells s{.moves = moves, .factors = 2, .first_level = {0, 3, 5}, .rows = {{}, {}}};
    auto const index = [&](int place) { return place * static_cast<int>(moves); };
    auto const combine = [&](int first, int second, std::vector<int> const& rows) {
        s.numbers.push_back(static_cast<int>(s.numbers.size()));
        s.level.insert(s.level.end(), {index(first), index(3 + second)});
        for (int const row : rows) {
            s.row.push_back(index(row));
            s.months.push_back(1 + .5 * static_cast<double>(s.months.size()));
        }
        s.begin.push_back(static_cast<int>(s.months.size()));
    };
    combine(0, 1, {0});
    combine(2, 1, {0, 1});
    combine(2, 0, {0, 1});
    combine(1, 0, {});
    s.undated = {{3, 1}, {1, 0}};
    return s;
}

void fill(Numbers& numbers, double step) {
    double value = .3;
    for (double& x : numbers) {
        x = value = std::fmod(value + step, 2);
    }
}

// One move of one chain.
struct Cell {
    std::size_t combination;
    std::size_t row;
    double months;
};

std::vector<Cell> cells_of(StateCells const& s, CellSums const& sums, std::size_t chain) {
    std::vector<Cell> cells;
    for (std::size_t q = 0; q < s.combinations(); ++q) {
        for (auto e = static_cast<std::size_t>(s.begin[q]);
             e < static_cast<std::size_t>(s.begin[q + 1]); ++e) {
            cells.push_back({q, static_cast<std::size_t>(s.row[e]) / s.moves, s.months[e]});
        }
    }
    for (std::size_t e = 0; e < s.undated.size(); ++e) {
        cells.push_back(
            {s.undated[e].combination, s.undated[e].row, sums.undated_months[e * abreast + chain]});
    }
    return cells;
}

}  // namespace

TEST_CASE("Passes over the cells give the sums of each of them, for every chain and move") {
    for (std::size_t const moves : {1U, 2U, 3U, 4U}) {
        StateCells const s = some_cells(moves);
        CellSums sums(s);
        fill(sums.rate, .37);
        fill(sums.effect, .59);
        fill(sums.undated_months, .83);
        pull(s, sums);
        push(s, sums);
        for (std::size_t chain = 0; chain < abreast; ++chain) {
            auto const cells = cells_of(s, sums, chain);
            for (std::size_t k = 0; k < moves; ++k) {
                CAPTURE(moves, chain, k);
                auto const at = [&](Numbers const& numbers, std::size_t place) {
                    return numbers[(place * moves + k) * abreast + chain];
                };
                auto const level = [&](std::size_t q, std::size_t factor) {
                    return static_cast<std::size_t>(s.level[2 * q + factor]) / moves;
                };
                Numbers exposure(2, 0);
                std::vector<Numbers> by_level(2, Numbers(5, 0));
                for (Cell const& cell : cells) {
                    std::size_t const first = level(cell.combination, 0);
                    std::size_t const second = level(cell.combination, 1);
                    double const expected = cell.months * at(sums.rate, cell.row);
                    exposure[cell.row] +=
                        cell.months * at(sums.effect, first) * at(sums.effect, second);
                    by_level[0][first] += expected * at(sums.effect, second);
                    by_level[1][second] += expected * at(sums.effect, first);
                }
                for (std::size_t row = 0; row < 2; ++row) {
                    CHECK(std::fabs(at(sums.exposure, row) - exposure[row]) < 1e-12);
                }
                for (std::size_t factor = 0; factor < 2; ++factor) {
                    sum_by_level(s, factor, sums);
                    for (std::size_t i = s.first_level[factor]; i < s.first_level[factor + 1];
                         ++i) {
                        CHECK(std::fabs(at(sums.by_level, i) - by_level[factor][i]) < 1e-12);
                    }
                }
            }
        }
    }
}
