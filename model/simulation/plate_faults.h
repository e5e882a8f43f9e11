#pragma once

#include <vector>

#include "model/simulation/random.h"

namespace airy::simulation {

// What is wrong with a plate of `size` pixels across. `light` is an image of size * size.

// Adds a spot that glows without light, of one to two and a half pixels of a 1035-pixel
// image; `least` and `most` are its peak's bounds.
void AddHotSpot(int size, double least, double most, Random* random,
                std::vector<float>* light);

// Darkens a sector of 10 to 40 degrees from the plate's middle outwards.
void DarkenSector(int size, Random* random, std::vector<float>* light);

}  // namespace airy::simulation
