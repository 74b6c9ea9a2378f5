#pragma once

/// How the `workshop` program ends, and a test program that ends itself. ctest is told kExitSkipped
/// as SKIP_RETURN_CODE; a test program of Catch2 ends so when all its tests were skipped.
namespace workshop::protocol {

inline constexpr int kExitGood = 0;       ///< all is as it should be
inline constexpr int kExitRed = 1;        ///< it was judged, and something is wrong
inline constexpr int kExitNotJudged = 2;  ///< it could not be judged: bad input, a crash, no build
inline constexpr int kExitSkipped = 4;    ///< nothing is wrong, and nothing is proven

}  // namespace workshop::protocol
