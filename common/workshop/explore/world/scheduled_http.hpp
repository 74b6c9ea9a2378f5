#pragma once

#include <functional>
#include <string>

#include "workshop/explore/scenario/process_context.hpp"
#include "workshop/explore/world/parts.hpp"
#include "workshop/explore/world/process.hpp"

namespace workshop::explore {

/// The network as one client process sees it. A request is two operations: it is sent, then its
/// answer is awaited. The process blocks at the second until there is an answer, the server has
/// died, or the deadline has passed; a lost answer is a fault. A client that gives up knows
/// nothing: the server may have executed the request, and may execute it yet. As over a real
/// connection, the server learns what remains of the client's deadline, and a request whose
/// deadline has passed is Unavailable and not sent.
class ScheduledHttpClient final : public HttpClient {
 public:
  /// What it is made with must outlive it.
  ScheduledHttpClient(WorldParts& parts, Process& process) : parts_(&parts), process_(&process) {}

  Task<HttpResponse> request(std::string authority, HttpRequest request,
                             Deadline deadline) override;

 private:
  WorldParts* parts_;
  Process* process_;
};

/// The network as one server process sees it: it accepts a request, and responds.
class ScheduledHttpServer {
 public:
  /// What it is made with must outlive it.
  ScheduledHttpServer(WorldParts& parts, Process& process) : parts_(&parts), process_(&process) {}

  /// The next request to this authority; the process blocks until there is one.
  Task<Exchange> accept(std::string authority);
  /// The answer to an accepted request.
  Task<void> respond(std::string exchange_id, HttpResponse response);

 private:
  WorldParts* parts_;
  Process* process_;
};

/// What a simulated server does with one request.
using ServerHandler = std::function<Task<HttpResponse>(HttpRequest, ProcessContext&)>;

/// A process that serves `authority`: a round accepts one request, handles it and responds. An
/// exception of the handler becomes a 500.
ProcessSpec server_process(std::string name, std::string authority, ServerHandler handler);

}  // namespace workshop::explore
