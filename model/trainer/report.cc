#include "model/trainer/report.h"

#include <cstdarg>
#include <cstdio>

namespace airy::trainer {
namespace {

// Classes rarer than this move by more than 2.5 % with every image.
constexpr int64_t kMinPositives = 20;

__attribute__((format(printf, 2, 3))) void Append(std::string* out, const char* format,
                                                  ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  *out += line;
}

}  // namespace

std::string MetricsTable(const model::Metrics& metrics, const model::Metrics& constant,
                         std::span<const float> thresholds,
                         const model::ClassList& classes) {
  std::string out;
  Append(
      &out,
      "%lld images     accuracy precision recall macro-F1 macro-F1 (classes >= %lld)\n",
      static_cast<long long>(metrics.images), static_cast<long long>(kMinPositives));
  for (const auto& [name, row] :
       {std::pair("model", &metrics), std::pair("constant answer", &constant)}) {
    Append(&out, "%-15s %8.4f  %8.4f %6.4f %8.4f %8.4f\n", name, row->Accuracy(),
           row->Precision(), row->Recall(), row->MacroF1(), row->MacroF1(kMinPositives));
  }
  const bool has_thresholds = !thresholds.empty();
  Append(&out, "\n%-17s positives precision recall     F1%s\n", "class",
         has_thresholds ? " threshold" : "");
  for (size_t c = 0; c < classes.size(); ++c) {
    const model::ClassMetrics& row = metrics.classes[c];
    Append(&out, "%-17s %9lld  %8.4f %6.4f %6.4f", classes[c].c_str(),
           static_cast<long long>(row.positives()), row.Precision(), row.Recall(),
           row.F1());
    if (has_thresholds) Append(&out, "    %6.4f", static_cast<double>(thresholds[c]));
    out += '\n';
  }
  if (!has_thresholds) out += "the most probable class is the answer\n";
  return out;
}

}  // namespace airy::trainer
