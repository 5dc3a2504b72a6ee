// GitHub Pages of a repository: whether it is on, what it serves, and switching it on. Its settings are people's: what is set
// otherwise than we need is said, never changed.
import { z } from 'zod'
import { toAppError } from '../kernel/errors.ts'
import type { GitHubContext } from './client.ts'
import type { RepositoryName } from './git-tree.ts'

export interface PagesSite {
  /** Where people open it. */
  readonly url: string | undefined
  /** Built by a workflow of the repository: then no branch is served. */
  readonly isByWorkflow: boolean
  readonly branch: string | undefined
  /** `''` or `docs`: the folder of the branch that is served. */
  readonly folder: string
}

const SiteAnswer = z.object({
  html_url: z.string().nullish(),
  build_type: z.string().nullish(),
  source: z.object({ branch: z.string(), path: z.string() }).nullish(),
})

const toSite = ({ html_url: url, build_type: build, source }: z.output<typeof SiteAnswer>): PagesSite => ({
  url: url ?? undefined,
  isByWorkflow: build === 'workflow',
  branch: source?.branch,
  folder: (source?.path ?? '/').replace(/^\/|\/$/g, ''),
})

export type PagesFound = { readonly kind: 'on'; readonly site: PagesSite } | { readonly kind: 'off' } | { readonly kind: 'forbidden' }

/** What Pages serves of a repository. GitHub says "off" also where the plan has no Pages. */
export async function readPages(context: GitHubContext, repository: RepositoryName): Promise<PagesFound> {
  try {
    const { data } = await context.client.request({
      route: 'GET /repos/{owner}/{repo}/pages',
      parameters: { ...repository },
      meta: { operation: 'github.pages.read' },
      answer: SiteAnswer,
    })
    return { kind: 'on', site: toSite(data) }
  } catch (error) {
    const failure = toAppError(error)
    if (failure.code === 'provider-not-found') return { kind: 'off' }
    if (failure.code === 'provider-forbidden') return { kind: 'forbidden' }
    throw failure
  }
}

export type PagesSwitched =
  | { readonly kind: 'on'; readonly site: PagesSite }
  /** Somebody else was faster. */
  | { readonly kind: 'already' }
  | { readonly kind: 'refused'; readonly message: string }

/** Switches Pages on for a branch. GitHub serves its root or its folder `docs`. It takes administration rights where the App has them. */
export async function switchPagesOn(
  context: GitHubContext,
  repository: RepositoryName,
  { branch, folder }: { readonly branch: string; readonly folder: '' | 'docs' },
): Promise<PagesSwitched> {
  try {
    const { data } = await context.client.request({
      route: 'POST /repos/{owner}/{repo}/pages',
      parameters: { ...repository, build_type: 'legacy', source: { branch, path: `/${folder}` } },
      meta: { operation: 'github.pages.create' },
      answer: SiteAnswer,
    })
    return { kind: 'on', site: toSite(data) }
  } catch (error) {
    const { code, message } = toAppError(error)
    if (code === 'provider-conflict') return { kind: 'already' }
    if (code === 'provider-forbidden' || code === 'provider-rejected' || code === 'provider-not-found') return { kind: 'refused', message }
    throw error
  }
}
