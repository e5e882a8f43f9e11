#pragma once

#include <string>
#include <vector>

#include "server/config_fields.h"

namespace airy::server {

// One assignment somebody wrote, and where.
struct Setting {
  std::string key;  // "batch.max_size"
  // What was written: a typed value (TOML) or a word whose type the field decides
  // (environment, --set).
  ConfigValue value;
  bool is_word = false;
  bool is_table = false;  // names a section, without a value
  std::string place;      // "airy.toml:14:12", "AIRY_BATCH__MAX_SIZE", "--set ..."
};

// Each reader appends what it found to *settings and what it could not read to *problems.
void ReadTomlFile(const std::string& path, std::vector<Setting>* settings,
                  std::vector<std::string>* problems);
// Takes AIRY_SECTION__KEY=value: section.key, all lower case. Others are not ours.
void ReadEnvironment(const std::vector<std::string>& environment,
                     std::vector<Setting>* settings);
void ReadAssignments(const std::vector<std::string>& assignments,
                     std::vector<Setting>* settings, std::vector<std::string>* problems);

// The value of a word for a field: true, 8 and 0.5 are typed unless it wants text.
ConfigValue InterpretWord(const std::string& word, bool is_text);

}  // namespace airy::server
