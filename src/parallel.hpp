#pragma once
// Work on many paths, shared out over threads.

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace opgave::detail {

// Calls `work(chunk)` for every number below `chunks`; each thread works with its own copy of what
// `make_work` returns. What a chunk writes must be its own: then threads change no result.
// `threads` 0: as many as the machine has.
template <typename MakeWork>
void share_out(int chunks, int threads, MakeWork const& make_work) {
    std::atomic<int> next = 0;
    std::exception_ptr failure;
    std::mutex mutex;
    auto const run = [&] {
        try {
            auto work = make_work();
            for (int chunk = next++; chunk < chunks; chunk = next++) {
                work(chunk);
            }
        } catch (...) {
            std::lock_guard const lock(mutex);
            failure = std::current_exception();
            next = chunks;
        }
    };
    int const wanted =
        threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency());
    {
        std::vector<std::jthread> others;
        for (int i = 1; i < std::clamp(wanted, 1, std::max(1, chunks)); ++i) {
            others.emplace_back(run);
        }
        run();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace opgave::detail
