// Packs that are pushed: whole objects are taken in, deltas are refused (the product's git library sends none). An object that
// does not come out under the name its bytes have would leave a broken repository, so it is refused too.
import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import type { ObjectStore, Signature, TreeEntry } from './git-objects.ts'

const KINDS: Readonly<Record<number, 'commit' | 'tree' | 'blob'>> = { 1: 'commit', 2: 'tree', 3: 'blob' }
const MODES: Readonly<Record<string, TreeEntry['mode']>> = {
  '40000': '040000',
  '100644': '100644',
  '100755': '100755',
  '120000': '120000',
  '160000': '160000',
}

/** Thrown for a pack that git would not index. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError'
}

/** Inflates one object and says how many bytes of the pack it took. */
function inflateAt(pack: Buffer, at: number): { readonly data: Buffer; readonly used: number } {
  const inflated = inflateSync(pack.subarray(at), { info: true }) as unknown as {
    readonly buffer: Buffer
    readonly engine: { readonly bytesWritten: number }
  }
  return { data: inflated.buffer, used: inflated.engine.bytesWritten }
}

function readTree(data: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = []
  for (let at = 0; at < data.length; ) {
    const end = data.indexOf(0, at)
    const [mode = '', ...name] = data.subarray(at, end).toString('utf8').split(' ')
    entries.push({ mode: MODES[mode] ?? '100644', name: name.join(' '), sha: data.subarray(end + 1, end + 21).toString('hex') })
    at = end + 21
  }
  return entries
}

function readSignature(line: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^\w+ (.*) <(.*)> (\d+) [+-]\d{4}$/.exec(line) ?? []
  return { name, email, date: new Date(Number(seconds) * 1000) }
}

function writeCommit(store: ObjectStore, data: Buffer): string {
  const text = data.toString('utf8')
  const end = text.indexOf('\n\n')
  const lines = text.slice(0, end).split('\n')
  const linesOf = (key: string) => lines.filter((line) => line.startsWith(`${key} `))
  return store.writeCommit({
    tree: linesOf('tree')[0]?.slice(5) ?? '',
    parents: linesOf('parent').map((line) => line.slice(7)),
    author: readSignature(linesOf('author')[0] ?? ''),
    committer: readSignature(linesOf('committer')[0] ?? ''),
    message: text.slice(end + 2),
  })
}

function write(store: ObjectStore, kind: 'commit' | 'tree' | 'blob', data: Buffer): void {
  const wanted = createHash('sha1').update(`${kind} ${data.length}\0`).update(data).digest('hex')
  const written = kind === 'blob' ? store.writeBlob(data) : kind === 'tree' ? store.writeTree(readTree(data)) : writeCommit(store, data)
  if (written !== wanted) throw new UnpackError(`the stand-in cannot keep ${kind} ${wanted} as it is`)
}

/** Takes the objects of a pack into a store. */
export function unpack(store: ObjectStore, pack: Buffer): void {
  if (pack.subarray(0, 4).toString('latin1') !== 'PACK') throw new UnpackError('bad pack header')
  const count = pack.readUInt32BE(8)
  let at = 12
  for (let index = 0; index < count; index += 1) {
    let byte = pack[at] ?? 0
    const type = (byte >> 4) & 7
    while (byte & 0x80) {
      at += 1
      byte = pack[at] ?? 0
    }
    at += 1
    const kind = KINDS[type]
    if (!kind) throw new UnpackError('unresolved deltas')
    const { data, used } = inflateAt(pack, at)
    write(store, kind, data)
    at += used
  }
}
