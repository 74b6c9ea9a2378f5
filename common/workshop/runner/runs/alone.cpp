#include "workshop/runner/runs/alone.hpp"

#include <algorithm>
#include <regex>
#include <string>

#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/mistakes/source_text.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {

bool may_remember(std::string_view code) {
  // Neither constants nor what is called static_cast.
  static const std::regex lasts(
      R"(\b(static|thread_local)\b(?!\s+(inline\s+)?(const|constexpr|consteval)\b))");
  return std::regex_search(code.begin(), code.end(), lasts);
}

bool may_remember(const Lab& lab) {
  return std::ranges::any_of(lab.sources, [](const auto& file) {
    const auto language = language_of(file);
    return language == SourceLanguage::cpp &&
           may_remember(without_comments(read_file(file).value_or(""), language));
  });
}

void look_alone(const std::filesystem::path& file, const std::filesystem::path& folder,
                const ProgramRunOptions& how, RunResult& run) {
  const auto* failure = first_failure(run);
  if (failure == nullptr || failure->todo) return;
  auto options = how;
  options.arguments = {protocol::test_argument(failure->name)};
  options.processes = 1;
  // The picture that is there is of the failure that is told.
  std::erase_if(options.environment,
                [](const auto& each) { return each.first == protocol::variable::kPictures; });
  const auto again = run_lab_program(file, folder, file.filename().string() + ".alone", options);
  if (!again.results.ended || again.results.tests.size() != 1) return;
  const auto& test = again.results.tests.front();
  if (test.reason() == failure->reason()) return;
  const auto place = std::ranges::find(run.tests, failure->name, &TestResult::name);
  place->alone = test.passed ? "green" : test.reason();
}

}  // namespace workshop::runner
