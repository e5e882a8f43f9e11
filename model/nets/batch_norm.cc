#include "model/nets/batch_norm.h"

#include "model/process_sums.h"

namespace airy::model {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

thread_local const ProcessGroup* joined_over = nullptr;

constexpr int64_t kAllDimensionsButChannels[] = {0, 2, 3};
const at::IntArrayRef kAllButChannels = kAllDimensionsButChannels;

Tensor Spread(const Tensor& channels) { return channels.view({1, -1, 1, 1}); }

// Of every channel of the joined batch, float64.
struct Moments {
  Tensor count;     // [] of values in a channel
  Tensor mean;      // [c]
  Tensor variance;  // [c], the mean of squares about the mean
};

// Each process has taken squares about its own mean, so that a mean far from 0 costs no
// digits; about the joint one they grow by the squared distance of the two (Chan, Golub
// and LeVeque, Am. Stat. 37, 242 (1983)).
Moments JoinMoments(const ProcessGroup& processes, const Tensor& x) {
  const auto [variance, mean] =
      torch::var_mean(x.to(torch::kFloat32), kAllButChannels, /*unbiased=*/false);
  const int64_t channels = x.size(1);
  const Tensor own = torch::cat(
      {torch::full({1}, x.numel() / channels, mean.options()), mean, variance});
  const Tensor rows = GatherRows(processes, own.to(torch::kFloat64));
  const Tensor counts = rows.narrow(1, 0, 1);
  const Tensor means = rows.narrow(1, 1, channels);
  const Tensor variances = rows.narrow(1, 1 + channels, channels);
  Moments joint;
  joint.count = counts.sum();
  joint.mean = (counts * means).sum(0) / joint.count;
  joint.variance =
      (counts * (variances + (means - joint.mean).square())).sum(0) / joint.count;
  return joint;
}

// With given moments of the joined batch. In the backward pass they depend on all values
// of the batch:
//   dx = scale * weight * (dy - mean(dy) - z * mean(dy * z)),  z = scale * (x - mean),
// where the means are over the joined batch.
class JoinedNorm : public torch::autograd::Function<JoinedNorm> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                        const Tensor& bias, const Tensor& mean, const Tensor& variance,
                        const Tensor& count, double epsilon, int64_t processes) {
    context->save_for_backward({x, weight, mean, (variance + epsilon).rsqrt(), count});
    context->saved_data["processes"] = processes;
    return torch::batch_norm(x, weight, bias, mean, variance, /*training=*/false,
                             /*momentum=*/0, epsilon, /*cudnn_enabled=*/false);
  }

  static variable_list backward(AutogradContext* context,
                                const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor& weight = saved[1];
    const Tensor& scale = saved[3];
    const auto& processes =
        *reinterpret_cast<const ProcessGroup*>(context->saved_data["processes"].toInt());
    const Tensor dy = gradients[0].to(torch::kFloat32);
    const Tensor z =
        (saved[0].to(torch::kFloat32) - Spread(saved[2])).mul_(Spread(scale));
    const Tensor own =
        torch::stack({dy.sum(kAllButChannels), (dy * z).sum(kAllButChannels)});
    Tensor means = own.to(torch::kFloat64);
    SumOver(processes, means);
    means = (means / saved[4]).to(torch::kFloat32);
    const Tensor dx =
        (dy - Spread(means[0])).sub_(z * Spread(means[1])).mul_(Spread(scale * weight));
    return {dx.to(saved[0].scalar_type()), own[1], own[0], {}, {}, {}, {}, {}};
  }
};

void UpdateRunning(torch::nn::BatchNorm2d norm, const Moments& joint) {
  const torch::NoGradGuard no_grad;
  const double share = norm->options.momentum().value();
  norm->num_batches_tracked += 1;
  norm->running_mean.lerp_(joint.mean.to(torch::kFloat32), share);
  const Tensor unbiased = joint.variance * (joint.count / (joint.count - 1));
  norm->running_var.lerp_(unbiased.to(torch::kFloat32), share);
}

}  // namespace

JoinedBatch::JoinedBatch(const ProcessGroup& processes) : before_(joined_over) {
  joined_over = processes.size() > 1 ? &processes : nullptr;
}

JoinedBatch::~JoinedBatch() { joined_over = before_; }

Tensor Normalise(torch::nn::BatchNorm2d norm, const Tensor& x) {
  if (joined_over == nullptr || !norm->is_training()) return norm->forward(x);
  Moments joint;
  {
    const torch::NoGradGuard no_grad;
    joint = JoinMoments(*joined_over, x);
  }
  UpdateRunning(norm, joint);
  return JoinedNorm::apply(x, norm->weight, norm->bias, joint.mean.to(torch::kFloat32),
                           joint.variance.to(torch::kFloat32), joint.count,
                           norm->options.eps(), reinterpret_cast<int64_t>(joined_over));
}

}  // namespace airy::model
