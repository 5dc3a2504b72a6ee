// Test results out of an archive that anybody who can run a workflow can fill. Only files that may be reports are unpacked, as a
// stream and never to disk; names, kinds, counts and sizes are bounded before anything is, and the size again while it is, because
// an archive may lie about it.
import type { Readable } from 'node:stream'
import type { Entry, ZipFile } from 'yauzl'
import type { SkipReason, TestArtifactFact, TestCase } from '../../foe/facts/workflow-fact.ts'
import { HEAD_LENGTH, mayBeReport, REPORT_READERS, reportFormat } from '../../foe/test-results/report-format.ts'
import { MAX_CASES, type ReportReader } from '../../foe/test-results/report-reader.ts'

export const MIB = 1024 * 1024
/** Of all reports in one archive (docs/metrics.md, `testResults`). */
export const MAX_UNPACKED_BYTES = 50 * MIB
/** Entries of any kind: reports of the largest builds are some thousand files. */
export const MAX_ENTRIES = 20_000
/** Bytes out of one byte in. Repetitive reports reach 100; deflate ends at 1,032, where only made-up data gets. */
export const MAX_RATIO = 200
/** Below this a high ratio is harmless: a small file of blanks. */
const RATIO_FROM_BYTES = MIB

const FILE_KIND = 0o170000
const REGULAR = 0o100000
const DIRECTORY = 0o040000

type Results = TestArtifactFact['results']
const skipped = (reason: SkipReason): Results => ({ state: 'skipped', reason })

/** Thrown in the middle of an archive, caught at its edge. */
class Skip extends Error {
  override readonly name = 'Skip'
  readonly reason: SkipReason

  constructor(reason: SkipReason) {
    super(reason)
    this.reason = reason
  }
}

type Yauzl = typeof import('yauzl')

/** The name of an entry that may be looked at. Backslashes are what some Windows tools write for slashes. */
function nameOf({ getFileNameLowLevel, validateFileName }: Yauzl, entry: Entry): string {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false).replaceAll('\\', '/')
  // Unix keeps the kind of a file here; archivers of other systems leave it 0.
  const kind = (entry.externalFileAttributes >>> 16) & FILE_KIND
  const isPlain = kind === 0 || kind === REGULAR || kind === DIRECTORY
  if (validateFileName(name) !== null || name.includes('\0') || !isPlain) throw new Skip('unsafe-path')
  return name
}

/** Chunks of bytes as text; UTF-16 where the file says so, as .NET's reports may. */
function makeDecoder() {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  return (chunk: Uint8Array): string => {
    decoder ??= new TextDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : 'utf-8')
    return decoder.decode(chunk, { stream: true })
  }
}

/** Reads one file into the reader its beginning asks for; undefined where that is none. `count` is told every byte. */
async function readFile(
  name: string,
  stream: Readable,
  count: (bytes: number) => void,
): Promise<ReturnType<ReportReader['end']> | undefined> {
  const decode = makeDecoder()
  let head = ''
  let reader: ReportReader | undefined
  const begin = (): boolean => {
    const format = reportFormat(name, head)
    if (format === null) return false
    reader = REPORT_READERS[format]()
    reader.write(head)
    return true
  }
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      count(chunk.length)
      const text = decode(chunk)
      if (reader) reader.write(text)
      else {
        head += text
        if (head.length >= HEAD_LENGTH && !begin()) return undefined
      }
    }
  } catch (error) {
    if (error instanceof Skip) throw error
    // Cut, or not what its header says: the archive's fault, whatever the decompressor calls it.
    throw new Skip('not-a-zip')
  } finally {
    stream.destroy()
  }
  return reader !== undefined || begin() ? reader?.end() : undefined
}

function assertBounded(entry: Entry): void {
  if (entry.isEncrypted()) throw new Skip('not-a-zip')
  const isBomb = entry.uncompressedSize > RATIO_FROM_BYTES && entry.uncompressedSize > entry.compressedSize * MAX_RATIO
  if (isBomb) throw new Skip('too-large')
}

async function readEntries(yauzl: Yauzl, zip: ZipFile): Promise<Results> {
  if (zip.entryCount > MAX_ENTRIES) throw new Skip('too-large')
  const cases: TestCase[] = []
  let [unpacked, reports] = [0, 0]
  const count = (bytes: number) => {
    unpacked += bytes
    if (unpacked > MAX_UNPACKED_BYTES) throw new Skip('too-large')
  }
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(yauzl, entry)
    assertBounded(entry)
    if (name.endsWith('/') || !mayBeReport(name)) continue
    if (unpacked + entry.uncompressedSize > MAX_UNPACKED_BYTES) throw new Skip('too-large')
    const result = await readFile(name, await zip.openReadStreamPromise(entry), count)
    if (result === undefined) continue
    if (result.state === 'unreadable') throw new Skip('unreadable')
    reports += 1
    if (cases.length + result.cases.length > MAX_CASES) throw new Skip('too-large')
    for (const test of result.cases) cases.push(test)
  }
  return reports === 0 ? skipped('unknown-format') : { state: 'read', cases }
}

/** The test results in a zip file, or why they are not read. Throws only what the file system does. */
export async function readArchive(path: string): Promise<Results> {
  const yauzl = await import('yauzl').then((module) => module.default ?? module)
  let zip: ZipFile | undefined
  try {
    zip = await yauzl.openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: true })
    return await readEntries(yauzl, zip)
  } catch (error) {
    if (error instanceof Skip) return skipped(error.reason)
    const { code } = error as NodeJS.ErrnoException
    if (typeof code === 'string' && code.startsWith('E') && !code.startsWith('ERR_')) throw error
    // yauzl tells what is wrong with the archive in words alone.
    return skipped('not-a-zip')
  } finally {
    zip?.close()
  }
}
