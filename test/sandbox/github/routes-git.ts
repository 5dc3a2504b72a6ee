// The git data API: objects and references.
import { z } from 'zod'
import { isAncestor } from './git-history.ts'
import type { TreeEntry, TreeFile } from './git-objects.ts'
import { repositoryUrl, toGitCommit, toRef } from './payload-git.ts'
import { moveRef } from './pushes.ts'
import { invalid, notFound, Refusal } from './refusal.ts'
import { answer, answerList, nothing, type RepositoryContext, type Route, readBody, repositoryRoute } from './router.ts'
import { nodeId, resolveCommit } from './world.ts'

const blobInput = z.looseObject({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') })
const signature = z.looseObject({ name: z.string(), email: z.string(), date: z.iso.datetime({ offset: true }).optional() })
const commitInput = z.looseObject({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: signature.optional(),
  committer: signature.optional(),
})
const mode = z.enum(['100644', '100755', '040000', '120000', '160000'])
const treeInput = z.looseObject({
  base_tree: z.string().optional(),
  tree: z.array(
    z.looseObject({
      path: z.string(),
      mode: mode.default('100644'),
      type: z.enum(['blob', 'tree', 'commit']).optional(),
      sha: z.string().nullish(),
      content: z.string().optional(),
    }),
  ),
})
const refInput = z.looseObject({ ref: z.string(), sha: z.string() })
const refChange = z.looseObject({ sha: z.string(), force: z.boolean().default(false) })

const OBJECT_TYPES = { '040000': 'tree', '160000': 'commit', '100644': 'blob', '100755': 'blob', '120000': 'blob' } as const

function assertNotEmpty({ repository }: RepositoryContext): void {
  if (repository.refs.size === 0) throw new Refusal(409, 'Git Repository is empty.')
}

function toTree(context: RepositoryContext, sha: string, entries: readonly (TreeEntry & { path: string })[], truncated: boolean) {
  const { world, repository } = context
  const url = repositoryUrl(world, repository)
  const listed = entries.map((entry) => {
    const type = OBJECT_TYPES[entry.mode]
    const size = type === 'blob' ? { size: repository.objects.blob(entry.sha)?.data.length ?? 0 } : {}
    return { path: entry.path, mode: entry.mode, type, sha: entry.sha, ...size, url: `${url}/git/${type}s/${entry.sha}` }
  })
  return { sha, url: `${url}/git/trees/${sha}`, tree: listed, truncated }
}

function readTree(context: RepositoryContext) {
  assertNotEmpty(context)
  const { world, repository, params, request } = context
  const { objects } = repository
  const name = params.sha ?? ''
  const commit = resolveCommit(repository, name)
  const sha = commit ? (objects.commit(commit)?.tree ?? '') : name
  const root = objects.tree(sha)
  if (!root) throw notFound()
  const found: (TreeEntry & { path: string })[] = []
  const walk = (entries: readonly TreeEntry[], prefix: string) => {
    for (const entry of entries) {
      found.push({ ...entry, path: prefix + entry.name })
      if (entry.mode === '040000' && request.query.has('recursive')) walk(objects.tree(entry.sha)?.entries ?? [], `${prefix}${entry.name}/`)
    }
  }
  walk(root.entries, '')
  return answer(toTree(context, sha, found.slice(0, world.treeLimit), found.length > world.treeLimit))
}

function createTree(context: RepositoryContext) {
  assertNotEmpty(context)
  const { objects } = context.repository
  const input = readBody(context, treeInput)
  const base =
    input.base_tree === undefined ? undefined : objects.tree(input.base_tree) ? input.base_tree : objects.commit(input.base_tree)?.tree
  if (input.base_tree !== undefined && base === undefined) throw invalid('base_tree is not a valid tree oid')
  const files = base ? objects.files(base) : new Map<string, TreeFile>()
  for (const entry of input.tree) {
    if (entry.path === '' || entry.path.startsWith('/') || entry.path.split('/').some((part) => ['', '.', '..', '.git'].includes(part)))
      throw invalid('tree.path contains a malformed path component')
    const sha = entry.content === undefined ? entry.sha : objects.writeBlob(entry.content)
    if (sha === undefined) throw invalid('Must supply either tree.sha or tree.content')
    if (sha !== null && entry.mode !== '160000' && !objects.has(sha)) throw invalid(`tree.sha ${sha} is not a valid blob`)
    for (const path of [...files.keys()]) if (path === entry.path || path.startsWith(`${entry.path}/`)) files.delete(path)
    if (sha === null) continue
    if (entry.mode === '040000') for (const [path, file] of objects.files(sha)) files.set(`${entry.path}/${path}`, file)
    else files.set(entry.path, { mode: entry.mode, sha })
  }
  const sha = objects.writeFiles(files)
  return answer(
    toTree(
      context,
      sha,
      (objects.tree(sha)?.entries ?? []).map((entry) => ({ ...entry, path: entry.name })),
      false,
    ),
    201,
  )
}

function createCommit(context: RepositoryContext) {
  assertNotEmpty(context)
  const { world, repository, sender } = context
  const { objects } = repository
  const input = readBody(context, commitInput)
  if (!objects.tree(input.tree)) throw invalid('Tree SHA does not exist')
  for (const parent of input.parents) if (!objects.commit(parent)) throw invalid('Parent SHA does not exist or is not a commit object')
  const sign = (given: z.output<typeof signature> | undefined) => ({
    name: given?.name ?? sender.login,
    email: given?.email ?? `${sender.id}+${sender.login}@users.noreply.example`,
    date: given?.date ? new Date(given.date) : world.clock.now(),
  })
  const sha = objects.writeCommit({
    tree: input.tree,
    parents: input.parents,
    message: input.message,
    author: sign(input.author),
    committer: sign(input.committer ?? input.author),
  })
  return answer(toGitCommit(world, repository, sha), 201)
}

function readBlob(context: RepositoryContext) {
  const { world, repository, params, request } = context
  const sha = params.sha ?? ''
  const blob = repository.objects.blob(sha)
  if (!blob) throw notFound()
  if (/\braw\b/.test(request.headers.accept ?? ''))
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }, text: blob.data }
  return answer({
    sha,
    node_id: nodeId('Blob', sha),
    size: blob.data.length,
    url: `${repositoryUrl(world, repository)}/git/blobs/${sha}`,
    content: blob.data.toString('base64').replace(/.{1,60}/g, '$&\n'),
    encoding: 'base64',
  })
}

