#pragma once

#include <span>
#include <vector>

#include "model/evaluation.h"
#include "model/trainer/training_log.h"
#include "proto/plot/canvas.h"

namespace airy::trainer {

// Precision over recall, a chart per class: the curve, a dot at the threshold, a line at
// the share of the class, which is the precision of a constant. Rows are of the same
// images and of the evaluation's classes.
plot::Canvas DrawPrecisionRecall(model::ProbabilityRows probabilities,
                                 model::LabelRows labels,
                                 const model::Evaluation& evaluation);

// Share of positives over mean probability, a dot per bin, over all cells and per class;
// the diagonal is where both are the same.
plot::Canvas DrawReliability(const model::Reliabilities& reliability,
                             const model::ClassList& classes = model::ElevenClasses());

// How the most frequent label combinations (rows) were answered (columns): numbers of
// images, the darker the larger the share of the row.
plot::Canvas DrawCombinations(const model::CombinationTable& table,
                              const model::ClassList& classes = model::ElevenClasses());

// Loss, validation macro-F1 and learning rate over epochs.
plot::Canvas DrawTraining(std::span<const LoggedEpoch> epochs);

}  // namespace airy::trainer
