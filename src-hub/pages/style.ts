import { createHash } from 'node:crypto'
import { trusted } from './html.ts'

/** The one style sheet of the hub's pages: the lane's colours, sized for a phone held in one hand. */
const styleSheet = `
:root { color-scheme: light dark;
  --paper: #f7f5ef; --surface: #fff; --ink: #171c18; --ink-soft: #414943; --line: #d9d5c9;
  --accent: #0b5f3c; --on-accent: #fff; --accent-soft: #e0efe5; --attention: #ffe9b8; --attention-ink: #3b2700;
  --stop: #8f1d18; --shadow: 0 1px 2px rgb(30 40 30 / 8%), 0 8px 24px rgb(30 40 30 / 8%); }
@media (prefers-color-scheme: dark) { :root {
  --paper: #111512; --surface: #1b211d; --ink: #f2f4ef; --ink-soft: #c3cbc4; --line: #333b35;
  --accent: #7fd9a6; --on-accent: #05190e; --accent-soft: #17352a; --attention: #3d2e08; --attention-ink: #ffe6b0;
  --stop: #ffb3a8; --shadow: none; } }
* { box-sizing: border-box; margin: 0; }
body { background: var(--paper); color: var(--ink); min-height: 100svh; padding: 24px 16px 40px;
  font: 17px/1.45 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { max-width: 440px; margin: 0 auto; }
main.wide { max-width: 960px; }
h1 { font-size: 24px; line-height: 1.25; text-wrap: balance; }
p { text-wrap: pretty; }
.card { background: var(--surface); border-radius: 20px; box-shadow: var(--shadow); padding: 24px; margin-top: 16px; }
.soft { color: var(--ink-soft); }
.small { font-size: 14px; }
.center { text-align: center; }
.right { text-align: right; }
.bold { font-weight: 700; }
.row { display: flex; justify-content: space-between; align-items: baseline; gap: 16px; padding: 3px 0; }
.row > :last-child { white-space: nowrap; text-align: right; }
.row.large { font-size: 26px; font-weight: 700; }
.receipt h1 { text-align: center; margin-bottom: 8px; }
.receipt hr { border: 0; border-top: 2px dashed var(--line); margin: 12px 0; }
.receipt .space { height: 12px; }
.receipt p { white-space: pre-wrap; }
.total { font-size: 48px; font-weight: 750; line-height: 1.1; letter-spacing: -.02em; margin: 4px 0 8px; }
.mark { display: inline-grid; place-items: center; width: 56px; height: 56px; border-radius: 50%;
  background: var(--accent-soft); color: var(--accent); font-size: 28px; font-weight: 700; }
.qr { background: #fff; border-radius: 16px; padding: 12px; width: min(100%, 300px); margin: 16px auto 12px; }
.qr svg { display: block; width: 100%; height: auto; }
.receipt .qr { width: 200px; }
.digits { font-size: clamp(15px, 5vw, 22px); font-weight: 650; white-space: nowrap; text-align: center; }
.life { height: 6px; border-radius: 3px; background: var(--line); overflow: hidden; margin: 16px 0 8px; }
.life i { display: block; height: 100%; background: var(--accent); transform-origin: left;
  animation: life 30s linear forwards; }
@keyframes life { to { transform: scaleX(0); } }
.dots i { display: inline-block; width: 10px; height: 10px; margin: 20px 4px 0; border-radius: 50%;
  background: var(--accent); animation: dot 1.4s ease-in-out infinite; }
.dots i:nth-child(2) { animation-delay: .2s; }
.dots i:nth-child(3) { animation-delay: .4s; }
@keyframes dot { 0%, 70%, 100% { opacity: .25; } 35% { opacity: 1; } }
@media (prefers-reduced-motion: reduce) { .life i, .dots i { animation: none; } }
a { color: var(--accent); }
label { display: block; font-weight: 600; margin: 16px 0 6px; }
input, select { width: 100%; font: inherit; color: inherit; background: var(--paper); padding: 14px; border: 1px solid #7d857f;
  border-radius: 12px; }
button { font: inherit; font-weight: 650; width: 100%; min-height: 52px; margin-top: 16px; border: 0;
  border-radius: 14px; background: var(--accent); color: var(--on-accent); cursor: pointer; }
button.stop { background: var(--stop); color: var(--surface); }
button.quiet { width: auto; min-height: 44px; margin: 0; padding: 0 16px; background: none; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: 12px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-size: 14px; font-weight: 600; color: var(--ink-soft); }
td.n, th.n { text-align: right; }
.scroll { overflow-x: auto; }
.links p { margin: 6px 0; }
.links hr { border: 0; border-top: 1px solid var(--line); margin: 12px 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 16px; margin-top: 16px; }
.figures .card { margin: 0; padding: 16px 20px; }
.figures b { display: block; font-size: 24px; line-height: 1.3; overflow-wrap: normal; }
.tag { display: inline-block; border-radius: 8px; padding: 1px 8px; font-size: 14px; font-weight: 600;
  background: var(--accent-soft); color: var(--accent); }
.tag.attention { background: var(--attention); color: var(--attention-ink); }
.problem { color: var(--stop); font-weight: 600; margin-top: 12px; }
@media print { body { background: #fff; padding: 0; } .card { box-shadow: none; padding: 0; } .noprint { display: none; } }
`

/** The whole element: its content is hashed to the byte, so no formatter may touch it. */
export const styleElement = trusted(`<style>${styleSheet}</style>`)

const styleHash = createHash('sha256').update(styleSheet).digest('base64')

/** Nothing runs and nothing is loaded: one known style sheet, pictures inside the page, forms to ourselves. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
