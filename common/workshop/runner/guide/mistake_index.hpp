#pragma once

#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/guide/material.hpp"

namespace workshop::runner {

/// All mistakes of `lab` with what their files say. Throws UserError when a header cannot be read.
std::vector<GuideMistake> mistakes_with_headers(const Lab& lab);

/// A lab's mistakes, for the index.
struct MistakesOfLab {
  Lab lab;
  std::vector<GuideMistake> mistakes;
};

/// The page that leads from what one sees (the broken invariant, and the red test) to the mistakes
/// that look so, each with the question to ask: in Markdown, the commonest sign first.
std::string mistake_index_of(const std::vector<MistakesOfLab>& labs);

}  // namespace workshop::runner
