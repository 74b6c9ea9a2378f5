#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>
#include <string>

#include "exactly_once_http.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

const std::string kTarget = "/card-1/a";
const std::string kOther = "/card-1/b";

std::string coins(int amount) { return to_json(Charge{amount, "r"}); }

/// The service, called by one caller after the other, with 100 coins on card-1.
class Payments {
 public:
  Payments() { set(Account{100, {}}); }

  HttpResponse put(const std::string& target, const std::string& body) {
    return ask({HttpMethod::put, target, body, {}});
  }
  HttpResponse post(const std::string& target, const std::string& body = "") {
    return ask({HttpMethod::post, target, body, {}});
  }
  HttpResponse get(const std::string& target) { return ask({HttpMethod::get, target, "", {}}); }
  HttpResponse remove(const std::string& target) {
    return ask({HttpMethod::delete_, target, "", {}});
  }

  void set(const Account& account, const std::string& card = "card-1") {
    run_inline(
        database_.put(EntityStore::key_of<Account>(card), to_json(account), Expected::any()));
  }
  Account account(const std::string& card = "card-1") {
    return run_inline(store_.load<Account>(card)).value;
  }
  /// All documents that it has stored, with their versions: "Request /card-1/a": "2".
  std::map<std::string, std::string> documents() const {
    std::map<std::string, std::string> documents;
    for (const auto& document : database_.documents()) {
      documents[document.key.id + " " + document.key.partition] = document.version.tag;
    }
    return documents;
  }
  /// Which documents were written, made or removed since then, such as "Request /card-1/a"; "":
  /// none.
  std::string changed_since(const std::map<std::string, std::string>& before) const {
    const auto now = documents();
    std::set<std::string> changed;
    for (const auto& [name, version] : now) {
      const auto old = before.find(name);
      if (old == before.end() || old->second != version) changed.insert(name);
    }
    for (const auto& [name, version] : before) {
      if (!now.contains(name)) changed.insert(name);
    }
    std::string text;
    for (const auto& name : changed) text += (text.empty() ? "" : ", ") + name;
    return text;
  }

 private:
  HttpResponse ask(HttpRequest request) {
    try {
      return run_inline(serve(std::move(request), store_));
    } catch (const std::exception&) {
      return {500, "", {}};
    }
  }

  SqliteStore database_;
  EntityStore store_{database_};
};

}  // namespace

TEST_CASE("a PUT may come again and changes nothing", "[step1][given]") {
  Payments payments;

  CHECK(payments.put(kTarget, coins(1)).status == 201);
  const auto documents = payments.documents();
  CHECK(payments.put(kTarget, coins(1)).status == 200);
  CHECK(payments.changed_since(documents) == "");
  CHECK(payments.account().balance == 100);
}

TEST_CASE("a used request stays used when it is PUT again", "[step1]") {
  Payments payments;
  payments.put(kTarget, coins(1));
  const auto answer = payments.post(kTarget);
  CHECK(answer.status == 200);

  CHECK(payments.put(kTarget, coins(1)).status == 200);
  CHECK(payments.post(kTarget).body == answer.body);
  CHECK(payments.account().balance == 99);
}

TEST_CASE("a target that is taken is refused to another body", "[step1][given]") {
  Payments payments;
  payments.put(kTarget, coins(1));

  CHECK(payments.put(kTarget, coins(10)).status == 409);
  CHECK(payments.post(kTarget).status == 200);
  CHECK(payments.account().balance == 99);
}

TEST_CASE("a POST without a PUT executes nothing", "[step1]") {
  Payments payments;

  CHECK(payments.post(kTarget).status == 404);
  CHECK(payments.post(kTarget, coins(1)).status == 404);
  CHECK(payments.account().balance == 100);
}

TEST_CASE("a POST after the DELETE executes nothing", "[step1]") {
  Payments payments;
  payments.put(kTarget, coins(1));
  payments.post(kTarget);
  payments.remove(kTarget);

  CHECK(payments.post(kTarget).status == 404);
  CHECK(payments.post(kTarget, coins(1)).status == 404);
  CHECK(payments.account().balance == 99);
}

TEST_CASE("a POST executes what lies there for the card of its target, whatever it carries",
          "[step1][given]") {
  Payments payments;
  payments.set(Account{100, {}}, "card-2");
  payments.put("/card-2/a", coins(1));

  CHECK(payments.post("/card-2/a", coins(50)).status == 200);
  CHECK(payments.account("card-2").balance == 99);
  CHECK(payments.account("card-1").balance == 100);
}

TEST_CASE("a GET returns what each POST returned", "[step1]") {
  Payments payments;
  payments.put(kTarget, coins(1));

  const auto answer = payments.post(kTarget);
  CHECK(answer.status == 200);
  CHECK(payments.get(kTarget).body == answer.body);
  CHECK(payments.post(kTarget).body == answer.body);
  CHECK(payments.get(kTarget).body == answer.body);
}

