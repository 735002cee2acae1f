#pragma once
// One number for all that a projection counts.

#include <opgave/projection.hpp>

#include <cstdint>

// FNV-1a over all counts.
inline std::uint64_t hash(opgave::Projection const& projection) {
    std::uint64_t value = 14695981039346656037ULL;
    auto const add = [&](std::uint64_t count) { value = (value ^ count) * 1099511628211ULL; };
    for (int stratum = 0; stratum < projection.strata(); ++stratum) {
        for (opgave::State state = opgave::not_started;
             state < projection.trajectory().state_count(); ++state) {
            auto const* counts = projection.counts(state, stratum);
            for (int i = 0; i < projection.paths() * projection.months(); ++i) {
                add(static_cast<std::uint32_t>(counts[i]));
            }
        }
    }
    for (std::int32_t const count : projection.waiting.reshaped()) {
        add(static_cast<std::uint32_t>(count));
    }
    for (auto const& spent : projection.spent) {
        for (std::int64_t const cents : spent.reshaped()) {
            add(static_cast<std::uint64_t>(cents));
        }
    }
    return value;
}
