// GitHub Pages: its settings, and what is served. Who switches it on must administer the repository.
import { z } from 'zod'
import type { ActionDeps, RepositoryName } from './actions.ts'
import { allows } from './app-auth.ts'
import { getCommit, repositoryUrl } from './payload-git.ts'
import { invalid, notFound, Refusal } from './refusal.ts'
import { answer, type RepositoryContext, type Route, readBody, repositoryRoute } from './router.ts'
import { getRepository, type PagesSettings, type Repository, type World } from './world.ts'

const source = z.looseObject({ branch: z.string(), path: z.enum(['/', '/docs']).default('/') })
const creation = z.looseObject({ build_type: z.enum(['legacy', 'workflow']).default('legacy'), source: source.optional() })

const addressOf = (repository: Repository): string => `https://${repository.owner.login}.github.example/${repository.name}/`

function toPages(world: World, repository: Repository, { branch, folder, byWorkflow }: PagesSettings) {
  return {
    url: `${repositoryUrl(world, repository)}/pages`,
    status: 'built',
    cname: null,
    custom_404: false,
    html_url: addressOf(repository),
    build_type: byWorkflow ? 'workflow' : 'legacy',
    source: { branch, path: `/${folder}` },
    public: !repository.private,
    https_enforced: true,
  }
}

function readPages({ world, repository }: RepositoryContext) {
  if (!repository.pages) throw notFound()
  return answer(toPages(world, repository, repository.pages))
}

function createPages(context: RepositoryContext) {
  const { world, repository, actor } = context
  const isAdmin = (actor.kind === 'installation' || actor.kind === 'user') && allows(actor.token.permissions, 'administration', 'write')
  if (!isAdmin)
    throw new Refusal(403, 'Resource not accessible by integration', {
      headers: { 'x-accepted-github-permissions': 'pages=write,administration=write' },
    })
  const input = readBody(context, creation)
  if (repository.pages) throw new Refusal(409, 'GitHub Pages is already enabled.')
  const { branch, path } = input.source ?? { branch: repository.defaultBranch, path: '/' as const }
  if (input.build_type === 'legacy' && !repository.refs.has(`refs/heads/${branch}`))
    throw invalid(`The ${branch} branch must exist before GitHub Pages can be built.`)
  repository.pages = { branch, folder: path.slice(1), byWorkflow: input.build_type === 'workflow' }
  return answer(toPages(world, repository, repository.pages), 201)
}

export const PAGES_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/pages', ['pages', 'read'], readPages),
  repositoryRoute('POST', '/pages', ['pages', 'write'], createPages),
]

/** What people set and see of Pages. */
export function makePagesActions({ world }: ActionDeps) {
  return {
    /** Sets Pages as an administrator does; undefined switches it off. */
    setPages: (name: RepositoryName, settings: PagesSettings | undefined) => {
      getRepository(world, name).pages = settings
    },
    pagesOf: (name: RepositoryName): PagesSettings | undefined => getRepository(world, name).pages,
    /** The files of a branch by path, as texts; empty for a branch that is not there. */
    branchFiles(name: RepositoryName, branch: string): ReadonlyMap<string, string> {
      const repository = getRepository(world, name)
      const { objects, refs } = repository
      const commit = refs.get(`refs/heads/${branch}`)
      const files = commit ? objects.files(getCommit(repository, commit).tree) : new Map()
      return new Map([...files].map(([path, { sha }]) => [path, objects.blob(sha)?.data.toString('utf8') ?? '']))
    },
    /** Commits of a branch, newest first. */
    branchLog(
      name: RepositoryName,
      branch: string,
    ): readonly { readonly sha: string; readonly message: string; readonly parents: number }[] {
      const repository = getRepository(world, name)
      const log: { sha: string; message: string; parents: number }[] = []
      for (let sha = repository.refs.get(`refs/heads/${branch}`); sha; sha = getCommit(repository, sha).parents[0]) {
        const { message, parents } = getCommit(repository, sha)
        log.push({ sha, message, parents: parents.length })
      }
      return log
    },
  }
}
