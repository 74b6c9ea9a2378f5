#pragma once

#include <boost/json/value.hpp>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "workshop/runner/board/board.hpp"
#include "workshop/runner/board/resemblance.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/pages/page_server.hpp"

namespace workshop::runner {

struct BoardPageOptions {
  std::string listen = "127.0.0.1";  ///< where attendees reach it
  std::uint16_t port = 0;            ///< for attendees
  std::uint16_t page_port = 0;       ///< of the instructor's pages, which are on loopback always
  std::string preset = "kit";        ///< whose build has run the stored mistakes
  std::string code;                  ///< of the room; empty: drawn at random
};

/// The view of a class: who is where, which failures many have, whose hand is up; and the view for
/// the projector, with counts and no names. Two servers: attendees can post to one of them, and
/// read nothing; the pages are on the other one, which only this machine reaches. All is in memory.
class BoardPage {
 public:
  /// Serves when it returns. Throws UserError when it cannot listen.
  BoardPage(const Project& project, BoardPageOptions options);
  ~BoardPage();
  BoardPage(const BoardPage&) = delete;
  BoardPage& operator=(const BoardPage&) = delete;

  std::string url() const { return pages_->url(); }
  std::string room_url() const { return pages_->url() + "room"; }
  const std::string& code() const noexcept { return options_.code; }
  /// Where attendees join: an address of this machine with the port, such as "192.168.1.5:4711".
  std::vector<std::string> addresses() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::vector<Route> routes_of_pages();
  std::vector<Route> routes_of_attendees();
  PageAnswer join(const PageRequest& request);
  PageAnswer report(const PageRequest& request);
  PageAnswer leave(const PageRequest& request);
  PageAnswer hand(const PageRequest& request);
  PageAnswer control(const PageRequest& request);
  bool guesses_too_often(const std::string& peer, Clock::time_point now);
  void keep_up();
  void changed();
  const Resemblance& resemblance_of(const Lab& lab);
  boost::json::value resemblance_object(const Board::Group& group) const;
  std::string board_json(Clock::time_point now) const;
  std::string room_json(Clock::time_point now) const;

  const Project project_;
  BoardPageOptions options_;
  std::vector<Lab> labs_;
  EventHub board_hub_;
  EventHub room_hub_;

  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable wake_;
  Board board_;
  struct Guesses {
    int left = 0;
    Clock::time_point at{};
  };
  std::map<std::string, Guesses> guesses_;   ///< wrong codes, by who has sent them
  std::map<int, Resemblance> resemblances_;  ///< by lab, read when first reported
  bool changed_ = false;
  bool stopping_ = false;

  std::thread publisher_;
  std::unique_ptr<PageServer> attendees_;
  std::unique_ptr<PageServer> pages_;
};

}  // namespace workshop::runner
