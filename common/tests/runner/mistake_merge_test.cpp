#include "workshop/runner/mistakes/mistake_merge.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace workshop::runner;

namespace {

constexpr auto kCpp = SourceLanguage::cpp;
constexpr auto kTla = SourceLanguage::tla;

MergedMistake merge(const MistakeVersions& versions, SourceLanguage language = kCpp) {
  DiffTool git;
  return merge_mistake(git, versions, "early_return", language);
}

constexpr const char* kBase =
    "Task<void> handle(int order) {\n"
    "  auto loaded = co_await load(order);\n"
    "\n"
    "  // Saved with the order, never without it.\n"
    "  if (loaded.insert(order)) {\n"
    "    co_await save(loaded);\n"
    "  }\n"
    "  co_await publish(loaded);\n"
    "}\n";

/// `text` with `after` in the place of `before`.
std::string with(std::string text, const std::string& before, const std::string& after) {
  return text.replace(text.find(before), before.size(), after);
}

}  // namespace

TEST_CASE("code is what is left without comments and white space") {
  CHECK(code_of("int a;  // b\n/* c\n */ char d = '\"'; // '\n", kCpp) == "inta;chard='\"';");
  CHECK(code_of("auto s = \"// no comment\"; auto r = R\"x(/* nor )\" this)x\";", kCpp) ==
        "autos=\"//nocomment\";autor=R\"x(/*nor)\"this)x\";");
  CHECK(code_of("int n = 1'000;  // it's\nint m;\n", kCpp) == "intn=1'000;intm;");
  CHECK(code_of("(* a (* b *) c *)\nX == 1 \\* d\n(* --algorithm y\nz; *)\n", kTla) ==
        "X==1(*--algorithmyz;*)");
  CHECK(without_comments("a /* b\nc */ d\n", kCpp) == "a \n d\n");
}

TEST_CASE("a name that has changed everywhere is a renaming, comments and strings apart") {
  const auto after =
      "// The order.\nint f(int id) { auto cart = load(id); return cart + \"order\"; }\n";
  const auto before =
      "// Its order.\nint f(int id) { auto order = load(id); return order + \"order\"; }\n";
  CHECK(renaming_between(before, after, kCpp) == Renaming{{"order", "cart"}});
  CHECK(renamed(before, {{"order", "cart"}}, kCpp) ==
        "// Its order.\nint f(int id) { auto cart = load(id); return cart + \"order\"; }\n");
}

TEST_CASE("two names that have changed side by side are two renamings") {
  CHECK(renaming_between("f(a, b); g(b, a);", "f(x, y); g(y, x);", kCpp) ==
        Renaming{{"a", "x"}, {"b", "y"}});
}

TEST_CASE("a variable of a template and one of a loop are renamed like others") {
  CHECK(renaming_between("Set<int> a; for (int b : a) f(b);", "Set<int> x; for (int y : x) f(y);",
                         kCpp) == Renaming{{"a", "x"}, {"b", "y"}});
}

TEST_CASE("what is called or accessed instead of something else is no renaming") {
  CHECK(renaming_between("f(a); g(a);", "f(b); h(b);", kCpp) == Renaming{{"a", "b"}});
  CHECK(renaming_between("a.save(); b.save();", "a.put(); b.put();", kCpp).empty());
  CHECK(renaming_between("x::f(); x->f();", "x::g(); x->g();", kCpp).empty());
}

TEST_CASE("a variable that is called as a member is renamed, and the member is not") {
  const std::string before = "auto sum = order.sum; order->sum = sum; return Order{.sum = sum};";
  const std::string after = "auto all = order.sum; order->sum = all; return Order{.sum = all};";
  CHECK(renaming_between(before, after, kCpp) == Renaming{{"sum", "all"}});
  CHECK(renamed(before, {{"sum", "all"}}, kCpp) == after);
}

TEST_CASE("a name that is still there, or stands elsewhere, is no renaming") {
  CHECK(renaming_between("f(a); g(a);", "f(b); g(a);", kCpp).empty());
  CHECK(renaming_between("f(a); g(a);", "f(b); g(c);", kCpp).empty());
  CHECK(renaming_between("f(a);", "f(b + 1);", kCpp).empty());
  CHECK(renaming_between("f(a); f(b);", "f(x); f(y);", kCpp).empty());
}

TEST_CASE("a mistake keeps its change and takes the solution's") {
  const auto mistaken = with(kBase, "    co_await save(loaded);\n", "");
  const auto solution = with(kBase, "load(order);", "load_now(order);");
  const auto merged = merge({solution, kBase, mistaken});
  CHECK_FALSE(merged.has_conflicts);
  CHECK_FALSE(merged.comments_left);
  CHECK(merged.text == with(mistaken, "load(order);", "load_now(order);"));
}

