#pragma once

#include "workshop/process/descriptor.hpp"

namespace workshop::runner {

/// Keys that are pressed elsewhere, such as on a page. Thread-safety: any thread may press.
class RemoteKeys {
 public:
  /// Throws UserError when the system has no pipe left.
  RemoteKeys();

  /// False when so many wait that this one is lost.
  bool press(char key);
  /// Readable when a key was pressed.
  int descriptor() const noexcept { return read_.number(); }
  /// The next key that nobody has taken; 0 when there is none.
  char take();

 private:
  process::Descriptor read_;
  process::Descriptor write_;
};

}  // namespace workshop::runner
