#pragma once

#include <string>
#include <string_view>

#include "workshop/modelcheck/tlc.hpp"

namespace workshop::modelcheck {

/// The line of the algorithm that line `line` of its translation was made from: among the lines
/// after the same label, the one that has most in common with it. The first of them if none has; 0
/// if there is no such label. Both texts are whole modules; lines count from 1.
int written_line(std::string_view original, std::string_view translated, int line);

/// What TLC, the parser or the translator complained of, for somebody who knows none of them:
/// without stacks, Java's names and places of the translation, each sentence once.
std::string plain_words(std::string_view message);

/// What is most likely to be done about a complaint, one sentence; "" when there is no telling.
/// `module_text` is what the person wrote, `line` where (0: not known).
std::string mend_of(std::string_view message, std::string_view module_text, int line);

/// Rewrites `result.message` if the spec was refused: the line that was written, the complaint in
/// plain words, the mend. `result.line` has to be a line of `module_text`. Else does nothing.
void explain(TlcResult& result, std::string_view module_text);

}  // namespace workshop::modelcheck
