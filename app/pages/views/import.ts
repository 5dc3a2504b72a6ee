import { html } from 'hono/html'
import { AppError } from '../../../integrations/kernel/errors.ts'
import type { AppContext } from '../../context.ts'
import { readImport } from '../../usecases/read-import.ts'
import { type Block, figuresOf, IMPORT_BLOCKS } from '../figures.ts'
import type { Html, Page, View } from '../page.ts'
import { badge, card, facts, type Tone, table } from '../parts.ts'
import { scoreOf, subscoreTable } from '../scores.ts'
import { brief, duration, instant } from '../words.ts'

type Import = Awaited<ReturnType<typeof readImport.run>>
type Gap = Import['gaps'][number]

const SEVERITY_TONES: Readonly<Record<string, Tone>> = { critical: 'bad', high: 'bad', medium: 'warn', low: 'plain' }

/** `Dependabot alerts: not enabled` under a heading that stands once is `not enabled`, and the last step to it is that heading. */
function worded({ title, recommendation }: Gap, once: string | undefined): string {
  if (!once) return `${title}. ${recommendation}`
  const advice = recommendation.replace(new RegExp(` → [^→]*${once}[^→]*$`, 'i'), '.')
  return `${title.replace(/^[^:]*: /, '')}. ${advice.replaceAll(new RegExp(once, 'gi'), 'it')}`
}

const gapList = (gaps: readonly Gap[], once?: string): Html =>
  gaps.length === 0
    ? html``
    : html`<ul>${gaps.map((gap) => html`<li>${badge(gap.severity, SEVERITY_TONES[gap.severity] ?? 'plain')} ${worded(gap, once)}</li>`)}</ul>`

/** Sentences that say which figure has no value are left out: the figure says it itself, under its own label. */
const notes = (explanation: string) =>
  explanation
    .split(/(?<=[.!])\s+/)
    .filter((sentence) => sentence && !sentence.startsWith('No figure for'))
    .join(' ')

const progressOf = (found: Import): Html =>
  found.progress
    ? html`<p role="status">${badge('under way', 'note')} ${found.progress.phase ?? ''} ${found.progress.done}${found.progress.total ? ` of ${found.progress.total}` : ''}${
        found.progress.secondsLeft === undefined ? '' : `, about ${duration(found.progress.secondsLeft)} left`
      }. Load the page again to see how far it is.</p>`
    : html``

function about(found: Import): Html {
  return facts([
    ['State', badge(found.state, found.state === 'done' ? 'good' : found.state === 'running' ? 'note' : 'warn')],
    ['Repository', found.repository],
    ['From', instant(found.window.from)],
    ['To', instant(found.window.to)],
    ['Read', `${found.imported} facts in ${found.requests} requests`],
  ])
}

function show(found: Import, blocks: readonly Block[], title: string): View {
  const placed = new Set(blocks.flatMap(({ rows }) => rows.map(([metric]) => metric)))
  const score = Object.keys(found.metrics).find((name) => name.endsWith('Score'))
  const others = Object.entries(found.metrics).filter(([name, value]) => !placed.has(name) && name !== score && typeof value !== 'object')
  const isPlaced = (gap: Gap) => blocks.some(({ gaps }) => gaps.some((start) => gap.code.startsWith(start)))
  const cards = blocks.map((block) => {
    const gaps = found.gaps.filter(({ code }) => block.gaps.some((start) => code.startsWith(start)))
    return card(block.title, html`${figuresOf(block, found.metrics)}${gapList(gaps, block.once && block.title)}`)
  })
  const rest = found.gaps.filter((gap) => !isPlaced(gap))
  const points = subscoreTable(
    found.subscores.map((one) => ({
      ...one,
      confidence: typeof one.confidence === 'string' ? one.confidence : '',
      evidence: Array.isArray(one.evidence) ? one.evidence : [],
    })),
  )
  return {
    title,
    body: html`${progressOf(found)}${notes(found.explanation) ? html`<p class="lead">${notes(found.explanation)}</p>` : ''}
<div class="cards">${card('Score', html`${scoreOf(score ? found.metrics[score] : undefined, found.coverage)}${points}`)}${card('About', about(found))}</div>
<div class="cards">${cards}</div>
${rest.length > 0 ? card('What is missing', gapList(rest)) : ''}
${
  others.length > 0
    ? card(
        'More figures',
        table(
          'By name',
          ['Figure', 'Value'],
          others.map(([name, value]) => [name, brief(value)]),
        ),
      )
    : ''
}`,
  }
}

async function load(ctx: AppContext, id: string | undefined, kind: string, title: string): Promise<View> {
  const found = await readImport.run(ctx, { id: id ?? '' })
  const is = [found.provider, found.provider === 'github' ? found.dimension : ''].filter(Boolean).join(' ')
  if (is !== kind) throw new AppError('not-found', `There is no such import ${id}: it is one of ${is}.`)
  return show(found, IMPORT_BLOCKS[kind] ?? [], `${title}${found.repository ? `: ${found.repository}` : ''}`)
}

const page = (path: string, kind: string, title: string): Page => ({
  path,
  section: '/integrations',
  load: (ctx, { params }) => load(ctx, params.importId, kind, title),
})

/** The pages of imports, one for each provider and dimension. */
export const importPages: readonly Page[] = [
  page('/integrations/github/feedback/:importId', 'github feedback', 'How soon changes show what they do'),
  page('/integrations/github/understanding/:importId', 'github understanding', 'How well it is understood'),
  page('/integrations/github/confidence/:importId', 'github confidence', 'How safe changes are'),
  page('/integrations/jira/:importId', 'jira', 'Delivery'),
  page('/integrations/confluence/:importId', 'confluence', 'Documents'),
]
