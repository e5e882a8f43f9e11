#include "server/web/http_server.h"

#include <civetweb.h>

#include <array>
#include <string_view>
#include <thread>
#include <utility>

#include "server/telemetry/log.h"

namespace airy::web {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kPrometheus = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kHtml = "text/html; charset=utf-8";

constexpr std::string_view kIndex = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>airyd</title></head>
<body><h1>airyd</h1>
<ul>
<li><a href="/metrics">/metrics</a>: counters, rates and latencies, for Prometheus</li>
<li><a href="/livez">/livez</a>: the process answers</li>
<li><a href="/readyz">/readyz</a>: frames are being handled; if not, why</li>
</ul>
</body></html>
)";

struct Reply {
  int code = 200;
  std::string_view reason = "OK";
  std::string_view content_type = kText;
  std::string body;
};

// One row per page; a new page is a function and a row.
struct Page {
  std::string_view path;
  Reply (*answer)(const HttpPages&);
};

constexpr std::array<Page, 4> kPages = {{
    {"/",
     [](const HttpPages&) {
       return Reply{.content_type = kHtml, .body = std::string(kIndex)};
     }},
    {"/metrics",
     [](const HttpPages& pages) {
       return Reply{.content_type = kPrometheus, .body = pages.metrics()};
     }},
    {"/livez", [](const HttpPages&) { return Reply{.body = "ok\n"}; }},
    {"/readyz",
     [](const HttpPages& pages) {
       const Status status = pages.readiness();
       if (status.ok()) return Reply{.body = "ok\n"};
       return Reply{.code = 503,
                    .reason = "Service Unavailable",
                    .body = "not ready: " + status.message() + "\n"};
     }},
}};

Reply Answer(std::string_view method, std::string_view path, const HttpPages& pages) {
  for (const Page& page : kPages) {
    if (page.path != path) continue;
    if (method == "GET" || method == "HEAD") return page.answer(pages);
    return {.code = 405,
            .reason = "Method Not Allowed",
            .body = "this page knows GET and HEAD only\n"};
  }
  return {.code = 404, .reason = "Not Found", .body = "no such page; / lists them\n"};
}

std::string Head(const Reply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.code) + " ";
  head += reply.reason;
  head += "\r\nContent-Type: ";
  head += reply.content_type;
  head += "\r\nContent-Length: " + std::to_string(reply.body.size());
  head += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  if (reply.code == 405) head += "Allow: GET, HEAD\r\n";
  return head + "Connection: close\r\n\r\n";
}

int OnRequest(mg_connection* connection) {
  const mg_request_info* request = mg_get_request_info(connection);
  const auto& pages = *static_cast<const HttpPages*>(request->user_data);
  const std::string_view method = request->request_method;
  const Reply reply = Answer(method, request->local_uri, pages);
  const std::string head = Head(reply);
  mg_write(connection, head.data(), head.size());
  if (method != "HEAD") mg_write(connection, reply.body.data(), reply.body.size());
  return reply.code;
}

// civetweb's own complaints; what a client did wrong is no news.
int OnLogMessage(const mg_connection* connection, const char* message) {
  if (connection == nullptr) telemetry::LogDebug("http", {{"message", message}});
  return 1;
}

void* OnThreadStart(const mg_context*, int) {
  telemetry::SetThreadName("web");
  return nullptr;
}

Status CheckRange(const char* name, int value, int min, int max) {
  if (value >= min && value <= max) return OkStatus();
  return InvalidArgument(std::string("http.") + name + " must be " + std::to_string(min) +
                         ".." + std::to_string(max) + "; was " + std::to_string(value));
}

}  // namespace

struct HttpServer::State {
  explicit State(HttpPages p) : pages(std::move(p)) {
    mg_init_library(MG_FEATURES_DEFAULT);
  }
  ~State() {
    if (context != nullptr) Stop();
    mg_exit_library();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // civetweb looks whether it shall stop every 2 s or when somebody knocks, so we knock.
  void Stop() {
    std::jthread stopping([this] { mg_stop(context); });
    std::array<char, 256> why{};
    while (mg_connection* knock =
               mg_connect_client(host.c_str(), port, 0, why.data(), why.size())) {
      mg_close_connection(knock);
    }
  }

  const HttpPages pages;
  std::string host;
  mg_context* context = nullptr;
  int port = 0;
};

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                      HttpPages pages) {
  AIRY_TRY(CheckRange("threads", options.threads, 1, 64));
  AIRY_TRY(CheckRange("request_timeout_ms", options.request_timeout_ms, 100, 600'000));
  auto state = std::make_unique<State>(std::move(pages));

  mg_callbacks callbacks{};
  callbacks.begin_request = OnRequest;
  callbacks.log_message = OnLogMessage;
  callbacks.init_thread = OnThreadStart;
  const std::string threads = std::to_string(options.threads);
  const std::string timeout_ms = std::to_string(options.request_timeout_ms);
  // No document root, no keep-alive: four small pages, and a slow client holds a thread
  // for one request at most. Heads over max_request_size are refused with 413.
  std::array<const char*, 13> settings = {"listening_ports",
                                          options.address.c_str(),
                                          "num_threads",
                                          threads.c_str(),
                                          "request_timeout_ms",
                                          timeout_ms.c_str(),
                                          "max_request_size",
                                          "8192",
                                          "enable_keep_alive",
                                          "no",
                                          "linger_timeout_ms",
                                          "1000",
                                          nullptr};
  std::array<char, 256> why{};
  unsigned code = 0;
  mg_error_data error{&code, why.data(), why.size()};
  mg_init_data init{&callbacks, const_cast<HttpPages*>(&state->pages), settings.data()};
  state->context = mg_start2(&init, &error);
  mg_server_port bound{};
  if (state->context == nullptr || mg_get_server_ports(state->context, 1, &bound) < 1) {
    return Unavailable("http.address " + options.address +
                       " cannot be bound: " + why.data());
  }
  state->port = bound.port;
  state->host = options.address.substr(0, options.address.rfind(':'));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const { return state_->port; }

}  // namespace airy::web
