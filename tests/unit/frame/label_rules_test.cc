#include "preprocess/frame/label_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "tests/testing/status.h"

namespace airy {
namespace {

Labels Of(std::initializer_list<ClassIndex> classes) {
  Labels labels{};
  for (const ClassIndex c : classes) labels[static_cast<size_t>(c)] = 1;
  return labels;
}

TEST(LabelRulesTest, NamesJoinTheClassesInTheirOrder) {
  EXPECT_EQ(NamesOf(Of({kBent, kProlate})), "prolate+bent");
  EXPECT_EQ(NamesOf(Of({kEmpty})), "empty");
  EXPECT_EQ(NamesOf({}), "none");
}

TEST(LabelRulesTest, TellWhatTheRealDataNeverHas) {
  EXPECT_TRUE(KeepsHardRules({}));
  EXPECT_TRUE(KeepsHardRules(Of({kLayered})));
  EXPECT_TRUE(KeepsHardRules(Of({kEmpty})));
  EXPECT_TRUE(KeepsHardRules(Of({kStreak, kBent})));
  EXPECT_TRUE(KeepsHardRules(Of({kSphericalOblate, kLayered})));
  EXPECT_TRUE(KeepsHardRules(Of({kSphericalOblate, kRound, kAsymmetric})));
  EXPECT_FALSE(KeepsHardRules(Of({kSphericalOblate, kProlate})));
  EXPECT_FALSE(KeepsHardRules(Of({kSphericalOblate, kRound, kElliptical})));
  EXPECT_FALSE(KeepsHardRules(Of({kRound})));
  EXPECT_FALSE(KeepsHardRules(Of({kElliptical})));
  EXPECT_FALSE(KeepsHardRules(Of({kSphericalOblate, kRound, kBent})));
  EXPECT_FALSE(KeepsHardRules(Of({kSphericalOblate, kStreak})));
  for (int c = 0; c < kEmpty; ++c) {
    EXPECT_FALSE(KeepsHardRules(Of({kEmpty, static_cast<ClassIndex>(c)}))) << c;
  }
}

TEST(LabelRulesTest, EveryBrokenRuleIsNamed) {
  const auto broken = BrokenRules(Of({kSphericalOblate, kProlate, kElliptical, kEmpty}));
  std::vector<std::string> names;
  for (const LabelRule& rule : broken) names.push_back(Describe(rule));
  EXPECT_THAT(names, ::testing::ElementsAre("spherical_oblate excludes prolate",
                                            "empty excludes spherical_oblate",
                                            "empty excludes elliptical",
                                            "empty excludes prolate"));
  EXPECT_EQ(Describe(BrokenRules(Of({kRound})).front()), "round needs spherical_oblate");
}

TEST(LabelRulesTest, CheckNamesTheFirstShotAndItsRule) {
  std::vector<Labels> labels(20, Of({kSphericalOblate, kRound}));
  EXPECT_OK(CheckLabels(labels));
  EXPECT_OK(CheckLabels({}));
  labels[17] = Of({kRound, kProlate});
  labels[19] = Of({kEmpty, kStreak});
  const Status status = CheckLabels(labels);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(
      status.message(),
      "labels of 2 of 20 shots break the rules of the classes; the first is shot 17, "
      "labelled round+prolate, but round needs spherical_oblate");
}

}  // namespace
}  // namespace airy
