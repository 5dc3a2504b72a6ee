import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { MAX_ENTRIES, MAX_UNPACKED_BYTES, MIB, readArchive } from '../../../integrations/github/import/artifact-archive.ts'
import { makeZip } from '../../sandbox/github/zip.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'katalyst-archives-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = (archive: Buffer) => {
  const file = path.join(folder, 'a.zip')
  writeFileSync(file, archive)
  return readArchive(file)
}
const skipped = (reason: string) => ({ state: 'skipped', reason })
const junit = (name: string) => `<testsuite name="s"><testcase name="${name}" time="0.5"/></testsuite>`

/** Changes the central directory's first entry: what a client believes about it. */
function edited(archive: Buffer, edit: (header: Buffer) => void): Buffer {
  const copy = Buffer.from(archive)
  edit(copy.subarray(copy.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))))
  return copy
}

describe('an archive of test results', () => {
  test('is read file by file, each by the format it shows, and other files are passed over', async () => {
    const result = await read(
      makeZip({
        'unit/report.xml': junit('a'),
        'e2e/out.tap': 'TAP version 13\n1..1\nok 1 - b\n',
        'cover/lcov.info': 'TN:',
        'log.txt': 'nothing of ours',
        'data.json': '{}',
        'pic.png': Buffer.from([1, 2, 3]),
      }),
    )
    expect(result).toEqual({
      state: 'read',
      cases: [
        { suite: 's', name: 'a', outcome: 'passed', durationSeconds: 0.5 },
        { suite: '', name: 'b', outcome: 'passed', durationSeconds: null },
      ],
    })
  })

  test('is read whatever pieces its text comes in, also in UTF-16', async () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `<testcase name="prüft 🚀 ${at}"/>`)
    const large = `<testsuite name="s">${names.join('')}</testsuite>`
    const result = await read(makeZip({ 'report.xml': large }))
    expect(result.state === 'read' && [result.cases.length, result.cases[19_999]?.name]).toEqual([20_000, 'prüft 🚀 19999'])
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(junit('ä'), 'utf16le')])
    expect(await read(makeZip({ 'report.xml': wide }))).toMatchObject({ cases: [{ name: 'ä' }] })
  })

  test('without any report says so', async () => {
    expect(await read(makeZip({ 'readme.md': '# hello' }))).toEqual(skipped('unknown-format'))
    expect(await read(makeZip({}))).toEqual(skipped('unknown-format'))
  })

  test('with a report that is not what it promises is unreadable', async () => {
    expect(await read(makeZip({ 'report.xml': '<testsuite><testcase name="a">' }))).toEqual(skipped('unreadable'))
  })
})

describe('an archive that means harm', () => {
  test.each(['../evil.xml', '/etc/evil.xml', 'a/../../evil.xml', 'C:/evil.xml', '..\\evil.xml'])(
    'with the path %s is refused',
    async (name) => {
      expect(await read(makeZip({ 'good.xml': junit('a'), [name]: junit('b') }))).toEqual(skipped('unsafe-path'))
    },
  )

  test('with a symbolic link is refused', async () => {
    const link = edited(makeZip({ 'report.xml': '/etc/passwd' }), (header) => header.writeUInt32LE((0o120777 << 16) >>> 0, 38))
    expect(await read(link)).toEqual(skipped('unsafe-path'))
  })

  test('that unpacks to hundreds of times its size is refused before it is unpacked, report or not', async () => {
    expect(await read(makeZip({ 'zeros.bin': Buffer.alloc(8 * MIB) }))).toEqual(skipped('too-large'))
    expect(await read(makeZip({ 'report.xml': Buffer.alloc(8 * MIB, ' ') }))).toEqual(skipped('too-large'))
  })

  test('that lies about its size is stopped while it is unpacked', async () => {
    const bomb = edited(makeZip({ 'report.xml': Buffer.alloc(8 * MIB, ' ') }), (header) => header.writeUInt32LE(1_000, 24))
    expect(await read(bomb)).toEqual(skipped('not-a-zip'))
  })

  test('whose reports are more than the limit together is refused', async () => {
    const noise = `<testsuite><!--${randomBytes(300_000).toString('base64')}--></testsuite>`
    const large = edited(makeZip({ 'a.xml': noise }), (header) => header.writeUInt32LE(MAX_UNPACKED_BYTES + 1, 24))
    expect(await read(large)).toEqual(skipped('too-large'))
  })

  test('of too many entries is refused', async () => {
    const end = makeZip({ 'a.xml': junit('a') })
    const at = end.length - 22
    end.writeUInt16LE(MAX_ENTRIES + 1, at + 8)
    end.writeUInt16LE(MAX_ENTRIES + 1, at + 10)
    expect(await read(end)).toEqual(skipped('too-large'))
  })

  test('that is encrypted, cut or no archive at all is refused', async () => {
    const whole = makeZip({ 'report.xml': junit('a') })
    expect(await read(edited(whole, (header) => header.writeUInt16LE(1, 8)))).toEqual(skipped('not-a-zip'))
    expect(await read(whole.subarray(0, whole.length - 30))).toEqual(skipped('not-a-zip'))
    expect(await read(Buffer.from('not a zip at all'))).toEqual(skipped('not-a-zip'))
    expect(await read(Buffer.alloc(0))).toEqual(skipped('not-a-zip'))
  })
})