TEST_CASE("a declined charge stays declined", "[step1]") {
  Payments payments;
  payments.put(kTarget, coins(500));
  CHECK(payments.post(kTarget).body == "declined");

  payments.set(Account{1'000, payments.account().unfinished});

  CHECK(payments.post(kTarget).body == "declined");
  CHECK(payments.get(kTarget).body == "declined");
  CHECK(payments.account().balance == 1'000);
}

TEST_CASE("an unfinished charge whose request was deleted is forgotten", "[step1]") {
  Payments payments;
  payments.set(Account{90, {kOther, "receipt 1"}});
  payments.put(kTarget, coins(1));

  CHECK(payments.post(kTarget).status == 200);
  CHECK(payments.account().balance == 89);
  INFO("after a POST nothing is unfinished: neither what it found nor its own charge");
  CHECK(payments.account().unfinished.target == "");
  CHECK(payments.get(kOther).status == 404);
}

TEST_CASE("an unfinished charge is not executed again when the POST of another one comes first",
          "[step1]") {
  Payments payments;
  payments.put(kTarget, coins(1));
  const auto answer = payments.post(kTarget);
  payments.put(kOther, coins(10));
  payments.set(Account{89, {kOther, "receipt 1"}});  // its POST has crashed after its commit

  CHECK(payments.post(kTarget).body == answer.body);
  CHECK(payments.post(kOther).body == "receipt 1");
  CHECK(payments.account().balance == 89);
}

TEST_CASE("a GET changes nothing", "[step1][given]") {
  Payments payments;
  auto documents = payments.documents();
  CHECK(payments.get(kTarget).status == 404);
  CHECK(payments.changed_since(documents) == "");

  payments.put(kTarget, coins(1));
  documents = payments.documents();
  CHECK(payments.get(kTarget).status == 409);
  CHECK(payments.changed_since(documents) == "");
}

TEST_CASE("a DELETE may come again and leaves nothing", "[step1][given]") {
  Payments payments;
  payments.put(kTarget, coins(1));
  payments.post(kTarget);

  CHECK(payments.remove(kTarget).status == 204);
  CHECK(payments.remove(kTarget).status == 204);
  CHECK(payments.documents().size() == 1);
  CHECK(payments.account().balance == 99);
}

TEST_CASE("while a charge is unfinished, each target is answered for itself", "[.exam]") {
  Payments payments;
  payments.put(kTarget, coins(1));
  payments.put(kOther, coins(10));
  payments.set(Account{90, {kOther, "receipt 1"}});  // its POST has crashed after its commit

  CHECK(payments.get(kTarget).status == 409);
  const auto answer = payments.get(kOther);
  CHECK((answer.status == 409 || answer.body == "receipt 1"));
  CHECK(payments.put(kTarget, coins(1)).status == 200);
  CHECK(payments.put(kOther, coins(10)).status == 200);
  CHECK(payments.put(kOther, coins(1)).status == 409);
  CHECK(payments.put("/card-1/c", coins(1)).status == 201);

  for (const auto& target : {kTarget, kOther, std::string("/card-1/c")}) {
    CHECK(payments.remove(target).status == 204);
    CHECK(payments.get(target).status == 404);
    CHECK(payments.post(target).status == 404);
  }
  CHECK(payments.documents().size() == 1);
  CHECK(payments.account().balance == 90);
  CHECK(payments.account().unfinished.target == "");
}

TEST_CASE("whatever is POSTed next, an unfinished charge whose request was deleted is forgotten",
          "[.exam]") {
  Payments payments;
  payments.put(kTarget, coins(1));
  const auto answer = payments.post(kTarget);
  payments.set(Account{89, {kOther, "receipt 9"}});
  CHECK(payments.post(kTarget).body == answer.body);  // was executed before
  CHECK(payments.account().unfinished.target == "");
  payments.set(Account{89, {kOther, "receipt 9"}});
  CHECK(payments.post("/card-1/c").status == 404);
  CHECK(payments.account().unfinished.target == "");
  CHECK(payments.account().balance == 89);
}

TEST_CASE("whatever the body is, what is deleted is gone", "[.exam]") {
  Payments payments;
  for (const auto& body : {std::string(), std::string(" "), std::string("{}"), std::string(1, '\0'),
                           coins(0), std::string(100'000, 'x')}) {
    CAPTURE(body.size());
    CHECK(payments.put(kTarget, body).status == 201);
    CHECK(payments.put(kTarget, body).status == 200);
    CHECK(payments.remove(kTarget).status == 204);
    CHECK(payments.get(kTarget).status == 404);
    REQUIRE(payments.post(kTarget).status == 404);
  }
}
