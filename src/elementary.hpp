#pragma once
// exp, log, sine and cosine from the four operations alone, which IEEE 754 rounds exactly: the same
// bits under every compiler and C library. Relative error below 4e-16.

#include <bit>
#include <cstdint>

namespace opgave::elementary {

// A whole number below 2^52 as a double; compilers make several at once of it.
inline double whole_number(std::uint64_t n) noexcept {
    return std::bit_cast<double>(n | 0x4330000000000000) - 0x1p52;
}

// exp(r) - 1 for |r| < 0.36: the Taylor series, its even and odd terms side by side.
inline double expm1_series(double r) noexcept {
    double const square = r * r;
    double even = 1.0 / 87178291200;  // 14!
    double odd = 1.0 / 6227020800;    // 13!
    odd = odd * square + 1.0 / 39916800;
    even = even * square + 1.0 / 479001600;
    odd = odd * square + 1.0 / 362880;
    even = even * square + 1.0 / 3628800;
    odd = odd * square + 1.0 / 5040;
    even = even * square + 1.0 / 40320;
    odd = odd * square + 1.0 / 120;
    even = even * square + 1.0 / 720;
    odd = odd * square + 1.0 / 6;
    even = even * square + 1.0 / 24;
    even = even * square + 1.0 / 2;
    return r + square * (even + r * odd);
}

// exp for |x| <= 700.
inline double exp_in_range(double x) noexcept {
    // ln 2 in two parts: the product of the first with a small integer is exact.
    constexpr double ln2_high = 6.93147180369123816490e-01;
    constexpr double ln2_low = 1.90821492927058770002e-10;
    constexpr double inverse_ln2 = 1.44269504088896338700e+00;
    // The sum is rounded to a whole number, which its last bits are.
    double const shifted = x * inverse_ln2 + 0x1.8p52;
    double const k = shifted - 0x1.8p52;
    double const r = (x - k * ln2_high) - k * ln2_low;
    auto const power = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) + 1023) << 52U);
    return (1 + expm1_series(r)) * power;
}

inline double exp(double x) noexcept { return x < -700 ? 0 : exp_in_range(x); }

inline double expm1(double x) noexcept {
    return (x > -0.35 && x < 0.35) ? expm1_series(x) : exp(x) - 1;
}

inline double log(double x) noexcept {
    // m lies between the roots of 1/2 and 2, so that its logarithm is small.
    constexpr std::uint64_t root_of_half = 0x3FE6A09E667F3BCD;
    constexpr std::uint64_t mantissa = 0xFFFFFFFFFFFFF;
    std::uint64_t const bits =
        std::bit_cast<std::uint64_t>(x) + (0x3FF0000000000000 - root_of_half);
    double const exponent = whole_number(bits >> 52U) - 1023;
    double const m = std::bit_cast<double>((bits & mantissa) + root_of_half);
    double const f = (m - 1) / (m + 1);
    double const s = f * f;
    // The series of 2 artanh(f) / f, its even and odd terms side by side.
    double const square = s * s;
    double even = 1.0 / 23;
    double odd = 1.0 / 21;
    even = even * square + 1.0 / 19;
    odd = odd * square + 1.0 / 17;
    even = even * square + 1.0 / 15;
    odd = odd * square + 1.0 / 13;
    even = even * square + 1.0 / 11;
    odd = odd * square + 1.0 / 9;
    even = even * square + 1.0 / 7;
    odd = odd * square + 1.0 / 5;
    even = even * square + 1.0 / 3;
    double const sum = s * (even + s * odd);
    constexpr double ln2_high = 6.93147180369123816490e-01;
    constexpr double ln2_low = 1.90821492927058770002e-10;
    return exponent * ln2_high + (2 * f * (1 + sum) + exponent * ln2_low);
}

// sin x and cos x for |x| < 0.8: their Taylor series.
inline double sin_series(double x) noexcept {
    double const square = x * x;
    double sum = -1.0 / 1307674368000;      // 15!
    sum = sum * square + 1.0 / 6227020800;  // 13!
    sum = sum * square - 1.0 / 39916800;
    sum = sum * square + 1.0 / 362880;
    sum = sum * square - 1.0 / 5040;
    sum = sum * square + 1.0 / 120;
    sum = sum * square - 1.0 / 6;
    return x + x * square * sum;
}

inline double cos_series(double x) noexcept {
    double const square = x * x;
    double sum = 1.0 / 20922789888000;       // 16!
    sum = sum * square - 1.0 / 87178291200;  // 14!
    sum = sum * square + 1.0 / 479001600;
    sum = sum * square - 1.0 / 3628800;
    sum = sum * square + 1.0 / 40320;
    sum = sum * square - 1.0 / 720;
    sum = sum * square + 1.0 / 24;
    sum = sum * square - 1.0 / 2;
    return 1 + square * sum;
}

}  // namespace opgave::elementary
