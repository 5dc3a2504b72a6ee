// Reading a space into the store: its pages, the labels that types are told by, and what is in the words of pages of those types.
// Facts of a page of answers and the place after it are one transaction.
import { pull } from '../../../integrations/engine/pull.ts'
import type { OpenRun } from '../../../integrations/engine/runs.ts'
import { itemsOf } from '../../../integrations/foe/collected.ts'
import { typePages } from '../../../integrations/foe/confluence/document-types.ts'
import type { ConfluenceSettings } from '../../../integrations/foe/confluence/measure-confluence.ts'
import {
  applyConfluenceFacts,
  type ConfluenceFactBatch,
  type ConfluenceScope,
  endLabelScan,
  endPageScan,
  lastPageScan,
  readConfluenceFacts,
} from '../../../integrations/store/confluence-facts.ts'
import { findCursor } from '../../../integrations/store/cursors.ts'
import type { AppContext } from '../../context.ts'

type Confluence = AppContext['providers']['confluence']

/** A space while it is read. */
export interface SpaceReading {
  readonly ctx: AppContext
  readonly run: OpenRun
  readonly confluence: Awaited<ReturnType<Confluence['connect']>>
  readonly space: NonNullable<Awaited<ReturnType<Awaited<ReturnType<Confluence['connect']>>['client']['space']>>>
  readonly settings: ConfluenceSettings
}

/** Types whose pages' words are looked at. */
const READ_TYPES: readonly string[] = ['adr', 'runbook', 'design-doc']

/** Changes show what is new, not what is gone: the whole list is read again when the last time is longer ago. */
const WHOLE_EVERY_MS = 24 * 3_600_000

const scopeOf = ({ confluence, space }: SpaceReading): ConfluenceScope => ({ connectionId: confluence.connectionId, spaceKey: space.key })

interface SpaceStream<T> {
  readonly name: string
  readonly fetch: (
    cursor: string | undefined,
    watermark: Date | undefined,
  ) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>
  readonly toBatch: (items: readonly T[]) => ConfluenceFactBatch
}

/** Reads a stream to its end, from where it stopped; answers when its scan began. That is its watermark afterwards. */
async function readSpaceStream<T>(reading: SpaceReading, { name, fetch, toBatch }: SpaceStream<T>): Promise<Date> {
  const { ctx, run, confluence, space } = reading
  const store = await ctx.store()
  const stream = `${name}:${space.key}`
  await pull({
    store,
    clock: ctx.clock,
    signal: run.signal,
    connectionId: confluence.connectionId,
    stream,
    async fetchPage({ cursor, watermark, candidate }) {
      const begun = candidate ?? ctx.clock.now().toISOString()
      const { items, next } = await fetch(cursor, watermark === undefined ? undefined : new Date(watermark))
      return { items, next, candidate: begun }
    },
    apply: (db, items) => applyConfluenceFacts(db, scopeOf(reading), toBatch(items), ctx.clock.now()),
    onPage: ({ pages, items }) => run.advance({ done: items, phase: `${name}, page ${pages}` }),
  })
  const cursor = await findCursor(store.db, confluence.connectionId, stream)
  return new Date(cursor?.watermark ?? ctx.clock.now())
}

/** Every current page; those that are not met any more are gone. */
async function readAllPages(reading: SpaceReading): Promise<void> {
  const { ctx, confluence, space } = reading
  const since = await readSpaceStream(reading, {
    name: 'pages',
    fetch: (cursor) => ctx.providers.confluence.readPageList(confluence, space, cursor),
    toBatch: (pages) => ({ pages }),
  })
  const store = await ctx.store()
  await store.transaction((db) => endPageScan(db, scopeOf(reading), since, ctx.clock.now()))
}

/** Pages changed since the last whole list or the last reading of changes, whichever was later. */
async function readChanges(reading: SpaceReading, lastScan: Date): Promise<void> {
  const { ctx, confluence, space } = reading
  await readSpaceStream(reading, {
    name: 'changes',
    fetch: (cursor, watermark) => {
      const since = watermark !== undefined && watermark > lastScan ? watermark : lastScan
      return ctx.providers.confluence.readChangedEvidence(confluence, space, since, cursor)
    },
    toBatch: (items) => ({ pages: items.map(({ page }) => page), labels: items.map(({ labels }) => labels) }),
  })
}

/** Labels are no change of a page, so they are read as a whole. */
async function readAllLabels(reading: SpaceReading): Promise<void> {
  const { ctx, confluence, space, settings } = reading
  const wanted = [...Object.values(settings.rules).flatMap(({ labels }) => labels), ...(settings.labelFilter ? [settings.labelFilter] : [])]
  const labels = [...new Set(wanted)].sort()
  if (labels.length === 0) return
  const since = await readSpaceStream(reading, {
    name: 'labels',
    fetch: (cursor) => ctx.providers.confluence.readLabels(confluence, space, labels, cursor),
    toBatch: (facts) => ({ labels: facts }),
  })
  await endLabelScan((await ctx.store()).db, scopeOf(reading), since)
}

/** The words of pages that types are about, where they were never read or are of an older version. */
async function readNewContents(reading: SpaceReading): Promise<void> {
  const { ctx, run, confluence, settings } = reading
  const { db } = await ctx.store()
  const facts = await readConfluenceFacts(db, scopeOf(reading))
  const readVersion = new Map(facts.contents.map(({ pageId, version }) => [pageId, version]))
  const known = new Set(itemsOf(facts.pages).map(({ id }) => id))
  const stale = typePages(facts, settings.rules)
    .filter(({ page, types }) => known.has(page.id) && types.some((type) => READ_TYPES.includes(type)))
    .filter(({ page }) => (readVersion.get(page.id) ?? 0) < page.version)
    .map(({ page }) => page.id)
  const { bodiesAtOnce } = ctx.providers.confluence
  for (let at = 0; at < stale.length; at += bodiesAtOnce) {
    run.signal.throwIfAborted()
    const contents = await ctx.providers.confluence.readContents(confluence, stale.slice(at, at + bodiesAtOnce))
    await applyConfluenceFacts(db, scopeOf(reading), { contents }, ctx.clock.now())
    await run.advance({ done: contents.length, phase: 'contents' })
  }
}

/**
 * Reads everything the figures need. `onlyChanges`: what changed since the last time, where the whole list is not due; deleted pages
 * and labels are then met at the next whole list.
 */
export async function readSpace(reading: SpaceReading, { onlyChanges }: { readonly onlyChanges: boolean }): Promise<void> {
  const { ctx } = reading
  const last = await lastPageScan((await ctx.store()).db, scopeOf(reading))
  if (onlyChanges && last && ctx.clock.now().getTime() - last.getTime() < WHOLE_EVERY_MS) await readChanges(reading, last)
  else {
    await readAllPages(reading)
    await readAllLabels(reading)
  }
  await readNewContents(reading)
}
