/** How the page looks: by day, by night, on paper, in narrow and wide windows. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #fffffc; --ink: #1b1b1f; --muted: #62626b; --rule: #e4e4e0;
  --accent: #0a58a8; --spread: #a9c8e6; --wrong: #b3261e; --warned: #fdf0ee;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #151517; --ink: #e9e9ec; --muted: #a0a0a9; --rule: #323237;
    --accent: #86bdf7; --spread: #35597f; --wrong: #ff9288; --warned: #33201e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1rem 4rem; max-width: 992px;
  background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.7rem; line-height: 1.2; font-weight: 600; margin: 0 0 .4rem; }
h2 { font-size: 1.3rem; font-weight: 600; margin: 3.5rem 0 0; border-top: 1px solid var(--rule); padding-top: 1.2rem; }
h3 { font-size: 1rem; font-weight: 600; margin: 1.8rem 0 .4rem; }
p { margin: .4rem 0; max-width: 44rem; }
.lede, .note { color: var(--muted); font-size: .875rem; }
.warning { background: var(--warned); border-left: 4px solid var(--wrong); padding: .7rem 1rem; max-width: none; }
.wrong { color: var(--wrong); }
.answers dt { font-weight: 600; margin-top: 1.1rem; }
.answers dt a { color: inherit; text-decoration: none; }
.answers dd { margin: .1rem 0 0; font-size: .94rem; max-width: 46rem; }
b { font-weight: 600; white-space: nowrap; }
table { border-collapse: collapse; font-size: .81rem; margin: .6rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; font-weight: 400; padding: .25rem 0 .25rem 1rem; }
thead th, .pairs th { color: var(--muted); }
.pairs th { padding-left: 0; min-width: 8rem; }
.figures { width: 100%; table-layout: fixed; }
.figures th:first-child { width: 15rem; padding-left: calc(1rem * var(--depth, 0)); }
.figures .track { position: relative; width: 34%; padding: 0; }
.figures .track + * { padding-left: 2.6rem; width: 6.4rem; }
.figures tbody tr:not(.heading) { border-top: 1px solid var(--rule); }
.numeric { text-align: right; }
.track span { position: absolute; bottom: .25rem; transform: translateX(-50%); white-space: nowrap; }
.track i { position: absolute; }
.spread { top: .65rem; height: .32rem; background: var(--spread); min-width: 2px; }
.dot { top: .49rem; width: .64rem; height: .64rem; margin-left: -.32rem; border-radius: 50%; }
.dot { border: 2px solid var(--accent); background: var(--accent); }
.hollow { background: var(--page); }
.reference, .expected { top: 0; bottom: 0; border-left: 1px solid var(--muted); }
.expected { top: .3rem; bottom: .3rem; border-left: 2px solid var(--ink); }
.wrong .dot { border-color: var(--wrong); background: var(--wrong); }
@media screen and (max-width: 860px) {
  body { padding-top: 1.2rem; }
  .figures thead tr > :not(.track) { display: none; }
  .figures thead, .figures tbody, .figures .track { display: block; width: auto; }
  .figures tr { display: flex; flex-wrap: wrap; column-gap: 1rem; margin: 0 1.6rem; }
  .figures th[scope=row], .figures .track { flex: 0 0 100%; width: auto; }
  .figures .track { height: 1.6rem; }
  .figures td, .figures .track + * { padding: 0; width: auto; }
  .figures td[data-name]::before { content: attr(data-name) ' '; color: var(--muted); }
}
@media print {
  body { font-size: 10.5pt; padding: 0; max-width: none; }
  tr, dd { break-inside: avoid; }
  h2, h3, thead { break-after: avoid; }
}
`;
