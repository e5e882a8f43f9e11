#include "server/services/subscriber.h"

#include <utility>

#include "server/services/result_message.h"

namespace airy::services {

Subscriber::Subscriber(Options options, std::function<void(Subscriber*)> on_gone)
    : options_(std::move(options)),
      on_gone_(std::move(on_gone)),
      mailbox_(options_.mailbox_capacity) {}

void Subscriber::Offer(const std::shared_ptr<const pipeline::Record>& record) {
  if (!options_.filter.Matches(*record)) return;
  options_.missed->Increment(static_cast<double>(mailbox_.Offer(record)));
  Advance();
}

void Subscriber::CountLost(const pipeline::Record& record) {
  if (!options_.filter.Matches(record)) return;
  options_.missed->Increment(static_cast<double>(mailbox_.CountLost()));
}

void Subscriber::Close() {
  mailbox_.Close();
  Advance();
}

void Subscriber::OnCancel() {
  mailbox_.Cancel();
  Advance();
}

void Subscriber::OnDone() {
  const auto on_gone = std::move(on_gone_);  // outlives *this, which may end in the call
  on_gone(this);
}

void Subscriber::Written(bool ok) {
  mailbox_.Written(ok);
  Advance();
}

void Subscriber::Advance() {
  using Action = SubscriberMailbox::Step::Action;
  const SubscriberMailbox::Step step = mailbox_.Next();
  switch (step.action) {
    case Action::kNothing:
      return;
    case Action::kFinish:
      return Finish(grpc::Status::OK);
    case Action::kFinishCancelled:
      return Finish(grpc::Status::CANCELLED);
    case Action::kWrite:
      FillFrameResult(*step.record, options_.with_image, &message_);
      message_.set_missed(step.missed);
      return StartWrite(&message_);
  }
}

}  // namespace airy::services
