#pragma once

#include <string>
#include <vector>

#include "preprocess/frame/result.h"

namespace airy::images {

// "FILE:/path/to/dataset" taken apart.
struct ImageName {
  std::string path;     // of a file or folder
  std::string dataset;  // begins with '/'; empty: none given
};

// A name that exists as it is names no dataset; otherwise the dataset begins at the first
// ":/" whose left side exists. NotFound when there is no such file or folder.
Result<ImageName> ParseImageName(const std::string& name);

// The files that `name` stands for: itself, or in a folder every HDF5, PNG and TIFF file
// by its ending, in the order of their names with numbers by value (shot_9 before
// shot_10), each with the dataset of `name`. Views and indices of hits, which show images
// of other files again, are left out. NotFound when there are none.
Result<std::vector<std::string>> ImageFiles(const std::string& name);

// A folder that holds no image files but folders, one per class of what is in the
// images, as CXIDB-10 is kept: these folders in the order
// of their classes' names, each with the dataset of `name`.
// Empty for anything else. NotFound when there is no such file or folder.
Result<std::vector<std::string>> ClassFolders(const std::string& name);

// What the class of such a folder is called: the folder's own name in lower case, with
// '_' for all that is not a letter or digit: "pbcv_1" for "data/PBCV-1:/data/data".
std::string ClassNameOf(const std::string& folder);

}  // namespace airy::images
