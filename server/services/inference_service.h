#pragma once

#include "airy/v1/inference.grpc.pb.h"
#include "preprocess/frame/clock.h"
#include "server/pipeline/inference.h"
#include "server/services/image_preparer.h"

namespace airy::services {

// airy.v1.Inference: images a client holds, through the batcher that serves the stream.
// Checks and rescales on the calling gRPC thread, queues, and answers from the inference
// thread; no thread ever waits. Thread-safe.
class InferenceService final : public v1::Inference::CallbackService {
 public:
  // `queue` and `clock` outlive the service. Images are prepared for the model that
  // `queue` has now; those after it see the same input.
  InferenceService(const ImageLimits& limits, pipeline::InferenceQueue* queue,
                   const Clock* clock);

  grpc::ServerUnaryReactor* Classify(grpc::CallbackServerContext* context,
                                     const v1::ClassifyRequest* request,
                                     v1::ClassifyResponse* response) override;

 private:
  ImagePreparer preparer_;
  pipeline::InferenceQueue* const queue_;
  const Clock* const clock_;
};

}  // namespace airy::services
