#pragma once

#include <string>

#include "model/studies/study_figures.h"

namespace airy::studies {

// A study in Markdown: our figures row by row beside the paper's, with size, seeds,
// device and the set's origin, "not run" where there are none; then, where the study has
// them, figures per class; then which of the claims hold.
std::string StudyReport(const StudyFigures& figures);

// A set's description as short as a cell: "simulator 3", or the file's name.
std::string OriginOf(const std::string& set);

}  // namespace airy::studies
