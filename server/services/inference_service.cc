#include "server/services/inference_service.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "proto/rpc/grpc_status.h"
#include "server/services/result_message.h"

namespace airy::services {
namespace {

using Answer = pipeline::InferenceQueue::Answer;
using Images = std::vector<std::shared_ptr<const Image>>;

// One Classify call: all its images are answered, or the call fails as a whole and what
// is still queued of it is not run. Deletes itself when gRPC is done with it.
class ClassifyCall final : public grpc::ServerUnaryReactor {
 public:
  explicit ClassifyCall(v1::ClassifyResponse* response) : response_(response) {}

  void Fail(const Status& status) { Finish(rpc::ToGrpc(status)); }

  void Queue(const Images& images, int64_t deadline_steady_ns,
             pipeline::InferenceQueue* queue) {
    answers_.resize(images.size());
    for (size_t i = 0; i < images.size() && !*cancelled_; ++i) {
      ++unanswered_;
      queue->Classify(images[i], deadline_steady_ns, cancelled_,
                      [this, i](const Answer& answer) { OnAnswer(i, answer); });
    }
    Release();
  }

  void OnCancel() override { *cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  void OnAnswer(size_t index, const Answer& answer) {
    if (answer.status.ok()) {
      answers_[index] = answer;
    } else {
      std::lock_guard lock(mutex_);
      if (failure_.ok()) failure_ = answer.status;
      *cancelled_ = true;
    }
    Release();
  }

  // The last one to let go answers the call, and must not touch *this afterwards.
  void Release() {
    if (--unanswered_ > 0) return;
    Status status = Conclude();
    Finish(rpc::ToGrpc(status));
  }

  Status Conclude() {
    std::lock_guard lock(mutex_);
    AIRY_TRY(failure_);
    if (*cancelled_) return {StatusCode::kCancelled, "the client cancelled"};
    const auto& model = answers_.front().model;
    for (const Answer& answer : answers_) {
      if (answer.model != model) {
        return Unavailable("the model was changed between images of this request");
      }
      FillPrediction(answer.probabilities,
                     LabelsOf(answer.probabilities, model->thresholds),
                     response_->add_predictions());
    }
    FillModelId(*model, response_->mutable_model());
    return OkStatus();
  }

  v1::ClassifyResponse* const response_;
  const std::shared_ptr<std::atomic<bool>> cancelled_ =
      std::make_shared<std::atomic<bool>>(false);
  std::atomic<int> unanswered_{1};  // the one is Queue's own
  std::vector<Answer> answers_;     // [i] written once, by whoever answers image i
  std::mutex mutex_;
  Status failure_;  // guarded by mutex_; the first
};

// A call's deadline, which gRPC gives in system time, on the steady clock; 0 for none.
int64_t SteadyDeadlineNs(const grpc::CallbackServerContext& context, const Clock& clock) {
  using std::chrono::system_clock;
  const system_clock::time_point deadline = context.deadline();
  if (deadline == system_clock::time_point::max()) return 0;
  const int64_t deadline_unix_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch())
          .count();
  return clock.SteadyNs() + (deadline_unix_ns - clock.UnixNs());
}

}  // namespace

InferenceService::InferenceService(const ImageLimits& limits,
                                   pipeline::InferenceQueue* queue, const Clock* clock)
    : preparer_(limits, queue->model()->ccf), queue_(queue), clock_(clock) {}

grpc::ServerUnaryReactor* InferenceService::Classify(grpc::CallbackServerContext* context,
                                                     const v1::ClassifyRequest* request,
                                                     v1::ClassifyResponse* response) {
  auto* call = new ClassifyCall(response);
  const int64_t deadline_steady_ns = SteadyDeadlineNs(*context, *clock_);
  if (deadline_steady_ns != 0 && deadline_steady_ns <= clock_->SteadyNs()) {
    call->Fail({StatusCode::kDeadlineExceeded, "the deadline passed before the images"});
    return call;
  }
  const auto images = preparer_.Prepare(*request);
  if (!images.ok()) {
    call->Fail(images.status());
    return call;
  }
  call->Queue(*images, deadline_steady_ns, queue_);
  return call;
}

}  // namespace airy::services
