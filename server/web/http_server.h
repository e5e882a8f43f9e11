#pragma once

#include <functional>
#include <memory>
#include <string>

#include "preprocess/frame/result.h"

namespace airy::web {

struct HttpServerOptions {
  std::string address = "127.0.0.1:8080";  // host:port; port 0: any free one; see port()
  int threads = 2;                         // 1..64 requests at a time
  int request_timeout_ms = 5000;  // 100..600,000; then a silent client is dropped
};

// What the pages say. Called on the server's threads, several at a time; must be
// thread-safe, quick, and outlive the server.
struct HttpPages {
  std::function<std::string()> metrics;  // Prometheus text format 0.0.4
  std::function<Status()> readiness;     // not ok: why frames are not being handled
};

// The HTTP port for operators and machines: `/` an index, `/metrics`, `/livez` (200 as
// long as the process answers), `/readyz` (200, or 503 and why not). GET and HEAD only.
// Thread-safe.
class HttpServer {
 public:
  // InvalidArgument for an option out of its range, Unavailable when the address cannot
  // be bound.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                   HttpPages pages);
  ~HttpServer();  // answers what is under way, closes the port

  int port() const;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace airy::web