TEST_CASE("a renamed variable is renamed in what the mistake has changed or added too") {
  const auto mistaken = with(kBase, "  if (loaded.insert(order)) {\n",
                             "  if (loaded.contains(order)) co_return;\n  {\n");
  const auto solution = renamed(kBase, {{"loaded", "found"}}, kCpp);
  const auto merged = merge({solution, kBase, mistaken});
  CHECK_FALSE(merged.has_conflicts);
  CHECK(merged.text == renamed(mistaken, {{"loaded", "found"}}, kCpp));
}

TEST_CASE("a variable is not renamed to a name that the mistake has for something else") {
  const auto mistaken = with(kBase, "  if (loaded.insert(order)) {\n",
                             "  bool found = loaded.insert(order);\n  if (found) {\n");
  const auto solution = renamed(kBase, {{"loaded", "found"}}, kCpp);
  CHECK(merge({solution, kBase, mistaken}).has_conflicts);
}

TEST_CASE("a changed comment is taken along above a line that the mistake has changed") {
  const auto mistaken = with(kBase, "if (loaded.insert(order))", "if (true)");
  const auto solution = with(kBase, "never without it", "by one write");
  const auto merged = merge({solution, kBase, mistaken});
  CHECK_FALSE(merged.has_conflicts);
  CHECK_FALSE(merged.comments_left);
  CHECK(merged.text == with(mistaken, "never without it", "by one write"));
}

TEST_CASE("a changed comment is taken along where the mistake has it farther in") {
  const auto mistaken =
      with(kBase, "  // Saved with the order, never without it.\n  if (loaded",
           "  try {\n    // Saved with the order, never without it.\n    if (loaded");
  const auto solution = with(kBase, "never without it", "by one write");
  const auto merged = merge({solution, kBase, mistaken});
  CHECK_FALSE(merged.has_conflicts);
  CHECK_FALSE(merged.comments_left);
  CHECK(merged.text == with(mistaken, "never without it", "by one write"));
}

TEST_CASE("a changed comment that the mistake does not have stays out, and is told of") {
  const auto mistaken = with(kBase, "  // Saved with the order, never without it.\n", "");
  const auto solution = with(kBase, "never without it", "by one write");
  const auto merged = merge({solution, kBase, mistaken});
  CHECK_FALSE(merged.has_conflicts);
  CHECK(merged.comments_left);
  CHECK(merged.text == mistaken);
}

TEST_CASE("a new comment is taken along above a line that the mistake still has") {
  const auto mistaken = with(kBase, "    co_await save(loaded);\n  }\n", "  }\n");
  const auto solution =
      with(kBase, "  co_await publish", "  // Whoever booked it.\n  co_await publish");
  const auto merged = merge({solution, kBase, mistaken});
  CHECK_FALSE(merged.has_conflicts);
  CHECK_FALSE(merged.comments_left);
  CHECK(merged.text ==
        with(mistaken, "  co_await publish", "  // Whoever booked it.\n  co_await publish"));
}

TEST_CASE("what both have changed is left to a person, with both texts and the old one") {
  const auto mistaken = with(kBase, "co_await save(loaded);", "co_await save_blindly(loaded);");
  const auto solution = with(kBase, "co_await save(loaded);", "co_await save(loaded, order);");
  const auto merged = merge({solution, kBase, mistaken});
  CHECK(merged.has_conflicts);
  CHECK(has_conflict_signs(merged.text));
  CHECK_FALSE(has_conflict_signs(mistaken));
  for (const auto* part :
       {"<<<<<<< the solution\n", "save(loaded, order);\n", "||||||| the solution that",
        "save_blindly(loaded);\n", ">>>>>>> the mistake early_return\n"}) {
    CHECK(merged.text.find(part) != std::string::npos);
  }
}

TEST_CASE("a comment of TLA+ is taken along, and a part of one is left to a person") {
  const std::string base = "(* What must hold,\n   always. *)\nX == 1\nY == 2\n";
  const auto mistaken = with(base, "X == 1", "X == 3");
  const auto merged = merge({with(base, "What must hold", "It must hold"), base, mistaken}, kTla);
  CHECK_FALSE(merged.has_conflicts);
  CHECK(merged.text == with(mistaken, "What must hold", "It must hold"));
  CHECK(merge({with(base, "always", "for ever"), base, mistaken}, kTla).has_conflicts);
}
