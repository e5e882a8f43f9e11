#include "client/cli/classify_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>

#include "client/cli/image_file.h"
#include "client/cli/result_json.h"
#include "client/client.h"

namespace airy::cli {
namespace {

// What one request carries at most: few enough not to crowd out the live stream, and well
// below the server's limit on a message.
constexpr size_t kImagesPerRequest = 32;
constexpr size_t kBytesPerRequest = 24 << 20;

std::string TopProbabilities(const ClassProbabilities& probabilities) {
  std::array<size_t, kClassCount> order;
  std::iota(order.begin(), order.end(), size_t{0});
  std::partial_sort(
      order.begin(), order.begin() + 3, order.end(),
      [&](size_t a, size_t b) { return probabilities[a] > probabilities[b]; });
  std::string text;
  for (size_t i = 0; i < 3; ++i) {
    text += fmt::format("{}{} {:.2f}", i == 0 ? "" : "  ", kClassNames[order[i]],
                        probabilities[order[i]]);
  }
  return text;
}

void PrintHeader(const client::ModelId& model) {
  fmt::print("model {} {} {:.12}\n", model.name, model.version, model.sha256);
  fmt::print("{:<32} {:<28} {}\n", "IMAGE", "LABELS", "TOP PROBABILITIES");
}

void PrintRow(const std::string& path, int64_t index,
              const client::Prediction& prediction) {
  const auto& labels = prediction.labels;
  fmt::print("{:<32} {:<28} {}\n", fmt::format("{}[{}]", path, index),
             labels.empty() ? "-" : fmt::format("{}", fmt::join(labels, ",")),
             TopProbabilities(prediction.probabilities));
}

// Reads files, asks the server a handful of images at a time, prints the answers in
// order.
class Classifier {
 public:
  Classifier(client::Client* client, const ClassifyArguments& arguments)
      : client_(client), arguments_(arguments) {}

  Status ClassifyFile(const std::string& path) {
    AIRY_ASSIGN_OR_RETURN(const auto file, ImageFile::Open(path, arguments_.dataset));
    int64_t index = arguments_.index.value_or(0);
    const int64_t end = arguments_.index ? index + 1 : file->count();
    if (index < 0 || end > file->count()) {
      return InvalidArgument(fmt::format("{}: --index must be 0..{}; was {}", path,
                                         file->count() - 1, index));
    }
    std::vector<LoadedImage> images;
    size_t bytes = 0;
    for (; index < end; ++index) {
      auto image = file->Read(index);
      if (!image.ok()) return image.status().WithContext(path);
      bytes += image->bytes.size();
      images.push_back(std::move(image).value());
      if (index + 1 < end && images.size() < kImagesPerRequest &&
          bytes < kBytesPerRequest) {
        continue;
      }
      const auto first = index + 1 - static_cast<int64_t>(images.size());
      const Status status = ClassifyImages(path, first, images);
      if (!status.ok()) {
        return status.WithContext(fmt::format("{}[{}..{}]", path, first, index));
      }
      images.clear();
      bytes = 0;
    }
    return OkStatus();
  }

 private:
  Status ClassifyImages(const std::string& path, int64_t first,
                        const std::vector<LoadedImage>& images) {
    std::vector<PixelView> views;
    views.reserve(images.size());
    for (const LoadedImage& image : images) views.push_back(image.pixels);
    AIRY_ASSIGN_OR_RETURN(
        const client::Classification answer,
        client_->Classify(views, {.counts_scale = arguments_.counts_scale}));
    if (!arguments_.json && !std::exchange(header_printed_, true))
      PrintHeader(answer.model);
    for (const client::Prediction& prediction : answer.predictions) {
      if (arguments_.json) {
        fmt::print("{}\n", ToJson(path, first, prediction, answer.model));
      } else {
        PrintRow(path, first, prediction);
      }
      ++first;
    }
    std::fflush(stdout);
    return OkStatus();
  }

  client::Client* const client_;
  const ClassifyArguments& arguments_;
  bool header_printed_ = false;
};

void Complain(const Status& status) {
  fmt::print(stderr, "airy classify: {}\n", status.ToString());
}

}  // namespace

ExitCode RunClassify(const ClassifyArguments& arguments) {
  const auto client =
      client::Client::Connect({.address = arguments.server,
                               .connect_timeout = std::chrono::milliseconds(
                                   std::lround(arguments.timeout_s * 1e3))});
  if (!client.ok()) {
    Complain(client.status());
    return ToExitCode(client.status());
  }
  Classifier classifier(client->get(), arguments);
  ExitCode exit_code = kOk;
  for (const std::string& path : arguments.files) {
    const Status status = classifier.ClassifyFile(path);
    if (status.ok()) continue;
    Complain(status);
    exit_code = ToExitCode(status);
    if (exit_code == kUnavailable) break;  // the next file would fare no better
  }
  return exit_code;
}

}  // namespace airy::cli
