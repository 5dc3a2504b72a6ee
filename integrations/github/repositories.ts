// One repository as it is now; events carry shortened or old ones.
import { z } from 'zod'
import type { GitHubContext } from './client.ts'
import type { RepositoryFacts } from './events.ts'
import type { RepositoryName } from './git-tree.ts'

const RepositoryAnswer = z.object({
  id: z.number().int(),
  full_name: z.string(),
  private: z.boolean(),
  default_branch: z.string(),
  archived: z.boolean(),
})

/** Throws `provider-not-found` for a repository that is gone or hidden from the installation. */
export async function readRepository(
  context: GitHubContext,
  repository: RepositoryName,
): Promise<RepositoryFacts & { readonly defaultBranch: string; readonly isArchived: boolean }> {
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}',
    parameters: { ...repository },
    meta: { operation: 'github.repository.read' },
    answer: RepositoryAnswer,
  })
  return { id: data.id, fullName: data.full_name, isPrivate: data.private, defaultBranch: data.default_branch, isArchived: data.archived }
}

/** `owner/name` as GitHub's paths take it. */
export function parseFullName(fullName: string): RepositoryName {
  const [owner = '', repo = ''] = fullName.split('/')
  return { owner, repo }
}
