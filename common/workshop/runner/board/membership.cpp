#include "workshop/runner/board/membership.hpp"

#include <fmt/core.h>

#include <boost/json.hpp>
#include <fstream>

#include "workshop/runner/pages/json_fields.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace json = boost::json;
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTellMax{1'000};
constexpr milliseconds kJoinMax{5'000};

fs::path file_of(const Project& project) { return joined_board_file(project); }

/// What the board has said against it, as the end of a sentence.
std::string why(const PageReply& reply) {
  auto text = std::string(trimmed(reply.text));
  if (text.ends_with('.')) text.pop_back();
  return text.empty() ? fmt::format("it answers {}", reply.status) : text;
}

}  // namespace

std::optional<Membership> Membership::load(const Project& project) {
  const auto text = read_file(file_of(project));
  const auto object = text ? read_object(*text) : std::nullopt;
  if (!object) return std::nullopt;
  Membership member{
      {text_field(*object, "host").value_or(""), text_field(*object, "port").value_or("")},
      text_field(*object, "name").value_or(""),
      text_field(*object, "token").value_or("")};
  if (member.address.host.empty() || member.address.port.empty() || member.token.empty()) {
    return std::nullopt;
  }
  return member;
}

void Membership::save(const Project& project) const {
  std::error_code ignored;
  fs::create_directories(progress_folder(project), ignored);
  std::ofstream out(file_of(project), std::ios::binary);
  out << json::serialize(json::object{
             {"host", address.host}, {"port", address.port}, {"name", name}, {"token", token}})
      << '\n';
  out.close();
  if (!out) throw UserError(fmt::format("{} cannot be written", project.shown(file_of(project))));
}

void Membership::remove(const Project& project) {
  std::error_code ignored;
  fs::remove(file_of(project), ignored);
}

Membership join_board(const Project& project, const PageAddress& address, const std::string& code,
                      const std::string& name) {
  if (!name.empty() && !is_name(name)) {
    throw UserError(
        "a name is up to 40 bytes of letters, digits, blanks and - ' . _; choose another one");
  }
  const auto before = Membership::load(project);
  const bool same_board = before && before->address.authority() == address.authority();
  // The board forgets this checkout's person of before, and only when the code is right.
  const auto body = json::serialize(
      json::object{{"code", code}, {"name", name}, {"before", same_board ? before->token : ""}});
  const auto reply = post_json(address, "/join", body, kJoinMax);
  if (reply.status == 0) {
    throw UserError(fmt::format(
        "no board answers at {} ({}); compare the address with the one that the board shows, and "
        "whether both machines are in one network",
        address.authority(), why(reply)));
  }
  const auto object = reply.status == 200 ? read_object(reply.text) : std::nullopt;
  if (!object)
    throw UserError(fmt::format("the board at {} says: {}", address.authority(), why(reply)));
  if (before && !same_board) {
    post_json(before->address, "/leave", json::serialize(json::object{{"token", before->token}}),
              kTellMax);
  }
  Membership member{address, text_field(*object, "name").value_or(""),
                    text_field(*object, "token").value_or("")};
  member.save(project);
  return member;
}

void tell_board(const Project& project, Console& console, const Lab& lab) {
  const auto member = Membership::load(project);
  if (!member) return;
  const auto progress = Progress::load(project);
  const auto* state = progress.find(lab.number);
  if (state == nullptr) return;
  const auto reply = post_json(member->address, "/report",
                               to_json(report_of(lab.number, *state), member->token), kTellMax);
  const auto place = member->address.authority();
  if (reply.status == 200) {
    console.line(
        console.dim(fmt::format("Verdicts sent to the board at {}, as {}.", place, member->name)));
  } else {
    console.paragraph(console.dim(fmt::format(
        "The board at {} was not told: {}. If the class is over: scripts/workshop leave", place,
        why(reply))));
  }
}

}  // namespace workshop::runner
