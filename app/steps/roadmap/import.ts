// Reading a roadmap that another tool owns and comparing it with a governed folder; and, where that is wanted, writing what
// follows. Numbers and what was taken are remembered, so that an item stays the same road item for good.
import { createHash } from 'node:crypto'
import { addGovernedFile, removeGovernedFile, replaceGovernedFile } from '../../../integrations/engine/governed-folder.ts'
import { type ExternalSourceName, SOURCE_TITLES } from '../../../integrations/governance/roadmap-source.ts'
import type { RoadmapSourceConfig } from '../../../integrations/governance/roadmap-source-config.ts'
import type { PlannedFile, RoadmapPlan } from '../../../integrations/governance/roadmap-source-plan.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { listGivenIds, raiseLastNumber, readLastNumber } from '../../../integrations/store/artifact-numbers.ts'
import { type ArtifactUpsert, readScope, replaceArtifacts } from '../../../integrations/store/artifacts.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { toJson, toJsonObject } from '../../../integrations/store/json.ts'
import { listLinks } from '../../../integrations/store/links.ts'
import { readGivenRoads, readRoadmapItems, saveRoadmapItems } from '../../../integrations/store/roadmap-items.ts'
import type { RoadmapWritten } from '../../answers/roadmap-answer.ts'
import type { AppContext } from '../../context.ts'
import { openExportSource } from '../export-source.ts'
import { loadGovernance } from '../governance-core.ts'
import { type OpenRoadmap, openRoadmap } from './access.ts'
import { proposeRoadmap } from './proposal.ts'

/** Where an import is compared with, and goes to. */
export interface RoadmapPlace {
  readonly to: RoadmapWritten['to']
  /** Scope of the stored artifacts. */
  readonly scope: string
  /** What numbers and items are remembered under: `owner/name`, the folder's name, or the source's own. */
  readonly name: string
  readonly root?: string | undefined
  readonly files: readonly { readonly file: string; readonly text: string }[]
}

export interface RoadmapRequest {
  readonly source: ExternalSourceName
  readonly path?: string | undefined
  readonly repository?: string | undefined
}

const textOf = (content: string | Uint8Array) => (typeof content === 'string' ? content : Buffer.from(content).toString('utf8'))

/** The scope of a roadmap that is kept in the store alone. */
export const roadmapScope = (source: ExternalSourceName): string => `local:roadmap-${source}`

/** A folder where one is given; else what the settings say. */
export async function openPlace(ctx: AppContext, request: RoadmapRequest, config: RoadmapSourceConfig): Promise<RoadmapPlace> {
  const repository = request.repository ?? config.repository
  // At the terminal a checkout is at hand, unless the settings say where imports go.
  const folder = ctx.actor.kind === 'terminal' && repository === undefined ? 'governance' : undefined
  const target = request.path ?? (config.writeTo === 'store' ? undefined : folder)
  if (target === undefined && config.writeTo === 'store') {
    const scope = roadmapScope(request.source)
    const stored = await readScope((await ctx.store()).db, scope)
    return { to: 'store', scope, name: `roadmap-${request.source}`, files: stored.map(({ file, text }) => ({ file, text })) }
  }
  const opened = await openExportSource(ctx, { path: target, repository, dated: false })
  const files = opened.files.map(({ file, content }) => ({ file, text: textOf(content) }))
  return { to: opened.root === undefined ? 'pull-request' : 'folder', scope: opened.scope, name: opened.source, root: opened.root, files }
}

/** Road items that were exported to Jira stand for their epics already. */
async function readExported(db: Db, source: ExternalSourceName, scope: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  if (source !== 'jira') return found
  for (let cursor: string | undefined; ; ) {
    const of = { connectionId: 'jira', scope, artifactKind: 'road-item', remoteKind: 'issue' }
    const page = await listLinks(db, { ...of, limit: 200, ...(cursor ? { cursor } : {}) })
    for (const { remoteId, artifactId } of page.items) found.set(remoteId, artifactId)
    cursor = page.nextCursor
    if (!cursor) return found
  }
}

export interface PreparedRoadmap {
  readonly opened: OpenRoadmap
  readonly place: RoadmapPlace
  readonly plan: RoadmapPlan
}

