#include "server/services/subscription_filter.h"

#include <algorithm>
#include <string_view>

#include "preprocess/frame/classes.h"

namespace airy::services {
namespace {

template <typename Names>
std::string Join(const Names& names) {
  std::string joined;
  for (const std::string_view name : names) {
    if (!joined.empty()) joined += ", ";
    joined += name;
  }
  return joined;
}

template <typename Names>
Status Unknown(const char* field, int index, const std::string& value,
               const Names& allowed) {
  return InvalidArgument(std::string(field) + "[" + std::to_string(index) +
                         "] must be one of " + Join(allowed) + "; was '" + value + "'");
}

}  // namespace

Result<SubscriptionFilter> SubscriptionFilter::Parse(
    const v1::SubscribeRequest& request, std::span<const std::string> sources) {
  SubscriptionFilter filter;
  filter.hits_only_ = request.hits_only();
  filter.min_probability_ = request.min_probability();
  // Written so that NaN fails too.
  if (!(filter.min_probability_ >= 0 && filter.min_probability_ <= 1)) {
    return InvalidArgument("min_probability must be 0..1; was " +
                           std::to_string(filter.min_probability_));
  }
  unsigned classes = 0;
  for (int i = 0; i < request.classes_size(); ++i) {
    const int index = FindClass(request.classes(i));
    if (index < 0) return Unknown("classes", i, request.classes(i), kClassNames);
    classes |= 1U << index;
  }
  filter.by_class_ = classes != 0 || filter.min_probability_ > 0;
  if (classes == 0) classes = (1U << kClassCount) - 1;
  filter.classes_ = static_cast<uint16_t>(classes);
  for (int i = 0; i < request.sources_size(); ++i) {
    const std::string& source = request.sources(i);
    if (std::find(sources.begin(), sources.end(), source) == sources.end()) {
      return Unknown("sources", i, source, sources);
    }
    filter.sources_.push_back(source);
  }
  return filter;
}

bool SubscriptionFilter::Matches(const pipeline::Record& record) const {
  if (hits_only_ && !record.hit.is_hit) return false;
  if (!sources_.empty() &&
      std::find(sources_.begin(), sources_.end(), record.id.source) == sources_.end()) {
    return false;
  }
  return !by_class_ || MatchesClass(record);
}

bool SubscriptionFilter::MatchesClass(const pipeline::Record& record) const {
  if (record.outcome != pipeline::Outcome::kClassified) return false;
  if (min_probability_ == 0) return (record.labels & classes_) != 0;
  for (size_t i = 0; i < record.probabilities.size(); ++i) {
    if (((classes_ >> i) & 1U) && record.probabilities[i] >= min_probability_)
      return true;
  }
  return false;
}

}  // namespace airy::services
