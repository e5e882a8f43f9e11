#include <gmock/gmock.h>

#include "server/ingest/zmq_source.h"
#include "tests/fakes/collecting_intake.h"
#include "tests/testing/status.h"
#include "tests/unit/ingest/test_sender.h"

namespace airy::ingest {
namespace {

using airy::testing::CollectingIntake;
using airy::testing::TestSender;
using airy::testing::Train;
using ::testing::SizeIs;

std::unique_ptr<ZmqSource> Started(const std::string& endpoint, int receive_timeout_ms,
                                   CollectingIntake& intake) {
  ZmqSourceOptions options;
  options.name = "test";
  options.type = SocketType::kReq;
  options.endpoint = endpoint;
  options.receive_timeout_ms = receive_timeout_ms;
  auto source = ZmqSource::Create(options, intake, SystemClock());
  EXPECT_OK(source);
  EXPECT_OK((*source)->Start());
  return std::move(source).value();
}

TEST(ZmqSourceReqTest, AsksAgainWhenTheServerDiedOverTheReply) {
  CollectingIntake intake;
  auto server =
      std::make_unique<TestSender>(zmq::socket_type::rep, true, "tcp://127.0.0.1:*");
  const std::string endpoint = server->endpoint();
  // So patient that only the lost connection can make it ask again.
  const auto source = Started(endpoint, 3'600'000, intake);
  ASSERT_EQ(server->Receive(), "next");
  server->Die();
  server.reset();
  TestSender successor(zmq::socket_type::rep, true, endpoint);
  ASSERT_EQ(successor.Receive(), "next");
  ASSERT_TRUE(successor.Send(Train(2)));
  ASSERT_TRUE(intake.WaitForFrames(1));
  EXPECT_EQ(intake.TakeFrames().at(0).id.train_id, 2u);
  EXPECT_EQ(successor.Receive(), "next");
}

TEST(ZmqSourceReqTest, AsksAgainAfterTheTimeoutAndTakesTheLateReplyToo) {
  CollectingIntake intake;
  // A ROUTER sees each request as it comes, a REP one at a time.
  zmq::context_t context;
  zmq::socket_t server(context, zmq::socket_type::router);
  server.set(zmq::sockopt::linger, 0);
  server.set(zmq::sockopt::rcvtimeo, 20'000);
  server.bind("tcp://127.0.0.1:*");
  const auto source = Started(server.get(zmq::sockopt::last_endpoint), 50, intake);
  std::string client;
  for (int request = 0; request < 2; ++request) {
    zmq::message_t identity, delimiter, body;
    ASSERT_TRUE(server.recv(identity));
    ASSERT_TRUE(server.recv(delimiter));
    ASSERT_TRUE(server.recv(body));
    EXPECT_EQ(delimiter.size(), 0u);
    EXPECT_EQ(body.to_string(), "next");
    client = identity.to_string();
  }
  for (uint64_t train = 1; train <= 2; ++train) {
    server.send(zmq::buffer(client), zmq::send_flags::sndmore);
    server.send(zmq::message_t(), zmq::send_flags::sndmore);
    const std::vector<std::string> parts = Train(train);
    for (size_t i = 0; i < parts.size(); ++i) {
      server.send(zmq::buffer(parts[i]), i + 1 < parts.size() ? zmq::send_flags::sndmore
                                                              : zmq::send_flags::none);
    }
  }
  ASSERT_TRUE(intake.WaitForFrames(2));
  EXPECT_THAT(intake.TakeRejected(), SizeIs(0));
}

TEST(ZmqSourceReqTest, ARejectedReplyIsFollowedByTheNextRequest) {
  CollectingIntake intake;
  TestSender server(zmq::socket_type::rep, true, "tcp://127.0.0.1:*");
  const auto source = Started(server.endpoint(), 3'600'000, intake);
  ASSERT_EQ(server.Receive(), "next");
  ASSERT_TRUE(server.Send({"Error: no data"}));
  ASSERT_EQ(server.Receive(), "next");
  ASSERT_TRUE(server.Send(Train(5)));
  ASSERT_TRUE(intake.WaitForFrames(1));
  EXPECT_EQ(intake.TakeRejected().at(0).reason, pipeline::RejectReason::kServerError);
}

TEST(ZmqSourceReqTest, WaitsForAServerThatComesLater) {
  CollectingIntake intake;
  std::string endpoint;
  {
    TestSender reserve(zmq::socket_type::rep, true, "tcp://127.0.0.1:*");
    endpoint = reserve.endpoint();
    reserve.Die();
  }
  const auto source = Started(endpoint, 3'600'000, intake);
  TestSender server(zmq::socket_type::rep, true, endpoint);
  ASSERT_EQ(server.Receive(), "next");
  ASSERT_TRUE(server.Send(Train(6)));
  ASSERT_TRUE(intake.WaitForFrames(1));
}

}  // namespace
}  // namespace airy::ingest
