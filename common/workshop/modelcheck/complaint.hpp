#pragma once

#include <string>
#include <string_view>

#include "workshop/modelcheck/tlc.hpp"

namespace workshop::modelcheck {

/// The line of the algorithm from which line `line` of its translation was made: of the lines after
/// the same label, the one that has most in common with it. If none has anything in common, the
/// first of them; if there is no such label, 0. Both texts are whole modules; lines count from 1.
int written_line(std::string_view original, std::string_view translated, int line);

/// The complaint of TLC, the parser or the translator, for readers who know none of them: without
/// stacks, names of Java and places in the translation, each sentence once.
std::string plain_words(std::string_view message);

/// The most likely fix for a complaint, one sentence; "" when none is known. `module_text` is the
/// text that the user wrote, `line` the line of the fault (0: not known).
std::string mend_of(std::string_view message, std::string_view module_text, int line);

/// If the spec was refused, rewrites `result.message`: the line as the user wrote it, the complaint
/// in plain words, and the fix. `result.line` must be a line of `module_text`. Otherwise does
/// nothing.
void explain(TlcResult& result, std::string_view module_text);

}  // namespace workshop::modelcheck
