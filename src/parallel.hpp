#pragma once
// Work in chunks, shared out over threads.

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace opgave::detail {

// Calls `work(chunk, goes_on)` for every number below `chunks`; each thread works with its own copy
// of what `make_work` returns. What a chunk writes must be its own: then threads change no result.
// `threads` 0: as many as the machine has. The calling thread works too, and alone tells `progress`
// the part done; false stops the work. Work that takes long ends early unless `goes_on()`. Returns
// whether it was finished.
template <typename MakeWork>
bool share_out(int chunks, int threads, MakeWork const& make_work,
               std::function<bool(double)> const& progress = {}) {
    std::atomic<int> next = 0;
    std::atomic<int> finished = 0;
    std::atomic<bool> stopped = false;
    std::exception_ptr failure;
    std::mutex mutex;
    auto const run = [&](bool tells) {
        auto const goes_on = [&] {
            if (tells && progress && !progress(static_cast<double>(finished) / chunks)) {
                stopped = true;
            }
            return !stopped;
        };
        try {
            auto work = make_work();
            int chunk = next++;
            while (chunk < chunks && !stopped) {
                work(chunk, goes_on);
                ++finished;
                goes_on();
                chunk = next++;
            }
        } catch (...) {
            std::lock_guard const lock(mutex);
            failure = std::current_exception();
            stopped = true;
        }
    };
    int const wanted =
        threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency());
    {
        std::vector<std::jthread> others;
        for (int i = 1; i < std::clamp(wanted, 1, std::max(1, chunks)); ++i) {
            others.emplace_back(run, false);
        }
        run(true);
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    return !stopped;
}

}  // namespace opgave::detail
