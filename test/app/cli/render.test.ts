import { expect, test } from '@jest/globals'
import { renderAnswer } from '../../../app/cli/render.ts'
import type { Terminal } from '../../../app/cli/terminal.ts'

const terminal = { color: false } as Terminal

test('jobs are a table with what somebody needs who has to decide', () => {
  const job = {
    id: '7',
    kind: 'jira.push',
    state: 'dead',
    attempts: 8,
    maxAttempts: 8,
    runAt: '2026-11-22T10:00:00.000Z',
    code: 'provider-rejected',
    error: 'Jira refused\u001b[31m it.',
  }
  expect(renderAnswer('list-jobs', { items: [job] }, terminal)).toBe(
    [
      'job  kind       state  connection  attempts  due                       why',
      '7    jira.push  dead   –           8 of 8    2026-11-22T10:00:00.000Z  provider-rejected: Jira refused [31m it.',
      '',
    ].join('\n'),
  )
  expect(renderAnswer('list-jobs', { items: [] }, terminal)).toBe('no jobs\n')
})

test('a job’s failure alone stands without a colon before it, and what has no renderer is JSON', () => {
  const job = { id: '1', kind: 'k', state: 'dead', attempts: 1, maxAttempts: 8, runAt: 'now', error: 'It failed.' }
  expect(renderAnswer('list-jobs', { items: [job] }, terminal)).toContain('now  It failed.')
  expect(renderAnswer('read-health', { status: 'ok' }, terminal)).toBe('{\n  "status": "ok"\n}\n')
})
