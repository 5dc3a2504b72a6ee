// How branches are guarded and how pull requests may be merged: classic protection, rules of rulesets in force and merge settings,
// of many repositories in one query.
import { z } from 'zod'
import type { FactSnapshots } from '../../foe/facts/fact-kinds.ts'
import type { BranchRule, ClassicProtection } from '../../foe/facts/posture-fact.ts'
import type { GitHubContext, QueryFault } from '../client.ts'
import { readUnlessAbsent } from './absence.ts'
import { refusalAt, toIncomplete } from './graph-page.ts'
import { firstPageSize, type PageSizeLimits, readSized } from './page-size.ts'
import { postureOf } from './queries/posture.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

/** Repositories in one query. */
const REPOSITORIES: PageSizeLimits = { largest: 25, smallest: 1 }
const KINDS = ['classicProtection', 'branchRules', 'mergeSettings'] as const

const ProtectionAnswer = z.object({
  requiresApprovingReviews: z.boolean().nullish(),
  requiredApprovingReviewCount: z.int().nullish(),
  requiresStatusChecks: z.boolean().nullish(),
  requiresStrictStatusChecks: z.boolean().nullish(),
  requiredStatusCheckContexts: z.array(z.string().nullable()).nullish(),
  requiresCommitSignatures: z.boolean().nullish(),
  requiresLinearHistory: z.boolean().nullish(),
})

const RuleAnswer = z.object({
  type: z.string(),
  parameters: z
    .object({
      requiredApprovingReviewCount: z.int().nullish(),
      allowedMergeMethods: z.array(z.string()).nullish(),
      strictRequiredStatusChecksPolicy: z.boolean().nullish(),
      requiredStatusChecks: z.array(z.object({ context: z.string() })).nullish(),
      mergeMethod: z.string().nullish(),
    })
    .nullish(),
  repositoryRuleset: z.object({ id: z.string(), databaseId: z.int().nullish(), enforcement: z.string() }).nullish(),
})

export const PostureAnswer = z.object({
  databaseId: z.int().nullish(),
  mergeCommitAllowed: z.boolean().nullish(),
  squashMergeAllowed: z.boolean().nullish(),
  rebaseMergeAllowed: z.boolean().nullish(),
  ref: z
    .object({
      branchProtectionRule: ProtectionAnswer.nullish(),
      rules: z.object({ nodes: z.array(RuleAnswer.nullable()).nullish() }).nullish(),
    })
    .nullish(),
})

export const toClassicProtection = (rule: z.infer<typeof ProtectionAnswer>): ClassicProtection => ({
  requiredReviews: rule.requiresApprovingReviews ? (rule.requiredApprovingReviewCount ?? 0) : 0,
  statusChecks: rule.requiresStatusChecks
    ? {
        strict: rule.requiresStrictStatusChecks ?? false,
        contexts: (rule.requiredStatusCheckContexts ?? []).filter((context) => context !== null),
      }
    : null,
  signedCommits: rule.requiresCommitSignatures ?? false,
  linearHistory: rule.requiresLinearHistory ?? false,
})

/** Rules of kinds that no figure asks for are left out. */
export function toBranchRule({ type, parameters, repositoryRuleset }: z.infer<typeof RuleAnswer>): BranchRule | undefined {
  const base = {
    rulesetId: String(repositoryRuleset?.databaseId ?? repositoryRuleset?.id ?? ''),
    enforcement: repositoryRuleset?.enforcement.toLowerCase() ?? 'active',
  }
  switch (type) {
    case 'PULL_REQUEST':
      return {
        ...{ ...base, kind: 'pull-request', requiredReviews: parameters?.requiredApprovingReviewCount ?? 0 },
        allowedMethods: parameters?.allowedMergeMethods ?? null,
      }
    case 'REQUIRED_STATUS_CHECKS':
      return {
        ...{ ...base, kind: 'status-checks', strict: parameters?.strictRequiredStatusChecksPolicy ?? false },
        contexts: (parameters?.requiredStatusChecks ?? []).map(({ context }) => context),
      }
    case 'MERGE_QUEUE':
      return { ...base, kind: 'merge-queue', method: parameters?.mergeMethod ?? '' }
    case 'REQUIRED_SIGNATURES':
      return { ...base, kind: 'signed-commits' }
    case 'REQUIRED_LINEAR_HISTORY':
      return { ...base, kind: 'linear-history' }
    default:
      return undefined
  }
}

