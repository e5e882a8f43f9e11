#include "server/services/grpc_server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/testing/status.h"
#include "tests/testing/test_server.h"

namespace airy::testing {
namespace {

using ::testing::HasSubstr;

// One message there, one message back, as bytes: health and reflection come with gRPC,
// but Debian ships no generated code for them.
std::string Ask(const std::string& address, const std::string& method,
                const std::string& request) {
  grpc::GenericStub stub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, method, &queue);
  const auto wait = [&] {
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return ok;
  };
  call->StartCall(nullptr);
  wait();
  const grpc::Slice slice(request);
  call->WriteLast(grpc::ByteBuffer(&slice, 1), {}, nullptr);
  wait();
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  wait();
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  EXPECT_TRUE(status.ok()) << status.error_message();
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(answer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& part : slices) bytes.append(part.begin(), part.end());
  return bytes;
}

// grpc.health.v1: HealthCheckRequest{service = 1}, HealthCheckResponse{status = 1}.
std::string Health(const TestServer& server, const std::string& service) {
  const std::string request =
      "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
  return Ask(server.address(), "/grpc.health.v1.Health/Check", request);
}
constexpr const char* kServing = "\x08\x01";
constexpr const char* kNotServing = "\x08\x02";

TEST(GrpcServerTest, HealthFollowsSetServing) {
  const TestServer server;
  for (const char* service : {"", "airy.v1.Inference", "airy.v1.Analysis"}) {
    server.server->SetServing(false);
    EXPECT_EQ(Health(server, service), kNotServing) << service;
    server.server->SetServing(true);
    EXPECT_EQ(Health(server, service), kServing) << service;
  }
}

TEST(GrpcServerTest, BeginsNotServing) {
  const TestServer server;
  EXPECT_EQ(Health(server, ""), kNotServing);
}

TEST(GrpcServerTest, ReflectionListsTheServices) {
  const TestServer server;
  // ServerReflectionRequest{list_services = 7: ""}.
  const std::string services = Ask(
      server.address(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      std::string("\x3a\x00", 2));
  EXPECT_THAT(services, HasSubstr("airy.v1.Inference"));
  EXPECT_THAT(services, HasSubstr("airy.v1.Analysis"));
  EXPECT_THAT(services, HasSubstr("grpc.health.v1.Health"));
}

TEST(GrpcServerTest, NeverSharesItsPort) {
  TestServer first;
  const auto second = services::GrpcServer::Start({.address = first.address()},
                                                  {.inference = &first.queue,
                                                   .hub = &first.hub,

                                                   .metrics = &first.metrics,
                                                   .clock = &SystemClock()});
  EXPECT_STATUS(StatusCode::kUnavailable, second);
  EXPECT_THAT(second.status().message(), HasSubstr(first.address()));
}

TEST(GrpcServerTest, ShutdownTwiceIsOnce) {
  TestServer server;
  server.server->Shutdown(std::chrono::seconds(1));
  server.server->Shutdown(std::chrono::seconds(1));
}

TEST(GrpcServerTest, RefusesOptionsOutOfRangeByName) {
  TestServer backends;
  struct Case {
    const char* message;
    std::function<void(services::GrpcServerOptions*)> damage;
  };
  const std::vector<Case> cases = {
      {"grpc.max_message_bytes must be 1024..1073741824; was 1",
       [](auto* o) { o->max_message_bytes = 1; }},
      {"grpc.max_memory_bytes must be 67108864..1099511627776; was 1",
       [](auto* o) { o->max_memory_bytes = 1; }},
      {"grpc.max_images must be 1..4096; was 0", [](auto* o) { o->max_images = 0; }},
      {"grpc.max_image_edge must be 8..32768; was -1",
       [](auto* o) { o->max_image_edge = -1; }},
      {"grpc.max_subscribers must be 1..4096; was 0",
       [](auto* o) { o->max_subscribers = 0; }},
      {"grpc.subscriber_mailbox_results must be 1..65536; was 0",
       [](auto* o) { o->subscriber_mailbox_results = 0; }},
      {"grpc.keepalive_s must be 10..7200; was 9",
       [](auto* o) { o->keepalive = std::chrono::seconds(9); }},
  };
  for (const Case& c : cases) {
    services::GrpcServerOptions options;
    c.damage(&options);
    const auto server =
        services::GrpcServer::Start(options, {.inference = &backends.queue,
                                              .hub = &backends.hub,

                                              .metrics = &backends.metrics,
                                              .clock = &SystemClock()});
    EXPECT_STATUS(StatusCode::kInvalidArgument, server);
    EXPECT_EQ(server.status().message(), c.message);
  }
}

}  // namespace
}  // namespace airy::testing
