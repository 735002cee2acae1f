#pragma once
// OPGAVE_VECTORISED before a function also compiles it for wider vectors; which version runs is
// chosen when the program starts. All give the same bits: nothing is fused or reordered.

#include <cstddef>
#include <cstdlib>

#if defined(__clang__)
#define OPGAVE_HAS_CLONES (__clang_major__ >= 14)
#elif defined(__GNUC__)
#define OPGAVE_HAS_CLONES (__GNUC__ >= 12)
#endif

// The choice is made by the loader of the GNU C library.
#if OPGAVE_HAS_CLONES && defined(__x86_64__) && defined(__GLIBC__)
#define OPGAVE_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define OPGAVE_VECTORISED
#endif

namespace opgave::detail {

// So many neighbouring numbers, wherever they lie: an extension that GCC and Clang have in common.
// Each version of a function works on them with the widest vectors that it knows.
template <std::size_t many>
struct [[gnu::packed, gnu::may_alias]] Pack {
    using Numbers [[gnu::vector_size(many * sizeof(double))]] = double;
    Numbers value;
};

template <std::size_t many>
[[gnu::always_inline]] inline Pack<many>& pack(double* numbers) {
    return *reinterpret_cast<Pack<many>*>(numbers);
}
template <std::size_t many>
[[gnu::always_inline]] inline Pack<many> const& pack(double const* numbers) {
    return *reinterpret_cast<Pack<many> const*>(numbers);
}

}  // namespace opgave::detail
