// The wiki's repository over git's smart HTTP: refs are shown, fetched and pushed. Without the repository, the wiki or its first
// page there is nothing here, and git is told "not found" as on GitHub: a push does not make a wiki.
import type { SandboxRequest, SandboxResponse } from '../http.ts'
import { type Actor, allows, authenticate, sees } from './app-auth.ts'
import type { Wiki } from './evidence.ts'
import { FLUSH, makePack, onSideBand, pktLine, readPktLines } from './git-pack.ts'
import { UnpackError, unpack } from './git-unpack.ts'
import { Refusal } from './refusal.ts'
import { takeStanding, WIKI_BRANCH } from './wiki.ts'
import { findRepository, type Repository, type World } from './world.ts'

const PATH = /^\/([^/]+\/[^/]+)\.wiki\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/
const UPLOAD = 'git-upload-pack'
const RECEIVE = 'git-receive-pack'
const CAPABILITIES = {
  [UPLOAD]: 'multi_ack_detailed side-band-64k ofs-delta symref=HEAD:refs/heads/master agent=stand-in',
  [RECEIVE]: 'report-status delete-refs side-band-64k ofs-delta agent=stand-in',
} as const
type Service = keyof typeof CAPABILITIES

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

function advertise({ refs }: Wiki, service: Service): SandboxResponse {
  const head = refs.get(WIKI_BRANCH) as string
  const all = service === UPLOAD ? [['HEAD', head] as const, ...refs] : [...refs]
  const shown = all.map(([name, sha], at) => pktLine(`${sha} ${name}${at === 0 ? `\0${CAPABILITIES[service]}` : ''}\n`))
  return binary(`${service}-advertisement`, [pktLine(`# service=${service}\n`), FLUSH, ...shown, FLUSH])
}

/** One pack with all that was wanted: what the client has already is not asked about. */
function upload(wiki: Wiki, request: SandboxRequest): SandboxResponse {
  const wanted = readPktLines(request.raw).flatMap((line) => /^want ([0-9a-f]{40})/.exec(line)?.[1] ?? [])
  const [commit] = wanted
  if (!commit || !wiki.objects.commit(commit)) return plain(400, 'upload-pack: not our ref')
  return binary(`${UPLOAD}-result`, [pktLine('NAK\n'), onSideBand(makePack(wiki.objects, commit)), FLUSH])
}

/** Whether one commit is another or comes after it. */
function follows({ objects }: Wiki, commit: string, before: string): boolean {
  const waiting = [commit]
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    if (sha === before) return true
    waiting.push(...(objects.commit(sha)?.parents ?? []))
  }
  return false
}

/** Moves the branch, in the words of git: only forward, and only from where the client saw it. */
function moveBranch(wiki: Wiki, line: string): string {
  const [before = '', after = '', name = ''] = (line.split('\0')[0] ?? '').trim().split(' ')
  if (name !== WIKI_BRANCH) return `ng ${name} only the branch of the wiki is kept here`
  if (wiki.refs.get(name) !== before) return `ng ${name} fetch first`
  if (!wiki.objects.commit(after) || !follows(wiki, after, before)) return `ng ${name} non-fast-forward`
  wiki.refs.set(name, after)
  return `ok ${name}`
}

function receive(wiki: Wiki, request: SandboxRequest): SandboxResponse {
  takeStanding(wiki)?.()
  const [command = ''] = readPktLines(request.raw.subarray(0, request.raw.indexOf('PACK') < 0 ? undefined : request.raw.indexOf('PACK')))
  const report = (lines: readonly string[]) =>
    binary(`${RECEIVE}-result`, [onSideBand(Buffer.concat([...lines.map((line) => pktLine(`${line}\n`)), FLUSH])), FLUSH])
  try {
    unpack(wiki.objects, request.raw.subarray(request.raw.indexOf('PACK')))
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error
    return report([`unpack ${error.message}`, `ng ${WIKI_BRANCH} unpacker error`])
  }
  return report(['unpack ok', moveBranch(wiki, command)])
}

/** Reading is open to whoever sees the repository; writing takes `contents: write`. */
function mayUse(actor: Actor, service: Service): boolean {
  if (actor.kind === 'app') return false
  if (actor.kind === 'anonymous') return service === UPLOAD
  return allows(actor.token.permissions, 'contents', service === UPLOAD ? 'read' : 'write')
}

function wikiOf(world: World, request: SandboxRequest, name: string, service: Service): Repository | SandboxResponse {
  const actor = authenticate(world, request)
  const repository = findRepository(world, name)
  if (!repository || !sees(actor, repository)) return plain(404, 'Repository not found.')
  if (!mayUse(actor, service)) return plain(403, 'Write access to repository not granted.')
  const { settings, wiki } = repository.evidence
  if (service === RECEIVE && repository.archived) return plain(403, 'This repository was archived so it is read-only.')
  return settings.wiki && wiki.refs.size > 0 ? repository : plain(404, 'Repository not found.')
}

/** Answers git. */
export function serveWiki(world: World, request: SandboxRequest): SandboxResponse {
  const [, name = '', what = ''] = PATH.exec(request.path) ?? []
  const asked = what === 'info/refs' ? request.query.get('service') : what
  const service = asked === UPLOAD || asked === RECEIVE ? asked : undefined
  if (service === undefined) return plain(403, 'Service not enabled.')
  try {
    const found = wikiOf(world, request, name, service)
    if (!('evidence' in found)) return found
    const { wiki } = found.evidence
    if (what === 'info/refs') return request.method === 'GET' ? advertise(wiki, service) : plain(405, 'Method not allowed.')
    if (request.method !== 'POST') return plain(405, 'Method not allowed.')
    return service === UPLOAD ? upload(wiki, request) : receive(wiki, request)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return plain(error.status === 403 ? 403 : 401, error.message, { 'www-authenticate': 'Basic realm="GitHub"' })
  }
}
