// What the runner's readers must hold for any bytes: of result files, of the front matter of a lab,
// of a mistake's header, of a lecture, and of pages with a picture and its JSON.
#include <filesystem>

#include "fuzz/fuzzing.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/page.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/mistakes/mistake_header.hpp"
#include "workshop/runner/runs/pictures.hpp"
#include "workshop/runner/runs/result_file.hpp"
#include "workshop/runner/slides/lecture.hpp"

namespace workshop::tests {
namespace {

namespace fs = std::filesystem;

const fs::path& lab_folder() {
  static const process::TemporaryFolder kFolder;
  static const fs::path kPath = [] {
    auto path = kFolder.path() / "labs" / "01-any";
    fs::create_directories(path);
    write_file(path / "CMakeLists.txt", "");
    return path;
  }();
  return kPath;
}

void read_result_file(std::string_view text) {
  const auto run = runner::read_results(text);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  require(run.tests.size() + run.unreadable_lines <= lines, "there is one event in a line");
  for (const auto& test : run.tests) {
    static_cast<void>(test.reason());
    static_cast<void>(test.step());
  }
  static_cast<void>(run.unfinished());
}

void read_front_matter(std::string_view text) {
  write_file(lab_folder() / "README.md", text);
  const auto labs = runner::Project(lab_folder().parent_path().parent_path()).labs();
  require(labs.size() == 1 && labs[0].number == 1, "a lab is one whatever its page says");
  require(!labs[0].title.empty(), "a lab has a title");
}

/// A refusal is a UserError that says something.
template <class Read>
void read_or_refuse(Read read) {
  try {
    read();
  } catch (const runner::UserError& error) {
    require(*error.what() != 0, "a refusal says why");
  }
}

void join_pages(std::string_view text) {
  namespace page = protocol::page;
  const auto half = text.size() / 2;
  static_cast<void>(runner::joined(text.substr(0, half), text.substr(half)));
  const std::string whole =
      std::string(page::kNoRightPicture) + std::string(text) + std::string(page::kNoRightTrace);
  const std::string right = std::string(page::kTraceBegin) + std::string(text) +
                            std::string(page::kTraceEnd) + std::string(page::kPictureBegin) +
                            std::string(page::kPictureEnd);
  static_cast<void>(runner::joined(whole, right));
}

}  // namespace
}  // namespace workshop::tests

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace workshop;
  using namespace workshop::tests;
  if (size == 0) return 0;
  const auto text = text_of(data + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      read_result_file(text);
      break;
    case 1:
      read_front_matter(text);
      break;
    case 2:
      read_or_refuse([&] { runner::read_mistake_header(text, runner::HeaderForm::plain); });
      break;
    case 3:
      read_or_refuse([&] { runner::read_mistake_header(text, runner::HeaderForm::comment); });
      break;
    case 4:
      read_or_refuse([&] { runner::read_lecture("lecture.md", text); });
      break;
    default:
      join_pages(text);
  }
  return 0;
}

/// Now and then an event of a result file, so that the search need not find JSON by itself.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned int seed) {
  if (size_max == 0 || (seed % 8 != 0 && size > 0)) return LLVMFuzzerMutate(data, size, size_max);
  constexpr std::string_view kRight[] = {
      "{\"event\":\"run_started\"}\n{\"event\":\"test_started\",\"name\":\"a\",\"tags\":[\"step1\"]"
      ","
      "\"file\":\"a.cpp\",\"line\":3}\n{\"event\":\"test_ended\",\"name\":\"a\",\"passed\":false,"
      "\"todo\":{\"what\":\"b\",\"step\":1},\"failed_at\":{\"file\":\"a\",\"line\":7}}\n",
      "---\ntitle: A lab\npart: \"II: parts\"\nday: 2\nminutes: 40\nconcepts: a, b\n"
      "prerequisites: 01, 02\n---\n",
      "mistake: a\nwhy: b\n  and c\nask: d\ncaught by: e\nas: duplicate effect\n\n",
      "// mistake: a\n// why: b\n// ask: d\n// caught by: e\n// as: assertion\n\n",
      "# A lecture\n\n## A slide\n\n- a point\n\nNote: said\n"};
  const auto which = seed / 8 % std::size(kRight);
  const auto right = kRight[which];
  const auto count = std::min(right.size(), size_max - 1);
  data[0] = static_cast<std::uint8_t>(which);
  std::memcpy(data + 1, right.data(), count);
  return LLVMFuzzerMutate(data, count + 1, size_max);
}
