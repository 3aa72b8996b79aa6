/** Light and dark by the reader's choice, black on white on paper; series differ by dash as well as by colour. */
export const style = `
:root { color-scheme: light dark; --paper: #fcfcfa; --ink: #1b1d1c; --soft: #5b615e; --rule: #d9dcd8;
  --a: #0b6e4f; --b: #a8471a; --c: #2d5fa8; --d: #7a3f98; --e: #6b6b00; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #161918; --ink: #eceeec; --soft: #a3aaa6; --rule: #343a37;
    --a: #5ecba1; --b: #f0a070; --c: #86b4f5; --d: #cf9ae8; --e: #d6d06a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Noto Sans SC", sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p, li { max-width: 46rem; }
p.lead, figcaption, small { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; color: var(--soft); font-size: .875rem; }
td.figure { white-space: nowrap; font-weight: 600; }
td.wide { overflow-wrap: anywhere; }
figure { margin: 1rem 0 0; }
svg { display: block; width: 100%; height: auto; font: 13px system-ui, sans-serif; }
svg text { fill: var(--soft); }
svg text.axis, svg text.mark { fill: var(--ink); }
svg .grid { stroke: var(--rule); }
svg .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
svg .fill { opacity: .16; }
svg line.mark { stroke: var(--ink); stroke-dasharray: 2 4; }
svg .line.s0 { stroke: var(--a); } svg .fill.s0 { fill: var(--a); }
svg .line.s1 { stroke: var(--b); stroke-dasharray: 7 4; } svg .fill.s1 { fill: var(--b); }
svg .line.s2 { stroke: var(--c); stroke-dasharray: 2 3; } svg .fill.s2 { fill: var(--c); }
svg .line.s3 { stroke: var(--d); stroke-dasharray: 10 3 2 3; } svg .fill.s3 { fill: var(--d); }
svg .line.s4 { stroke: var(--e); stroke-dasharray: 4 2; } svg .fill.s4 { fill: var(--e); }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #333; --rule: #bbb;
    --a: #0b6e4f; --b: #a8471a; --c: #2d5fa8; --d: #7a3f98; --e: #6b6b00; }
  body { padding: 0; max-width: none; font-size: 11pt; }
  figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`
