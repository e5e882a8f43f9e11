#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "airy/v1/analysis.pb.h"
#include "preprocess/frame/result.h"
#include "server/pipeline/record.h"

namespace airy::services {

// Which results a subscriber asked for. Matches is const and thread-safe.
class SubscriptionFilter {
 public:
  // `sources`: the names of all sources. InvalidArgument names the field and the value.
  static Result<SubscriptionFilter> Parse(const v1::SubscribeRequest& request,
                                          std::span<const std::string> sources);
  bool Matches(const pipeline::Record& record) const;

 private:
  SubscriptionFilter() = default;
  bool MatchesClass(const pipeline::Record& record) const;

  bool hits_only_ = false;
  bool by_class_ = false;
  uint16_t classes_ = 0;       // bit i: class i is wanted
  float min_probability_ = 0;  // 0: the model's thresholds
  std::vector<std::string> sources_;
};

}  // namespace airy::services
