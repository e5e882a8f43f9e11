#pragma once

#include "model/studies/study_figures.h"
#include "proto/plot/canvas.h"

namespace airy::studies {

// Accuracy, precision, recall and macro-F1 over the study's x, a chart each: a curve per
// series, the paper's beside it in dots, level lines for the rows without a place there.
// What is not run is left out.
plot::Canvas DrawStudy(const StudyFigures& figures);

}  // namespace airy::studies
