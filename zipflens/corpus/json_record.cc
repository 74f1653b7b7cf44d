#include "zipflens/corpus/json_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/json_events.h"

namespace zipflens {
namespace {

constexpr std::size_t kMaxNames = 41;           // one more than a message lists
constexpr std::size_t kMaxNameBytes = 80;       // of one name in a message
constexpr std::size_t kMaxFields = 10'000;      // of a record for display
constexpr std::size_t kMaxJsonBytes = 100'000;  // of a displayed field that is not a string

/// The value of a wanted field, or a value on the path to one.
struct Node {
  std::string type = {};  // nlohmann's name: "object", "string", "null"
  std::string text = {};  // of a wanted field: the string, or other values as JSON
  std::map<std::string, Node, std::less<>> fields = {};  // fields on the path to a wanted one
};

/// Keeps only the values on the paths to the wanted fields.
class WantedFields final : public JsonEvents {
 public:
  /// `text` and `title` are paths of names joined by dots. If `title` is empty, no title is wanted.
  WantedFields(const std::string& text, const std::string& title) : text_(text), title_(title) {}

  const Node& root() const { return root_; }
  std::string NamesOfFields() const { return ListNames(names_, num_names_ - names_.size()); }

 private:
  struct Frame {
    Node* object;
    std::string path;
  };

  void OnScalar(const nlohmann::json& value) override {
    if (is_capturing()) captured_.Scalar(value);
    if (Node* const node = Start(value.type_name()); node != nullptr && is_title_) {
      node->text = value.is_null() ? "" : value.dump();
    }
  }

  void OnString(std::string& value) override {
    if (is_capturing()) captured_.String(value);
    if (Node* const node = Start("string"); node != nullptr && (is_text_ || is_title_)) {
      node->text = std::move(value);
    }
  }

  void OnKey(std::string& name) override {
    if (is_capturing()) captured_.Key(name);
    if (depth() == 1 && !frames_.empty()) NoteName(name);
    target_ = nullptr;
    if (frames_.size() != depth()) return;  // inside a value that is not kept
    const Frame& frame = frames_.back();
    path_ = frames_.size() == 1 ? name : frame.path + "." + name;
    is_text_ = path_ == text_;
    is_title_ = !title_.empty() && path_ == title_;
    leads_on_ = LeadsTo(text_) || LeadsTo(title_);
    if (!is_text_ && !is_title_ && !leads_on_) return;
    target_ = &frame.object->fields[name];
    *target_ = Node{};  // the last of repeated names counts
  }

  void OnBegin(bool is_object) override {
    if (is_capturing()) captured_.Begin(is_object);
    const bool is_root = depth() == 1;
    Node* const node = Start(is_object ? "object" : "array");
    if (node != nullptr && !is_root && is_title_) {
      title_node_ = node;
      title_depth_ = depth();
      captured_.Begin(is_object);
    }
    if (node != nullptr && is_object && (is_root || leads_on_)) {
      frames_.push_back({node, is_root ? "" : path_});
    }
    target_ = nullptr;
  }

  void OnEnd(bool is_object) override {
    if (frames_.size() == depth()) frames_.pop_back();
    if (!is_capturing()) return;
    captured_.End(is_object);
    if (depth() > title_depth_) return;
    title_node_->text = captured_.Take();
    title_node_ = nullptr;
  }

  // Returns the node of the value that begins, or nullptr if it is not kept.
  Node* Start(const char* type) {
    const bool is_root = frames_.empty() && root_.type.empty();
    Node* const node = is_root ? &root_ : std::exchange(target_, nullptr);
    if (node != nullptr) node->type = type;
    return node;
  }

  bool LeadsTo(const std::string& wanted) const {
    return wanted.size() > path_.size() && wanted.starts_with(path_) && wanted[path_.size()] == '.';
  }

  void NoteName(const std::string& name) {
    const std::string shown = CutText(name, kMaxNameBytes);
    if (std::find(names_.begin(), names_.end(), shown) != names_.end()) return;
    ++num_names_;
    if (names_.size() < kMaxNames) names_.push_back(shown);
  }

  bool is_capturing() const { return title_node_ != nullptr; }

