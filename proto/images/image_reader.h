#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/result.h"
#include "proto/cxi/setup.h"
#include "proto/cxi/shot_file.h"

namespace airy::images {

// Of what class each image of a set is, where folders say it.
struct ImageClasses {
  std::vector<std::string> names;  // in the order of the folders; empty: none say it
  std::vector<size_t> of_images;   // for each image the index of its class
};

// A set of detector images of one shape and type, read one at a time: the only way in
// which image files come into airy. In memory are one image and, of an HDF5 dataset, the
// chunks it lies in, however large the set. Pixel values come as stored, never scaled;
// reading in order is fastest. Owned by one thread.
class ImageReader {
 public:
  // `name` is an HDF5 file (CXI, CXIDB-94, or any other), a PNG, a TIFF of one or many
  // pages, or a folder of these, in the order of their names with numbers by value. After
  // an HDF5 file or folder, ":/path" says which dataset to read; without it the usual
  // places are tried (cxi::ShotReader). Several names are one set, in their order. A
  // folder that holds no images but folders of them is a set by itself, with a class for
  // each folder.
  //
  // NotFound; InvalidArgument for a file that is none of these, a dataset that is missing
  // or no stack of images, a colour picture, files of unlike shape or type, and a set
  // without images; DataLoss for a file that is cut short. Messages of all functions
  // begin with the file's name.
  static Result<std::unique_ptr<ImageReader>> Open(const std::string& name);
  static Result<std::unique_ptr<ImageReader>> Open(std::span<const std::string> names);
  virtual ~ImageReader() = default;

  virtual const cxi::ShotSetInfo& info() const = 0;
  // Of a folder of folders, one per class (CXIDB-10). Empty for all else.
  virtual ImageClasses classes() const { return {}; }
  // Fills `pixels` (rows * cols of info().type) with image `index`, 0..info().shots - 1.
  virtual Status Read(int64_t index, void* pixels) = 0;

  // What stands beside the images, as cxi::ShotReader reads it; pictures have none of it.
  // One row per image; FailedPrecondition when there are no labels.
  virtual Result<std::vector<cxi::Labels>> ReadLabels() = 0;
  // The columns that every file has.
  virtual Result<std::vector<cxi::TruthColumn>> ReadTruth() = 0;
  // One per image, or empty.
  virtual Result<std::vector<std::string>> ReadIdentifiers() = 0;
  virtual Result<std::vector<double>> ReadPhotonEnergiesJ() = 0;
  // Of several files, InvalidArgument unless all have the same.
  virtual Result<cxi::Setup> ReadSetup() = 0;
};

}  // namespace airy::images
