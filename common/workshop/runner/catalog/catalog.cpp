#include "workshop/runner/catalog/catalog.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "workshop/process/environment.hpp"
#include "workshop/protocol/programs.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// Adds `line` to `text`, behind a blank.
void add_line(std::string& text, std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return;
  if (!text.empty()) text += ' ';
  text += line;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<fs::path> files_in(const fs::path& folder, const std::set<fs::path>& extensions) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (extensions.contains(entry.path().extension())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The lab's sources as its CMakeLists.txt lists them: the one that attendees edit stands first.
std::vector<fs::path> listed_first(std::vector<fs::path> files, const fs::path& lists) {
  const auto text = read_file(lists);
  const auto sources = text ? text->find("SOURCES") : std::string::npos;
  if (sources == std::string::npos) return files;
  std::stable_sort(files.begin(), files.end(), [&](const fs::path& a, const fs::path& b) {
    const auto place = [&](const fs::path& file) {
      return text->find("src/" + file.filename().string(), sources);
    };
    return place(a) < place(b);
  });
  return files;
}

/// The parts between commas, without spaces around them.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto part = trimmed(text.substr(0, comma));
    if (!part.empty()) parts.emplace_back(part);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return parts;
}

/// The first step begins with the page and with what the file to edit promises: its header.
void set_reading_minutes(Lab& lab, std::string_view readme) {
  for (auto& step : lab.steps) {
    auto words = words_for_step(readme, step.number);
    if (step.number == 1 && !lab.sources.empty()) {
      auto header = lab.sources.front();
      if (header.extension() == ".cpp") header.replace_extension(".hpp");
      words += words_count(read_file(header).value_or(""));
    }
    step.reading_minutes = reading_minutes_of(words);
  }
}

Lab read_lab(const fs::path& root, const fs::path& folder) {
  const auto folder_name = folder.filename().string();
  Lab lab;
  lab.number = *number_of(std::string_view(folder_name).substr(0, 2));
  lab.name = folder_name.substr(3);
  lab.folder = folder;
  lab.sources = listed_first(files_in(folder / "src", {".cpp", ".tla"}), folder / "CMakeLists.txt");
  if (fs::exists(folder / "hints.md")) lab.hints = folder / "hints.md";
  if (fs::exists(root / "solutions" / folder_name)) {
    lab.solution = root / "solutions" / folder_name;
  }
  auto values = front_matter(folder / "README.md");
  lab.title = values["title"];
  if (lab.title.empty()) {
    lab.title = lab.name;
    std::replace(lab.title.begin(), lab.title.end(), '-', ' ');
  }
  lab.part = values["part"];
  lab.day = number_of(values["day"]);
  const auto readme = read_file(folder / "README.md").value_or("");
  auto read = read_steps_of(values, readme);
  lab.steps = std::move(read.steps);
  lab.steps_wrong = std::move(read.wrong);
  set_reading_minutes(lab, readme);
  lab.goal = paragraph_after(readme, "**Goal:**");
  lab.concepts = parts_of(values["concepts"]);
  for (const auto& number : parts_of(values["prerequisites"])) {
    if (const auto prerequisite = number_of(number)) lab.prerequisites.push_back(*prerequisite);
  }
  return lab;
}

}  // namespace

std::string paragraph_after(std::string_view markdown, std::string_view start) {
  std::string text;
  bool in_it = false;
  for (const auto& line : lines_of(markdown)) {
    if (line.starts_with(start)) {
      in_it = true;
      add_line(text, std::string_view(line).substr(start.size()));
    } else if (in_it) {
      if (trimmed(line).empty()) break;
      add_line(text, line);
    }
  }
  return text;
}

FrontMatter front_matter(const fs::path& file) {
  FrontMatter values;
  const auto text = read_file(file);
  if (!text) return values;
  const auto lines = lines_of(*text);
  if (lines.empty() || trimmed(lines.front()) != "---") return values;
  for (std::size_t i = 1; i < lines.size() && trimmed(lines[i]) != "---"; ++i) {
    const auto colon = lines[i].find(':');
    if (colon == std::string::npos) continue;
    auto value = trimmed(std::string_view(lines[i]).substr(colon + 1));
    if (value.size() >= 2 && value.front() == value.back() &&
        (value[0] == '"' || value[0] == '\'')) {
      value = value.substr(1, value.size() - 2);
    }
    values[std::string(trimmed(lines[i].substr(0, colon)))] = value;
  }
  return values;
}