type Snapshots = { -readonly [K in keyof FactSnapshots]?: FactSnapshots[K] }

/** One repository's part of an answer. A branch that is not there has no rules; what is refused is absent for its reason. */
function toPosture(found: z.infer<typeof PostureAnswer>, faults: readonly QueryFault[], alias: string): FactBatch {
  const { ref, mergeCommitAllowed, squashMergeAllowed, rebaseMergeAllowed } = found
  const absent: { -readonly [K in (typeof KINDS)[number]]?: NonNullable<FactBatch['absent']>[K] } = {}
  const snapshots: Snapshots = {
    mergeSettings: {
      allowMerge: mergeCommitAllowed ?? null,
      allowSquash: squashMergeAllowed ?? null,
      allowRebase: rebaseMergeAllowed ?? null,
    },
  }
  const classic = ref?.branchProtectionRule
  const classicRefused = refusalAt(faults, [alias, 'ref', 'branchProtectionRule'])
  if (!classic && classicRefused) absent.classicProtection = classicRefused
  else snapshots.classicProtection = classic ? toClassicProtection(classic) : null
  const rulesRefused = refusalAt(faults, [alias, 'ref', 'rules'])
  if (ref && !ref.rules) absent.branchRules = rulesRefused ?? 'not-enabled'
  else snapshots.branchRules = (ref?.rules?.nodes ?? []).flatMap((rule) => (rule && toBranchRule(rule)) ?? [])
  return { snapshots, ...(Object.keys(absent).length > 0 ? { absent } : {}) }
}

const allAbsent = (reason: NonNullable<FactBatch['absent']>['mergeSettings']): FactBatch => ({
  absent: Object.fromEntries(KINDS.map((kind) => [kind, reason])),
})

async function readSome(github: GitHubContext, places: readonly ImportPlace[]): Promise<readonly FactBatch[]> {
  const operation = 'github.posture.read'
  const variables = places.map(({ owner, repo, branch }, at) => ({
    [`o${at}`]: owner,
    [`n${at}`]: repo,
    [`b${at}`]: `refs/heads/${branch}`,
  }))
  const { data, faults } = await github.client.query({
    ...{ query: postureOf(places.length), operation, variables: Object.assign({}, ...variables) as Record<string, unknown>, isSized: true },
    answer: z.object(Object.fromEntries(places.map((_, at) => [`r${at}`, PostureAnswer.nullish()]))),
  })
  return places.map((place, at) => {
    const found = data[`r${at}`]
    // Faults without a reason are those of a query that was too much.
    if (faults.some((fault) => fault.path?.[0] === `r${at}` && refusalAt([fault], fault.path.map(String)) === undefined))
      throw toIncomplete(operation)
    // Another repository may have taken the name.
    const isOther = typeof found?.databaseId === 'number' && found.databaseId !== place.repositoryId
    return found && !isOther ? toPosture(found, faults, `r${at}`) : allAbsent('not-found')
  })
}

/**
 * The posture of many repositories, by the repository's id: one request for each 25. One that is not there, or not shown, is
 * `absent` and does not disturb the others. Throws `provider-*`.
 */
export async function readPosture(github: GitHubContext, places: readonly ImportPlace[]): Promise<ReadonlyMap<number, FactBatch>> {
  const found = new Map<number, FactBatch>()
  let size = firstPageSize(REPOSITORIES)
  for (let at = 0; at < places.length; ) {
    const from = at
    const { answer, asked, next } = await readSized(REPOSITORIES, size, async (count) => {
      const some = places.slice(from, from + count)
      const read = await readUnlessAbsent(() => readSome(github, some))
      return 'absent' in read ? some.map(() => allAbsent(read.absent)) : read
    })
    for (const [index, batch] of answer.entries()) found.set((places[from + index] as ImportPlace).repositoryId, batch)
    size = next
    at += asked
  }
  return found
}

export const POSTURE_STREAM: FactStream = Object.freeze({
  name: 'posture',
  brings: KINDS,
  async fetchPage(github, place) {
    const posture = await readPosture(github, [place])
    return { batch: posture.get(place.repositoryId) ?? allAbsent('not-found'), next: undefined }
  },
} satisfies FactStream)
