// The one style sheet of the pages. System fonts, no external request; colours meet WCAG 2.1 AA in both schemes (4.5:1 for
// text on every background it stands on, measured by axe in test/app/pages).

export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #f7fafc; --card: #ffffff; --text: #1a2333; --quiet: #4a5568; --line: #cbd5e1; --link: #1d4ed8; --focus: #1d4ed8;
  --good: #166534; --good-back: #dcfce7; --warn: #854d0e; --warn-back: #fef9c3; --bad: #991b1b; --bad-back: #fee2e2;
  --note: #1e40af; --note-back: #dbeafe; --plain: #374151; --plain-back: #e5e7eb;
  --feedback: #3b82f6; --understanding: #9333ea; --confidence: #10b981;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0b1220; --card: #1a2333; --text: #f7fafc; --quiet: #cbd5e1; --line: #3b4a63; --link: #93c5fd; --focus: #93c5fd;
    --good: #86efac; --good-back: #14361f; --warn: #fde68a; --warn-back: #40310b; --bad: #fca5a5; --bad-back: #451a1a;
    --note: #bfdbfe; --note-back: #172b4d; --plain: #e5e7eb; --plain-back: #374151;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
header > div, main, footer { max-width: 80rem; margin: 0 auto; padding: 1rem; }
header > div { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; }
header strong { font-size: 1.1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0; }
nav a { display: inline-block; padding: .25rem 0; text-decoration: none; }
nav a:hover, nav a[aria-current] { text-decoration: underline; text-underline-offset: .3em; }
nav a[aria-current] { font-weight: 600; }
header form { margin-left: auto; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
.lead, .quiet { color: var(--quiet); }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--quiet); padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; min-width: 4rem; max-width: 30rem; }
th { font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.badge { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.good { background: var(--good-back); color: var(--good); }
.warn { background: var(--warn-back); color: var(--warn); }
.bad { background: var(--bad-back); color: var(--bad); }
.note { background: var(--note-back); color: var(--note); }
.plain { background: var(--plain-back); color: var(--plain); }
.score { font-size: 2rem; font-weight: 700; }
.feedback { border-top: .3rem solid var(--feedback); }
.understanding { border-top: .3rem solid var(--understanding); }
.confidence { border-top: .3rem solid var(--confidence); }
meter { width: 100%; }
label { display: block; font-weight: 600; }
input { font: inherit; width: 100%; max-width: 30rem; padding: .5rem; border: 1px solid var(--quiet); border-radius: .25rem; background: var(--card); color: var(--text); }
button { font: inherit; padding: .4rem .9rem; border: 1px solid var(--quiet); border-radius: .25rem; background: var(--card); color: var(--text); cursor: pointer; }
button.first { background: var(--link); border-color: var(--link); color: var(--card); }
.error { border-left: .3rem solid var(--bad); padding-left: 1rem; }
footer { color: var(--quiet); font-size: .9rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .5rem; } }
`.trimStart()
