#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"

namespace airy::cxi {

// The files of one source with one frame shape form a series:
//   <run>_<source>_<rows>x<cols>_<type>_00001.cxi, _00002.cxi, ...   hits
//   <run>_<source>_<rows>x<cols>_<type>_00001_views.cxi, ...         their views per
//   class <run>_<source>_<rows>x<cols>_<type>_index.cxi                    the views over
//   all
struct HitFileName {
  std::string series;
  int number = 0;  // 1..
};
std::string HitSeriesName(std::string_view run, std::string_view source, int rows,
                          int cols, PixelType type);
std::string ToFileName(const HitFileName& name);
std::string IndexFileName(std::string_view series);
std::string ViewsFileName(const std::string& hit_file_name);
// Nothing when a file name is not a hit file's.
std::optional<HitFileName> ParseHitFileName(const std::string& file_name);

// The hit files of one series in a folder, by number. Empty when there is no folder.
std::vector<HitFileName> FindHitFiles(const std::string& folder, std::string_view series);

// What a daemon that was killed left in a folder, put in order.
struct MendedFolder {
  std::vector<std::string> mended;   // names of the hit files that open plainly again
  std::vector<std::string> removed;  // names of files that were never finished
  std::vector<Status> failures;      // hit files that could not be mended, and why
};
// Clears the marks of the dead writer from every hit file (see HitWriter) and removes
// unfinished ones. Files that somebody writes, and files of other names, are left alone.
// Called on start, before the first HitWriter of this folder is made.
MendedFolder MendHitFiles(const std::string& folder);

}  // namespace airy::cxi
