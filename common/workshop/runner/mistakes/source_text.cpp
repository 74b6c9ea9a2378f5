#include "workshop/runner/mistakes/source_text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace workshop::runner {
namespace {

/// A member is a name behind a dot, an arrow or colons: whose it is decides what it is called.
enum class PartKind { name, member, comment, literal, other };

/// A piece of a source; all pieces in their order are the source.
struct Part {
  PartKind kind = PartKind::other;
  std::string_view text;
};

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t length_until(std::string_view text, std::string_view end) {
  const auto found = text.find(end);
  return found == std::string_view::npos ? text.size() : found;
}

std::size_t block_length_of_tla(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text.substr(i, 2) == "(*") {
      ++depth;
      ++i;
    } else if (text.substr(i, 2) == "*)") {
      ++i;
      if (--depth == 0) return i + 1;
    }
  }
  return text.size();
}

bool begins_algorithm(std::string_view text) {
  text.remove_prefix(2);
  const auto word = text.find_first_not_of(" \n");
  return word != std::string_view::npos && text.substr(word).starts_with("--");
}

/// The length of the comment at the beginning of `text`, 0 if there is none.
std::size_t comment_length(std::string_view text, SourceLanguage language) {
  if (language == SourceLanguage::tla) {
    if (text.starts_with("\\*")) return length_until(text, "\n");
    if (text.starts_with("(*") && !begins_algorithm(text)) return block_length_of_tla(text);
    return 0;
  }
  if (text.starts_with("//")) return length_until(text, "\n");
  if (!text.starts_with("/*")) return 0;
  return std::min(text.size(), 2 + length_until(text.substr(2), "*/") + 2);
}

/// The same of a string or a character.
std::size_t literal_length(std::string_view text, SourceLanguage language) {
  if (language == SourceLanguage::cpp && text.starts_with("R\"")) {
    const auto open = text.find('(');
    if (open == std::string_view::npos) return 0;
    const auto close = ")" + std::string(text.substr(2, open - 2)) + "\"";
    return std::min(text.size(), length_until(text, close) + close.size());
  }
  const char quote = text.front();
  if (quote != '"' && !(quote == '\'' && language == SourceLanguage::cpp)) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    } else if (text[i] == '\n') {
      break;
    }
  }
  return 1;  // a quote that nothing closes is a sign like any other
}

std::size_t word_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && (begins_name(text[length]) || digit(text[length]))) ++length;
  return length;
}

bool is_blank(const Part& part) {
  return part.kind == PartKind::comment ||
         (part.kind == PartKind::other && is_space(part.text.front()));
}

/// Whether a name behind `parts` is a member.
bool leads_to_member(const std::vector<Part>& parts) {
  std::string signs;  // the last two, backwards
  for (auto part = parts.rbegin(); part != parts.rend() && signs.size() < 2; ++part) {
    if (is_blank(*part)) continue;
    if (part->kind != PartKind::other || part->text.size() != 1) break;
    signs += part->text;
  }
  return signs.starts_with('.') || signs == ">-" || signs == "::";
}

std::vector<Part> parts_of(std::string_view text, SourceLanguage language) {
  std::vector<Part> parts;
  const auto take = [&](PartKind kind, std::size_t length) {
    parts.push_back({kind, text.substr(0, length)});
    text.remove_prefix(length);
  };
  while (!text.empty()) {
    if (const auto comment = comment_length(text, language); comment > 0) {
      take(PartKind::comment, comment);
    } else if (const auto literal = literal_length(text, language); literal > 0) {
      take(PartKind::literal, literal);
    } else if (begins_name(text.front())) {
      take(leads_to_member(parts) ? PartKind::member : PartKind::name, word_length(text));
    } else if (digit(text.front())) {
      // 1'000 is one number: the quote in it begins no character.
      std::size_t length = word_length(text);
      while (length + 1 < text.size() && text[length] == '\'' && digit(text[length + 1])) {
        length += 1 + word_length(text.substr(length + 1));
      }
      take(PartKind::other, length);
    } else {
      take(PartKind::other, 1);
    }
  }
  return parts;
}

/// A name's uses: what stands before and after each.
using Uses = std::vector<std::pair<std::string, std::string>>;

std::map<std::string, Uses> uses_of_names(std::string_view text, SourceLanguage language) {
  auto code = parts_of(text, language);
  std::erase_if(code, [](const auto& part) { return is_blank(part); });
  const auto text_at = [&code](std::size_t at) {
    return at < code.size() ? std::string(code[at].text) : std::string();
  };
  std::map<std::string, Uses> uses;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].kind == PartKind::name)
      uses[text_at(i)].emplace_back(text_at(i - 1), text_at(i + 1));
  }
  return uses;
}

}  // namespace

SourceLanguage language_of(const std::filesystem::path& file) {
  return file.extension() == ".tla" ? SourceLanguage::tla : SourceLanguage::cpp;
}

std::string without_comments(std::string_view text, SourceLanguage language) {
  std::string code;
  for (const auto& part : parts_of(text, language)) {
    if (part.kind != PartKind::comment) {
      code += part.text;
    } else {
      code.append(static_cast<std::size_t>(std::count(part.text.begin(), part.text.end(), '\n')),
                  '\n');
    }
  }
  return code;
}

std::string code_of(std::string_view text, SourceLanguage language) {
  auto code = without_comments(text, language);
  std::erase_if(code, is_space);
  return code;
}

Renaming renaming_between(std::string_view before, std::string_view after,
                          SourceLanguage language) {
  const auto old_uses = uses_of_names(before, language);
  const auto new_uses = uses_of_names(after, language);
  const auto appeared = [&](const std::string& name) { return !old_uses.contains(name); };
  // Of a neighbour that was renamed itself nothing can be said yet.
  const auto same = [&](const std::string& old_side, const std::string& new_side) {
    const bool gone = old_uses.contains(old_side) && !new_uses.contains(old_side);
    return old_side == new_side || (gone && new_uses.contains(new_side) && appeared(new_side));
  };
  const auto alike = [&](const Uses& a, const Uses& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) {
      return same(x.first, y.first) && same(x.second, y.second);
    });
  };
  Renaming renaming;
  std::map<std::string, int> taken;
  for (const auto& [name, uses] : old_uses) {
    // Used once: something else is called there now, and nothing has got another name.
    if (uses.size() < 2 || new_uses.contains(name)) continue;
    std::vector<std::string> found;
    for (const auto& [other, other_uses] : new_uses) {
      if (appeared(other) && alike(uses, other_uses)) found.push_back(other);
    }
    if (found.size() != 1) continue;
    renaming.emplace(name, found.front());
    ++taken[found.front()];
  }
  std::erase_if(renaming, [&](const auto& pair) { return taken[pair.second] > 1; });
  return renaming;
}

std::string renamed(std::string_view text, const Renaming& renaming, SourceLanguage language) {
  std::string result;
  for (const auto& part : parts_of(text, language)) {
    const auto found =
        part.kind == PartKind::name ? renaming.find(std::string(part.text)) : renaming.end();
    result += found == renaming.end() ? std::string(part.text) : found->second;
  }
  return result;
}

bool has_name(std::string_view text, std::string_view name, SourceLanguage language) {
  const auto parts = parts_of(text, language);
  return std::any_of(parts.begin(), parts.end(), [name](const Part& part) {
    return part.kind == PartKind::name && part.text == name;
  });
}

}  // namespace workshop::runner
