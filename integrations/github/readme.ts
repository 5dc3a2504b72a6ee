// The README that GitHub shows of a repository, wherever it lies.
import { z } from 'zod'
import { toAppError } from '../kernel/errors.ts'
import type { GitHubContext } from './client.ts'
import type { RepositoryName } from './git-tree.ts'

const FileAnswer = z.object({ path: z.string(), content: z.string(), encoding: z.string() })

export interface Readme {
  /** In the repository. */
  readonly path: string
  readonly text: string
}

/** The README of a branch or commit; undefined where there is none, or one that is too large to be sent. */
export async function readReadme(context: GitHubContext, repository: RepositoryName, ref: string): Promise<Readme | undefined> {
  try {
    const { data } = await context.client.request({
      route: 'GET /repos/{owner}/{repo}/readme',
      parameters: { ...repository, ref },
      meta: { operation: 'github.readme.read' },
      answer: FileAnswer,
    })
    return data.encoding === 'base64' ? { path: data.path, text: Buffer.from(data.content, 'base64').toString('utf8') } : undefined
  } catch (error) {
    const failure = toAppError(error)
    if (failure.code === 'provider-not-found') return undefined
    throw failure
  }
}
