// `.github/katalyst.yml` of a repository, as text; what it may say is the governance core's.
import { z } from 'zod'
import { toAppError } from '../kernel/errors.ts'
import type { GitHubContext } from './client.ts'
import type { RepositoryName } from './git-tree.ts'

export const SETTINGS_PATH = '.github/katalyst.yml'

const FileAnswer = z.object({ type: z.literal('file'), content: z.string(), encoding: z.literal('base64') })

/** The text of one file at a commit or branch; `undefined` where there is none. Files above 1 MB have no text in GitHub's answer. */
export async function readFileText(
  context: GitHubContext,
  repository: RepositoryName,
  { ref, path }: { readonly ref: string; readonly path: string },
): Promise<string | undefined> {
  try {
    const { data } = await context.client.request({
      route: 'GET /repos/{owner}/{repo}/contents/{+path}',
      parameters: { ...repository, path, ref },
      meta: { operation: 'github.file.read' },
      answer: FileAnswer,
    })
    return Buffer.from(data.content, 'base64').toString('utf8')
  } catch (error) {
    const failure = toAppError(error)
    if (failure.code === 'provider-not-found') return undefined
    throw failure
  }
}

/**
 * The settings at a commit or branch, `undefined` where there are none. For a check that is the base, never the head of a pull
 * request: otherwise anyone could switch the rules off in the change that breaks them.
 */
export const readSettingsText = (context: GitHubContext, repository: RepositoryName, ref: string): Promise<string | undefined> =>
  readFileText(context, repository, { ref, path: SETTINGS_PATH })
