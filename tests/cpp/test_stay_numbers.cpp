// The numbers of stays: their law, and that they do not depend on how they are taken.

#include "catch.hpp"
#include "statistics.hpp"

#include "stay_numbers.hpp"

#include <cmath>
#include <utility>
#include <vector>

using namespace opgave;
using detail::StayNumbers;

namespace {

// The first `size` of a sequence, at most `most` at a time.
std::vector<std::pair<double, double>> numbers(std::uint64_t path, std::uint32_t sequence,
                                               std::size_t size, std::int64_t most) {
    Stream const stream(3, Purpose::stays, path);
    StayNumbers of_sequence;
    of_sequence.begin(sequence);
    std::vector<std::pair<double, double>> all;
    while (all.size() < size) {
        auto const some = of_sequence.take(stream, most);
        for (std::int64_t i = 0; i < some.size; ++i) {
            all.emplace_back(some.hazard[i], some.way[i]);
        }
    }
    all.resize(size);
    return all;
}

}  // namespace

TEST_CASE("The n-th stay has the same numbers however they are taken") {
    auto const whole = numbers(0, 70'000, 200, 1000);
    for (std::int64_t const most : {1, 2, 7, 33}) {
        CHECK(numbers(0, 70'000, 200, most) == whole);
    }
    CHECK(numbers(1, 70'000, 200, 7) != whole);
    CHECK(numbers(0, 70'001, 200, 7) != whole);
    CHECK(numbers(0, 70'000 - 65'536, 200, 7) != whole);
}

TEST_CASE("Hazards are exponential, ways are uniform, and neither tells of the other") {
    // Quarters of both laws, crossed: a false alarm in three million runs.
    constexpr std::size_t size = 160'000;
    std::vector<double> observed(16, 0);
    for (auto const& [hazard, way] : numbers(5, 9, size, 64)) {
        auto const quarter = static_cast<std::size_t>(4 * std::exp(-hazard));
        observed[4 * quarter + static_cast<std::size_t>(4 * way)] += 1;
    }
    CHECK(statistics::chi_square(observed, std::vector<double>(16, size / 16.0)).fits());
}

TEST_CASE("Neighbours in a sequence do not depend on each other") {
    // The correlation of hazards a block apart, and next to each other, within five standard
    // errors.
    auto const all = numbers(8, 2, 40'016, 64);
    for (std::size_t const apart : {1U, 16U}) {
        double sum = 0;
        for (std::size_t i = 0; i < 40'000; ++i) {
            sum += (all[i].first - 1) * (all[i + apart].first - 1);
        }
        CHECK(std::fabs(sum / 40'000) < 5 / std::sqrt(40'000.0));
    }
}
