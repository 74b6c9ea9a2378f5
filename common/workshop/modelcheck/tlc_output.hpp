#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/modelcheck/tlc.hpp"

namespace workshop::modelcheck {

/// One message of TLC's `-tool` output, or the text between two, whose code is 0.
struct TlcMessage {
  int code = 0;
  std::string text;
};

/// Splits what `tlc2.TLC -tool` printed.
std::vector<TlcMessage> split_tlc_output(std::string_view output);

/// Reads what `tlc2.TLC -tool` printed of one run into a result. `translated` is the module that
/// TLC saw: coverage quotes from it. `exit_code` is TLC's own. With `-continue` there may be
/// several violations: what TLC then could not evaluate counts for more than they do.
TlcResult read_tlc_output(std::string_view output, std::string_view translated, int exit_code);

/// Reads what the PlusCal translator printed: the message, and the line of the module.
TlcResult read_translator_output(std::string_view output);

/// What a person wrote for line `line` of the translated module. A line of the translation is
/// looked up by `text`, which TLC complains about: 0 when the algorithm has it nowhere or more than
/// once.
int original_line(std::string_view original, std::string_view translated, int line,
                  std::string_view text);

}  // namespace workshop::modelcheck
