#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workshop/explore/explorer.hpp"
#include "workshop/explore/picture/picture.hpp"
#include "workshop/explore/play/play_session.hpp"

namespace workshop::explore {

/// Answers the commands of a play session (protocol/play.hpp). One thread.
class PlayServer {
 public:
  /// Explores the scenario first, to know how few faults suffice, and begins with as many messages
  /// as the failure that was found, else with all of them. The scenario must outlive it. Throws
  /// what a process throws that does not come to its first operation.
  PlayServer(const Scenario& scenario, const std::string& tag, PictureOptions picture);

  /// One line of JSON without a newline, for one line of JSON. Never throws for a bad command.
  std::string answer(std::string_view command);
  /// Where the session stands; with the style sheet of its pictures.
  std::string look(bool with_style = false) const;

 private:
  struct Known {
    std::optional<PlayCost> failure;
    std::size_t messages_count = 0;
    std::string words;
  };

  static Known explored(const Scenario& scenario, const std::string& tag);
  void obey(std::string_view command);

  Known known_;
  PictureOptions picture_;
  PlaySession session_;
};

/// Reads commands from descriptor `in` and writes answers to `out`, until `in` has ended or `out`
/// is closed. Blocks.
void serve_play(PlayServer& server, int in, int out);

}  // namespace workshop::explore
