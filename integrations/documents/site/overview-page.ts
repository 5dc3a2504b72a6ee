// The first page: the scores, how far the roadmap is, how sound the artifacts are, what to do first, and what the site is made from.
import type { Triangle } from '../../foe/score/overall.ts'
import { sayInstant } from '../provenance.ts'
import { element, text, type XmlNode } from '../xml-tree.ts'
import { scoreBar } from './score-drawing.ts'
import type { SiteInput } from './site-input.ts'
import type { SitePage } from './site-page.ts'
import {
  badge,
  bullets,
  type Content,
  card,
  cards,
  DIMENSION_SIGNS,
  facts,
  gapList,
  link,
  MATURITY_TONES,
  paragraph,
  stateBadge,
  type Tone,
  table,
} from './site-parts.ts'

const CYCLES = {
  virtuous: ['Virtuous', 'good', 'Every dimension is at or above its minimum: they hold each other up.'],
  'at-risk': ['At risk', 'warn', 'One dimension is below its minimum and begins to weaken the others.'],
  vicious: ['Vicious', 'bad', 'Several dimensions are below their minimums and pull each other down.'],
} as const satisfies Readonly<Record<Triangle['cycleHealth'], readonly [string, Tone, string]>>

/** Errors beyond these are counted, not listed. */
const LISTED_ERRORS = 20

const bigScore = (score: number): XmlNode => element('p', {}, [element('span', { class: 'score' }, [text(String(score))]), text(' of 100')])

/** In place of scores: a 0 for lack of evidence is no result. */
export const noScores = (): XmlNode =>
  paragraph('Nothing has been imported yet, so there is nothing to score. Import evidence from GitHub, Jira or Confluence first.')

function scoreCards({ scores }: SiteInput): XmlNode {
  if (!scores) return card('Scores', [noScores()])
  const { overall, maturity, triangle, dimensions } = scores
  const [cycle, tone, sentence] = CYCLES[triangle.cycleHealth]
  const whole = card('Overall', [
    bigScore(overall),
    scoreBar(overall, 100, 'overall'),
    element('p', {}, [badge(maturity, MATURITY_TONES[maturity]), text(' '), badge(cycle, tone)]),
    paragraph(sentence, 'quiet'),
  ])
  const parts = DIMENSION_SIGNS.map(([dimension, name]) => {
    const { score, coverage } = dimensions[dimension]
    const shown = coverage === 0 ? [paragraph([badge('No evidence yet', 'plain')])] : [bigScore(score), scoreBar(score, 100, dimension)]
    return card(name, [...shown, paragraph(`${coverage} of 4 parts have evidence.`, 'quiet')], dimension)
  })
  return cards([whole, ...parts])
}

function roadmapCard({ items, states, stateLabel }: SiteInput): XmlNode {
  if (items.length === 0) return card('Road items', [paragraph('There are no road items yet.')])
  const known = states.map((state) => items.filter(({ data }) => data.status === state))
  const unknown = items.filter(({ data }) => data.status === undefined)
  const rows = [...known, unknown].flatMap((group): (readonly Content[])[] =>
    group[0] ? [[stateBadge(group[0], group === unknown ? () => '' : stateLabel), String(group.length)]] : [],
  )
  const complete = items.filter(({ data }) => data.status === 'complete').length
  return card('Road items', [
    paragraph(`${complete} of ${items.length} complete.`),
    scoreBar(complete, items.length, 'overall'),
    table('Road items by state', ['State', 'Items'], rows, { right: ['Items'] }),
  ])
}

function healthCard({ health: { artifacts, errors, warnings } }: SiteInput): XmlNode {
  const isSound = errors.length === 0
  const counted = `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`
  const more = errors.length - LISTED_ERRORS
  const listed = [...errors.slice(0, LISTED_ERRORS), ...(more > 0 ? [`… and ${more} more`] : [])]
  const rows = artifacts.map(([kind, count]): readonly Content[] => [kind, String(count)])
  return card('Governance health', [
    element('p', {}, [badge(isSound ? 'Sound' : 'Broken', isSound ? 'good' : 'bad'), text(` ${counted}`)]),
    ...(rows.length > 0 ? [table('Artifacts by kind', ['Kind', 'Files'], rows, { right: ['Files'] })] : []),
    ...(isSound ? [] : [element('details', {}, [element('summary', {}, [text(`Errors (${errors.length})`)]), bullets(listed)])]),
  ])
}

function aboutCard({ provenance: { repository, version, scan, sourceUrl } }: SiteInput): XmlNode {
  const rows: readonly (readonly [string, Content])[] = [
    ['Repository', repository],
    ...(sourceUrl ? [['Source', link('the governance folder', sourceUrl)] as const] : []),
    ['Last scan', scan ? sayInstant(scan.at) : 'not scanned yet'],
    ...(scan ? [['Maturity', scan.maturity] as const] : []),
    ['Version', version],
  ]
  return card('About this site', [facts(rows)])
}

/** The first page of the site. */
export const overviewPage = (input: SiteInput): SitePage => ({
  file: 'index.html',
  heading: 'Governance overview',
  body: [
    scoreCards(input),
    cards([roadmapCard(input), healthCard(input)]),
    card('What to do next', [gapList(input.gaps)]),
    aboutCard(input),
  ],
})
