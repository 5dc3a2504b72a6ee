import { describe, expect, test } from '@jest/globals'
import { makeProgram, type ProgramParts } from '../../../app/cli/program.ts'
import type { Terminal } from '../../../app/cli/terminal.ts'
import { sampleContext, sampleTable } from '../sample-table.ts'

async function katalyst(args: readonly string[], change: Partial<ProgramParts> = {}, terminalChange: Partial<Terminal> = {}) {
  const written = { out: '', err: '' }
  const opened: { dryRun: boolean }[] = []
  let closed = 0
  const terminal: Terminal = {
    out: (text) => {
      written.out += text
    },
    err: (text) => {
      written.err += text
    },
    interactive: false,
    color: false,
    columns: 80,
    ...terminalChange,
  }
  const program = makeProgram({
    table: sampleTable,
    processes: [
      {
        command: 'serve',
        summary: 'Runs the server.',
        flags: [['--port <n>', 'port']],
        run: async (options) => (options.port === '1' ? 7 : 0),
      },
    ],
    open: async ({ progress, dryRun }) => {
      opened.push({ dryRun })
      return {
        context: sampleContext({ progress, actor: { kind: 'terminal', name: 'terminal' } }),
        close: async () => {
          closed += 1
        },
      }
    },
    terminal,
    version: '1.2.3',
    ...change,
  })
  const exit = await program.run(args)
  return { exit, ...written, opened, closed: () => closed }
}

describe('help', () => {
  test('lists every command with its sentence and opens nothing', async () => {
    const run = await katalyst(['--help'])
    expect(run).toMatchObject({ exit: 0, err: '', opened: [] })
    for (const words of ['greet', 'Greets somebody.', 'fail', 'serve', 'Runs the server.']) expect(run.out).toContain(words)
    expect((await katalyst([])).out).toBe(run.out)
  })

  test('of a command names its arguments, flags and defaults from the schema', async () => {
    const { out } = await katalyst(['greet', '--help'])
    for (const words of ['<name>', '--times <n>', 'How often', '--tags <a,b,…>', '--loud', '--json', '--quiet', 'default: 1'])
      expect(out).toContain(words)
  })
})

describe('a command', () => {
  test('turns positions and flags into the input of its use case and prints the answer', async () => {
    const run = await katalyst(['greet', 'Ada', '--times', '2', '--tags', 'and, friends', '--loud', '--json'])
    expect(JSON.parse(run.out)).toEqual({ text: 'HELLO ADAHELLO ADA AND FRIENDS', actor: 'terminal' })
    expect(run).toMatchObject({ exit: 0, err: '' })
    expect(run.closed()).toBe(1)
  })

  test('reports progress on standard error only: a line, a bar on a terminal, nothing with --quiet or --json', async () => {
    expect((await katalyst(['greet', 'Ada'])).err).toBe('greeting (1) …\n')
    expect((await katalyst(['greet', 'Ada'], {}, { interactive: true })).err).toContain('1/1')
    expect((await katalyst(['greet', 'Ada', '--quiet'])).err).toBe('')
    expect((await katalyst(['greet', 'Ada', '--json'])).err).toBe('')
  })

  test('with --dry-run asks for a session that cannot write', async () => {
    expect((await katalyst(['fail', '--way', 'refused', '--dry-run'])).opened).toEqual([{ dryRun: true }])
  })

  test('that is a process of its own gives its own exit code', async () => {
    expect((await katalyst(['serve', '--port', '1'])).exit).toBe(7)
  })
})

describe('exit codes', () => {
  test.each([
    [['nonsense'], 2, 'unknown command'],
    [['greet'], 2, "missing required argument 'name'"],
    [['greet', 'Ada', '--nope'], 2, "unknown option '--nope'"],
    [['greet', 'Ada', '--times', 'many'], 2, 'times: expected number, found "many"'],
    [['fail', '--way', 'sideways'], 2, 'Allowed choices are conflict, refused, bug, limit'],
    [['fail', '--way', 'refused'], 1, 'A rule forbids it. [refused]'],
    [['fail', '--way', 'limit'], 3, 'Jira asks us to wait. [provider-rate-limited]'],
    [['fail', '--way', 'conflict'], 4, '[conflict]'],
    [['fail', '--way', 'bug'], 1, '[internal]'],
  ])('%j ends with %i and says why', async (args, exit, words) => {
    const run = await katalyst(args as string[])
    expect(run.exit).toBe(exit)
    expect(run.err).toContain(words as string)
    expect(run.out).toBe('')
  })

  test('a failure with --json is the envelope on standard output', async () => {
    const run = await katalyst(['fail', '--way', 'refused', '--json'])
    expect(run.exit).toBe(1)
    expect(JSON.parse(run.out)).toEqual({ error: 'A rule forbids it.', code: 'REFUSED' })
  })
})