  const std::string& text_;
  const std::string& title_;
  Node root_;
  std::vector<Frame> frames_;  // the open objects that are kept
  Node* target_ = nullptr;     // node of the value after the current name, if kept
  std::string path_;           // of target_
  bool is_text_ = false;       // whether target_ is the text; below: the title, on a path to one
  bool is_title_ = false;
  bool leads_on_ = false;
  Node* title_node_ = nullptr;   // the title, while it is an open object or array
  std::size_t title_depth_ = 0;  // depth of title_node_
  JsonWriter captured_;          // the JSON of title_node_
  std::vector<std::string> names_;
  std::size_t num_names_ = 0;
};

const Node* Find(const Node& object, std::string_view name) {
  const auto field = object.fields.find(name);
  return field == object.fields.end() ? nullptr : &field->second;
}

// Returns the field with the whole name `path`, or else follows it as a path.
const Node* FindPath(const Node& object, std::string_view path) {
  const Node* found = Find(object, path);
  for (std::size_t dot = path.find('.'); found == nullptr && dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    if (const Node* const inner = Find(object, path.substr(0, dot))) {
      found = FindPath(*inner, path.substr(dot + 1));
    }
  }
  return found;
}

/// Collects each field of an object as text.
class AllFields final : public JsonEvents {
 public:
  const std::string& root_type() const { return root_type_; }

  std::vector<std::pair<std::string, std::string>> Take() {
    if (num_left_out_ > 0) {
      fields_.emplace_back("...", fmt::format("({} more fields)", num_left_out_));
    }
    return std::move(fields_);
  }

 private:
  void OnScalar(const nlohmann::json& value) override {
    if (depth() == 0) root_type_ = value.type_name();
    if (is_kept()) text_.Scalar(value);
    if (depth() == 1) FinishField();
  }
  void OnString(std::string& value) override {
    if (depth() == 0) root_type_ = "string";
    if (value_ != nullptr && depth() == 1) {
      *value_ = std::move(value);
      value_ = nullptr;
    } else if (is_kept()) {
      text_.String(value);
    }
  }
  void OnKey(std::string& name) override {
    if (depth() > 1) {
      if (is_kept()) text_.Key(name);
      return;
    }
    value_ = nullptr;
    auto place = index_of_.find(name);
    if (place == index_of_.end() && fields_.size() == kMaxFields) {
      ++num_left_out_;
      return;
    }
    if (place == index_of_.end()) {
      place = index_of_.emplace(name, fields_.size()).first;
      fields_.emplace_back(name, "");
    }
    value_ = &fields_[place->second].second;
  }
  void OnBegin(bool is_object) override {
    if (depth() == 1) root_type_ = is_object ? "object" : "array";
    if (is_kept()) text_.Begin(is_object);
  }
  void OnEnd(bool is_object) override {
    if (is_kept() && depth() > 1) text_.End(is_object);
    if (depth() == 2) FinishField();
  }

  void FinishField() {
    if (value_ != nullptr) *std::exchange(value_, nullptr) = CutText(text_.Take(), kMaxJsonBytes);
  }
  bool is_kept() const { return value_ != nullptr && text_.size() <= kMaxJsonBytes; }

  std::string root_type_;
  std::vector<std::pair<std::string, std::string>> fields_;
  std::unordered_map<std::string, std::size_t> index_of_;  // by name, in fields_
  std::size_t num_left_out_ = 0;
  std::string* value_ = nullptr;  // of the current field, until it is complete
  JsonWriter text_;
};

void RequireObject(const std::string& type) {
  if (type != "object") throw BadJson{"", fmt::format("a JSON {}", type)};
}

}  // namespace

JsonRecordParser::JsonRecordParser(std::string text_field, std::string title_field)
    : text_field_(std::move(text_field)), title_field_(std::move(title_field)) {}

void JsonRecordParser::Parse(std::string_view line, std::string& text, std::string& title) const {
  WantedFields wanted(text_field_, title_field_);
  wanted.JsonEvents::Parse(line);
  RequireObject(wanted.root().type);
  const Node* const found = FindPath(wanted.root(), text_field_);
  if (found == nullptr) {
    throw BadJson{"",
                  fmt::format("no field \"{}\" among: {}", text_field_, wanted.NamesOfFields())};
  }
  if (found->type != "string") {
    throw BadJson{fmt::format("field {}", text_field_),
                  found->type == "null" ? "null" : fmt::format("a JSON {}", found->type)};
  }
  text = found->text;
  const Node* const titled = title_field_.empty() ? nullptr : FindPath(wanted.root(), title_field_);
  title = titled == nullptr ? "" : titled->text;
}

std::vector<std::pair<std::string, std::string>> JsonRecordParser::Fields(std::string_view line) {
  AllFields fields;
  fields.JsonEvents::Parse(line);
  RequireObject(fields.root_type());
  return fields.Take();
}

}  // namespace zipflens
