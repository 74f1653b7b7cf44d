// The style sheet of the report page.
#pragma once

namespace zipflens {

/// Has rules for light and dark mode, for narrow screens and for print. Figures are on white in
/// both modes.
inline constexpr const char* kPageStyle = R"css(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --paper: #fdfdfc;
  --line: #d8dce1; --note: #fff6e0; --note-line: #e0a100; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ea; --soft: #a4acb5; --paper: #15181c; --line: #363c44; --note: #2b2413;
    --note-line: #b98a1b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.1rem 4rem; max-width: 52rem; color: var(--ink);
  background: var(--paper);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .6rem; }
p { margin: .5rem 0; }
.soft, figcaption { color: var(--soft); font-size: .92rem; }
.note { background: var(--note); border-left: 4px solid var(--note-line); padding: .7rem 1rem;
  margin: 1.4rem 0; border-radius: 0 4px 4px 0; }
figure { margin: 1.6rem 0 2.2rem; }
figure img { display: block; width: 100%; height: auto; background: #fff; border-radius: 4px; }
figure.narrow img { max-width: 28rem; margin: 0 auto; }
figcaption { margin-top: .5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { padding: .25rem .9rem .25rem 0; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
th { font-weight: 600; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
table.facts td:last-child { text-align: left; white-space: normal; overflow-wrap: anywhere; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
@media print { body { max-width: none; } figure, tr { break-inside: avoid; } }
)css";

}  // namespace zipflens
