#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/classes.h"
#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"
#include "proto/cxi/setup.h"

namespace airy::cxi {

// A set of shots in one CXI 1.6 file: what airy-detector writes and replays, and what
// airy-trainer learns from. Layout in proto/cxi/README.md.
using Labels = std::array<uint8_t, kClassCount>;

struct ShotSetInfo {
  int64_t shots = 0;
  int rows = 0;
  int cols = 0;
  PixelType type = PixelType::kUint16;
  bool labelled = false;
};

// Named numbers beside the shots, one per shot (physics truth, SI units or as named),
// written to /entry_1/sample_1/<name>.
struct TruthColumn {
  std::string name;
  std::vector<double> values;
};

struct ShotWriterOptions {
  ShotSetInfo info;  // of the whole set
  std::string title;
  // What the set is made of, one string attribute each on /entry_1 (seed, simulator
  // version, ...).
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<std::string> truth_names;
  bool photon_energies = false;          // whether Append is given them
  std::vector<std::string> identifiers;  // one per shot; empty: shot_00000000, ...
  DetectorGeometry geometry;             // what of it is set is written
};

// Writes a set of a known number of shots, one after the other, into `path`.partial,
// which Close renames. The file has its whole size and structure before the first shot,
// so that each is a few writes in place: memory does not grow with the set, a disk too
// small is told at once, and a set that was interrupted (signal, kill, power cut) is gone
// on with by another writer with the same options. However often that happens, the
// finished bytes are the same. ShotReader refuses a set that is not finished, whatever
// its name.
//
// Every second of appending and in the end, the file is brought to the disk and the
// number of whole shots is noted in it after that; what was appended later is lost with
// the power or by SIGKILL. Owned by one thread.
class ShotWriter {
 public:
  // InvalidArgument for options out of range. FailedPrecondition when the partial file
  // was begun with other options, naming the first that differs. Unavailable when another
  // process writes it. ResourceExhausted when the disk has no room for the set, Internal
  // when it cannot be written at all.
  static Result<std::unique_ptr<ShotWriter>> Create(const std::string& path,
                                                    const ShotWriterOptions& options);
  // Without Close, notes what is written and leaves the partial file; without a shot in
  // it, removes it.
  ~ShotWriter();

  // How many shots are in the file: the number of the next.
  int64_t written() const;
  // A shot 0..written() - 1, as it was appended.
  struct Numbers {
    Labels labels{};
    std::vector<double> truth;
  };
  Result<Numbers> ReadBack(int64_t shot) const;

  // `pixels`: rows * cols of the type, dense. `labels` of an unlabelled set are not kept.
  // `truth`: one value per truth name. `photon_energy_j`: if the options say so.
  // After an error the shot is not in the file.
  Status Append(const void* pixels, const Labels& labels, std::span<const double> truth,
                std::optional<double> photon_energy_j = std::nullopt);
  // FailedPrecondition unless all shots are written.
  Status Close();

 private:
  struct File;
  explicit ShotWriter(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

// Whether a file begins as HDF5 does.
bool IsHdf5File(const std::string& path);

// Reads a CXI file of shots, ours or anybody's: the image stack is found at
// /entry_1/data_1/data, /entry_1/image_1/data, /entry_1/instrument_1/detector_1/data or
// /data/data, or at the path given. A 2-D dataset is one shot; where each of several
// entries has one (CXIDB-94), the shots are those of all entries by their number. One
// shot is in memory at a time, however large the file. Owned by one thread.
class ShotReader {
 public:
  // NotFound, InvalidArgument (not HDF5, no image stack, unsupported rank or type: naming
  // what was found), DataLoss (truncated, or a set whose writing was interrupted).
  // Messages of all functions begin with the path.
  static Result<std::unique_ptr<ShotReader>> Open(const std::string& path,
                                                  const std::string& dataset_path = "");
  ~ShotReader();
  const ShotSetInfo& info() const;
  // Fills `pixels` (rows * cols of info().type) with shot `index`.
  Status ReadPixels(int64_t index, void* pixels) const;
  // All labels, one row per shot; FailedPrecondition when the file has none,
  // InvalidArgument when they are not eleven of 0 or 1 per shot.
  Result<std::vector<Labels>> ReadLabels() const;
  Result<std::vector<double>> ReadTruth(const std::string& name) const;
  // Every column of one number per shot in /entry_1/sample_1, by name.
  Result<std::vector<TruthColumn>> ReadAllTruth() const;
  // Train and pulse ids; empty when the file has none.
  struct Ids {
    std::vector<uint64_t> train_id;
    std::vector<uint64_t> pulse_id;
  };
  Result<Ids> ReadIds() const;
  // What the shots are called, and the energy of their photons in joules: one per shot;
  // empty when the file has none. InvalidArgument for another number of them, or energies
  // that are not in joules.
  Result<std::vector<std::string>> ReadIdentifiers() const;
  Result<std::vector<double>> ReadPhotonEnergiesJ() const;
  // Mask and geometry of the detector, in a file of several entries those of the first.
  // InvalidArgument for a shape or a length that cannot be.
  Result<Setup> ReadSetup() const;
  // A string attribute of /entry_1, or nothing.
  std::optional<std::string> Attribute(const std::string& name) const;

 private:
  struct File;
  explicit ShotReader(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace airy::cxi
