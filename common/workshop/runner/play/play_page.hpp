#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "workshop/runner/pages/page_server.hpp"
#include "workshop/runner/play/play_program.hpp"

namespace workshop::runner {

/// The page of `workshop play`: hands commands to a play session and shows its answers on every
/// open page. What is no command of protocol/play.hpp the session refuses.
///
/// Thread-safety: `program` is used by the server's thread alone while this object lives.
class PlayPage {
 public:
  /// Listens on loopback when it returns; `port` 0: any free one. Throws UserError when it cannot.
  /// `program` must outlive it.
  explicit PlayPage(PlayProgram& program, std::uint16_t port = 0);
  PlayPage(const PlayPage&) = delete;
  PlayPage& operator=(const PlayPage&) = delete;

  std::string url() const { return server_->url(); }

  /// Every open page says that `file` was saved since, and that what is played is older: the
  /// command `again` plays the new one. Thread-safe.
  void tell_changed(const std::string& file, const std::string& again);

 private:
  PageAnswer obey(const PageRequest& request);

  PlayProgram* program_;
  EventHub hub_;
  std::unique_ptr<PageServer> server_;  // goes first
};

}  // namespace workshop::runner
