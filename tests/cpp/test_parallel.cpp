#include "catch.hpp"

#include "parallel.hpp"

#include <stdexcept>

using opgave::detail::GoesOn;
using opgave::detail::share_out;

namespace {

// Work that does one thing per chunk.
template <typename Each>
auto worker(Each const& each) {
    return [&] { return [&](int chunk, GoesOn const& goes_on) { each(chunk, goes_on); }; };
}

}  // namespace

TEST_CASE("Every chunk is worked off once, and the part done is told up to one") {
    for (int const threads : {1, 3}) {
        std::vector<std::atomic<int>> times(40);
        auto const each = [&](int chunk, GoesOn const&) {
            ++times[static_cast<std::size_t>(chunk)];
        };
        std::vector<double> told;
        CHECK(share_out(40, threads, worker(each), [&](double part) {
            told.push_back(part);
            return true;
        }));
        CHECK(std::ranges::all_of(times, [](int n) { return n == 1; }));
        CHECK(std::ranges::is_sorted(told));
        CHECK((threads > 1 || told.back() == 1));
    }
}

TEST_CASE("Who said that the work is to stop is told nothing more") {
    std::vector<double> told;
    int begun = 0;
    auto const each = [&](int, GoesOn const& goes_on) {
        ++begun;
        while (goes_on()) {
        }
        CHECK_FALSE(goes_on());
    };
    CHECK_FALSE(share_out(4, 1, worker(each), [&](double part) {
        told.push_back(part);
        return told.size() < 3;
    }));
    CHECK(told == std::vector<double>{0, 0, 0});
    CHECK(begun == 1);
}

TEST_CASE("Who has nothing left to do can still stop the others") {
    auto const caller = std::this_thread::get_id();
    auto const late = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::atomic<bool> other_works = false;
    std::atomic<bool> in_time = false;
    auto const each = [&](int, GoesOn const& goes_on) {
        if (std::this_thread::get_id() == caller) {
            other_works.wait(false);
            return;
        }
        other_works = true;
        other_works.notify_all();
        while (goes_on() && std::chrono::steady_clock::now() < late) {
        }
        in_time = std::chrono::steady_clock::now() < late;
    };
    int told = 0;
    CHECK_FALSE(share_out(2, 2, worker(each), [&](double) { return ++told < 3; }));
    CHECK(in_time);
    CHECK(told == 3);
}

TEST_CASE("An error of any thread reaches the caller") {
    for (int const threads : {1, 2}) {
        auto const each = [](int chunk, GoesOn const&) {
            if (chunk == 5) {
                throw std::runtime_error("the fifth");
            }
        };
        CHECK_THROWS_WITH(share_out(9, threads, worker(each)), "the fifth");
    }
}
