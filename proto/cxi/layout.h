#pragma once

// Where things lie in a CXI 1.6 file (github.com/cxidb/CXI, cxi_file_format). Every file
// of ours has one entry with one detector and one stack of images. Private to this
// folder.
namespace airy::cxi::layout {

inline constexpr int kCxiVersion = 160;

inline constexpr char kVersion[] = "/cxi_version";
inline constexpr char kEntryCount[] = "/number_of_entries";
inline constexpr char kEntry[] = "/entry_1";
inline constexpr char kTitle[] = "/entry_1/title";
inline constexpr char kIdentifier[] = "/entry_1/experiment_identifier";
inline constexpr char kDataLink[] = "/entry_1/data_1/data";
inline constexpr char kDetector[] = "/entry_1/instrument_1/detector_1";
inline constexpr char kStack[] = "/entry_1/instrument_1/detector_1/data";
inline constexpr char kDetectorInEntry[] = "/instrument_1/detector_1";
inline constexpr char kEnergyInEntry[] = "/instrument_1/source_1/energy";
// int8, classes x shots, with the class names as attribute kHeadings.
inline constexpr char kTags[] = "/entry_1/instrument_1/detector_1/tags";
inline constexpr char kTagsInEntry[] = "/instrument_1/detector_1/tags";
inline constexpr char kHeadings[] = "headings";
// int32, shots x classes in our class order: how CXIDB-94 keeps its labels.
inline constexpr char kNote[] = "/entry_1/note_1/data";
inline constexpr char kNoteInEntry[] = "/note_1/data";
inline constexpr char kSample[] = "/entry_1/sample_1";
inline constexpr char kEnergy[] = "/entry_1/instrument_1/source_1/energy";
// Of sets of shots, as many as are known: where the detector stands.
inline constexpr char kDistance[] = "/entry_1/instrument_1/detector_1/distance";
inline constexpr char kXPixelSize[] = "/entry_1/instrument_1/detector_1/x_pixel_size";
inline constexpr char kYPixelSize[] = "/entry_1/instrument_1/detector_1/y_pixel_size";
inline constexpr char kBasisVectors[] = "/entry_1/instrument_1/detector_1/basis_vectors";
inline constexpr char kCornerPosition[] =
    "/entry_1/instrument_1/detector_1/corner_position";
// Of sets of shots: how many are whole; fewer than there are places for in a set that was
// interrupted.
inline constexpr char kShotsWritten[] = "/entry_1/shots_written";
inline constexpr char kTrainId[] = "/entry_1/train_id";
inline constexpr char kPulseId[] = "/entry_1/pulse_id";

// Of hit files only.
inline constexpr char kStartTime[] = "/entry_1/start_time";
inline constexpr char kDescription[] = "/entry_1/instrument_1/detector_1/description";
inline constexpr char kMask[] = "/entry_1/instrument_1/detector_1/mask";
inline constexpr char kDetectorTime[] = "/entry_1/detector_time_unix_ns";
inline constexpr char kArrivalTime[] = "/entry_1/arrival_time_unix_ns";
inline constexpr char kProbabilities[] = "/entry_1/result_1/probabilities";
inline constexpr char kLitPixels[] = "/entry_1/result_1/lit_pixels";
inline constexpr char kModelIndex[] = "/entry_1/result_1/model_index";
// One row per network, which model_index points into.
inline constexpr char kModelName[] = "/entry_1/process_1/model_name";
inline constexpr char kModelVersion[] = "/entry_1/process_1/model_version";
inline constexpr char kModelSha256[] = "/entry_1/process_1/model_sha256";
inline constexpr char kModelThresholds[] = "/entry_1/process_1/model_thresholds";

// Of index files only.
inline constexpr char kClasses[] = "/classes";
inline constexpr char kFileName[] = "/files/name";
inline constexpr char kFileShots[] = "/files/shots";

inline constexpr char kAxes[] = "axes";
inline constexpr char kStackAxes[] = "experiment_identifier:y:x";

}  // namespace airy::cxi::layout
