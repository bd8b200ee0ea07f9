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
h2 { font-size: 1.3rem; line-height: 1.3; font-weight: 600; margin: 3.5rem 0 0; border-top: 1px solid var(--rule); padding-top: 1.2rem; }
h3 { font-size: 1rem; font-weight: 600; margin: 1.8rem 0 .4rem; }
h4 { font-size: .8rem; font-weight: 400; margin: 0; }
p { margin: .4rem 0; max-width: 44rem; }
.lede, .note, figcaption, summary { color: var(--muted); font-size: .875rem; }
.warning { background: var(--warned); border-left: 4px solid var(--wrong); padding: .7rem 1rem; margin: 1rem 0; max-width: none; }
.wrong { color: var(--wrong); }
.answers { margin: 1.8rem 0 0; }
.answers dt { font-weight: 600; margin-top: 1.1rem; }
.answers dt a { color: inherit; text-decoration: none; }
.answers dt a:hover { text-decoration: underline; }
.answers dd { margin: .1rem 0 0; font-size: .94rem; max-width: 46rem; }
b { font-weight: 600; white-space: nowrap; }
figure { margin: .6rem 0 0; }
figure + figure { margin-top: 1.4rem; }
figcaption { margin-bottom: .4rem; }
svg { overflow: visible; font-variant-numeric: tabular-nums; }
.narrow { display: none; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr)); gap: 1.2rem 1rem; align-items: end; }
details { margin: .5rem 0; }
summary { cursor: pointer; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .81rem; margin: .4rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; font-weight: 400; padding: .2rem 1.2rem .2rem 0; }
.scroll th, .scroll td { border-bottom: 1px solid var(--rule); overflow-wrap: normal; }
.scroll .numeric { white-space: nowrap; }
.scroll td:last-child:not(.numeric) { min-width: 9rem; }
.scroll th[scope=row] { min-width: 10rem; padding-left: calc(1rem * var(--depth)); }
thead th { color: var(--muted); }
.numeric { text-align: right; }
.environment th { color: var(--muted); padding-left: 0; min-width: 7rem; }
@media screen and (max-width: 860px) {
  body { padding-top: 1.2rem; }
  .wide { display: none; }
  .narrow { display: block; }
  th, td { padding-right: .8rem; }
}
@media print {
  body { font-size: 10.5pt; padding: 0; max-width: none; }
  figure, tr, dd { break-inside: avoid; }
  h2, h3, figcaption { break-after: avoid; }
  summary { display: none; }
  details::details-content { content-visibility: visible; }
}
`;
