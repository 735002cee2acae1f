#pragma once
// Work in chunks, shared out over threads.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace opgave::detail {

// Whether work that takes long is still wanted.
using GoesOn = std::function<bool()>;

// Calls `work(chunk, goes_on)` for every number below `chunks`; each thread works with its own copy
// of what `make_work` returns. What a chunk writes must be its own: then threads change no result.
// `threads` 0: as many as the machine has. The calling thread works too, and alone tells `progress`
// the part done, also while it waits for the others; once that is false the work is stopped, and
// nothing more told. Returns whether it was finished.
template <typename MakeWork>
bool share_out(int chunks, int threads, MakeWork const& make_work,
               std::function<bool(double)> const& progress = {}) {
    std::atomic<int> next = 0;
    std::atomic<int> finished = 0;
    std::atomic<bool> stopped = false;
    std::exception_ptr failure;
    std::mutex mutex;
    std::condition_variable ended;
    int working = 0;
    GoesOn const listen = [&] { return !stopped; };
    GoesOn const tell = [&] {
        if (progress && !stopped && !progress(static_cast<double>(finished) / chunks)) {
            stopped = true;
        }
        return !stopped;
    };
    auto const work_off = [&](GoesOn const& goes_on) {
        auto work = make_work();
        for (int chunk = next++; chunk < chunks && !stopped; chunk = next++) {
            work(chunk, goes_on);
            if (!stopped) {  // else it can have ended in the midst
                ++finished;
                goes_on();
            }
        }
    };
    auto const await_others = [&] {
        std::unique_lock lock(mutex);
        while (
            !ended.wait_for(lock, std::chrono::milliseconds(100), [&] { return working == 0; })) {
            lock.unlock();
            tell();
            lock.lock();
        }
    };
    auto const guarded = [&](auto const& run) {
        try {
            run();
        } catch (...) {
            std::lock_guard const lock(mutex);
            failure = std::current_exception();
            stopped = true;
        }
    };
    int const wanted =
        threads > 0 ? threads : static_cast<int>(std::thread::hardware_concurrency());
    working = std::clamp(wanted, 1, std::max(1, chunks)) - 1;
    {
        std::vector<std::jthread> others;
        for (int i = working; i > 0; --i) {
            others.emplace_back([&] {
                guarded([&] { work_off(listen); });
                std::lock_guard const lock(mutex);
                --working;
                ended.notify_one();
            });
        }
        guarded([&] {
            work_off(tell);
            await_others();
        });
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    return !stopped;
}

}  // namespace opgave::detail
