#include "workshop/modelcheck/probes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "workshop/modelcheck/matches.hpp"

namespace workshop::modelcheck {
namespace {

constexpr std::string_view kBegin = "\\* BEGIN TRANSLATION";
constexpr std::string_view kEnd = "\\* END TRANSLATION";
constexpr int kFirstRegister = 1001;  // of TLCGet and TLCSet: models use small ones

// An action `a \/ b` would be two ways to go on, so this uses IF.
constexpr std::string_view kDefinition =
    "ProbeTaken(i) == IF TLCGet(i) THEN TRUE ELSE TLCSet(i, TRUE) /\\ PrintT(<<\"TAKEN\", i>>)\n";

std::size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// Goes through the translation line by line. A branch is a conjunction list: its probe is an
// additional last item, because the branch is taken when all items before it are true. Columns stay
// as they are.
class Prober {
 public:
  explicit Prober(std::vector<std::string> lines) : lines_(std::move(lines)) {}

  Probed run() {
    for (at_ = 0; at_ < lines_.size(); ++at_) {
      const auto& line = lines_[at_];
      const auto first = indentation(line);
      const bool blank = first == line.size();
      while (!open_.empty() && (blank || first < open_.back().column)) close();
      const auto head = first_match(line, R"(^(\w+)(?:\(self\))? == /\\ pc)");
      if (!head.empty()) {
        action_ = head[1];
        open_.push_back({line.find("/\\"), ""});
      }
      if (!open_.empty()) find_branches(line);
      probed_.text += line + "\n";
    }
    while (!open_.empty()) close();
    return std::move(probed_);
  }

 private:
  struct Branch {
    std::size_t column = 0;  // of its items
    std::string text;
  };

  void find_branches(const std::string& line) {
    for (const auto& begins : matches(line, R"((?:THEN|ELSE|\\/) +/\\ )")) {
      const auto from = open_.back().column + 1;
      const auto column = line.find(begins[0], std::min(from, line.size())) + begins[0].size() - 3;
      open_.push_back({column, jump(column).value_or(line.substr(column + 3))});
    }
  }

  // The label at which a branch in this column continues, if it names one.
  std::optional<std::string> jump(std::size_t column) const {
    for (auto i = at_; i < lines_.size(); ++i) {
      const auto& line = lines_[i];
      if (i > at_ && indentation(line) < column) break;
      if (line.compare(std::min(column, line.size()), 8, "/\\ pc' =") == 0) {
        return line.substr(column + 3);
      }
    }
    return std::nullopt;
  }

  void close() {
    const auto number = kFirstRegister + static_cast<int>(probed_.probes.size());
    probed_.text +=
        fmt::format("{}/\\ ProbeTaken({})\n", std::string(open_.back().column, ' '), number);
    probed_.probes.push_back({action_, std::move(open_.back().text)});
    open_.pop_back();
  }

  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  Probed probed_;
  std::string action_;
  std::vector<Branch> open_;  // outer ones first
};

}  // namespace

Probed with_probes(std::string_view translated) {
  const auto begin = translated.find(kBegin);
  const auto end = translated.find(kEnd, std::min(begin, translated.size()));
  if (begin == std::string_view::npos || end == std::string_view::npos) {
    return {std::string(translated), {}};
  }
  std::vector<std::string> lines;
  std::istringstream stream{std::string(translated.substr(begin, end - begin))};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  auto probed = Prober(std::move(lines)).run();
  if (probed.probes.empty()) return {std::string(translated), {}};
  const auto last = kFirstRegister + static_cast<int>(probed.probes.size()) - 1;
  probed.text = fmt::format("{}{}ASSUME \\A i \\in {}..{} : TLCSet(i, FALSE)\n{}{}",
                            translated.substr(0, begin), kDefinition, kFirstRegister, last,
                            probed.text, translated.substr(end));
  return probed;
}

std::vector<TlcUnreached> unreached_in(const Probed& probed, std::string_view output) {
  std::vector<TlcUnreached> unreached;
  std::vector<std::string> dead;
  for (std::size_t i = 0; i < probed.probes.size(); ++i) {
    const auto line = fmt::format("<<\"TAKEN\", {}>>", kFirstRegister + static_cast<int>(i));
    if (output.find(line) != std::string_view::npos) continue;
    unreached.push_back(probed.probes[i]);
    if (probed.probes[i].text.empty()) dead.push_back(probed.probes[i].action);
  }
  std::erase_if(unreached, [&](const TlcUnreached& one) {
    return !one.text.empty() && std::find(dead.begin(), dead.end(), one.action) != dead.end();
  });
  return unreached;
}

}  // namespace workshop::modelcheck
