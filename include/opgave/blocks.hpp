#pragma once
/// Dwellings that are decided on together: counted once, and found out by their dispersion.

#include <opgave/hazard.hpp>

#include <vector>

namespace opgave {

/// One spell for all dwellings of a block that enter and leave a stage on the same days for the
/// same reason: dwellings that move as one are one observation. A dwelling whose block is
/// `unknown` stands by itself. The first of the rows is kept.
/// Throws std::invalid_argument if `blocks` does not hold a dwelling of the spells.
[[nodiscard]] Spells merge_blocks(Spells const& spells, Grouping const& blocks);

/// How much more a move varies from month to month than independent dwellings would.
struct Dispersion {
    Move move;
    int periods = 0;  ///< months, joined with the next ones while less than one event is expected
    double phi = 0;  ///< the sum of (observed - expected)² / expected, over periods - 1; NaN: none

    /// Dwellings do not seem to be independent. By chance, one in seven moves of independent
    /// dwellings seems so after ten periods, one in forty after forty.
    [[nodiscard]] bool is_suspect() const noexcept { return phi > 1.5; }
};

/// The dispersion of each move of `hazards`, the geometric mean of whose draws says what is
/// expected. `by` groups the
/// dwellings by the factors of the hazards.
/// Throws std::invalid_argument if its columns are others, or a dwelling is missing.
[[nodiscard]] std::vector<Dispersion> dispersion(Spells const& spells, Hazards const& hazards,
                                                 Grouping const& by = {});

}  // namespace opgave
