// What git speaks over HTTP, as far as fetching a small repository needs it: lines with their length in front, and packs of whole
// objects without deltas.
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { encodeObject, type GitObject, type ObjectStore } from './git-objects.ts'

const KINDS: Readonly<Record<GitObject['type'], number>> = { commit: 1, tree: 2, blob: 3 }
export const FLUSH = Buffer.from('0000')
/** Of a line with its length, the channel's byte taken off. */
const MOST_IN_BAND = 65_515

/** One line of the protocol. */
export function pktLine(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** The lines of a request, without flushes. */
export function readPktLines(raw: Buffer): string[] {
  const lines: string[] = []
  for (let at = 0; at + 4 <= raw.length; ) {
    const length = Number.parseInt(raw.subarray(at, at + 4).toString('latin1'), 16)
    if (length >= 4)
      lines.push(
        raw
          .subarray(at + 4, at + length)
          .toString('utf8')
          .replace(/\n$/, ''),
      )
    at += Math.max(4, length || 4)
  }
  return lines
}

/** Data on the first channel of the side band. */
export function onSideBand(data: Buffer): Buffer {
  const lines: Buffer[] = []
  for (let at = 0; at < data.length; at += MOST_IN_BAND)
    lines.push(pktLine(Buffer.concat([Buffer.from([1]), data.subarray(at, at + MOST_IN_BAND)])))
  return Buffer.concat(lines)
}

/** Everything that can be reached from a commit. */
function reachable(objects: ObjectStore, start: string): GitObject[] {
  const found = new Map<string, GitObject>()
  const waiting = [start]
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    const object = objects.commit(sha) ?? objects.tree(sha) ?? objects.blob(sha)
    if (!object || found.has(sha)) continue
    found.set(sha, object)
    if (object.type === 'commit') waiting.push(object.tree, ...object.parents)
    else if (object.type === 'tree') waiting.push(...object.entries.map((entry) => entry.sha))
  }
  return [...found.values()]
}

/** The size of an object as packs write it: 4 bits beside the kind, then 7 bits to a byte. */
function packHeader(kind: number, size: number): Buffer {
  const bytes: number[] = []
  let [byte, rest] = [(kind << 4) | (size & 15), size >>> 4]
  while (rest > 0) {
    bytes.push(byte | 0x80)
    byte = rest & 0x7f
    rest >>>= 7
  }
  return Buffer.from([...bytes, byte])
}

/** A pack of a commit with its whole history. */
export function makePack(objects: ObjectStore, commit: string): Buffer {
  const all = reachable(objects, commit)
  const head = Buffer.alloc(12)
  head.write('PACK', 0)
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(all.length, 8)
  const parts = all.flatMap((object) => {
    const bytes = encodeObject(object)
    return [packHeader(KINDS[object.type], bytes.length), deflateSync(bytes)]
  })
  const pack = Buffer.concat([head, ...parts])
  return Buffer.concat([pack, createHash('sha1').update(pack).digest()])
}
