#include "server/web/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "preprocess/frame/check.h"
#include "tests/testing/command.h"
#include "tests/testing/status.h"

namespace airy::web {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// Sends bytes to a port of loopback and gives back all that comes until the other side
// closes.
std::string Exchange(int port, std::string_view request) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  AIRY_CHECK(fd >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  AIRY_CHECK(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
             0);
  while (!request.empty()) {
    const ssize_t sent = send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    request.remove_prefix(static_cast<size_t>(sent));
  }
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 1; n > 0;) {
    n = recv(fd, buffer, sizeof(buffer), 0);
    if (n > 0) answer.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return answer;
}

std::string Ask(int port, const std::string& method, const std::string& path) {
  return Exchange(port, method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
}

std::string Body(const std::string& answer) {
  const size_t end_of_head = answer.find("\r\n\r\n");
  return end_of_head == std::string::npos ? "" : answer.substr(end_of_head + 4);
}

// One server for all tests: civetweb takes up to two seconds to stop.
class HttpServerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = HttpServer::Start(
        {.address = "127.0.0.1:0"},
        {.metrics = [] { return std::string("airy_frames_received_total 5\n"); },
         .readiness =
             [] {
               return ready_ ? OkStatus() : Unavailable("the model is being loaded");
             }});
    AIRY_CHECK(started.ok());
    server_ = std::move(started).value();
  }
  static void TearDownTestSuite() { server_.reset(); }
  ~HttpServerTest() override { ready_ = true; }

  static inline std::atomic<bool> ready_{true};
  static inline std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, ServesMetricsAsPrometheusText) {
  const std::string answer = Ask(server_->port(), "GET", "/metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer,
              HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 29\r\n"));
  EXPECT_EQ(Body(answer), "airy_frames_received_total 5\n");
}

TEST_F(HttpServerTest, QueriesAreIgnored) {
  EXPECT_EQ(Body(Ask(server_->port(), "GET", "/metrics?name=x")),
            "airy_frames_received_total 5\n");
}

TEST_F(HttpServerTest, ReadinessFollowsTheDaemonAndSaysWhy) {
  EXPECT_THAT(Ask(server_->port(), "GET", "/readyz"), StartsWith("HTTP/1.1 200 "));
  ready_ = false;
  const std::string answer = Ask(server_->port(), "GET", "/readyz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_EQ(Body(answer), "not ready: the model is being loaded\n");
  EXPECT_THAT(Ask(server_->port(), "GET", "/livez"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, TheIndexNamesTheOtherPages) {
  const std::string answer = Ask(server_->port(), "GET", "/");
  EXPECT_THAT(answer, HasSubstr("text/html"));
  EXPECT_THAT(Body(answer),
              AllOf(HasSubstr("/metrics"), HasSubstr("/livez"), HasSubstr("/readyz")));
}

TEST_F(HttpServerTest, HeadHasTheHeadersOfGetAndNoBody) {
  const std::string answer = Ask(server_->port(), "HEAD", "/metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 29\r\n"));
  EXPECT_THAT(Body(answer), IsEmpty());
}

TEST_F(HttpServerTest, OtherMethodsAreRefused) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const std::string answer = Ask(server_->port(), method, "/metrics");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n"));
  }
}

TEST_F(HttpServerTest, UnknownPagesAndFilesAreNotFound) {
  for (const char* path :
       {"/nothing", "/metrics/", "/metricsx", "/../etc/passwd", "/%2e%2e/etc/passwd"}) {
    EXPECT_THAT(Ask(server_->port(), "GET", path), Not(StartsWith("HTTP/1.1 200 ")))
        << path;
  }
  EXPECT_THAT(Ask(server_->port(), "GET", "/nothing"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HttpServerTest, OutlivesNonsense) {
  Exchange(server_->port(), "\x16\x03\x01 not http at all\r\n\r\n");
  Exchange(server_->port(), "GET\r\n\r\n");
  Exchange(server_->port(), "GET / HTTP/9.9\r\n\r\n");
  Exchange(server_->port(), "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x'));
  Exchange(server_->port(), "POST /livez HTTP/1.1\r\nContent-Length: -5\r\n\r\n");
  EXPECT_THAT(Ask(server_->port(), "GET", "/livez"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, RefusesRequestsWithHugeHeads) {
  const std::string answer = Exchange(
      server_->port(), "GET / HTTP/1.1\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n");
  EXPECT_THAT(answer, Not(HasSubstr(" 200 ")));
}

TEST_F(HttpServerTest, AnswersManyAtOnce) {
  std::atomic<int> right{0};
  std::vector<std::jthread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      for (int k = 0; k < 10; ++k) {
        if (Body(Ask(server_->port(), "GET", "/livez")) == "ok\n") ++right;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(right, 80);
}

TEST_F(HttpServerTest, PythonReadsIt) {
  const auto result = testing::RunCommand(
      "/usr/bin/python3 -c \"import urllib.request; print(urllib.request.urlopen("
      "'http://127.0.0.1:" +
      std::to_string(server_->port()) + "/metrics', timeout=20).read().decode())\"");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.lines, ::testing::Contains("airy_frames_received_total 5"));
}

TEST_F(HttpServerTest, RefusesWhatCannotBe) {
  const HttpPages pages{.metrics = [] { return std::string(); }, .readiness = OkStatus};
  const std::string taken = "127.0.0.1:" + std::to_string(server_->port());
  const auto second = HttpServer::Start({.address = taken}, pages);
  EXPECT_STATUS(StatusCode::kUnavailable, second);
  EXPECT_THAT(second.status().message(), HasSubstr(taken));
  EXPECT_STATUS(StatusCode::kUnavailable,
                HttpServer::Start({.address = "nowhere:at:all"}, pages));
  const auto threads = HttpServer::Start({.threads = 0}, pages);
  EXPECT_STATUS(StatusCode::kInvalidArgument, threads);
  EXPECT_EQ(threads.status().message(), "http.threads must be 1..64; was 0");
}

TEST(HttpServerTimeoutTest, ASilentClientHoldsNoThreadForLong) {
  const auto server = HttpServer::Start(
      {.address = "127.0.0.1:0", .threads = 1, .request_timeout_ms = 200},
      {.metrics = [] { return std::string(); }, .readiness = OkStatus});
  ASSERT_OK(server);
  // Neither says all it has to say; with one thread the third waits for both.
  std::jthread first([&] { Exchange((*server)->port(), "GET / HT"); });
  std::jthread second([&] { Exchange((*server)->port(), ""); });
  EXPECT_EQ(Body(Ask((*server)->port(), "GET", "/livez")), "ok\n");
}

}  // namespace
}  // namespace airy::web
