// One repository as it is now; events carry shortened or old ones.
import { z } from 'zod'
import type { GitHubAnswer, GitHubContext } from './client.ts'
import type { RepositoryFacts } from './events.ts'
import type { RepositoryName } from './git-tree.ts'

const RepositoryAnswer = z.object({
  id: z.number().int(),
  node_id: z.string(),
  full_name: z.string(),
  private: z.boolean(),
  default_branch: z.string(),
  archived: z.boolean(),
})

export type RepositoryNow = RepositoryFacts & {
  readonly defaultBranch: string
  readonly isArchived: boolean
  /** Of GraphQL. */
  readonly nodeId: string
  /** For `readRepositoryIfChanged`. */
  readonly etag: string | undefined
}

const repositoryCall = (repository: RepositoryName) => ({
  route: 'GET /repos/{owner}/{repo}',
  parameters: { ...repository },
  meta: { operation: 'github.repository.read' },
  answer: RepositoryAnswer,
})

function toRepositoryNow({ data, etag }: GitHubAnswer<z.infer<typeof RepositoryAnswer>>): RepositoryNow {
  const { id, node_id: nodeId } = data
  return {
    id,
    nodeId,
    fullName: data.full_name,
    isPrivate: data.private,
    defaultBranch: data.default_branch,
    isArchived: data.archived,
    etag,
  }
}

/** Throws `provider-not-found` for a repository that is gone or hidden from the credential. */
export const readRepository = async (context: GitHubContext, repository: RepositoryName): Promise<RepositoryNow> =>
  toRepositoryNow(await context.client.request(repositoryCall(repository)))

/** The same, or that nothing has changed since it was answered with this ETag, which GitHub does not count. */
export async function readRepositoryIfChanged(
  context: GitHubContext,
  repository: RepositoryName,
  etag: string | undefined,
): Promise<RepositoryNow | 'not-modified'> {
  const answer = await context.client.requestIfChanged(repositoryCall(repository), etag)
  return answer === 'not-modified' ? answer : toRepositoryNow(answer)
}

/** `owner/name` as GitHub's paths take it. */
export function parseFullName(fullName: string): RepositoryName {
  const [owner = '', repo = ''] = fullName.split('/')
  return { owner, repo }
}

const InstallationAnswer = z.object({ id: z.number().int(), suspended_at: z.string().nullish() })

/** The installation of the App that covers a repository; asked as the App. Throws `provider-not-found` where none does. */
export async function readRepositoryInstallation(
  context: GitHubContext,
  repository: RepositoryName,
): Promise<{ readonly id: number; readonly suspendedAt: Date | undefined }> {
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/installation',
    parameters: { ...repository },
    meta: { operation: 'github.repository.installation' },
    answer: InstallationAnswer,
  })
  return { id: data.id, suspendedAt: data.suspended_at ? new Date(data.suspended_at) : undefined }
}
