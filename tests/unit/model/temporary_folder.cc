#include "tests/unit/model/temporary_folder.h"

#include <filesystem>

#include "preprocess/frame/check.h"

namespace airy::model {

TemporaryFolder::TemporaryFolder()
    : path_((std::filesystem::temp_directory_path() / "airy_model_XXXXXX").string()) {
  AIRY_CHECK(mkdtemp(path_.data()) != nullptr);
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path_); }

}  // namespace airy::model
