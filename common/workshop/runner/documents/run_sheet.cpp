#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "workshop/runner/documents/document_checks.hpp"

namespace workshop::runner {
namespace {

using Kind = AgendaEntry::Kind;

/// "13:25" as minutes after midnight; nothing for what is no clock time.
std::optional<int> minutes_of_clock(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == 0 || colon > 2 || text.size() != colon + 3) return std::nullopt;
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  if (!std::all_of(text.begin(), text.end(), [&](char c) { return c == ':' || is_digit(c); })) {
    return std::nullopt;
  }
  return std::stoi(text.substr(0, colon)) * 60 + std::stoi(text.substr(colon + 1));
}

std::string clock_of(int minutes) { return fmt::format("{}:{:02}", minutes / 60, minutes % 60); }

/// The lab that a command names, `scripts/workshop check 8`; 0 when it names none.
int lab_of_command(const std::string& cell) {
  for (const auto* command : {" check ", " explore ", " replay "}) {
    const auto at = cell.find(command);
    if (at != std::string::npos) return std::atoi(cell.c_str() + at + std::string(command).size());
  }
  return 0;
}

struct SheetRow {
  int line = 0;
  int clock = 0;
  int lab = 0;  ///< of its command; 0: none
  std::string minutes;
  std::string slides;
  std::string command;
};

/// The rows of one day of the sheet against the agenda; collects sentences.
class SheetDay {
 public:
  SheetDay(std::string shown, const AgendaDay& day, std::vector<std::string>& errors)
      : shown_(std::move(shown)), day_(&day), errors_(&errors) {}

  void add(const SheetRow& row) {
    rows_.push_back(row);
    const auto& entries = day_->entries;
    if (entries.empty() || row.clock < entries.front().start) return;  // before the day begins
    const auto starts = [&](const AgendaEntry& entry) {
      return entry.start == row.clock && (row.lab == 0 || entry.lab == 0 || entry.lab == row.lab);
    };
    if (std::any_of(entries.begin(), entries.end(), starts)) return;
    const auto what = row.lab == 0 ? std::string() : fmt::format(" of lab {:02}", row.lab);
    errors_->push_back(
        fmt::format("{}:{}: on day {} nothing{} begins at {}; scripts/workshop agenda says when",
                    shown_, row.line, day_->number, what, clock_of(row.clock)));
  }

  /// Every pause, and the first lecture of every lab, or the part's opening before it.
  void check_complete() const {
    int from = 0;  // where the lectures of no lab before an entry begin
    int lab = 0;
    for (const auto& entry : day_->entries) {
      const bool opening = entry.kind == Kind::lecture && entry.lab == 0;
      if (entry.kind == Kind::pause) want_row(entry.start, entry.start, entry.title);
      if (entry.lab > lab) {
        lab = entry.lab;
        want_row(from == 0 ? entry.start : from, entry.start, fmt::format("lab {:02}", lab));
      }
      from = !opening ? 0 : from == 0 ? entry.start : from;
    }
  }

  /// The demonstration of each lab that the day has, with what it takes.
  void check_labs(const std::vector<LabOnSheet>& labs) const {
    for (const auto& lab : labs) {
      const auto minutes = to_string(minutes_of_lab(*day_, lab.lab));
      if (minutes == "0 + 0 + 0 + 0") continue;
      const auto shows = [&](const SheetRow& row) { return row.command == lab.command; };
      const auto row = std::find_if(rows_.begin(), rows_.end(), shows);
      if (row == rows_.end()) {
        errors_->push_back(
            fmt::format("{}: day {} has no row for the demonstration of lab {:02}, {}", shown_,
                        day_->number, lab.lab, lab.command));
      } else if (row->minutes != minutes || row->slides != lab.slides) {
        errors_->push_back(fmt::format("{}:{}: the row of lab {:02} wants \"{} | `{}`\"", shown_,
                                       row->line, lab.lab, minutes, lab.slides));
      }
    }
  }

 private:
  void want_row(int from, int to, const std::string& what) const {
    const auto fits = [&](const SheetRow& row) { return row.clock >= from && row.clock <= to; };
    if (std::any_of(rows_.begin(), rows_.end(), fits)) return;
    errors_->push_back(fmt::format("{}: day {} has no row for {}, which begins at {}", shown_,
                                   day_->number, what, clock_of(to)));
  }

  std::string shown_;
  const AgendaDay* day_;
  std::vector<std::string>* errors_;
  std::vector<SheetRow> rows_;
};

}  // namespace

std::vector<std::string> check_run_sheet(const Document& sheet, const std::vector<AgendaDay>& days,
                                         const std::vector<LabOnSheet>& labs) {
  std::vector<std::string> errors;
  std::vector<SheetDay> read;
  for (const auto& line : sheet.lines) {
    if (line.text.starts_with("## Day ")) {
      if (read.size() == days.size()) return {sheet.shown + ": it has more days than the agenda"};
      read.emplace_back(sheet.shown, days[read.size()], errors);
      continue;
    }
    const auto cells = table_cells(line.text);
    if (read.empty() || cells.size() != 5) continue;
    const auto clock = minutes_of_clock(cells[0]);
    const auto code = [&](std::size_t i) {
      const auto spans = code_spans(cells[i]);
      return spans.empty() ? std::string() : spans.front();
    };
    if (!clock) continue;
    read.back().add({line.number, *clock, lab_of_command(cells[3]), cells[1], code(2), code(3)});
  }
  if (read.size() != days.size()) errors.push_back(sheet.shown + ": it lacks a day");
  for (const auto& day : read) {
    day.check_complete();
    day.check_labs(labs);
  }
  return errors;
}

}  // namespace workshop::runner
