import { z } from 'zod'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { DIMENSIONS } from '../../integrations/foe/measure.ts'
import { maturityOf, overallScore } from '../../integrations/foe/score/overall.ts'
import type { EvidenceImport } from '../../integrations/store/evidence.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { EvidenceItem } from '../answers/report-answer.ts'
import type { AppContext } from '../context.ts'
import { importUrl, type RepositoryEvidence, recallEvidence } from '../steps/imports/evidence.ts'
import { isStale, REFRESH_EVIDENCE_JOB, STALE_AFTER_MS, staleDimensions } from '../steps/imports/evidence-refresh.ts'
import { RepositoryName } from '../steps/repository-address.ts'
import { makeUseCase } from '../use-case.ts'

const Seconds = z.number().int().describe('How old, in seconds')
const Missing = z.object({ code: z.string(), title: z.string(), recommendation: z.string(), severity: z.string() })

const Output = z.object({
  repository: z.string(),
  overallScore: z.number(),
  maturityLevel: z.string(),
  dimensions: z.record(z.string(), z.object({ score: z.number(), coverage: z.number().int() })),
  subscores: z.array(
    z.object({
      dimension: z.string(),
      name: z.string(),
      score: z.number(),
      max: z.number(),
      confidence: z.string(),
      evidence: z.array(EvidenceItem.extend({ ageSeconds: Seconds })),
      deductions: z.array(z.string()),
      missing: z.array(Missing),
    }),
  ),
  imports: z.array(
    z.object({
      importId: z.string(),
      provider: z.string(),
      dimension: z.string().optional(),
      at: z.iso.datetime(),
      ageSeconds: Seconds,
      isStale: z.boolean(),
      url: z.string(),
    }),
  ),
  missing: z.array(z.string()).describe('Sources that nothing has been imported from'),
  refresh: z.object({
    state: z.enum(['not-needed', 'asked-for', 'not-possible']),
    dimensions: z.array(z.string()),
    sentence: z.string(),
  }),
})
type Output = z.input<typeof Output>

/** A repository is asked to be imported again at most this often by one process; the queue itself keeps one such job at a time. */
const ASK_EVERY_MS = 60_000
const asked = new WeakMap<Store, Map<string, number>>()

async function askForRefresh(ctx: AppContext, { repository, imports }: RepositoryEvidence, now: Date): Promise<Output['refresh']> {
  const stale = staleDimensions(imports, now)
  if (stale.length === 0)
    return { state: 'not-needed', dimensions: [], sentence: `All evidence of GitHub is younger than ${STALE_AFTER_MS / 3_600_000} hours.` }
  if (!repository || repository.archived) {
    const why = repository ? 'The repository is archived.' : 'The repository is not known: import it once, or install the App there.'
    return { state: 'not-possible', dimensions: [...stale], sentence: why }
  }
  const store = await ctx.store()
  const times = asked.get(store) ?? new Map<string, number>()
  asked.set(store, times)
  if (now.getTime() - (times.get(repository.fullName) ?? Number.NEGATIVE_INFINITY) >= ASK_EVERY_MS) {
    times.set(repository.fullName, now.getTime())
    const dedupeKey = `${REFRESH_EVIDENCE_JOB}:${repository.id}`
    await enqueueJob(
      store.db,
      { kind: REFRESH_EVIDENCE_JOB, payload: { repository: repository.fullName }, dedupeKey, priority: 'poll' },
      now,
    )
  }
  return { state: 'asked-for', dimensions: [...stale], sentence: 'Newer evidence is being imported; this answer is from what is stored.' }
}

/** Sources that could tell something and have told nothing. */
function missingSources({ imports, sets }: RepositoryEvidence): string[] {
  return [
    ...DIMENSIONS.filter((dimension) => !imports.some((row) => row.provider === 'github' && row.dimension === dimension)).map(
      (dimension) => `github ${dimension}`,
    ),
    ...(['jira', 'confluence', 'governance'] as const).filter((source) => !sets.some((set) => set.source === source)),
  ]
}

/** The newest import of each provider, scope and dimension. */
const newestOf = (imports: readonly EvidenceImport[]): readonly EvidenceImport[] => [
  ...new Map([...imports].reverse().map((row) => [`${row.provider} ${row.scope} ${row.dimension}`, row])).values(),
]

type Answer = Omit<Output, 'refresh'>

/**
 * Ages are whole seconds: an answer from the same evidence holds for one. Agents come in crowds, at the beginning of an assessment, and
 * the same frozen object is the same text to whoever sends it.
 */
const answers = new WeakMap<RepositoryEvidence, { readonly second: number; readonly answer: Readonly<Output> }>()

function makeAnswer(ctx: AppContext, name: string, evidence: RepositoryEvidence, now: Date): Answer {
  const { scores, imports, repository } = evidence
  const age = (at: Date) => Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000))
  const overall = overallScore({
    feedback: scores.feedback.score,
    understanding: scores.understanding.score,
    confidence: scores.confidence.score,
  })
  return {
    repository: repository?.fullName ?? name,
    overallScore: overall,
    maturityLevel: maturityOf(overall),
    dimensions: Object.fromEntries(DIMENSIONS.map((one) => [one, { score: scores[one].score, coverage: scores[one].coverage }])),
    subscores: DIMENSIONS.flatMap((dimension) =>
      scores[dimension].subscores.map(({ gaps, deductions, evidence: items, ...subscore }) => ({
        dimension,
        ...subscore,
        evidence: items.map(({ at, ...item }) => ({ ...item, at: at.toISOString(), ageSeconds: age(at) })),
        deductions: deductions.map(({ points, reason }) => `−${points}: ${reason}`),
        missing: [...gaps],
      })),
    ),
    imports: newestOf(imports).map((row) => ({
      importId: row.publicId,
      provider: row.provider,
      dimension: row.dimension,
      at: row.updatedAt.toISOString(),
      ageSeconds: age(row.updatedAt),
      isStale: isStale(row, now),
      url: importUrl(ctx.config.PUBLIC_URL, row),
    })),
    missing: missingSources(evidence),
  }
}

/** What a scanner agent asks in the middle of an assessment: the newest evidence of every subscore, from what is stored. */
export const readEnrichment = makeUseCase({
  name: 'read-enrichment',
  summary: 'The newest evidence of each subscore with its source and age, and what is missing; asks for new imports when it is old.',
  access: 'read',
  input: z.strictObject({ repository: RepositoryName.describe('owner/name') }),
  output: Output,
  http: { method: 'GET', path: '/integrations/enrichment' },
  async run(ctx, { repository: name }): Promise<Output> {
    const evidence = await recallEvidence(ctx, name)
    const now = ctx.clock.now()
    const second = Math.floor(now.getTime() / 1000)
    const known = answers.get(evidence)
    if (known?.second === second) return known.answer
    const answer = Object.freeze({ ...makeAnswer(ctx, name, evidence, now), refresh: await askForRefresh(ctx, evidence, now) })
    answers.set(evidence, { second, answer })
    return answer
  },
})
