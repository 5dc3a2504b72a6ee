// The repository itself and its files by path.
import { z } from 'zod'
import { allows } from './app-auth.ts'
import { applyFiles } from './git-history.ts'
import type { TreeEntry } from './git-objects.ts'
import { getCommit, repositoryUrl, toGitCommit } from './payload-git.ts'
import { toMergeSettings, toRepository } from './payload-repository.ts'
import { moveRef } from './pushes.ts'
import { invalid, notFound, Refusal } from './refusal.ts'
import { answer, type RepositoryContext, type Route, readBody, repositoryRoute } from './router.ts'
import { fullName, resolveCommit } from './world.ts'

const INLINE_BYTES = 1024 * 1024
const FOLDER_ENTRIES = 1000

const fileWrite = z.looseObject({ message: z.string(), content: z.base64(), sha: z.string().optional(), branch: z.string().optional() })
const fileDelete = z.looseObject({ message: z.string(), sha: z.string(), branch: z.string().optional() })

function entryAt(context: RepositoryContext, tree: string, path: string): TreeEntry | undefined {
  const { objects } = context.repository
  let at: TreeEntry | undefined = { mode: '040000', name: '', sha: tree }
  for (const name of path.split('/').filter(Boolean))
    at = at?.mode === '040000' ? objects.tree(at.sha)?.entries.find((entry) => entry.name === name) : undefined
  return at
}

const KINDS = { '040000': 'dir', '160000': 'submodule', '120000': 'symlink', '100644': 'file', '100755': 'file' } as const

