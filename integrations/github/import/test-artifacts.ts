// Test results from the artifacts of workflow runs. The repository's list shows them newest first, and their ids only rise: what is
// not newer than the newest read before has been read. A page is done in parts, so that a stop costs a few downloads at most.
import { z } from 'zod'
import type { TestArtifactFact } from '../../foe/facts/workflow-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import { isTestArtifact } from '../../foe/metrics/test-results.ts'
import type { GitHubCall, GitHubContext } from '../client.ts'
import { readUnlessAbsent } from './absence.ts'
import { readArchive } from './artifact-archive.ts'
import { MAX_ARCHIVE_BYTES, withArchive } from './artifact-download.ts'
import { LIST_START, ListPlaceSchema, readListPage } from './list-page.ts'
import { parseScanText, toScanText } from './scan-text.ts'
import type { FactPage, FactStream, ImportPlace } from './stream.ts'

/** Archives read between two saved places. */
const ARCHIVES_PER_PAGE = 10

const ArtifactAnswer = z.object({
  id: z.int(),
  name: z.string(),
  size_in_bytes: z.number().nullish(),
  expired: z.boolean().nullish(),
  created_at: z.string().nullish(),
  /** Null when the run was deleted: nobody can say what was tested. */
  workflow_run: z.object({ id: z.int().nullish(), head_sha: z.string().nullish() }).nullish(),
})
type ArtifactAnswer = z.infer<typeof ArtifactAnswer>

const Reached = z.object({
  v: z.literal(1),
  etag: z.string().optional(),
  newest: z.int(),
  from: z.iso.datetime(),
  /** What counted as test results: other names are looked for from the start. */
  names: z.array(z.string()),
})
/** `below`: ids from here on have been read in this scan. */
const Cursor = z.object({ v: z.literal(1), place: ListPlaceSchema, below: z.int() })

const listCall = ({ owner, repo }: ImportPlace): GitHubCall<{ readonly artifacts: ArtifactAnswer[] }> => ({
  route: 'GET /repos/{owner}/{repo}/actions/artifacts',
  parameters: { owner, repo },
  meta: { operation: 'github.artifact.list' },
  answer: z.object({ artifacts: z.array(ArtifactAnswer) }),
})

async function readResults(github: GitHubContext, place: ImportPlace, artifact: ArtifactAnswer): Promise<TestArtifactFact['results']> {
  if (artifact.expired) return { state: 'skipped', reason: 'expired' }
  if ((artifact.size_in_bytes ?? 0) > MAX_ARCHIVE_BYTES) return { state: 'skipped', reason: 'too-large' }
  const read = await withArchive(github, place, artifact.id, readArchive)
  return typeof read === 'string' ? { state: 'skipped', reason: read } : read
}

/** An artifact with its results; undefined where its run is not there any more. */
async function toFact(github: GitHubContext, place: ImportPlace, artifact: ArtifactAnswer): Promise<TestArtifactFact | undefined> {
  const { id: runId, head_sha: headSha } = artifact.workflow_run ?? {}
  if (!runId || !headSha) return undefined
  const createdAt = parseInstant(artifact.created_at) ?? new Date(0)
  const results = await readResults(github, place, artifact)
  return { id: String(artifact.id), runId: String(runId), name: artifact.name, headSha, createdAt, results }
}

const isSame = (left: readonly string[], right: readonly string[]) =>
  left.length === right.length && left.every((one, at) => one === right[at])

const NOTHING = { lists: { testArtifacts: [] } } as const

/** What the last scan left, as far as it holds for this window and these names. */
function knownFor(place: ImportPlace, watermark: string | undefined): z.infer<typeof Reached> | undefined {
  const known = parseScanText(Reached, watermark)
  return known && new Date(known.from) <= place.from && isSame(known.names, place.testArtifactNames) ? known : undefined
}

export const TEST_ARTIFACT_STREAM: FactStream = Object.freeze({
  name: 'test-artifacts',
  brings: ['testArtifacts'],
  async fetchPage(github, place, position): Promise<FactPage> {
    const known = knownFor(place, position.watermark)
    const cursor = parseScanText(Cursor, position.cursor)
    const at = cursor ?? { place: LIST_START, below: Number.MAX_SAFE_INTEGER }
    const page = await readUnlessAbsent(() => readListPage(github, listCall(place), at.place, cursor ? undefined : known?.etag))
    if (page === 'not-modified') return { batch: NOTHING, next: undefined }
    if ('absent' in page) return { batch: { absent: { testArtifacts: page.absent } }, next: undefined, candidate: '' }

    const { artifacts } = page.data
    const isNew = ({ id }: ArtifactAnswer) => id < at.below && id > (known?.newest ?? 0)
    const isInWindow = ({ created_at }: ArtifactAnswer) => (parseInstant(created_at) ?? place.from) >= place.from
    const wanted = artifacts.filter((one) => isNew(one) && isInWindow(one) && isTestArtifact(one.name, place.testArtifactNames))
    const part = wanted.slice(0, ARCHIVES_PER_PAGE)
    const facts: TestArtifactFact[] = []
    // One after the other: archives are the largest things held, if only on disk.
    for (const artifact of part) {
      const fact = await toFact(github, place, artifact)
      if (fact) facts.push(fact)
    }

    const oldest = artifacts.at(-1)
    const isLast = page.next === undefined || oldest === undefined || oldest.id <= (known?.newest ?? 0) || !isInWindow(oldest)
    const last = part.at(-1)
    const rest = last && wanted.length > part.length ? { place: at.place, below: last.id } : undefined
    const next = rest ?? (isLast ? undefined : { place: page.next, below: last?.id ?? at.below })
    const reached = {
      ...{ v: 1, from: place.from.toISOString(), names: place.testArtifactNames },
      newest: Math.max(artifacts[0]?.id ?? 0, known?.newest ?? 0),
      ...(page.etag === undefined ? {} : { etag: page.etag }),
    }
    return {
      batch: { lists: { testArtifacts: facts } },
      next: next && toScanText({ v: 1, ...next }),
      ...(cursor ? {} : { candidate: toScanText(reached) }),
    }
  },
} satisfies FactStream)
