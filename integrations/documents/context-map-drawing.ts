// The context map as a picture: an SVG of our own, with its text as text (readable, searchable, escaped by the serialiser), a
// title and a description for those who cannot see it, and no style that depends on the page around it.
import { shorten } from './clean-text.ts'
import { BOX, type ContextMapLayout, layOutContextMap, type PlacedContext } from './context-map-layout.ts'
import type { ContextRelationship, DomainContext, DomainModel } from './domain-model.ts'
import { element, text, type XmlElement } from './xml-tree.ts'

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif'
/** Fill and line by subdomain; contrast of the text on each fill is above 7:1. */
const FILLS: ReadonlyMap<string, readonly [fill: string, stroke: string]> = new Map([
  ['core', ['#e3fcef', '#006644']],
  ['supporting', ['#deebff', '#0747a6']],
  ['generic', ['#f4f5f7', '#42526e']],
])
const UNDESCRIBED = ['#ffffff', '#42526e'] as const
const INK = '#172b4d'

const attributes = (values: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === 'number' ? String(Math.round(value * 10) / 10) : value]),
  )

const label = (x: number, y: number, size: number, words: string, more: Readonly<Record<string, string>> = {}): XmlElement =>
  element('text', { ...attributes({ x, y, 'font-size': size, fill: INK, 'text-anchor': 'middle' }), ...more }, [text(words)])

/** As many characters as fit on average; a wide script may touch the border, which is better than losing the name. */
const fitting = (words: string, size: number, width: number): string => shorten(words, Math.floor(width / (size * 0.58)))

function contextBox(context: DomainContext, { x, y }: PlacedContext): XmlElement {
  const [fill, stroke] = (context.isDescribed ? FILLS.get(context.subdomain ?? 'generic') : undefined) ?? UNDESCRIBED
  const middle = x + BOX.width / 2
  const dash = context.isDescribed ? {} : { 'stroke-dasharray': '6 4' }
  const box = element('rect', {
    ...attributes({ x, y, width: BOX.width, height: BOX.height, rx: 8, fill, stroke, 'stroke-width': 2 }),
    ...dash,
  })
  const kind = context.isDescribed ? (context.subdomain ?? 'no subdomain given') : 'not described'
  const aggregates = context.aggregates.join(', ')
  return element('g', {}, [
    box,
    label(middle, y + 32, 16, fitting(context.name, 16, BOX.width), { 'font-weight': '600' }),
    label(middle, y + 53, 12, fitting(kind, 12, BOX.width)),
    ...(aggregates === '' ? [] : [label(middle, y + 75, 12, fitting(aggregates, 12, BOX.width), { 'font-style': 'italic' })]),
  ])
}

interface Line {
  readonly path: string
  /** Where its words stand. */
  readonly at: readonly [x: number, y: number]
}

/** Leads around what stands between: over the boxes, or under them where a line back already goes over. */
function lineAround(from: PlacedContext, to: PlacedContext, isBack: boolean): Line {
  const passed = Math.abs(from.column - to.column)
  const [startX, endX] = [from.x + BOX.width / 2, to.x + BOX.width / 2]
  const edge = isBack ? BOX.height : 0
  const away = (isBack ? 1 : -1) * passed * BOX.bow
  const [startY, endY] = [from.y + edge, to.y + edge]
  const outer = (isBack ? Math.max(startY, endY) : Math.min(startY, endY)) + away * 1.3
  const path = `M ${startX} ${startY} C ${startX} ${outer}, ${endX} ${outer}, ${endX} ${endY + (isBack ? 6 : -6)}`
  return { path, at: [(startX + endX) / 2, (startY + endY) / 8 + (outer * 3) / 4] }
}

/** From side to side between neighbours, bowed out to the right in one column, around the others where columns lie between. */
function lineBetween(from: PlacedContext, to: PlacedContext, isBack: boolean): Line {
  if (Math.abs(from.column - to.column) > 1) return lineAround(from, to, isBack)
  const shift = isBack ? 20 : 0
  const [fromY, toY] = [from.y + BOX.height / 2 + shift, to.y + BOX.height / 2 + shift]
  if (from.column === to.column) {
    const side = from.x + BOX.width
    const bow = side + BOX.gapX / 2
    return {
      path: `M ${side} ${fromY} C ${bow} ${fromY}, ${bow} ${toY}, ${side + 6} ${toY}`,
      at: [side + BOX.gapX * 0.38, (fromY + toY) / 2],
    }
  }
  const [startX, endX] = to.x > from.x ? [from.x + BOX.width, to.x - 6] : [from.x, to.x + BOX.width + 6]
  const bend = (endX - startX) / 2
  return {
    path: `M ${startX} ${fromY} C ${startX + bend} ${fromY}, ${endX - bend} ${toY}, ${endX} ${toY}`,
    at: [(startX + endX) / 2, (fromY + toY) / 2],
  }
}