std::string Lab::padded_number() const { return fmt::format("{:02}", number); }

int Lab::minutes() const {
  int sum = 0;
  for (const auto& step : steps) sum += step.alone_minutes;
  return sum;
}

std::string Lab::target() const { return protocol::name_of({padded_number(), {}}); }

std::vector<std::string> Lab::mistakes() const {
  std::vector<std::string> names;
  for (const auto& file : mistake_files()) names.push_back(file.stem().string());
  return names;
}

std::vector<fs::path> Lab::mistake_files() const {
  if (solution.empty()) return {};
  return files_in(solution / "mistakes", {".cpp", ".diff", ".tla"});
}

Project Project::find() {
  const auto root = process::environment(protocol::variable::kRoot);
  if (!root.empty()) return Project(fs::absolute(root));
  for (auto folder = fs::current_path();; folder = folder.parent_path()) {
    if (fs::exists(folder / "scripts" / "workshop")) return Project(folder);
    if (folder == folder.parent_path()) break;
  }
  throw UserError(
      "this folder is not part of the workshop; start scripts/workshop of its checkout");
}

fs::path Project::build_folder(std::string_view preset) const { return root_ / "build" / preset; }

std::vector<Lab> Project::labs() const {
  std::vector<Lab> labs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root_ / "labs", error)) {
    const auto name = entry.path().filename().string();
    if (name.size() < 4 || !is_digit(name[0]) || !is_digit(name[1]) || name[2] != '-') continue;
    if (!fs::exists(entry.path() / "CMakeLists.txt")) continue;
    labs.push_back(read_lab(root_, entry.path()));
  }
  std::sort(labs.begin(), labs.end(),
            [](const Lab& a, const Lab& b) { return a.number < b.number; });
  return labs;
}

Lab Project::lab(std::string_view name) const {
  const auto all = labs();
  std::vector<const Lab*> found;
  const auto number = number_of(name);
  for (const auto& lab : all) {
    const auto full_name = lab.padded_number() + "-" + lab.name;
    if (full_name == name) return lab;
    const bool begins =
        !name.empty() && (full_name.starts_with(name) || lab.name.starts_with(name));
    if (number ? lab.number == *number : begins) found.push_back(&lab);
  }
  if (found.size() == 1) return *found.front();
  if (all.empty()) throw UserError(fmt::format("there is no lab {}: labs/ holds none", name));
  std::string list;
  for (const auto& lab : all) list += (list.empty() ? "" : ", ") + lab.padded_number();
  throw UserError(fmt::format("there is {} lab {}; labs: {}",
                              found.empty() ? "no" : "more than one", name, list));
}

std::string Project::shown(const fs::path& path) const {
  const auto inside = [this](const fs::path& place) {
    const auto relative = place.lexically_normal().lexically_relative(root_);
    return !relative.empty() && *relative.begin() != "..";
  };
  if (!path.is_absolute() || !inside(path)) return path.string();
  std::error_code error;
  const auto here = fs::current_path(error);
  if (error || !inside(here)) return path.string();
  return path.lexically_normal().lexically_relative(here).string();
}

std::optional<std::size_t> find_todo(const fs::path& file, int step, std::size_t failing) {
  const auto text = read_file(file);
  if (!text) return std::nullopt;
  const auto marker = step == 0 ? std::string("TODO(step") : fmt::format("TODO(step {})", step);
  const auto call = step == 0 ? std::string("todo(") : fmt::format("todo({},", step);
  const auto lines = lines_of(*text);
  std::optional<std::size_t> found;
  for (const auto& sign : {marker, call}) {
    for (std::size_t i = 0; i < lines.size() && !found; ++i) {
      if (lines[i].find(sign) != std::string::npos) found = i + 1;
    }
    for (auto i = found.value_or(failing); i < std::min(failing, lines.size()); ++i) {
      if (lines[i].find(sign) != std::string::npos) found = i + 1;
    }
    if (found) break;
  }
  return found;
}

}  // namespace workshop::runner
