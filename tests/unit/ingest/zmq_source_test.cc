#include "server/ingest/zmq_source.h"

#include <gmock/gmock.h>

#include <chrono>

#include "tests/fakes/collecting_intake.h"
#include "tests/testing/status.h"
#include "tests/unit/ingest/test_sender.h"

namespace airy::ingest {
namespace {

using airy::testing::CollectingIntake;
using airy::testing::TestSender;
using airy::testing::Train;
using pipeline::RejectReason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kAnyPort = "tcp://127.0.0.1:*";

ZmqSourceOptions Options(SocketType type, bool bind, const std::string& endpoint) {
  ZmqSourceOptions options;
  options.name = "test";
  options.type = type;
  options.bind = bind;
  options.endpoint = endpoint;
  options.receive_timeout_ms = 100;
  return options;
}

std::unique_ptr<ZmqSource> Started(const ZmqSourceOptions& options,
                                   CollectingIntake& intake) {
  auto source = ZmqSource::Create(options, intake, SystemClock());
  EXPECT_OK(source);
  EXPECT_OK((*source)->Start());
  return std::move(source).value();
}

std::vector<uint64_t> TrainIds(const std::vector<Frame>& frames) {
  std::vector<uint64_t> ids;
  for (const Frame& frame : frames) ids.push_back(frame.id.train_id);
  return ids;
}

struct Ends {
  SocketType receiver;
  zmq::socket_type sender;
};

class ZmqSourceEndsTest : public ::testing::TestWithParam<std::tuple<Ends, bool>> {};

TEST_P(ZmqSourceEndsTest, SubmitsEveryFrameInOrderWithItsIdsAndTimes) {
  const auto [ends, source_binds] = GetParam();
  CollectingIntake intake("det");
  std::unique_ptr<TestSender> sender;
  if (!source_binds) sender = std::make_unique<TestSender>(ends.sender, true, kAnyPort);
  const int64_t before_unix_ns = SystemClock().UnixNs();
  const int64_t before_steady_ns = SystemClock().SteadyNs();
  const auto source = Started(
      Options(ends.receiver, source_binds, source_binds ? kAnyPort : sender->endpoint()),
      intake);
  if (source_binds) {
    sender = std::make_unique<TestSender>(ends.sender, false, source->LastEndpoint());
  }
  if (ends.sender == zmq::socket_type::xpub) {
    ASSERT_EQ(sender->Receive(), "\x01");
  }
  for (uint64_t train = 10; train < 13; ++train) {
    if (ends.sender == zmq::socket_type::rep) {
      ASSERT_EQ(sender->Receive(), "next");
    }
    ASSERT_TRUE(sender->Send(Train(train, 2)));
  }
  ASSERT_TRUE(intake.WaitForFrames(6));
  EXPECT_TRUE(intake.WaitForConnected(true));
  const std::vector<Frame> frames = intake.TakeFrames();
  EXPECT_THAT(TrainIds(frames), ElementsAre(10, 10, 11, 11, 12, 12));
  EXPECT_EQ(frames[0].id.pulse_id, 0u);
  EXPECT_EQ(frames[1].id.pulse_id, 1u);
  EXPECT_EQ(frames[0].id.source.data(), intake.source().name.data());
  EXPECT_EQ(frames[0].detector_time_unix_ns, 1'700'000'000'250'000'000);
  EXPECT_GE(frames[0].arrival_unix_ns, before_unix_ns);
  EXPECT_GE(frames[0].arrival_steady_ns, before_steady_ns);
  EXPECT_LE(frames[5].arrival_steady_ns, SystemClock().SteadyNs());
  EXPECT_THAT(wire::Pixels<uint16_t>(frames[1].pixels), ElementsAre(6, 7, 8, 9, 10, 11));
  sender->Die();
  EXPECT_TRUE(intake.WaitForConnected(false));
  EXPECT_THAT(intake.TakeRejected(), SizeIs(0));
}

std::string CaseName(const ::testing::TestParamInfo<std::tuple<Ends, bool>>& info) {
  const auto& [ends, binds] = info.param;
  return std::string(kSocketTypeNames[static_cast<size_t>(ends.receiver)]) +
         (binds ? "Binds" : "Connects");
}

INSTANTIATE_TEST_SUITE_P(
    Ends, ZmqSourceEndsTest,
    ::testing::Combine(::testing::Values(Ends{SocketType::kSub, zmq::socket_type::xpub},
                                         Ends{SocketType::kPull, zmq::socket_type::push},
                                         Ends{SocketType::kReq, zmq::socket_type::rep}),
                       ::testing::Bool()),
    CaseName);

TEST(ZmqSourceTest, PixelsOutliveTheSource) {
  CollectingIntake intake;
  auto source = Started(Options(SocketType::kPull, true, kAnyPort), intake);
  TestSender sender(zmq::socket_type::push, false, source->LastEndpoint());
  ASSERT_TRUE(sender.Send(Train(1)));
  ASSERT_TRUE(intake.WaitForFrames(1));
  source.reset();
  EXPECT_THAT(wire::Pixels<uint16_t>(intake.TakeFrames().at(0).pixels),
              ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(ZmqSourceTest, GoesOnAfterNonsense) {
  CollectingIntake intake;
  const auto source = Started(Options(SocketType::kPull, true, kAnyPort), intake);
  TestSender sender(zmq::socket_type::push, false, source->LastEndpoint());
  std::vector<std::string> truncated = Train(1);
  truncated.pop_back();
  std::vector<std::string> wrong_type = Train(1);
  std::string& header = wrong_type[2];
  header.replace(header.find("uint16"), 6, "uint12");
  ASSERT_TRUE(sender.Send({"Error: bad request nxt"}));
  ASSERT_TRUE(sender.Send({""}));
  ASSERT_TRUE(sender.Send({"hello", "world"}));
  ASSERT_TRUE(sender.Send(truncated));
  ASSERT_TRUE(sender.Send(wrong_type));
  ASSERT_TRUE(sender.Send(Train(2)));
  ASSERT_TRUE(intake.WaitForFrames(1));
  std::vector<RejectReason> reasons;
  for (const auto& rejected : intake.TakeRejected()) reasons.push_back(rejected.reason);
  EXPECT_THAT(reasons, ElementsAre(RejectReason::kServerError, RejectReason::kMalformed,
                                   RejectReason::kMalformed, RejectReason::kTruncated,
                                   RejectReason::kBadType));
  EXPECT_THAT(TrainIds(intake.TakeFrames()), ElementsAre(2));
}

TEST(ZmqSourceTest, OversizedMessagesAreCountedWhoeverBinds) {
  for (const bool bind : {true, false}) {
    CollectingIntake intake;
    std::unique_ptr<TestSender> sender;
    if (!bind) {
      sender = std::make_unique<TestSender>(zmq::socket_type::push, true, kAnyPort);
    }
    ZmqSourceOptions options =
        Options(SocketType::kPull, bind, bind ? kAnyPort : sender->endpoint());
    options.max_message_bytes = 1024;
    options.decoder.limits.max_parts = 8;
    const auto source = Started(options, intake);
    if (bind) {
      sender = std::make_unique<TestSender>(zmq::socket_type::push, false,
                                            source->LastEndpoint());
    }
    ASSERT_TRUE(sender->Send({std::string(1500, 'x')}));
    ASSERT_TRUE(sender->Send(std::vector<std::string>(4, std::string(300, 'x'))));
    ASSERT_TRUE(sender->Send(std::vector<std::string>(10, "x")));
    ASSERT_TRUE(sender->Send(Train(3)));
    ASSERT_TRUE(intake.WaitForFrames(1));
    const auto rejected = intake.TakeRejected();
    ASSERT_THAT(rejected, SizeIs(3));
    for (const auto& one : rejected) {
      EXPECT_EQ(one.reason, RejectReason::kOversized) << one.detail;
    }
    EXPECT_THAT(rejected[0].detail, HasSubstr("1500 bytes in 1 parts"));
    EXPECT_THAT(rejected[1].detail, HasSubstr("1200 bytes in 4 parts"));
    EXPECT_THAT(rejected[2].detail, HasSubstr("10 bytes in 10 parts"));
  }
}

TEST(ZmqSourceTest, ComesBackAfterAPartThatMadeZeroMqCutTheConnection) {
  CollectingIntake intake;
  TestSender sender(zmq::socket_type::push, true, kAnyPort);
  ZmqSourceOptions options = Options(SocketType::kPull, false, sender.endpoint());
  options.max_message_bytes = 1024;
  const auto source = Started(options, intake);
  ASSERT_TRUE(intake.WaitForConnected(true));
  ASSERT_TRUE(sender.Send({std::string(1 << 20, 'x')}));
  ASSERT_TRUE(intake.WaitForRejections(1));
  EXPECT_EQ(intake.TakeRejected().at(0).reason, RejectReason::kOversized);
  ASSERT_TRUE(intake.WaitForConnected(true));
  ASSERT_TRUE(sender.Send(Train(4)));
  ASSERT_TRUE(intake.WaitForFrames(1));
}

TEST(ZmqSourceTest, ReconnectsToASenderThatWasReplaced) {
  CollectingIntake intake;
  auto first = std::make_unique<TestSender>(zmq::socket_type::push, true, kAnyPort);
  const std::string endpoint = first->endpoint();
  const auto source = Started(Options(SocketType::kPull, false, endpoint), intake);
  ASSERT_TRUE(first->Send(Train(1)));
  ASSERT_TRUE(intake.WaitForFrames(1));
  first->Die();
  ASSERT_TRUE(intake.WaitForConnected(false));
  first.reset();
  TestSender second(zmq::socket_type::push, true, endpoint);
  ASSERT_TRUE(second.Send(Train(2)));
  ASSERT_TRUE(intake.WaitForFrames(2));
  EXPECT_THAT(TrainIds(intake.TakeFrames()), ElementsAre(1, 2));
}

TEST(ZmqSourceTest, StopEndsAnIdleSourceAtOnceAndTwice) {
  CollectingIntake intake;
  const auto source = Started(Options(SocketType::kSub, true, kAnyPort), intake);
  const auto start = std::chrono::steady_clock::now();
  source->Stop();
  source->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(ZmqSourceTest, ASourceThatNeverStartedCanBeStopped) {
  CollectingIntake intake;
  const auto source =
      ZmqSource::Create(Options(SocketType::kSub, true, kAnyPort), intake, SystemClock());
  ASSERT_OK(source);
  (*source)->Stop();
}

TEST(ZmqSourceTest, SubmitsNothingMoreOnceThePipelineCloses) {
  CollectingIntake intake;
  const auto source = Started(Options(SocketType::kPull, true, kAnyPort), intake);
  TestSender sender(zmq::socket_type::push, false, source->LastEndpoint());
  ASSERT_TRUE(intake.WaitForConnected(true));
  intake.Close();
  ASSERT_TRUE(sender.Send(Train(1, 3)));
  ASSERT_TRUE(intake.WaitForConnected(false));
  EXPECT_THAT(intake.TakeFrames(), SizeIs(0));
}

TEST(ZmqSourceTest, SaysWhichEndpointCannotBeOpened) {
  CollectingIntake intake;
  TestSender holder(zmq::socket_type::push, true, kAnyPort);
  auto taken = ZmqSource::Create(Options(SocketType::kPull, true, holder.endpoint()),
                                 intake, SystemClock());
  ASSERT_OK(taken);
  const Status in_use = (*taken)->Start();
  EXPECT_STATUS(StatusCode::kUnavailable, in_use);
  EXPECT_THAT(in_use.message(), HasSubstr(holder.endpoint()));
  auto malformed = ZmqSource::Create(Options(SocketType::kPull, false, "tcp://nowhere"),
                                     intake, SystemClock());
  ASSERT_OK(malformed);
  EXPECT_STATUS(StatusCode::kInvalidArgument, (*malformed)->Start());
}

}  // namespace
}  // namespace airy::ingest
