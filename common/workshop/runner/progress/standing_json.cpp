#include "workshop/runner/progress/standing_json.hpp"

#include <boost/json.hpp>

namespace workshop::runner {
namespace json = boost::json;

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::open:
      return "open";
    case Standing::begun:
      return "begun";
    case Standing::solved:
      return "solved";
    case Standing::changed:
      return "changed";
  }
  return "open";
}

std::string list_json(const Project& project, const std::vector<Lab>& labs,
                      const Progress& progress) {
  json::array list;
  for (const auto& lab : labs) {
    json::object told = {{"lab", lab.number},
                         {"name", lab.name},
                         {"title", lab.title},
                         {"part", lab.part},
                         {"standing", name_of(progress.standing(lab))},
                         {"page", project.shown(lab.folder / "README.md")}};
    told["minutes"] = lab.minutes();
    told["file"] =
        lab.sources.empty() ? json::value() : json::value(project.shown(lab.sources.front()));
    const auto* proof = progress.proof_of(lab);
    told["proof_holds"] = proof == nullptr ? json::value() : json::value(proof->holds);
    list.push_back(std::move(told));
  }
  return json::serialize(json::object{{"format", 1}, {"labs", std::move(list)}});
}

std::string status_json(const Project& project, const std::vector<Lab>& labs,
                        const Progress& progress) {
  auto told = json::parse(progress.to_json()).as_object();
  for (auto& each : told["labs"].as_array()) {
    for (const auto& lab : labs) {
      if (lab.number != each.at("lab").to_number<int>()) continue;
      each.as_object()["standing"] = name_of(progress.standing(lab));
    }
  }
  const auto* last = progress.last_checked(labs);
  const auto* next = next_lab(labs, progress);
  told["current"] = last == nullptr ? json::value() : json::value(last->number);
  told["next"] = next == nullptr ? json::value() : json::value(next->number);
  told["next_page"] =
      next == nullptr ? json::value() : json::value(project.shown(next->folder / "README.md"));
  return json::serialize(told);
}

}  // namespace workshop::runner
