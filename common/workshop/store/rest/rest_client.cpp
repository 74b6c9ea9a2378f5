#include "workshop/store/rest/rest_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <utility>

#include "workshop/core/error.hpp"

namespace workshop::detail {
namespace {

/// libcurl is initialised once, by whoever comes first.
void initialise() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw Unavailable("libcurl cannot be initialised");
}

std::size_t append_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  static_cast<std::string*>(user)->append(bytes, size * count);
  return size * count;
}

std::size_t append_header(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& response = *static_cast<RestResponse*>(user);
  const std::string_view line(bytes, size * count);
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    if (line.starts_with("HTTP/")) response.headers.clear();  // after "100 Continue"
    return line.size();
  }
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto begin = line.find_first_not_of(" \t", colon + 1);
  const auto end = line.find_last_not_of(" \t\r\n");
  response.headers[name] = begin == std::string_view::npos || end < begin
                               ? std::string()
                               : std::string(line.substr(begin, end + 1 - begin));
  return line.size();
}

/// Called before a request is issued; a second time when libcurl would repeat it.
int count_issued(void* user, char* /*ip*/, char* /*local_ip*/, int /*port*/, int /*local_port*/) {
  auto& issued_count = *static_cast<int*>(user);
  if (issued_count > 0) return CURL_PREREQFUNC_ABORT;
  ++issued_count;
  return CURL_PREREQFUNC_OK;
}

bool is_loopback(const std::string& url) {
  return url.find("//127.0.0.1") != std::string::npos ||
         url.find("//localhost") != std::string::npos || url.find("//[::1]") != std::string::npos;
}

struct HeaderList {
  curl_slist* list = nullptr;
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_slist_free_all(list); }
  void add(const std::string& line) {
    auto* longer = curl_slist_append(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
  }
};

}  // namespace

class RestClient::Impl {
 public:
  explicit Impl(RestOptions options) : options_(std::move(options)) {
    initialise();
    if (!options_.url.starts_with("http://") && !options_.url.starts_with("https://")) {
      throw InvalidRequest("the address of " + options_.name + " begins with http:// or https://");
    }
    while (options_.url.ends_with('/')) options_.url.pop_back();
    left_count_ = std::max<std::size_t>(options_.connections_max, 1);
  }
  ~Impl() {
    for (auto* handle : idle_) curl_easy_cleanup(handle);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  RestResponse send(const RestRequest& request) {
    const Use use(*this);
    auto* handle = use.handle;
    HeaderList headers;
    headers.add("Expect:");  // one round trip
    for (const auto& header : request.headers) headers.add(header);
    RestResponse response;
    int issued_count = 0;
    std::array<char, CURL_ERROR_SIZE> said{};
    set_up(handle, request);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.list);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &response.body);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &response);
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, &issued_count);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, said.data());
    const auto code = curl_easy_perform(handle);
    if (code != CURLE_OK) {
      fail(request, issued_count > 0, said[0] != '\0' ? said.data() : curl_easy_strerror(code));
    }
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
  }

  const RestOptions& options() const noexcept { return options_; }

 private:
  /// One handle, with its connection, given back at its end.
  struct Use {
    explicit Use(Impl& impl) : impl_(impl) {
      std::unique_lock lock(impl.mutex_);
      impl.returned_.wait(lock, [&] { return impl.left_count_ > 0; });
      if (impl.idle_.empty()) {
        handle = curl_easy_init();
        if (handle == nullptr) throw Unavailable("no memory for a request");
      } else {
        handle = impl.idle_.back();
        impl.idle_.pop_back();
      }
      --impl.left_count_;
    }
    ~Use() {
      curl_easy_reset(handle);  // keeps the connection
      {
        const std::lock_guard lock(impl_.mutex_);
        impl_.idle_.push_back(handle);
        ++impl_.left_count_;
      }
      impl_.returned_.notify_one();
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    CURL* handle = nullptr;

   private:
    Impl& impl_;
  };

  void set_up(CURL* handle, const RestRequest& request) const {
    const auto url = options_.url + request.path;
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options_.connect_timeout_ms.count()));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                     static_cast<long>(options_.answer_timeout_ms.count()));
    if (is_loopback(options_.url)) curl_easy_setopt(handle, CURLOPT_PROXY, "");
    if (options_.trusts_any_certificate) {
      curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!options_.aws_signature.empty()) {
      curl_easy_setopt(handle, CURLOPT_AWS_SIGV4, options_.aws_signature.c_str());
      curl_easy_setopt(handle, CURLOPT_USERNAME, options_.user.c_str());
      curl_easy_setopt(handle, CURLOPT_PASSWORD, options_.password.c_str());
    }
    curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, count_issued);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append_body);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, append_header);
  }

  [[noreturn]] void fail(const RestRequest& request, bool was_issued, const char* said) const {
    if (was_issued && request.writes) {
      throw OutcomeUnknown(options_.name +
                           ": no whole answer came, the request may have been done: " + said);
    }
    throw Unavailable(options_.name + " cannot be reached: " + said);
  }

  RestOptions options_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<CURL*> idle_;
  std::size_t left_count_ = 1;
};

RestClient::RestClient(RestOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
RestClient::~RestClient() = default;
RestResponse RestClient::send(const RestRequest& request) { return impl_->send(request); }
const RestOptions& RestClient::options() const noexcept { return impl_->options(); }

}  // namespace workshop::detail