function createBlob(context: RepositoryContext) {
  assertNotEmpty(context)
  const { world, repository } = context
  const input = readBody(context, blobInput)
  const sha = repository.objects.writeBlob(Buffer.from(input.content, input.encoding === 'base64' ? 'base64' : 'utf8'))
  return answer({ url: `${repositoryUrl(world, repository)}/git/blobs/${sha}`, sha }, 201)
}

function createRef(context: RepositoryContext) {
  assertNotEmpty(context)
  const { world, repository, sender } = context
  const { ref, sha } = readBody(context, refInput)
  if (!/^refs\/(heads|tags)\/[^\s~^:?*[\\]+$/.test(ref)) throw invalid(`${ref} is not a valid ref name.`)
  if (repository.refs.has(ref)) throw invalid('Reference already exists')
  if (!repository.objects.commit(sha)) throw invalid('Object does not exist')
  moveRef(world, repository, ref, sha, sender)
  return answer(toRef(world, repository, ref), 201)
}

/** A branch that takes changes through pull requests only. */
function assertUnprotected({ repository }: RepositoryContext, ref: string): void {
  if (repository.evidence.protection.get(ref.replace(/^refs\/heads\//, ''))?.reviews)
    throw invalid('Changes must be made through a pull request.')
}

function updateRef(context: RepositoryContext) {
  const { world, repository, sender, params } = context
  const ref = `refs/${params.ref}`
  const before = repository.refs.get(ref)
  if (!before) throw invalid('Reference does not exist')
  const { sha, force } = readBody(context, refChange)
  assertUnprotected(context, ref)
  if (!repository.objects.commit(sha)) throw invalid('Object does not exist')
  if (!force && !isAncestor(repository.objects, before, sha)) throw invalid('Update is not a fast forward')
  moveRef(world, repository, ref, sha, sender)
  return answer(toRef(world, repository, ref))
}

function deleteRef({ world, repository, sender, params }: RepositoryContext) {
  const ref = `refs/${params.ref}`
  if (!repository.refs.has(ref)) throw invalid('Reference does not exist')
  moveRef(world, repository, ref, undefined, sender)
  return nothing()
}

export const GIT_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/git/ref/{ref...}', ['contents', 'read'], (context) => {
    assertNotEmpty(context)
    return answer(toRef(context.world, context.repository, `refs/${context.params.ref}`))
  }),
  repositoryRoute('GET', '/git/matching-refs/{ref...}', ['contents', 'read'], (context) => {
    const refs = [...context.repository.refs.keys()].filter((ref) => ref.startsWith(`refs/${context.params.ref}`)).sort()
    return answerList(context, refs, (ref) => toRef(context.world, context.repository, ref))
  }),
  repositoryRoute('POST', '/git/refs', ['contents', 'write'], createRef),
  repositoryRoute('PATCH', '/git/refs/{ref...}', ['contents', 'write'], updateRef),
  repositoryRoute('DELETE', '/git/refs/{ref...}', ['contents', 'write'], deleteRef),
  repositoryRoute('GET', '/git/commits/{sha}', ['contents', 'read'], ({ world, repository, params }) =>
    answer(toGitCommit(world, repository, params.sha ?? '')),
  ),
  repositoryRoute('POST', '/git/commits', ['contents', 'write'], createCommit),
  repositoryRoute('GET', '/git/trees/{sha...}', ['contents', 'read'], readTree),
  repositoryRoute('POST', '/git/trees', ['contents', 'write'], createTree),
  repositoryRoute('GET', '/git/blobs/{sha}', ['contents', 'read'], readBlob),
  repositoryRoute('POST', '/git/blobs', ['contents', 'write'], createBlob),
]
