#pragma once

#include <string>

#include "preprocess/frame/result.h"

namespace airy::cxi {

// Clears the marks that a writer leaves in an HDF5 file it did not close, as `h5clear -s`
// does: a version 3 superblock (HDF5 File Format Specification 3.0, II.A) holds them in
// byte 11, and while they are set the library opens the file for nobody but SWMR readers.
// The end of file it records is brought up to the true one, so that everything that was
// flushed can be read. True when the file was mended, false when there was nothing to
// mend. Unavailable while a writer holds the file locked, InvalidArgument for a file
// without such a superblock, DataLoss for a bad checksum. Private to this folder.
Result<bool> ClearWriterMarks(const std::string& path);

}  // namespace airy::cxi
