#include "model/torch_engine.h"
#include "server/daemon.h"

int main(int argc, char** argv) {
  using namespace airy;
  const server::Networks networks = {
      .make_engine =
          [](const server::EngineOptions& options, int max_batch) {
            return model::CreateTorchEngine({options.checkpoint, options.device,
                                             static_cast<model::Dtype>(options.dtype),
                                             max_batch});
          },
      .set_intra_op_threads = model::SetIntraOpThreads};
  return server::DaemonMain(argc, argv, networks);
}
