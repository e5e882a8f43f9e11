#include "model/trainer/evaluation_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "model/answer_thresholds.h"

namespace airy::trainer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const Labels kRoundDrop = {1, 1};
const Labels kStreakDrop = {0, 0, 0, 1, 1};

// Three round droplets and a streak; `missed` of the round ones are answered streak too.
EvaluationReport Report(std::vector<int> missed) {
  const std::vector<Labels> labels = {kRoundDrop, kRoundDrop, kRoundDrop, kStreakDrop};
  EvaluationReport report;
  report.data = "four drops";
  report.constant = model::EvaluateConstant(labels);
  for (const int count : missed) {
    std::vector<ClassProbabilities> probabilities;
    for (size_t i = 0; i < labels.size(); ++i) {
      ClassProbabilities p{};
      for (size_t c = 0; c < kClassCount; ++c) p[c] = labels[i][c] != 0 ? 0.9F : 0.1F;
      if (static_cast<int>(i) < count) p[kStreak] = 0.6F;
      probabilities.push_back(p);
    }
    ModelReport one;
    one.file = "m" + std::to_string(count);
    one.info.thresholds = model::EqualThresholds(0.5F);
    one.evaluation = model::Evaluate(probabilities, labels, one.info.thresholds);
    one.intervals = model::Bootstrap(probabilities, labels, one.info.thresholds);
    report.models.push_back(one);
  }
  return report;
}

// The words of the line that begins with `name`, after it.
std::vector<std::string> Row(const std::string& text, const std::string& name) {
  std::vector<std::string> words;
  const size_t at = text.find("\n" + name);
  if (at == std::string::npos) return words;
  const size_t begin = at + 1 + name.size();
  std::istringstream line(text.substr(begin, text.find('\n', begin) - begin));
  for (std::string word; line >> word;) words.push_back(word);
  return words;
}

TEST(EvaluationReportTest, TextOfOneModelPutsIntervalsAndTheConstantBeside) {
  const std::string text = EvaluationText(Report({2}));
  EXPECT_THAT(text, StartsWith("4 images: four drops\n\n"));
  // 2 of 44 cells are wrong; the constant misses 2 and adds 2.
  const auto accuracy = Row(text, "accuracy");
  ASSERT_EQ(accuracy.size(), 3u) << text;
  EXPECT_EQ(accuracy[0], "0.9545");
  EXPECT_THAT(accuracy[1], HasSubstr(".."));
  EXPECT_EQ(accuracy[2], "0.9091");
  EXPECT_THAT(Row(text, "answers that break a rule"),
              ::testing::ElementsAre("0.5000", "0.0000"));
  EXPECT_THAT(Row(text, "all classes of an image right"),
              ::testing::ElementsAre("0.5000", "0.7500"));
  // Precision 1/3, recall 1.
  const auto streak = Row(text, "streak ");
  ASSERT_EQ(streak.size(), 11u) << text;
  EXPECT_EQ(streak[0], "1");
  EXPECT_EQ(streak[1], "0.3333");
  EXPECT_EQ(streak[3], "0.5000");
  EXPECT_THAT(Row(text, "spherical_oblate+round "),
              ::testing::ElementsAre("3", "1", "spherical_oblate+round+streak", "2"));
  EXPECT_THAT(text, HasSubstr("2 of 4 answers break a rule:\n"));
  EXPECT_THAT(Row(text, "  spherical_oblate excludes streak"),
              ::testing::ElementsAre("2"));
}

TEST(EvaluationReportTest, TextOfSeveralModelsPutsTheMeanAndItsErrorFirst) {
  const std::string text = EvaluationText(Report({0, 2}));
  EXPECT_THAT(text, HasSubstr("95 %, 2 models"));
  // F1 1 and 0.5: mean 0.75, standard error 0.25, t(1) = 12.706.
  EXPECT_THAT(Row(text, "F1 of streak"),
              ::testing::ElementsAre("0.7500", "0.2500", "-2.4265..3.9265", "0.0000"));
  EXPECT_THAT(text, HasSubstr("  m0\n"));
  EXPECT_THAT(text, HasSubstr("  m2\n"));
  EXPECT_THAT(text, Not(HasSubstr("label combination")));
}

}  // namespace
}  // namespace airy::trainer
