import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { drawDiagram } from '../../integrations/engine/diagram-program.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-draw-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function programOf(name: string, script: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}
const draw = (program: string, source = 'a; rm -rf $HOME `x`') =>
  drawDiagram({ program, language: 'mermaid', source, signal: new AbortController().signal })

describe('a program that draws', () => {
  test('gets the language as its argument and the source as its input, and none of our environment', async () => {
    process.env.KATALYST_TEST_SECRET = 'secret'
    const program = programOf('draw', 'echo "<svg><desc>$# $1 [$KATALYST_TEST_SECRET] $(cat)</desc></svg>"')
    expect(await draw(program)).toEqual({ kind: 'svg', svg: '<svg><desc>1 mermaid [] a; rm -rf $HOME `x`</desc></svg>' })
    delete process.env.KATALYST_TEST_SECRET
  })

  test.each([
    ['fails', 'echo "Parse error on line 2" >&2; exit 3', 'Parse error on line 2'],
    ['says nothing', 'exit 3', 'the program ended with 3'],
    ['writes something else', 'echo hello', 'the program wrote no SVG'],
    ['writes a script', 'echo "<svg><script>x</script></svg>"', 'the SVG holds a script'],
  ])('and that %s leaves the code as it is', async (name, script, reason) => {
    expect(await draw(programOf(name.replaceAll(' ', '-'), script))).toEqual({ kind: 'failed', reason })
  })

  test('that is not there, or does not end, is said', async () => {
    expect(await draw(path.join(folder, 'none'))).toEqual({
      kind: 'failed',
      reason: 'the program cannot be started; check DIAGRAM_COMMAND',
    })
    const slow = drawDiagram({
      program: programOf('slow', 'exec sleep 600'),
      language: 'd2',
      source: '',
      signal: new AbortController().signal,
      timeoutMs: 50,
    })
    expect(await slow).toEqual({ kind: 'failed', reason: 'the program took too long' })
  })

  test('is stopped when the work is', async () => {
    const stop = new AbortController()
    const drawing = drawDiagram({ program: programOf('endless', 'exec sleep 600'), language: 'd2', source: '', signal: stop.signal })
    stop.abort()
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' })
  })
})
