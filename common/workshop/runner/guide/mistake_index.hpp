#pragma once

#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/guide/material.hpp"

namespace workshop::runner {

/// A lab's mistakes, for the index.
struct MistakesOfLab {
  Lab lab;
  std::vector<GuideMistake> mistakes;
};

/// The page that leads from what one sees (the broken invariant, and the red test) to the mistakes
/// that look so, each with the question to ask: in Markdown, the commonest sign first. Of one lab
/// it has a column for the step instead of one for the lab.
std::string mistake_index_of(const std::vector<MistakesOfLab>& labs);

}  // namespace workshop::runner
