#include "client/cli/watch_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace airy::cli {
namespace {

constexpr double kBarColumns = 30;

}  // namespace

std::string WatchTable(const WatchStatistics::Snapshot& snapshot) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "frames   {:>9.1f} /s  {:>12} since the start\n",
                 snapshot.frames_per_s, snapshot.frames);
  fmt::format_to(out,
                 "hits     {:>9.1f} /s  {:>12} since the start  {:.1f} % of frames\n",
                 snapshot.hits_per_s, snapshot.hits, snapshot.hit_ratio * 100);
  fmt::format_to(out, "latency  {:>9.1f} ms p50  {:>9.1f} ms p99, arrival to result\n",
                 snapshot.latency_p50_s * 1e3, snapshot.latency_p99_s * 1e3);
  fmt::format_to(out, "model    {:.40} {:.12} {:.12}\n", snapshot.model.name,
                 snapshot.model.version, snapshot.model.sha256);
  const double most =
      *std::max_element(snapshot.labels_per_s.begin(), snapshot.labels_per_s.end());
  for (size_t i = 0; i < kClassNames.size(); ++i) {
    const double rate = snapshot.labels_per_s[i];
    const auto columns =
        most > 0 ? static_cast<size_t>(std::lround(rate / most * kBarColumns)) : 0;
    fmt::format_to(out, "  {:<17}{:>8.1f} /s  {}\n", kClassNames[i], rate,
                   std::string(columns, '#'));
  }
  fmt::format_to(out, "dropped ");
  if (snapshot.drops.empty()) text += " none";
  for (const auto& [where, count] : snapshot.drops) {
    fmt::format_to(out, " {}: {}", where, count);
  }
  fmt::format_to(out, "\nmissed   {} by this display\n", snapshot.missed);
  return text;
}

std::string WatchLine(const WatchStatistics::Snapshot& snapshot) {
  std::string text = fmt::format(
      "frames {:.1f}/s ({}) hits {:.1f}/s ({}, {:.1f} %) latency p50 {:.1f} ms "
      "p99 {:.1f} ms",
      snapshot.frames_per_s, snapshot.frames, snapshot.hits_per_s, snapshot.hits,
      snapshot.hit_ratio * 100, snapshot.latency_p50_s * 1e3,
      snapshot.latency_p99_s * 1e3);
  for (size_t i = 0; i < kClassNames.size(); ++i) {
    if (snapshot.labels_per_s[i] > 0) {
      text += fmt::format(" {} {:.1f}/s", kClassNames[i], snapshot.labels_per_s[i]);
    }
  }
  for (const auto& [where, count] : snapshot.drops) {
    text += fmt::format(" dropped {} {}", where, count);
  }
  if (snapshot.missed > 0) text += fmt::format(" missed {}", snapshot.missed);
  return text + "\n";
}

}  // namespace airy::cli