const sayPattern = (pattern: string): string => pattern.replaceAll('-', ' ') || 'related'

/** The patterns between two contexts in one direction, one below the other. */
function patternLabels(patterns: readonly string[], [x, y]: Line['at']): XmlElement[] {
  const lines = patterns.map((pattern) => shorten(sayPattern(pattern), 24))
  const width = Math.max(...lines.map((line) => line.length)) * 6.4 + 10
  const height = lines.length * 14 + 6
  const back = attributes({ x: x - width / 2, y: y - height / 2, width, height, rx: 3, fill: '#ffffff', 'fill-opacity': '0.92' })
  return [element('rect', back), ...lines.map((line, at) => label(x, y - height / 2 + 14 + at * 14, 11, line))]
}

/** One line per two contexts and direction. Words are drawn after all lines, so that no line strikes them through. */
function relationshipLines(model: DomainModel, layout: ContextMapLayout): XmlElement[] {
  const patternsOf = new Map<string, { readonly relationship: ContextRelationship; readonly patterns: string[] }>()
  for (const relationship of model.relationships) {
    const key = JSON.stringify([relationship.upstream, relationship.downstream])
    const known = patternsOf.get(key)
    if (known) known.patterns.push(relationship.pattern)
    else patternsOf.set(key, { relationship, patterns: [relationship.pattern] })
  }
  const drawn = [...patternsOf.values()].flatMap(({ relationship: { upstream, downstream }, patterns }) => {
    const [from, to] = [layout.places.get(upstream), layout.places.get(downstream)]
    if (!from || !to) return []
    const isBack = patternsOf.has(JSON.stringify([downstream, upstream])) && upstream > downstream
    const { path, at } = lineBetween(from, to, isBack)
    const line = element('path', { d: path, fill: 'none', stroke: '#42526e', 'stroke-width': '1.5', 'marker-end': 'url(#arrow)' })
    return [{ line, labels: patternLabels(patterns, at) }]
  })
  return [...drawn.map(({ line }) => line), ...drawn.flatMap(({ labels }) => labels)]
}

/** What the picture shows, in words. */
export function describeContextMap({ contexts, relationships }: DomainModel): string {
  const nameOf = new Map(contexts.map(({ slug, name }) => [slug, name]))
  const lines = relationships.map(
    ({ upstream, downstream, pattern }) =>
      `${nameOf.get(upstream) ?? upstream} is upstream of ${nameOf.get(downstream) ?? downstream} (${sayPattern(pattern)})`,
  )
  const named = `Contexts: ${contexts.map(({ name }) => name).join(', ') || 'none'}.`
  return lines.length > 0 ? `${named} ${lines.join('; ')}.` : named
}

/** The picture of a context map. Deterministic. */
export function drawContextMap(model: DomainModel): XmlElement {
  const layout = layOutContextMap(model)
  const { width, height } = layout
  const arrow = element(
    'marker',
    { id: 'arrow', viewBox: '0 0 10 10', refX: '6', refY: '5', markerWidth: '7', markerHeight: '7', orient: 'auto-start-reverse' },
    [element('path', { d: 'M 0 0 L 10 5 L 0 10 z', fill: '#42526e' })],
  )
  const boxes = model.contexts.flatMap((context) => {
    const place = layout.places.get(context.slug)
    return place ? [contextBox(context, place)] : []
  })
  const size = attributes({ width, height, viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}` })
  const names = { role: 'img', 'aria-labelledby': 'context-map-title context-map-description', 'font-family': FONT }
  return element('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size, ...names }, [
    element('title', { id: 'context-map-title' }, [text('Context map')]),
    element('desc', { id: 'context-map-description' }, [text(describeContextMap(model))]),
    element('defs', {}, [arrow]),
    element('rect', { width: '100%', height: '100%', fill: '#ffffff' }),
    ...relationshipLines(model, layout),
    ...boxes,
  ])
}
