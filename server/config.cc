#include "server/config.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "server/config_check.h"
#include "server/config_files.h"
#include "server/config_inputs.h"
#include "server/config_schema.h"

namespace airy::server {
namespace {

size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

// "; did you mean x?", or nothing when no word is near.
std::string Suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  size_t distance = std::max<size_t>(3, word.size() / 3);
  for (const std::string& candidate : known) {
    const size_t d = candidate.starts_with(word) ? 0 : EditDistance(word, candidate);
    if (d < distance) {
      distance = d;
      nearest = &candidate;
    }
  }
  return nearest == nullptr ? "" : "; did you mean " + *nearest + "?";
}

// Makes the sources that any setting speaks of, or the one of the demo.
void MakeSources(const std::vector<Setting>& settings, Config* config,
                 std::vector<std::string>* problems) {
  constexpr std::string_view kSection = "source.";
  for (const Setting& setting : settings) {
    if (!setting.key.starts_with(kSection)) continue;
    const std::string rest = setting.key.substr(kSection.size());
    const std::string name = rest.substr(0, rest.find('.'));
    if (!setting.is_table && rest.find('.') == std::string::npos) continue;
    if (IsSourceName(name)) {
      config->sources[name];
    } else if (setting.is_table || setting.is_word) {
      problems->push_back("a source's name must be 1..32 of a-z, 0-9, _ and -; was \"" +
                          name + "\" (" + setting.place + ")");
    }
  }
  if (config->sources.empty()) config->sources["demo"];
  for (auto& [name, source] : config->sources) source.zmq.name = name;
}

class Applier {
 public:
  Applier(std::vector<ConfigField> fields, LoadedConfig* loaded,
          std::vector<std::string>* problems)
      : fields_(std::move(fields)), loaded_(loaded), problems_(problems) {
    for (const ConfigField& field : fields_) {
      keys_.push_back(field.key);
      const std::string section = field.key.substr(0, field.key.rfind('.'));
      if (std::find(sections_.begin(), sections_.end(), section) == sections_.end()) {
        sections_.push_back(section);
      }
    }
  }

  void Apply(const Setting& setting) {
    if (setting.is_table) return CheckSection(setting);
    const auto field = std::find_if(fields_.begin(), fields_.end(),
                                    [&](const auto& f) { return f.key == setting.key; });
    if (field == fields_.end()) return ReportUnknown(setting);
    const ConfigValue value =
        setting.is_word
            ? InterpretWord(std::get<std::string>(setting.value), field->is_text)
            : setting.value;
    if (field->set(value)) {
      loaded_->origins[setting.key] = setting.place;
    } else {
      const bool has_point = field->is_whole && std::holds_alternative<double>(value);
      problems_->push_back(setting.key + " must be " +
                           (has_point ? "a whole number " : "") + field->range +
                           "; was " + ToToml(value) + " (" + setting.place + ")");
      refused_.insert(setting.key);
    }
  }

  // Takes a problem of values together, unless one of them is not what was written.
  void Report(const std::vector<std::string>& keys, const std::string& problem) {
    std::string place;
    for (const std::string& key : keys) {
      if (refused_.contains(key)) return;
      const auto origin = loaded_->origins.find(key);
      if (place.empty() && origin != loaded_->origins.end()) {
        place = " (" + origin->second + ")";
      }
    }
    problems_->push_back(problem + place);
  }

 private:
  void CheckSection(const Setting& setting) {
    const bool known =
        setting.key == "source" ||
        std::find(sections_.begin(), sections_.end(), setting.key) != sections_.end();
    if (known || IsBadSource(setting.key)) return;
    unknown_sections_.push_back(setting.key + ".");
    problems_->push_back("unknown section " + setting.key + " (" + setting.place + ")" +
                         Suggestion(setting.key, sections_));
  }

  void ReportUnknown(const Setting& setting) {
    if (IsBadSource(setting.key)) return;
    for (const std::string& section : unknown_sections_) {
      if (setting.key.starts_with(section)) return;  // said already
    }
    problems_->push_back("unknown key " + setting.key + " (" + setting.place + ")" +
                         Suggestion(setting.key, keys_));
  }

  // A source whose name was refused, and all it holds.
  bool IsBadSource(const std::string& key) const {
    if (!key.starts_with("source.")) return false;
    const std::string rest = key.substr(7);
    return !IsSourceName(rest.substr(0, rest.find('.')));
  }

  const std::vector<ConfigField> fields_;
  LoadedConfig* const loaded_;
  std::vector<std::string>* const problems_;
  std::vector<std::string> keys_;
  std::vector<std::string> sections_;
  std::vector<std::string> unknown_sections_;
  std::set<std::string> refused_;  // keys that kept another value than was written
};

}  // namespace

std::optional<transform::CcfOptions> PreprocessOptions::Ccf() const {
  if (input == Input::kImage) return std::nullopt;
  transform::CcfOptions ccf;
  ccf.order = ccf_order;
  ccf.part = ccf_part;
  ccf.scaling = ccf_scaling;
  ccf.grid.inner_radius_px = ccf_inner_radius_px;
  return ccf;
}

Result<LoadedConfig> LoadConfig(const ConfigInputs& inputs, Check check) {
  std::vector<Setting> settings;
  std::vector<std::string> problems;
  if (!inputs.file.empty()) ReadTomlFile(inputs.file, &settings, &problems);
  ReadEnvironment(inputs.environment, &settings);
  ReadAssignments(inputs.assignments, &settings, &problems);

  LoadedConfig loaded;
  MakeSources(settings, &loaded.config, &problems);
  Applier applier(DescribeConfig(&loaded.config), &loaded, &problems);
  for (const Setting& setting : settings) applier.Apply(setting);
  const auto report = [&](const auto& keys, const std::string& problem) {
    applier.Report(keys, problem);
  };
  CheckConfig(loaded.config, report);
  if (check == Check::kValuesAndFiles) CheckNamedFiles(loaded.config, report);
  if (problems.empty()) return loaded;

  std::string message;
  for (const std::string& problem : problems) {
    if (!message.empty()) message += '\n';
    message += problem;
  }
  return InvalidArgument(std::move(message));
}

std::string PrintConfig(const LoadedConfig& loaded) {
  Config config = loaded.config;
  std::string text;
  for (const ConfigField& field : DescribeConfig(&config)) {
    const auto origin = loaded.origins.find(field.key);
    text.append(field.key).append(" = ").append(ToToml(field.get()));
    text.append("  # ");
    text.append(origin == loaded.origins.end() ? "default" : origin->second);
    text += '\n';
  }
  return text;
}

std::string ConfigReference() {
  Config config;
  config.sources["NAME"];
  std::string text =
      "| key | default | range | unit | meaning |\n|---|---|---|---|---|\n";
  for (const ConfigField& field : DescribeConfig(&config)) {
    text.append("| `").append(field.key).append("` | `").append(ToToml(field.get()));
    text.append("` | ").append(field.range).append(" | ").append(field.unit);
    text.append(" | ").append(field.help).append(" |\n");
  }
  return text;
}

}  // namespace airy::server
