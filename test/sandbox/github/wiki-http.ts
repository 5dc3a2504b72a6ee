// The wiki's repository over git's smart HTTP: refs are shown and fetched; nothing is pushed yet. Without the repository, the
// wiki or its first page there is nothing here, and git is told "not found" as on GitHub.
import type { SandboxRequest, SandboxResponse } from '../http.ts'
import { allows, authenticate, sees } from './app-auth.ts'
import type { Wiki } from './evidence.ts'
import { FLUSH, makePack, onSideBand, pktLine, readPktLines } from './git-pack.ts'
import { Refusal } from './refusal.ts'
import { WIKI_BRANCH } from './wiki.ts'
import { findRepository, type Repository, type World } from './world.ts'

const PATH = /^\/([^/]+\/[^/]+)\.wiki\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/
const CAPABILITIES = 'multi_ack_detailed side-band-64k ofs-delta symref=HEAD:refs/heads/master agent=stand-in'
const UPLOAD = 'git-upload-pack'

export const isWikiPath = (path: string): boolean => PATH.test(path)

const plain = (status: number, text: string, headers = {}): SandboxResponse => ({
  status,
  headers: { 'content-type': 'text/plain', ...headers },
  text,
})
const binary = (type: string, parts: readonly Buffer[]): SandboxResponse => ({
  status: 200,
  headers: { 'content-type': `application/x-${type}`, 'cache-control': 'no-cache' },
  text: Buffer.concat(parts),
})

function advertise({ refs }: Wiki): SandboxResponse {
  const head = refs.get(WIKI_BRANCH) as string
  const shown = [['HEAD', head] as const, ...refs].map(([name, sha], at) =>
    pktLine(`${sha} ${name}${at === 0 ? `\0${CAPABILITIES}` : ''}\n`),
  )
  return binary(`${UPLOAD}-advertisement`, [pktLine(`# service=${UPLOAD}\n`), FLUSH, ...shown, FLUSH])
}

/** One pack with all that was wanted: what the client has already is not asked about. */
function upload(wiki: Wiki, request: SandboxRequest): SandboxResponse {
  const wanted = readPktLines(request.raw).flatMap((line) => /^want ([0-9a-f]{40})/.exec(line)?.[1] ?? [])
  const [commit] = wanted
  if (!commit || !wiki.objects.commit(commit)) return plain(400, 'upload-pack: not our ref')
  return binary(`${UPLOAD}-result`, [pktLine('NAK\n'), onSideBand(makePack(wiki.objects, commit)), FLUSH])
}

function wikiOf(world: World, request: SandboxRequest, name: string): Repository | SandboxResponse {
  const actor = authenticate(world, request)
  const repository = findRepository(world, name)
  if (!repository || !sees(actor, repository)) return plain(404, 'Repository not found.')
  const reads = actor.kind === 'anonymous' || actor.kind === 'app' || allows(actor.token.permissions, 'contents', 'read')
  if (!reads) return plain(403, 'Write access to repository not granted.')
  const { settings, wiki } = repository.evidence
  return settings.wiki && wiki.refs.size > 0 ? repository : plain(404, 'Repository not found.')
}

/** Answers git. */
export function serveWiki(world: World, request: SandboxRequest): SandboxResponse {
  const [, name = '', what = ''] = PATH.exec(request.path) ?? []
  try {
    const found = wikiOf(world, request, name)
    if (!('evidence' in found)) return found
    if (what === 'info/refs' && request.method === 'GET' && request.query.get('service') === UPLOAD) return advertise(found.evidence.wiki)
    if (what === UPLOAD && request.method === 'POST') return upload(found.evidence.wiki, request)
    return plain(403, 'Service not enabled.')
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return plain(error.status === 403 ? 403 : 401, error.message, { 'www-authenticate': 'Basic realm="GitHub"' })
  }
}
