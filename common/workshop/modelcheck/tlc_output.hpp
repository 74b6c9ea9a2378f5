#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/modelcheck/tlc.hpp"

namespace workshop::modelcheck {

/// One message of TLC's `-tool` output, or the text between two messages, whose code is 0.
struct TlcMessage {
  int code = 0;      ///< as `tlc2.output.EC` numbers them
  std::string text;  ///< without the lines that frame it
};

/// Splits the output of `tlc2.TLC -tool`.
std::vector<TlcMessage> split_tlc_output(std::string_view output);

/// Reads the output of one run of `tlc2.TLC -tool`. `translated` is the module that TLC read:
/// coverage quotes from it. `exit_code` is TLC's own. With `-continue` there may be several
/// violations; if TLC could not evaluate an expression, that takes precedence over them.
TlcResult read_tlc_output(std::string_view output, std::string_view translated, int exit_code);

/// Reads the output of the PlusCal translator: the message, and the line of the module.
TlcResult read_translator_output(std::string_view output);

/// The line of the user's text for line `line` of the translated module. A line of the translation
/// is looked up by `text`, about which TLC complains: 0 when the algorithm does not contain it
/// exactly once.
int original_line(std::string_view original, std::string_view translated, int line,
                  std::string_view text);

}  // namespace workshop::modelcheck
