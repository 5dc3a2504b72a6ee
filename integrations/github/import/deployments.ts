// Deployments with every status they had: which of them was the first that ended it is decided later, from all of them.
import { z } from 'zod'
import type { DeploymentFact } from '../../foe/facts/delivery-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import type { GitHubCall, GitHubContext } from '../client.ts'
import { readUnlessGone } from './absence.ts'
import { childrenOf, isWhole, readChildren } from './graph-children.ts'
import { readNodes } from './graph-nodes.ts'
import { connectionOf } from './graph-page.ts'
import { toId } from './graph-person.ts'
import { makeGraphStream } from './graph-stream.ts'
import { DEPLOYMENTS, DEPLOYMENTS_BY_ID, MORE_STATUSES } from './queries/delivery.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

const StatusAnswer = z.object({ id: z.string(), state: z.string(), createdAt: z.string() })

export const DeploymentAnswer = z.object({
  id: z.string(),
  databaseId: z.int().nullish(),
  commitOid: z.string(),
  environment: z.string().nullish(),
  originalEnvironment: z.string().nullish(),
  state: z.string().nullish(),
  createdAt: z.string(),
  statuses: connectionOf(StatusAnswer).nullish(),
})
export type DeploymentAnswer = z.infer<typeof DeploymentAnswer>

const instantOf = (text: string): Date => parseInstant(text) ?? new Date(0)

/** Whether it is production is not in GraphQL's schema: the environment's name tells. */
export const toDeploymentFact = (deployment: DeploymentAnswer): DeploymentFact => ({
  id: toId(deployment),
  sha: deployment.commitOid,
  environment: deployment.environment ?? deployment.originalEnvironment ?? '',
  isProduction: null,
  state: deployment.state ?? null,
  createdAt: instantOf(deployment.createdAt),
  statuses: childrenOf(deployment.statuses).map(({ id, state, createdAt }) => ({ id, state, createdAt: instantOf(createdAt) })),
})

const STATUSES = { operation: 'github.deployments.statuses', query: MORE_STATUSES, child: StatusAnswer, canLeaveOut: true }

export async function completeDeployments(
  github: GitHubContext,
  deployments: readonly DeploymentAnswer[],
): Promise<readonly DeploymentAnswer[]> {
  const cut = deployments.filter(({ statuses }) => !isWhole(statuses)).map(({ id }) => id)
  const statuses = await readChildren(github, STATUSES, cut)
  // Which status came first is told by the last of them: a deployment of which some cannot be had is left out.
  return deployments.flatMap((deployment) => {
    const all = statuses.get(deployment.id)
    if (!all) return isWhole(deployment.statuses) ? [deployment] : []
    return [{ ...deployment, statuses: { pageInfo: { hasNextPage: false }, nodes: [...all] } }]
  })
}

export const toDeploymentLists = (deployments: readonly DeploymentAnswer[]): NonNullable<FactBatch['lists']> => ({
  deployments: deployments.map(toDeploymentFact),
})

/** GraphQL's summaries that change no more by themselves; an unknown one is looked at again as long as the window reaches it. */
const ENDED: ReadonlySet<string> = new Set(['ACTIVE', 'INACTIVE', 'SUCCESS', 'FAILURE', 'ERROR', 'ABANDONED', 'DESTROYED'])

const isOpen = ({ id, state, createdAt }: DeploymentAnswer, { from }: ImportPlace): string | undefined =>
  !ENDED.has(state?.toUpperCase() ?? '') && instantOf(createdAt) >= from ? id : undefined

export const readDeployments = (github: GitHubContext, ids: readonly string[]): Promise<readonly DeploymentAnswer[]> =>
  readNodes(github, { operation: 'github.deployments.read', query: DEPLOYMENTS_BY_ID, node: DeploymentAnswer }, ids)

const probe = ({ owner, repo }: ImportPlace): GitHubCall<unknown> => ({
  route: 'GET /repos/{owner}/{repo}/deployments',
  parameters: { owner, repo, per_page: 1 },
  meta: { operation: 'github.deployments.probe' },
  answer: z.array(z.unknown()),
})

export const DEPLOYMENTS_STREAM: FactStream = makeGraphStream<DeploymentAnswer>({
  name: 'deployments',
  brings: ['deployments'],
  list: { operation: 'github.deployments.list', query: DEPLOYMENTS, node: DeploymentAnswer },
  probe,
  movedAt: ({ createdAt }) => instantOf(createdAt),
  from: (place) => place.from,
  overlapMs: 1_000,
  complete: completeDeployments,
  toLists: toDeploymentLists,
  vanishes: 'deployments',
  again: { isOpen, read: readDeployments },
})

/** One deployment as GitHub has it now, by REST's id: its node is asked for, and read as the import reads it. */
export async function refreshDeployment(github: GitHubContext, place: ImportPlace, deploymentId: number): Promise<FactBatch> {
  const { owner, repo } = place
  const call = {
    route: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}',
    parameters: { owner, repo, deployment_id: deploymentId },
    meta: { operation: 'github.deployment.read' },
    answer: z.object({ node_id: z.string() }),
  }
  const found = await readUnlessGone(github, place, async () => (await github.client.request(call)).data)
  if (found === 'gone') return { gone: { deployments: [String(deploymentId)] } }
  const deployments = await readDeployments(github, [found.node_id])
  return { lists: toDeploymentLists(await completeDeployments(github, deployments)) }
}
