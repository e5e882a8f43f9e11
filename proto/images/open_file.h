#pragma once

#include <memory>
#include <string>

#include "proto/images/image_reader.h"

namespace airy::images {

// One file by its kind, which is told by its first bytes and never by its ending. A set
// without images is no error here. Private to this folder.
Result<std::unique_ptr<ImageReader>> OpenFile(const std::string& name);

// The kinds. Errors as ImageReader::Open.
Result<std::unique_ptr<ImageReader>> OpenHdf5(const std::string& path,
                                              const std::string& dataset);
Result<std::unique_ptr<ImageReader>> OpenPng(const std::string& path);
Result<std::unique_ptr<ImageReader>> OpenTiff(const std::string& path);

}  // namespace airy::images
