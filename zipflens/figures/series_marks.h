// Draws the marks and lines of a series with a pen whose units are those of the layout.
#pragma once

#include <cairo.h>

#include "zipflens/figures/colours.h"
#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_layout.h"

namespace zipflens {

inline constexpr double kLineWidth = 25.4 / 72;  // mm, of a line of size 1: a point

/// Sets the colour of what is drawn next.
void SetColour(Rgb colour, double opacity, cairo_t* pen);

/// Sets width, dashes and ends of what is stroked next to those of a series of lines.
void SetLine(const Series& series, cairo_t* pen);

/// Strokes a series of lines in the pen's colour, with a disc at each point for kLinePoints. A
/// point that has no place interrupts the line.
void StrokeLine(const Series& series, const PanelLayout& layout, cairo_t* pen);

/// Draws one mark of a series in its colour, as in a legend.
void DrawMark(const Series& series, Rgb colour, double opacity, Point middle, cairo_t* pen);

/// Draws a series in the plot of its panel; lines and bands are clipped at its edges, and marks
/// whose middles are outside are left out.
void DrawSeries(const Panel& panel, const Series& series, const PanelLayout& layout, cairo_t* pen);

}  // namespace zipflens
