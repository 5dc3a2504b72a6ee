// The style sheet of the published site. A file of its own, because it travels with the site and must not change when the pages of
// the server do. System fonts, nothing from elsewhere; text has at least 4.5:1 on every background in both schemes.
export const SITE_STYLE = `:root {
  color-scheme: light dark;
  --back: #f7fafc; --card: #ffffff; --text: #1a2333; --quiet: #4a5568; --line: #cbd5e1; --link: #1d4ed8;
  --good: #166534; --good-back: #dcfce7; --warn: #854d0e; --warn-back: #fef9c3; --bad: #991b1b; --bad-back: #fee2e2;
  --note: #1e40af; --note-back: #dbeafe; --plain: #374151; --plain-back: #e5e7eb; --check: #6b21a8; --check-back: #f3e8ff;
  --feedback: #2563eb; --understanding: #9333ea; --confidence: #047857; --overall: #374151;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0b1220; --card: #1a2333; --text: #f7fafc; --quiet: #cbd5e1; --line: #3b4a63; --link: #93c5fd;
    --good: #86efac; --good-back: #14361f; --warn: #fde68a; --warn-back: #40310b; --bad: #fca5a5; --bad-back: #451a1a;
    --note: #bfdbfe; --note-back: #172b4d; --plain: #e5e7eb; --plain-back: #374151; --check: #e9d5ff; --check-back: #3b1d5e;
    --feedback: #60a5fa; --understanding: #c084fc; --confidence: #34d399; --overall: #e5e7eb;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
header > div, main, footer { max-width: 76rem; margin: 0 auto; padding: 1rem; }
header > div { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
header strong { font-size: 1.1rem; overflow-wrap: anywhere; }
header nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; list-style: none; margin: 0; padding: 0; }
nav a { display: inline-block; padding: .25rem 0; text-decoration: none; }
nav a:hover, nav a[aria-current] { text-decoration: underline; text-underline-offset: .3em; }
nav a[aria-current] { font-weight: 600; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0 0 .5rem; overflow-wrap: anywhere; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.cards { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; min-width: 0; }
.card.feedback { border-top: .3rem solid var(--feedback); }
.card.understanding { border-top: .3rem solid var(--understanding); }
.card.confidence { border-top: .3rem solid var(--confidence); }
.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); min-width: 4rem; max-width: 30rem; overflow-wrap: break-word; }
th { font-weight: 600; }
td.wide { min-width: 12rem; }
.whole, td a, tbody th a, td .badge, th .badge { white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.badge { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .8rem; font-weight: 600; }
.good { background: var(--good-back); color: var(--good); }
.warn { background: var(--warn-back); color: var(--warn); }
.bad { background: var(--bad-back); color: var(--bad); }
.note { background: var(--note-back); color: var(--note); }
.plain { background: var(--plain-back); color: var(--plain); }
.check { background: var(--check-back); color: var(--check); }
.score { font-size: 2rem; font-weight: 700; line-height: 1.2; }
.bar { display: block; width: 100%; min-width: 5rem; height: .5rem; margin: .25rem 0 .75rem; border-radius: .25rem; }
.bar-back { fill: var(--line); }
.fill-feedback { fill: var(--feedback); }
.fill-understanding { fill: var(--understanding); }
.fill-confidence { fill: var(--confidence); }
.fill-overall { fill: var(--overall); }
.chart { display: block; width: 100%; max-width: 32rem; height: auto; }
.grid { stroke: var(--line); stroke-width: 1; }
.tick { fill: var(--quiet); font-size: 11px; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line-feedback { stroke: var(--feedback); }
.line-understanding { stroke: var(--understanding); stroke-dasharray: 6 2; }
.line-confidence { stroke: var(--confidence); stroke-dasharray: 2 2; }
.line-overall { stroke: var(--overall); stroke-width: 3; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .5rem 0 .75rem; padding: 0; }
.sign-feedback { color: var(--feedback); }
.sign-understanding { color: var(--understanding); }
.sign-confidence { color: var(--confidence); }
.sign-overall { color: var(--overall); }
ul { padding-left: 1.25rem; margin: 0 0 .75rem; }
.gaps { list-style: none; padding: 0; margin: 0; }
.gaps li + li { border-top: 1px solid var(--line); padding-top: .75rem; }
.gaps p:first-child { margin-bottom: .25rem; }
summary { cursor: pointer; }
details { margin-top: .75rem; }
footer { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .5rem; } }
@media print { header nav, .skip { display: none; } .card { break-inside: avoid; } }
`
