#include "server/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>
#include <string>

namespace airy::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

MetricLabels Labels() {
  return {.sources = {"demo", "back"},
          .classes = {"round", "bent"},
          .drop_stages = {"ingest", "batch"},
          .drop_reasons = {"queue_full", "shutdown"},
          .reject_reasons = {"truncated"},
          .queues = {"frames"}};
}

// Metric families of a page: name -> type.
std::map<std::string, std::string> Families(const std::string& page) {
  std::map<std::string, std::string> families;
  std::istringstream lines(page);
  std::string hash, word, name, type;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    if (words >> hash >> word >> name >> type && hash == "#" && word == "TYPE") {
      EXPECT_TRUE(families.emplace(name, type).second) << "twice: " << name;
    }
  }
  return families;
}

TEST(MetricsTest, EveryNameFollowsTheRules) {
  Metrics metrics(Labels());
  metrics.SetModel("m", "1", "ab", "cpu", "fp32");
  const auto families = Families(metrics.Render());
  EXPECT_GE(families.size(), 25U);
  for (const auto& [name, type] : families) {
    EXPECT_TRUE(std::regex_match(name, std::regex("(airy|process)_[a-z_]+"))) << name;
    EXPECT_NE(type, "summary") << name;
    EXPECT_EQ(type == "counter", name.ends_with("_total")) << name << " is a " << type;
    if (type == "histogram") {
      EXPECT_TRUE(name.ends_with("_seconds") || name.ends_with("_size")) << name;
    }
  }
}

TEST(MetricsTest, EveryFamilyHasHelp) {
  Metrics metrics(Labels());
  const std::string page = metrics.Render();
  for (const auto& [name, type] : Families(page)) {
    EXPECT_TRUE(std::regex_search(page, std::regex("# HELP " + name + " [A-Z1].{8,}")))
        << name;
  }
}

TEST(MetricsTest, SeriesExistBeforeTheFirstEvent) {
  Metrics metrics(Labels());
  const std::string page = metrics.Render();
  EXPECT_THAT(page, HasSubstr("airy_frames_received_total{source=\"demo\"} 0"));
  EXPECT_THAT(page, HasSubstr("airy_class_total{class=\"bent\"} 0"));
  EXPECT_THAT(page, HasSubstr("airy_source_connected{source=\"back\"} 0"));
}

TEST(MetricsTest, CountsUnderItsLabels) {
  Metrics metrics(Labels());
  metrics.sources[1].dropped[1][0]->Increment(3);
  metrics.sources[0].rejected[0]->Increment();
  metrics.latency_since_detector_seconds->Observe(0.02);
  const std::string page = metrics.Render();
  EXPECT_TRUE(std::regex_search(page, std::regex("airy_frames_dropped_total\\{("
                                                 "(source=\"back\"|stage=\"batch\"|"
                                                 "reason=\"queue_full\"),?){3}\\} 3")));
  EXPECT_TRUE(std::regex_search(
      page, std::regex("airy_messages_rejected_total\\{((source=\"demo\"|"
                       "reason=\"truncated\"),?){2}\\} 1")));
  EXPECT_THAT(page, HasSubstr("airy_latency_seconds_count{since=\"detector\"} 1"));
}

TEST(MetricsTest, NamesOneModelAtATime) {
  Metrics metrics(Labels());
  metrics.SetModel("m", "1", "ab", "cpu", "fp32");
  metrics.SetModel("m", "2", "cd", "cpu", "bf16");
  const std::string page = metrics.Render();
  EXPECT_THAT(page, HasSubstr("version=\"2\""));
  EXPECT_THAT(page, Not(HasSubstr("version=\"1\"")));
}

}  // namespace
}  // namespace airy::telemetry