/** Reads both sides and compares; nothing is written anywhere. Throws `config-invalid`, `not-configured`, `provider-*`, `refused`. */
export async function prepareRoadmap(ctx: AppContext, request: RoadmapRequest, config: RoadmapSourceConfig): Promise<PreparedRoadmap> {
  const { source } = request
  const place = await openPlace(ctx, request, config)
  const { db } = await ctx.store()
  const records = await readRoadmapItems(db, { source, scope: place.name })
  const opened = await openRoadmap(ctx, source, config)
  ctx.progress({ phase: `reading ${SOURCE_TITLES[source]}`, done: 0 })
  const known = records.filter(({ isGone }) => !isGone)
  const roadmap = await opened.source.read(known.map(({ externalId }) => externalId))
  if (roadmap.items.length === 0 && roadmap.hidden.length === 0 && known.length > 0)
    throw new AppError(
      'refused',
      `${SOURCE_TITLES[source]} shows nothing, while ${known.length} road items come from there. Nothing was changed. Check roadmap-source.json and what the credential may read.`,
    )
  ctx.progress({ phase: 'comparing', done: roadmap.items.length, total: roadmap.items.length })
  const [roads, changes, earlier, road, change, exported] = await Promise.all([
    listGivenIds(db, place.scope, 'road-item'),
    listGivenIds(db, place.scope, 'change'),
    readGivenRoads(db, place.name),
    readLastNumber(db, place.name, 'road-item'),
    readLastNumber(db, place.name, 'change'),
    readExported(db, source, place.name),
  ])
  const { planRoadmap } = await loadGovernance()
  const plan = planRoadmap({
    ...{ source, config: opened.mapping, removed: config.removed, roadmap, records, files: place.files, exported },
    given: { roads: [...roads, ...earlier], changes },
    counters: { road, change },
    today: ctx.clock.now().toISOString().slice(0, 10),
    isImmediate: place.to !== 'pull-request',
  })
  return { opened, place, plan }
}

async function remember(db: Db, source: ExternalSourceName, { place, plan }: PreparedRoadmap, at: Date): Promise<void> {
  await saveRoadmapItems(db, { source, scope: place.name }, plan.records, at)
  await raiseLastNumber(db, place.name, 'road-item', plan.counters.road, at)
  await raiseLastNumber(db, place.name, 'change', plan.counters.change, at)
}

async function writeFile(root: string, { file, was, text }: PlannedFile): Promise<boolean> {
  if (was === undefined) return addGovernedFile(root, file, text ?? '')
  return text === undefined ? removeGovernedFile(root, file, was) : replaceGovernedFile(root, file, was, text)
}

async function writeToFolder(root: string, files: readonly PlannedFile[]): Promise<void> {
  const lost: string[] = []
  for (const one of files) if (!(await writeFile(root, one))) lost.push(one.file)
  if (lost.length > 0)
    throw new AppError('conflict', `${lost.join(', ')}: changed by somebody else while the roadmap was read, and left so. Import again.`)
}

async function toUpserts(files: readonly PlannedFile[]): Promise<ArtifactUpsert[]> {
  const { parseGovernance } = await loadGovernance()
  const texts = new Map(files.flatMap(({ file, text }) => (text === undefined ? [] : [[file, text] as const])))
  const { artifacts, problems } = parseGovernance([...texts].map(([file, content]) => ({ file, content })))
  return artifacts.map(({ file, id: artifactId, kind, title, data }) => {
    const text = texts.get(file) ?? ''
    const status = 'status' in data && typeof data.status === 'string' ? data.status : undefined
    const contentHash = createHash('sha256').update(text).digest('hex')
    const own = problems.filter((problem) => problem.file === file).map(toJson)
    return { file, artifactId, kind, title, status, contentHash, text, data: toJsonObject(data), problems: own, blobSha: undefined }
  })
}

/** Writes what the plan says to where it belongs. Repeatable: a second call after a stop goes on. */
export async function applyRoadmap(ctx: AppContext, source: ExternalSourceName, prepared: PreparedRoadmap): Promise<RoadmapWritten> {
  const { place, plan } = prepared
  const store = await ctx.store()
  const at = ctx.clock.now()
  const files = plan.files.map(({ file }) => file)
  const done: RoadmapWritten = { state: files.length > 0 ? 'written' : 'none', to: place.to, url: null, files }
  if (place.to === 'store') {
    const upserts = await toUpserts(plan.files)
    const removedFiles = plan.files.flatMap(({ file, text }) => (text === undefined ? [file] : []))
    await store.transaction(async (db) => {
      await replaceArtifacts(db, place.scope, { upserts, removedFiles, at })
      await remember(db, source, prepared, at)
    })
    return done
  }
  if (place.to === 'folder' && place.root !== undefined) {
    // Files first: they name their items, so that a stop in between loses no number.
    await writeToFolder(place.root, plan.files)
    await store.transaction((db) => remember(db, source, prepared, at))
    return done
  }
  await store.transaction((db) => remember(db, source, prepared, at))
  return proposeRoadmap(ctx, source, place.name, plan)
}
