#include "client/cli/classify_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <numeric>
#include <utility>

#include "client/cli/result_json.h"
#include "client/client.h"
#include "proto/images/image_names.h"
#include "proto/images/image_reader.h"

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
// order. The server is looked for when the first good file is open: that a name is
// mistyped is told at once, whether or not there is a server.
class Classifier {
 public:
  explicit Classifier(const ClassifyArguments& arguments) : arguments_(arguments) {}

  Status ClassifyFile(const std::string& path) {
    AIRY_ASSIGN_OR_RETURN(const auto file, images::ImageReader::Open(path));
    const cxi::ShotSetInfo& info = file->info();
    const int64_t begin = arguments_.index.value_or(0);
    const int64_t end = arguments_.index ? begin + 1 : info.shots;
    if (begin < 0 || end > info.shots) {
      return InvalidArgument(
          fmt::format("{}: --index must be 0..{}; was {}", path, info.shots - 1, begin));
    }
    AIRY_TRY(Connect());
    const size_t image_bytes = static_cast<size_t>(info.rows) *
                               static_cast<size_t>(info.cols) * PixelSize(info.type);
    const auto at_once = static_cast<int64_t>(
        std::clamp<size_t>(kBytesPerRequest / image_bytes, 1, kImagesPerRequest));
    for (int64_t first = begin; first < end; first += at_once) {
      const int64_t count = std::min(at_once, end - first);
      pixels_.resize(static_cast<size_t>(count) * image_bytes);
      std::vector<PixelView> views;
      for (std::byte* image = pixels_.data(); std::ssize(views) < count;
           image += image_bytes) {
        AIRY_TRY(file->Read(first + std::ssize(views), image));
        views.push_back(DenseView(image, info.type, info.rows, info.cols));
      }
      const Status status = ClassifyImages(path, first, views);
      if (!status.ok()) {
        return status.WithContext(
            fmt::format("{}[{}..{}]", path, first, first + count - 1));
      }
    }
    return OkStatus();
  }

 private:
  Status Connect() {
    if (client_ != nullptr) return OkStatus();
    AIRY_ASSIGN_OR_RETURN(
        client_, client::Client::Connect({.address = arguments_.server,
                                          .connect_timeout = std::chrono::milliseconds(
                                              std::lround(arguments_.timeout_s * 1e3))}));
    return OkStatus();
  }

  Status ClassifyImages(const std::string& path, int64_t first,
                        const std::vector<PixelView>& views) {
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

  const ClassifyArguments& arguments_;
  std::unique_ptr<client::Client> client_;  // once the first good file is open
  std::vector<std::byte> pixels_;           // of the images of one request
  bool header_printed_ = false;
};

void Complain(const Status& status) {
  fmt::print(stderr, "airy classify: {}\n", status.ToString());
}

}  // namespace

ExitCode RunClassify(const ClassifyArguments& arguments) {
  Classifier classifier(arguments);
  ExitCode exit_code = kOk;
  for (const std::string& name : arguments.files) {
    const auto files = images::ImageFiles(name);
    if (!files.ok()) {
      Complain(files.status());
      exit_code = ToExitCode(files.status());
      continue;
    }
    for (const std::string& file : *files) {
      const Status status = classifier.ClassifyFile(file);
      if (status.ok()) continue;
      Complain(status);
      exit_code = ToExitCode(status);
      if (exit_code == kUnavailable) return exit_code;  // the next would fare no better
    }
  }
  return exit_code;
}

}  // namespace airy::cli
