#pragma once

#include <boost/json/fwd.hpp>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "workshop/runner/mob/lab_on_page.hpp"
#include "workshop/runner/mob/mob_clock.hpp"
#include "workshop/runner/mob/take_back.hpp"
#include "workshop/runner/pages/page_server.hpp"
#include "workshop/runner/terminal/remote_keys.hpp"
#include "workshop/runner/watching/watch_listener.hpp"

namespace workshop::runner {

struct MobChecks;

struct MobPageOptions {
  std::vector<std::string> names;
  MobSettings settings;
  std::uint16_t port = 0;      ///< 0: that of the last time if it is free, or else any
  std::string preset = "dev";  ///< whose pictures it shows
};

/// The page that a mob works at: the goal of the step, the clock and the people, the verdict on
/// each test as files are saved, the picture of a failure, the hints that were released, the
/// questions after green. All pages that are open show the same. Thread-safety: the listener's
/// functions on one thread; the page's own threads do the rest.
class MobPage final : public WatchListener {
 public:
  /// Serves when it returns. `keys` get what is pressed on the page for the watch session.
  MobPage(const Project& project, RemoteKeys& keys, MobPageOptions options);
  ~MobPage() override;

  /// With the settings, which can be changed there and kept as a bookmark.
  std::string url() const;

  void lab_taken(const Lab& lab) override;
  void checking(const std::vector<std::filesystem::path>& saved) override;
  void building(std::size_t done, std::size_t all) override;
  void exploring() override;
  void long_test(const std::string& test) override;
  void replayed(const std::string& test, Replayed outcome) override;
  void not_built(const CompilerErrors& errors) override;
  void checked(const LabRun& done, const Difference& difference) override;
  void hint_taken(const TakenHint& taken) override;
  void hints_forgotten() override;

 private:
  using Clock = std::chrono::steady_clock;

  std::vector<Route> routes();
  PageAnswer change(const PageRequest& request);
  PageAnswer toggle_absent(const boost::json::object& wanted, Clock::time_point now);
  void end_or_break(const std::string& key, Clock::time_point now);
  PageAnswer restore(const PageRequest& request);
  PageAnswer press(const PageRequest& request);
  PageAnswer set(const PageRequest& request);
  void keep_time();
  void publish_clock();  ///< with the mutex held, as the next five
  void count_work(Clock::time_point now);
  void publish_checks();
  void publish_hints();
  bool waits_for_slides() const;
  void look_for_slides();

  const Project& project_;
  RemoteKeys& keys_;
  MobPageOptions options_;
  const std::string session_;  ///< of this object: drawn
  EventHub hub_;

  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  MobClock clock_;
  TakeBack take_back_;
  const std::string started_as_;  ///< the names and settings of the command; "": none
  bool restored_ = false;         ///< a page has given back what it knew, or somebody has begun
  Clock::duration worked_{};      ///< of turns, on the step that is red
  Clock::time_point worked_at_;   ///< when it was counted last
  bool works_ = false;            ///< a turn has run since
  bool stopping_ = false;
  std::unique_ptr<MobChecks> checks_;
  std::vector<TakenHint> hints_;
  std::size_t hints_before_ = 0;  ///< so many of them were taken before the lab was
  LabOnPage lab_;

  std::thread timer_;
  std::unique_ptr<PageServer> server_;  ///< the last, so that it ends first
};

}  // namespace workshop::runner
