#pragma once

#include "airy/v1/analysis.pb.h"
#include "airy/v1/types.pb.h"
#include "client/client.h"

namespace airy::client {

// The messages of airy.v1 as the client's own types, and back. Private to this folder.

// Copies the pixels, row by row, into a message.
void FillImage(const PixelView& pixels, v1::Image* message);
ModelId FromMessage(const v1::ModelId& message);
// Internal when the server speaks of another number of classes.
Result<Prediction> FromMessage(const v1::Prediction& message);
Result<FrameResult> FromMessage(const v1::FrameResult& message);

}  // namespace airy::client