function toEntry(context: RepositoryContext, path: string, entry: TreeEntry, ref: string) {
  const { world, repository } = context
  const [encoded, type] = [path.split('/').map(encodeURIComponent).join('/'), KINDS[entry.mode]]
  const url = `${repositoryUrl(world, repository)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const git = `${repositoryUrl(world, repository)}/git/${type === 'dir' ? 'trees' : 'blobs'}/${entry.sha}`
  const html = `${world.htmlUrl}/${fullName(repository)}/${type === 'dir' ? 'tree' : 'blob'}/${encodeURIComponent(ref)}/${encoded}`
  const size = type === 'dir' ? 0 : (repository.objects.blob(entry.sha)?.data.length ?? 0)
  return {
    type,
    size,
    name: path.split('/').at(-1) ?? '',
    path,
    sha: entry.sha,
    url,
    git_url: git,
    html_url: html,
    download_url: type === 'file' ? `${html}?raw=1` : null,
    _links: { self: url, git, html },
  }
}

function readContents(context: RepositoryContext) {
  const { repository, params, request } = context
  const ref = request.query.get('ref') ?? repository.defaultBranch
  const sha = resolveCommit(repository, ref)
  if (!sha) throw new Refusal(404, `No commit found for the ref ${ref}`)
  const path = (params.path ?? '').replace(/\/+$/, '')
  const entry = entryAt(context, getCommit(repository, sha).tree, path)
  if (!entry) throw notFound()
  if (entry.mode === '040000') {
    const entries = repository.objects.tree(entry.sha)?.entries.slice(0, FOLDER_ENTRIES) ?? []
    return answer(entries.map((child) => toEntry(context, path ? `${path}/${child.name}` : child.name, child, ref)))
  }
  const data = repository.objects.blob(entry.sha)?.data ?? Buffer.alloc(0)
  if (/\braw\b/.test(request.headers.accept ?? ''))
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }, text: data }
  const shown = toEntry(context, path, entry, ref)
  if (entry.mode === '120000') return answer({ ...shown, target: data.toString('utf8') })
  // Larger files come without their content: the raw media type or the blob has it.
  const small = data.length <= INLINE_BYTES
  return answer({ ...shown, encoding: small ? 'base64' : 'none', content: small ? wrap(data.toString('base64')) : '' })
}

/** Where GitHub looks for a README, in its order. */
const README_FOLDERS = ['.github', '', 'docs'] as const

function readReadme(context: RepositoryContext) {
  const { repository, request } = context
  const sha = resolveCommit(repository, request.query.get('ref') ?? repository.defaultBranch)
  if (!sha) throw notFound()
  const { tree } = getCommit(repository, sha)
  for (const folder of README_FOLDERS) {
    const at = entryAt(context, tree, folder)
    const entries = at?.mode === '040000' ? (repository.objects.tree(at.sha)?.entries ?? []) : []
    const found = entries.find(({ name, mode }) => mode !== '040000' && /^readme(\.[a-z]+)?$/i.test(name))
    if (found) return readContents({ ...context, params: { ...context.params, path: folder ? `${folder}/${found.name}` : found.name } })
  }
  throw notFound()
}

/** GitHub breaks base64 into lines of 60. */
const wrap = (base64: string) => base64.replace(/.{1,60}/g, '$&\n')

function commitFile(context: RepositoryContext, branch: string | undefined, message: string, content: Buffer | null) {
  const { world, repository, params, sender } = context
  const ref = `refs/heads/${branch ?? repository.defaultBranch}`
  const parent = repository.refs.get(ref)
  if (!parent && repository.refs.size > 0) throw new Refusal(404, `Branch ${branch} not found`)
  const { objects } = repository
  const tree = applyFiles(objects, parent ? getCommit(repository, parent).tree : objects.writeTree([]), { [params.path ?? '']: content })
  const signature = { name: sender.login, email: `${sender.id}+${sender.login}@users.noreply.example`, date: world.clock.now() }
  const sha = objects.writeCommit({ tree, parents: parent ? [parent] : [], author: signature, committer: signature, message })
  moveRef(world, repository, ref, sha, sender)
  return sha
}

function existing(context: RepositoryContext, branch: string | undefined): TreeEntry | undefined {
  const { repository, params } = context
  const sha = repository.refs.get(`refs/heads/${branch ?? repository.defaultBranch}`)
  return sha ? entryAt(context, getCommit(repository, sha).tree, params.path ?? '') : undefined
}

function writeContents(context: RepositoryContext) {
  const input = readBody(context, fileWrite)
  const old = existing(context, input.branch)
  if (old?.mode === '040000') throw invalid('Invalid request.\n\nThe path is a directory.')
  if (old && !input.sha) throw invalid('Invalid request.\n\n"sha" wasn\'t supplied.')
  if (input.sha && input.sha !== old?.sha) throw new Refusal(409, `${context.params.path} does not match ${input.sha}`)
  const sha = commitFile(context, input.branch, input.message, Buffer.from(input.content, 'base64'))
  const { world, repository, params } = context
  const entry = entryAt(context, getCommit(repository, sha).tree, params.path ?? '')
  const content = entry ? toEntry(context, params.path ?? '', entry, input.branch ?? repository.defaultBranch) : null
  return answer({ content, commit: toGitCommit(world, repository, sha) }, old ? 200 : 201)
}

function deleteContents(context: RepositoryContext) {
  const { query, body } = context.request
  const input = body === undefined ? fileDelete.parse(Object.fromEntries(query)) : readBody(context, fileDelete)
  const old = existing(context, input.branch)
  if (!old) throw notFound()
  if (old.sha !== input.sha) throw new Refusal(409, `${context.params.path} does not match ${input.sha}`)
  const sha = commitFile(context, input.branch, input.message, null)
  return answer({ content: null, commit: toGitCommit(context.world, context.repository, sha) })
}

export const CONTENT_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '', ['metadata', 'read'], ({ world, repository, actor }) => {
    // How one may merge is told to those who may write: others do not even get the members.
    const writes = (actor.kind === 'installation' || actor.kind === 'user') && allows(actor.token.permissions, 'contents', 'write')
    return answer({ ...toRepository(world, repository), ...(writes ? toMergeSettings(repository) : {}) })
  }),
  repositoryRoute('GET', '/topics', ['metadata', 'read'], () => answer({ names: [] })),
  repositoryRoute('GET', '/languages', ['metadata', 'read'], () => answer({})),
  repositoryRoute('GET', '/readme', ['contents', 'read'], readReadme),
  repositoryRoute('GET', '/contents', ['contents', 'read'], readContents),
  repositoryRoute('GET', '/contents/{path...}', ['contents', 'read'], readContents),
  repositoryRoute('PUT', '/contents/{path...}', ['contents', 'write'], writeContents),
  repositoryRoute('DELETE', '/contents/{path...}', ['contents', 'write'], deleteContents),
]
