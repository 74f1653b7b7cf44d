// Finishes a picture that gnuplot has drawn.
#pragma once

#include <string>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_writer.h"

namespace zipflens {

/// The finished content of a picture that gnuplot drew: SVG with its size in mm, a list of faces to
/// fall back on, a title and the caption as description; PDF without the time of day; PNG with its
/// resolution. Empty if `drawn` is not a whole file of that format.
std::string FinishPicture(std::string drawn, FigureFormat format, const Figure& figure,
                          const FigureOptions& options);

}  // namespace zipflens
