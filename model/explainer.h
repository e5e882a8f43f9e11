#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/checkpoint.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// How a map of what a network looked at is made (PRE 99, 063309, appendix D). S is the
// class's score before the sigmoid or softmax, A the features, G = dS/dA.
struct CamOptions {
  enum class Method {
    kPlusPlus,  // Grad-CAM++: weights of Eq. 19, with its alpha
    kPlain,     // Grad-CAM: the mean of G
  };
  // The Y of Eq. 19. exp(S) makes a map that any constant added to S leaves as it is;
  // sigmoid(S) is what the paper's words say, and loses its alpha where S = 0.
  enum class Score { kExp, kSigmoid };
  // What stands around the gradient in Eq. 19 and around the map in Eq. 20.
  enum class Activation { kLeaky, kRelu };  // LeakyReLU with the network's slope

  Method method = Method::kPlusPlus;
  Score score = Score::kExp;
  Activation activation = Activation::kLeaky;
  // Where A is taken; a name of Explainer::layers(). Empty: the last one.
  std::string layer;
  // Takes A behind the normalisation and LeakyReLU that follow the last layer, where
  // the network is a ResNet.
  bool activated = false;
};

inline constexpr std::array<std::string_view, 2> kCamMethodNames = {"plusplus", "plain"};
inline constexpr std::array<std::string_view, 2> kCamScoreNames = {"exp", "sigmoid"};
inline constexpr std::array<std::string_view, 2> kCamActivationNames = {"leaky", "relu"};

struct ExplainerOptions {
  std::string checkpoint;       // a .safetensors file
  std::string device = "auto";  // "cpu", "cuda:N", or "auto": cuda:0 where there is one
  CamOptions cam;
};

// Where the evidence for one class lies in one image.
struct ClassMap {
  int class_index = 0;  // in CheckpointInfo::classes
  Image raw;            // L of Eq. 20, of the layer's size, e.g. 7 x 7
  // The same, interpolated bilinearly to kInputSize square and divided by its maximum: 1
  // at most. Zero where nothing speaks for the class (no positive value); below zero, and
  // only with LeakyReLU, what speaks against it.
  Image map;
};

struct Explanation {
  std::vector<float> probabilities;  // per class of the checkpoint
  std::vector<ClassMap> maps;        // in the order of classes
};

// Runs a network and tells where it looked. At the last layer of a ResNet the maps of all
// classes follow from features and weights in closed form; elsewhere from a backward pass
// per class. Owned by one thread.
class Explainer {
 public:
  // NotFound, DataLoss and InvalidArgument as CreateTorchEngine; InvalidArgument also for
  // a layer that is not there, naming those that are.
  static Result<std::unique_ptr<Explainer>> Create(const ExplainerOptions& options);
  virtual ~Explainer() = default;

  // What the checkpoint says of itself; where info().ccf is set, images are such maps.
  virtual const CheckpointInfo& info() const = 0;
  // By name, from the first on.
  virtual const std::vector<std::string>& layers() const = 0;
  // Explains images[i], kInputSize square as an engine takes them, into result [i]: the
  // classes listed, or without any those at or above their thresholds. Internal when the
  // device fails.
  virtual Result<std::vector<Explanation>> Explain(std::span<const float* const> images,
                                                   std::span<const int> classes) = 0;
};

}  // namespace airy::model
