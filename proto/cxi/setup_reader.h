#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

#include "preprocess/frame/result.h"
#include "proto/cxi/image_stack.h"
#include "proto/cxi/setup.h"

namespace airy::cxi {

// What stands beside the images of a stack. Scalars are read whether they are of no
// dimension or of one, all lengths in metres and energies in joules, as CXI says without
// exception. A member that is there and makes no sense is InvalidArgument with its place,
// its value and what is allowed. Private to this folder.

// Mask and geometry of the detector whose images `stack` holds; of the first entry, in a
// file with an image per entry. The mask is found beside the images (image_1/mask) or at
// the detector, where mask_shared is what Cheetah calls it. A mask per shot is not read.
Result<Setup> ReadSetup(hid_t file, const ImageStack& stack);

// Energy of a photon for each of the first `shots` shots; empty when the file has none.
Result<std::vector<double>> ReadPhotonEnergiesJ(hid_t file, const ImageStack& stack,
                                                int64_t shots);

// experiment_identifier (or experimental_identifier, as CXI's own example and CXIDB-94
// spell it) of each of the first `shots` shots; empty when the file has none.
Result<std::vector<std::string>> ReadIdentifiers(hid_t file, const ImageStack& stack,
                                                 int64_t shots);

}  // namespace airy::cxi
