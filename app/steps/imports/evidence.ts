// What is known about a repository from everything that has been imported: the evidence that scores, reports, enrichment and
// badges are computed from. Nothing is asked of a provider here.
import { type GovernedItem, measureGovernance } from '../../../integrations/foe/governance-metrics.ts'
import { EVIDENCE_SOURCES, type EvidenceSet, type EvidenceSource } from '../../../integrations/foe/score/evidence-set.ts'
import { type DimensionScores, scoreDimensions } from '../../../integrations/foe/score/score-dimension.ts'
import { type ArtifactOutline, readOutline } from '../../../integrations/store/artifacts.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { type EvidenceImport, listEvidence, readEvidenceStamp } from '../../../integrations/store/evidence.ts'
import { listEvidenceScopes } from '../../../integrations/store/evidence-scopes.ts'
import type { Store } from '../../../integrations/store/open-store.ts'
import { findRepository, type Repository } from '../../../integrations/store/repositories.ts'
import type { AppContext } from '../../context.ts'

export interface RepositoryEvidence {
  readonly repository: Repository | undefined
  /** The newest first. */
  readonly imports: readonly EvidenceImport[]
  readonly sets: readonly EvidenceSet[]
  readonly scores: DimensionScores
}

/** Where a person looks at an import. */
export function importUrl(
  publicUrl: string,
  { provider, dimension, publicId }: Pick<EvidenceImport, 'provider' | 'dimension' | 'publicId'>,
): string {
  return `${publicUrl}/integrations/${provider}/${provider === 'github' && dimension ? `${dimension}/` : ''}${encodeURIComponent(publicId)}`
}

const isSource = (provider: string): provider is EvidenceSource => Object.hasOwn(EVIDENCE_SOURCES, provider)

/** An import as evidence; nothing where its provider is none we score. */
export function toEvidenceSet(publicUrl: string, row: Omit<EvidenceImport, 'finishedAt'>): EvidenceSet[] {
  const { provider, metrics, updatedAt: at } = row
  return isSource(provider) ? [{ source: provider, metrics, at, url: importUrl(publicUrl, row) }] : []
}

const textsAt = (data: ArtifactOutline['data'], key: string): readonly string[] => {
  const list = data[key]
  return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === 'string') : []
}
const lengthAt = (data: ArtifactOutline['data'], key: string): number => {
  const list = data[key]
  return Array.isArray(list) ? list.length : 0
}

const toGovernedItem = ({ artifactId, kind, file, status, data }: ArtifactOutline): GovernedItem => ({
  kind,
  id: artifactId,
  file,
  status,
  capabilities: textsAt(data, 'capabilities'),
  contexts: kind === 'ddd' ? lengthAt(data, 'contexts') : 0,
  aggregates: kind === 'ddd' ? lengthAt(data, 'aggregates') : 0,
  events: kind === 'ddd' ? lengthAt(data, 'events') : 0,
})

/** The governance folder of a repository as evidence; nothing where it has none, or has not been read. */
export async function readGovernanceEvidence(db: Db, repository: Repository | undefined, serverUrl: string): Promise<EvidenceSet[]> {
  if (!repository?.ingestedAt) return []
  const metrics = measureGovernance((await readOutline(db, `repository:${repository.id}`)).map(toGovernedItem))
  if (Object.keys(metrics).length === 0) return []
  return [{ source: 'governance', metrics, at: repository.ingestedAt, url: `${serverUrl}/${repository.fullName}` }]
}

/** Scopes of imports that tell about a repository: its own, and the projects and spaces that scans of it named. */
export async function scopesOf(db: Db, name: string, repository: Repository | undefined): Promise<readonly string[]> {
  const named = await listEvidenceScopes(db, name)
  const own = repository ? [`repository:${repository.id}`] : [`github:${name.toLowerCase()}`]
  return [...own, ...named.map(({ scope }) => scope)]
}

/**
 * Everything known about a repository, now or as it was.
 * @param name `owner/name`, in any letter case
 * @param until only imports that had ended by then; the governance folder is always as it is now, and then left out
 */
export async function readEvidence(ctx: AppContext, name: string, until?: Date): Promise<RepositoryEvidence> {
  const { db } = await ctx.store()
  const repository = await findRepository(db, { fullName: name })
  const imports = await listEvidence(db, await scopesOf(db, name, repository), { until })
  const governance = until ? [] : await readGovernanceEvidence(db, repository, ctx.config.GITHUB_SERVER_URL)
  const sets = [...imports.flatMap((row) => toEvidenceSet(ctx.config.PUBLIC_URL, row)), ...governance]
  return { repository, imports, sets, scores: scoreDimensions(sets) }
}

/** The imports of a repository in time, oldest first, and its scores as they were at an instant. */
export async function readTimeline(
  ctx: AppContext,
  name: string,
  perDimension: number,
): Promise<{ readonly imports: readonly EvidenceImport[]; scoresAt(at: Date): DimensionScores | undefined }> {
  const { db } = await ctx.store()
  const repository = await findRepository(db, { fullName: name })
  const imports = await listEvidence(db, await scopesOf(db, name, repository), { perDimension })
  return {
    imports: [...imports].reverse(),
    scoresAt(at) {
      const by = imports.filter(({ finishedAt }) => finishedAt <= at)
      return by.length === 0 ? undefined : scoreDimensions(by.flatMap((row) => toEvidenceSet(ctx.config.PUBLIC_URL, row)))
    },
  }
}

/** Evidence of repositories as computed last, valid while the stamp of the database stays. */
interface Kept {
  stamp: string
  readonly found: Map<string, Promise<RepositoryEvidence>>
  /** When the stamp was asked for last, and the answer: whoever comes within a moment of it shares it. */
  askedAt: number
  asked: Promise<string> | undefined
}

const kept = new WeakMap<Store, Kept>()
const MOST_KEPT = 2000
/** How old the stamp may be: nobody sees what was written in this moment, and a crowd costs one question. */
const MOMENT_MS = 10

/** The stamp of the database as it was a moment ago at most. */
function stampOf(state: Kept, db: Db, now: number): Promise<string> {
  if (state.asked === undefined || now - state.askedAt >= MOMENT_MS || now < state.askedAt) {
    state.askedAt = now
    state.asked = readEvidenceStamp(db)
    state.asked.catch(() => {
      state.asked = undefined
    })
  }
  return state.asked
}

/** `readEvidence` of now, computed again only when something has been imported or read since, by whichever process. */
export async function recallEvidence(ctx: AppContext, name: string): Promise<RepositoryEvidence> {
  const store = await ctx.store()
  const state: Kept = kept.get(store) ?? { stamp: '', found: new Map(), askedAt: 0, asked: undefined }
  kept.set(store, state)
  const stamp = await stampOf(state, store.db, ctx.clock.now().getTime())
  if (stamp !== state.stamp || state.found.size > MOST_KEPT) {
    state.found.clear()
    state.stamp = stamp
  }
  const key = name.toLowerCase()
  const known = state.found.get(key)
  if (known) return known
  const reading = readEvidence(ctx, name)
  state.found.set(key, reading)
  reading.catch(() => state.found.delete(key))
  return reading
}
