#pragma once

#include <optional>

namespace workshop::runner {

/// Whether standard input and output are a terminal on which a line can be written again.
bool terminal_is_interactive();

/// While it lives, the terminal gives every key at once and does not show it. Interrupts (Ctrl-C)
/// and Ctrl-Z do what they always do: the terminal is put back first. At most one at a time.
class Keyboard {
 public:
  Keyboard();
  ~Keyboard();
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  /// Readable when a key was pressed.
  int descriptor() const noexcept;
  /// A key that was pressed and not asked for yet; nothing if there is none. A key that is more
  /// than a character (an arrow) counts as none. `closed` tells that no key will come any more.
  std::optional<char> key();
  bool closed() const noexcept { return closed_; }

 private:
  bool closed_ = false;
};

}  // namespace workshop::runner
