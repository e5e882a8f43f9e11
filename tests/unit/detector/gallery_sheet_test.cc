#include "client/detector/gallery_sheet.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::detector {
namespace {

GalleryShot PairOfDroplets() {
  GalleryShot shot;
  shot.class_index = kDoubleRings;
  shot.index = 42;
  shot.shot.labels[kSphericalOblate] = shot.shot.labels[kDoubleRings] = 1;
  simulation::ShotTruth& truth = shot.shot.truth;
  truth.shape = "oblate";
  truth.radius_nm = 348;
  truth.axis_ratio = 0.9;
  truth.axis = {0, 0.5, 0.8660254};
  truth.photon_energy_ev = 24.8;
  truth.photons = 2.1e6;
  truth.companions[0].radius_nm = 220;
  truth.companions[0].separation_um = {0, 3, 4};
  return shot;
}

TEST(GallerySheetTest, SaysWhatWasInTheFocus) {
  const auto lines = Describe(PairOfDroplets());
  EXPECT_EQ(lines[0],
            "oblate, R = 348 nm, c/a = 0.90, axis 60 deg out of the detector plane; "
            "another of R = 220 nm, 5 um away");
  EXPECT_EQ(lines[1],
            "labelled spherical oblate, double rings; shot 42; 24.8 eV, 2.1 million "
            "photons");
}

TEST(GallerySheetTest, AnEmptyShotHasNoDroplet) {
  GalleryShot shot;
  shot.class_index = kEmpty;
  shot.shot.labels[kEmpty] = 1;
  shot.shot.truth.shape = "none";
  EXPECT_EQ(Describe(shot)[0], "no droplet: stray light and noise");
}

TEST(GallerySheetTest, TellsWhereASheetCannotBeWritten) {
  const testing::TempDir folder;
  std::array<GalleryPair, 4> levels;
  for (GalleryPair& pair : levels) {
    pair = {Image(kInputSize, kInputSize), Image(kInputSize, kInputSize)};
  }
  const GalleryShot shot = PairOfDroplets();
  EXPECT_OK(SaveClassSheet(shot, levels, {0, 1, 2, 3}, folder.File("a.png")));
  EXPECT_GT(std::filesystem::file_size(folder.File("a.png")), 1000U);
  EXPECT_STATUS(StatusCode::kUnavailable,
                SaveClassSheet(shot, levels, {0, 1, 2, 3}, folder.File("no/a.png")));
}

}  // namespace
}  // namespace airy::detector
