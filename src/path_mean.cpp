#include "path_mean.hpp"

#include <array>
#include <cmath>
#include <cstdint>

namespace opgave {

double detail::batch_error(Projection const& projection, Eigen::ArrayXd const& values) {
    if (!projection.source || !projection.source->hazards.batch(0)) {
        return 0;
    }
    double const mean = values.mean();
    std::array<double, Hazards::batches> sums{};
    for (Eigen::Index path = 0; path < values.size(); ++path) {
        auto const batch = *projection.source->hazards.batch(static_cast<std::uint64_t>(path));
        sums[static_cast<std::size_t>(batch)] += values(path) - mean;
    }
    double square = 0;
    for (double const sum : sums) {
        square += sum * sum;
    }
    constexpr double n = Hazards::batches;
    return std::sqrt(square * n / (n - 1)) / static_cast<double>(values.size());
}

}  // namespace opgave
