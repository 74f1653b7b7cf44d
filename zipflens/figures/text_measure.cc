#include "zipflens/figures/text_measure.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

struct Releaser {
  void operator()(gpointer object) const { g_object_unref(object); }
  void operator()(PangoFontDescription* face) const { pango_font_description_free(face); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
};

/// Sets text in the font map of one thread, since Pango's objects belong to threads. Glyphs are not
/// hinted, so that text has the same extents at any resolution; neither locale nor screen matters.
class Typesetter {
 public:
  Typesetter() : context_(pango_font_map_create_context(pango_cairo_font_map_get_default())) {
    const std::unique_ptr<cairo_font_options_t, Releaser> options(cairo_font_options_create());
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context_.get(), options.get());
    pango_context_set_round_glyph_positions(context_.get(), FALSE);
    pango_context_set_language(context_.get(), pango_language_from_string("en"));
    layout_.reset(pango_layout_new(context_.get()));
    pango_layout_set_auto_dir(layout_.get(), FALSE);
    pango_layout_set_single_paragraph_mode(layout_.get(), TRUE);
    pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
  }

  static Typesetter& OfThisThread() {
    thread_local Typesetter typesetter;
    return typesetter;
  }

  /// The text in lines of `width` points, or on one line if `width` is negative; valid until the
  /// next call.
  PangoLayout* Set(std::string_view text, double points, bool bold, double width) {
    face_.reset(pango_font_description_from_string(kFontFamilies));
    pango_font_description_set_absolute_size(face_.get(), points * PANGO_SCALE);
    if (bold) pango_font_description_set_weight(face_.get(), PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout_.get(), face_.get());
    pango_layout_set_width(layout_.get(), width < 0 ? -1 : static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
    return layout_.get();
  }

 private:
  std::unique_ptr<PangoContext, Releaser> context_;
  std::unique_ptr<PangoLayout, Releaser> layout_;
  std::unique_ptr<PangoFontDescription, Releaser> face_;
};

bool StartsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

/// The longest beginning of `text`, in whole characters, that fits with an ellipsis behind it.
std::string CutToWidth(std::string_view text, double points, double width) {
  constexpr const char* kEllipsis = "\u2026";
  std::vector<std::size_t> ends;  // of the beginnings of `text`
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (StartsCharacter(text[i])) ends.push_back(i);
  }
  const auto cut = [&](std::size_t end) { return std::string(text.substr(0, end)) + kEllipsis; };
  const auto first_too_wide = std::partition_point(ends.begin(), ends.end(), [&](std::size_t end) {
    return TextWidth(cut(end), points) <= width;
  });
  return cut(first_too_wide == ends.begin() ? 0 : *(first_too_wide - 1));
}

}  // namespace

void RequireFont() {
  const FcFontSet* fonts = FcConfigGetFonts(nullptr, FcSetSystem);
  if (fonts != nullptr && fonts->nfont > 0) return;
  throw OutputError(
      "this machine has no font, and figures need one: install the package fonts-liberation");
}

double TextWidth(std::string_view text, double points, bool bold) {
  PangoRectangle extents{};
  PangoLayout* layout = Typesetter::OfThisThread().Set(text, points, bold, /*width=*/-1);
  pango_layout_get_extents(layout, nullptr, &extents);
  return extents.width * kMillimetresPerPoint / PANGO_SCALE;
}

std::vector<std::string> WrapText(std::string_view text, double points, double width,
                                  std::size_t max_lines) {
  std::vector<std::string> lines;
  PangoLayout* layout = Typesetter::OfThisThread().Set(text, points, /*bold=*/false,
                                                       std::max(0.0, width) / kMillimetresPerPoint);
  std::size_t last_start = 0;
  const int num_lines = text.empty() ? 0 : pango_layout_get_line_count(layout);
  for (int i = 0; i < num_lines && lines.size() < max_lines; ++i) {
    const PangoLayoutLine* line = pango_layout_get_line_readonly(layout, i);
    last_start = static_cast<std::size_t>(line->start_index);
    lines.emplace_back(text.substr(last_start, static_cast<std::size_t>(line->length)));
    while (lines.back().ends_with(' ')) lines.back().pop_back();
  }
  for (std::string& line : lines) {  // a letter may be wider where its word is broken
    if (TextWidth(line, points) > width + 0.01) line = CutToWidth(line, points, width);
  }
  const bool is_cut = std::cmp_greater(num_lines, lines.size());
  if (is_cut && !lines.empty()) lines.back() = CutToWidth(text.substr(last_start), points, width);
  return lines;
}

void ShowText(cairo_t* pen, std::string_view text, double points, bool bold) {
  PangoLayout* layout = Typesetter::OfThisThread().Set(text, points, bold, /*width=*/-1);
  cairo_move_to(pen, 0, 0);
  pango_cairo_show_layout_line(pen, pango_layout_get_line_readonly(layout, 0));
}

}  // namespace zipflens
