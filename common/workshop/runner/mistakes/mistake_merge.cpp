#include "workshop/runner/mistakes/mistake_merge.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

using Lines = std::vector<std::string>;

std::string joined(const Lines& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

/// Where the signs of one conflict stand, or the beginning of a line that is none of them.
struct Conflict {
  Lines ours;
  Lines base;
  Lines theirs;
};

/// Reads the conflict whose first sign is `lines[at]`, and moves `at` behind its last sign.
Conflict read_conflict(const Lines& lines, std::size_t& at) {
  Conflict conflict;
  Lines* side = &conflict.ours;
  for (++at; at < lines.size() && !lines[at].starts_with(">>>>>>> "); ++at) {
    if (lines[at].starts_with("||||||| ")) {
      side = &conflict.base;
    } else if (side == &conflict.base && lines[at] == "=======") {
      side = &conflict.theirs;
    } else {
      side->push_back(lines[at]);
    }
  }
  ++at;
  return conflict;
}

/// A line of code and the lines without code before it.
struct CodeLine {
  Lines before;
  std::string line;  ///< empty: the end
  std::string code;  ///< `line` without comments and white space
};

/// Nothing if a comment begins or ends outside of `lines`.
std::optional<std::vector<CodeLine>> code_lines(const Lines& lines, SourceLanguage language) {
  const auto text = joined(lines);
  const auto code = lines_of(without_comments(text, language));
  if (code.size() != lines.size() || code_of(text, language).find("*)") != std::string::npos) {
    return std::nullopt;
  }
  std::vector<CodeLine> result(1);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto signs = code_of(code[i], language);
    if (signs.empty()) {
      result.back().before.push_back(lines[i]);
      continue;
    }
    result.back().line = lines[i];
    result.back().code = signs;
    result.emplace_back();
  }
  return result;
}

std::size_t indent_of(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

/// Puts `after` in the place of `before`, which `lines` has exactly once, maybe farther in or out;
/// false if not.
bool replace(Lines& lines, const Lines& before, Lines after) {
  const auto alike = [](const std::string& a, const std::string& b) {
    return trimmed(a) == trimmed(b);
  };
  const auto find = [&](Lines::iterator from) {
    return std::search(from, lines.end(), before.begin(), before.end(), alike);
  };
  const auto found = find(lines.begin());
  if (found == lines.end() || find(found + 1) != lines.end()) return false;
  const auto there = indent_of(*found);
  const auto here = indent_of(before.front());
  for (auto& line : after) {
    if (line.empty()) continue;
    if (there < here) line.erase(0, std::min(here - there, indent_of(line)));
    if (there > here) line.insert(0, there - here, ' ');
  }
  const auto at = lines.erase(found, found + static_cast<std::ptrdiff_t>(before.size()));
  lines.insert(at, after.begin(), after.end());
  return true;
}

bool is_blank(const Lines& lines) {
  return std::all_of(lines.begin(), lines.end(),
                     [](const std::string& line) { return trimmed(line).empty(); });
}

/// The lines of a conflict in which ours has changed comments only; nothing if it is another one.
/// `comments_left` becomes true when theirs has not all of the changed comments.
std::optional<Lines> merged_comments(const Conflict& conflict, SourceLanguage language,
                                     bool& comments_left) {
  const auto ours = code_lines(conflict.ours, language);
  const auto base = code_lines(conflict.base, language);
  const auto same_code = [](const CodeLine& a, const CodeLine& b) { return a.code == b.code; };
  if (!ours || !base ||
      !std::equal(ours->begin(), ours->end(), base->begin(), base->end(), same_code)) {
    return std::nullopt;
  }
  auto result = conflict.theirs;
  for (std::size_t i = 0; i < base->size(); ++i) {
    const auto& before = (*base)[i];
    const auto& after = (*ours)[i];
    if (before.line != after.line && !replace(result, {before.line}, {after.line})) {
      comments_left = true;
    }
    if (before.before == after.before) continue;
    bool taken = false;
    if (!is_blank(before.before)) {
      taken = replace(result, before.before, after.before);
    } else if (!after.line.empty()) {  // a new comment, above a line that the mistake may have too
      auto with_comment = after.before;
      with_comment.push_back(after.line);
      auto without = before.before;
      without.push_back(after.line);
      taken = replace(result, without, with_comment);
    }
    if (!taken) comments_left = true;
  }
  return result;
}

}  // namespace

bool has_conflict_signs(const std::string& text) {
  const auto lines = lines_of(text);
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.starts_with("<<<<<<< ") || line.starts_with("||||||| ") ||
           line.starts_with(">>>>>>> ");
  });
}

MergedMistake merge_mistake(DiffTool& git, const MistakeVersions& versions, const std::string& name,
                            SourceLanguage language) {
  auto renaming = renaming_between(versions.base, versions.solution, language);
  std::erase_if(renaming, [&](const auto& pair) {  // the mistake has something else of that name
    return has_name(versions.mistaken, pair.second, language);
  });
  const auto merged =
      git.merged(versions.solution, renamed(versions.base, renaming, language),
                 renamed(versions.mistaken, renaming, language),
                 {"the solution", "the solution that it was made from", "the mistake " + name});
  MergedMistake result;
  if (!merged.has_conflicts) {
    result.text = merged.text;
    return result;
  }
  const auto lines = lines_of(merged.text);
  Lines kept;
  for (std::size_t at = 0; at < lines.size();) {
    if (!lines[at].starts_with("<<<<<<< ")) {
      kept.push_back(lines[at++]);
      continue;
    }
    const auto begin = at;
    const auto conflict = read_conflict(lines, at);
    const auto decided = merged_comments(conflict, language, result.comments_left);
    if (!decided) result.has_conflicts = true;
    const auto& taken = decided ? *decided
                                : Lines(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                                        lines.begin() + static_cast<std::ptrdiff_t>(at));
    kept.insert(kept.end(), taken.begin(), taken.end());
  }
  result.text = joined(kept);
  return result;
}

}  // namespace workshop::runner
