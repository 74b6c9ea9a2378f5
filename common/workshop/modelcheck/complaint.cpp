#include "workshop/modelcheck/complaint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include "workshop/modelcheck/matches.hpp"

namespace workshop::modelcheck {
namespace {

std::vector<std::string> text_lines(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string bare(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string stripped(const std::string& text, const char* pattern) {
  return with_replaced(text, pattern, "");
}

bool has(const std::string& text, const char* pattern) {
  return !first_match(text, pattern).empty();
}

// Words and signs, without those that the translator adds: [self], and the prime of a next state.
std::vector<std::string> tokens_of(const std::string& line) {
  const auto written = stripped(stripped(line, R"(\[self\])"), "'");
  std::vector<std::string> tokens;
  for (auto& match : matches(written, R"(\w+|\\\w+|[^\s\w])")) tokens.push_back(match.front());
  return tokens;
}

// The longest run of tokens that both have.
std::size_t common_run(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    for (std::size_t j = 0; j < other.size(); ++j) {
      std::size_t run = 0;
      while (i + run < one.size() && j + run < other.size() && one[i + run] == other[j + run])
        ++run;
      longest = std::max(longest, run);
    }
  }
  return longest;
}

std::string label_of(const std::string& line) {
  const auto match = first_match(line, R"(^\s*(\w+)\s*:(?![=:>]))");
  return match.empty() ? std::string() : match[1];
}

struct Mend {
  const char* complaint;  // of the message; "" any
  const char* line;       // of the line that was written; "" any
  const char* words;
  bool noticed_late = false;  // the fault may be up to three lines above the line that is named
};

// Typical slips of people who write C++. The first that matches counts.
constexpr std::array kMends = {
    Mend{"Missing label", "",
         "put a label before this line: above it is an `if` with a `goto`, or this step has "
         "changed the same variable before"},
    Mend{"Expected|Missing", "//", R"(a comment begins with \*)", true},
    Mend{"Expected", R"(\b(continue|break)\b)", "say `goto` and a label"},
    Mend{"return statement", "", "say `goto` and a label"},
    Mend{"Expected \"if\"", "",
         "an `if` above this line lacks its `end if;` (and `else if` is `elsif`)"},
    Mend{"Expected \"then\"", "", "`if … then … end if;`: the `then` is missing"},
    Mend{"Expected \":=\"", R"(^\s*\w+\s+=)",
         "`:=` assigns, and `=` asks whether two are the same"},
    Mend{"Expected \":=\"", R"(\bIF\b)",
         "an `if` with statements is written small: `if … then … end if;`", true},
    Mend{"Expected \":=\"", "",
         "a statement is `name := value;`, `macro();`, `goto Label;` or an `if`; a label ends in "
         "a colon"},
    Mend{"Missing `;'|Expected \";\"", "", "end the statement before this one with a semicolon"},
    Mend{"unmatched|Expected \",\"", R"(\bif\b[^\n]*\{\s*\n)",
         "no braces around statements: `if … then … else … end if;`", true},
    Mend{"unmatched",
         "EXCEPT.*;.*=", "in an `EXCEPT` commas separate: `[x EXCEPT !.a = 1, !.b = 2]`"},
    Mend{"unmatched|Expected \",\"", "", "a bracket is open: count `)`, `]` and `}` of this line"},
    Mend{"redefined", "", "each label is there only once"},
    Mend{"Illegal lexeme", R"(\\u)", R"(sets are joined by \union)"},
    Mend{"non-existing fields|nonexistent", "",
         "look how the field is written, and where; what belongs to a key is `field[key]`, and in "
         "an `EXCEPT` `!.field[key] = …`"},
    Mend{R"(\[l1 : v1|non-record|Unsupported expression type)", "",
         "a record is `[field |-> value, other |-> value]`"},
    Mend{R"(of the string|S \\cup T)", "", R"(a set is joined with a set: `s \union {x}`)"},
    Mend{"Cannot cast", R"(\+)",
         R"(`+` adds numbers only; a set is joined with a set: `s \union {x}`)"},
    Mend{"element of the function", "", R"(`\in` asks a set)"},
    Mend{"non-function", "",
         "what has `[key]` after it must have a value for each key; in an `EXCEPT` change one of "
         "them: `!.field[key] = …`"},
    Mend{"equality of", "", "two things of different kinds are compared: a number and a word, say"},
    Mend{"Encountered", "==", "equality is one `=`"},
    Mend{"Encountered", "!=", "not equal is `#`"},
    Mend{"Encountered", R"(\+\+|\+=)", "`!.field = @ + 1` is the old value and one"},
    Mend{"Encountered", "EXCEPT", "each part of an `EXCEPT` is `!.field = value`"},
    Mend{"Encountered", R"(!|\bnot\b)", R"(not is `~`; "not in" is `\notin`)"},
    Mend{"Encountered|resolve", R"(&&|\band\b)", R"(and is `/\`)"},
    Mend{"Encountered|resolve", R"(\|\||\bor\b)", R"(or is `\/`)"},
    Mend{"Encountered", R"(/in\b|[^\\]\bin\b)", R"("is in the set" is `\in`)"},
    Mend{"Encountered", "'", "a text stands between \" and \""},
    Mend{"Unknown operator", "", "nothing has this name; what stands in a record is `record.name`"},
};

// "Cannot cast tlc2.value.impl.StringValue to tlc2.value.impl.IntValue"
std::string without_java(const std::string& line) {
  return with_replaced(stripped(line, R"(^: |util\.Assert\$\w+: )"),
                       R"(Cannot cast [\w.]*\.(\w+)Value to [\w.]*\.(\w+)Value)",
                       "Cannot cast $1 to $2: a value of the wrong kind");
}

bool only_for_experts(const std::string& line) {
  return line.empty() ||
         has(line,
             R"(starting at line \d+, column \d+\.$|^Was expecting|^TLC threw|^This was probably|)"
             R"(^See the User Output|^The exception was a|^@!@!@|^public static |)"
             R"(^Attempted to apply the operator overridden|^but it produced|)"
             R"(^:? ?@!@!@|^line \d+, col \d+ to |^Evaluating invariant )");
}

}  // namespace

int written_line(std::string_view original, std::string_view translated, int line) {
  const auto before = text_lines(original);
  const auto after = text_lines(translated);
  auto index = static_cast<std::size_t>(std::max(line, 1) - 1);
  if (line < 1 || index >= after.size()) return 0;
  const auto wanted = tokens_of(after[index]);
  Match action;
  while ((action = first_match(after[index], R"(^(\w+)(\(self\))? ==)")).empty()) {
    if (index-- == 0) return 0;
  }
  const auto& label = action[1];
  const auto begin = std::find_if(before.begin(), before.end(),
                                  [&](const auto& one) { return label_of(one) == label; });
  if (begin == before.end()) return 0;
  auto best = begin;
  std::size_t best_run = 1;  // a single common word may be a coincidence
  for (auto it = begin; it != before.end() && (it == begin || label_of(*it).empty()); ++it) {
    if (it->find("end process") != std::string::npos) break;
    const auto run = common_run(tokens_of(it->substr(0, it->find("\\*"))), wanted);
    if (run > best_run) {
      best = it;
      best_run = run;
    }
  }
  // A label alone on its line: the fault is in the statement after it.
  if (best == begin && has(*begin, R"(:\s*$)") && begin + 1 != before.end()) ++best;
  return static_cast<int>(best - before.begin()) + 1;
}

std::string plain_words(std::string_view message) {
  static const std::string_view definition = "Beginning of definition";
  std::vector<std::string> told;
  for (const auto& raw : text_lines(message)) {
    if (only_for_experts(bare(raw))) continue;
    auto line = without_java(bare(raw));
    line =
        with_replaced(line, R"rx(Encountered "(.*)" at line.*)rx", "\"$1\" is not expected here");
    if (const auto at = line.find(definition); at != std::string::npos) {
      line.replace(at, definition.size(), "==");
    }
    line = stripped(line, R"( at the following location:.*|Parsing completed\.( --)? ?)");
    line = stripped(line, R"((,? (found )?at)? line \d+, column \d+)");
    line = stripped(line, R"(\.(?=\.$))");
    line = with_replaced(line, "The EXCEPT was applied to non-existing fields.*",
                         "EXCEPT changes a field that is not there");
    if (std::find(told.begin(), told.end(), line) == told.end()) told.push_back(line);
  }
  return fmt::format("{}", fmt::join(told, "\n"));
}

std::string mend_of(std::string_view message, std::string_view module_text, int line) {
  const std::string complaint(message);
  const auto lines = text_lines(module_text);
  const int last = std::min(line, static_cast<int>(lines.size()));
  std::string near;
  std::string above;
  for (int i = std::max(1, line - 3); i <= last; ++i) {
    const auto& one = lines[static_cast<std::size_t>(i - 1)];
    const auto code = one.substr(0, one.find("\\*")) + "\n";
    (i == line ? near : above) += code;
  }
  for (const auto& mend : kMends) {
    const auto& text = mend.noticed_late ? above + near : near;
    if (has(complaint, mend.complaint) && has(text, mend.line)) return mend.words;
  }
  return {};
}

void explain(TlcResult& result, std::string_view module_text) {
  const bool refused = result.outcome == TlcOutcome::translation_failed ||
                       result.outcome == TlcOutcome::parse_failed ||
                       result.outcome == TlcOutcome::evaluation_failed;
  if (!refused) return;
  const auto lines = text_lines(module_text);
  // The translator names a wrong place for a label that exists twice.
  const auto label = first_match(result.message, R"(Label (\w+) redefined)");
  for (std::size_t i = 0; i < lines.size() && !label.empty(); ++i) {
    if (label_of(lines[i]) == label[1]) result.line = static_cast<int>(i) + 1;
  }
  std::string text;
  if (result.line > 0 && result.line <= static_cast<int>(lines.size())) {
    text = bare(lines[static_cast<std::size_t>(result.line - 1)]) + "\n";
  }
  text += plain_words(result.message);
  const auto mend = mend_of(result.message, module_text, result.line);
  if (!mend.empty()) text += "\nmend: " + mend;
  result.message = text;
}

}  // namespace workshop::modelcheck
