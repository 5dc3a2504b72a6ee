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

const refused = {
  importId: 'i-1',
  state: 'done',
  provider: 'confluence',
  dimension: 'understanding',
  imported: 0,
  metrics: { understandingScore: 0, pageCount: 0, documentationFreshness: null },
  explanation: 'Confluence has no space DOCS, or this account may not see it.\u001b[2J',
  gaps: [{ code: 'space-not-found', title: 'No space', recommendation: 'Check the key.', severity: 'high' }],
  subscores: [],
  window: { from: '2026-08-24T00:00:00.000Z', to: '2026-11-22T00:00:00.000Z' },
  requests: 1,
}

test.each(['read-import', 'import-jira', 'import-confluence'])('%s says the score, the window, why it is so, and what to do', (name) => {
  expect(renderAnswer(name, refused, terminal)).toBe(
    [
      'confluence · understanding  0 of 100  (done)',
      '2026-08-24 to 2026-11-22, 0 facts, 1 request, import i-1',
      'Confluence has no space DOCS, or this account may not see it. [2J',
      'figure                  value',
      'pageCount               0',
      'documentationFreshness  –',
      'high No space: Check the key.',
      '',
    ].join('\n'),
  )
})

test('a report names each subscore, its points, and what would win most; without evidence it says what is missing', () => {
  const line = { max: 25, confidence: 'high', evidence: [{}], gaps: [] }
  const answer = {
    repository: 'acme/shop',
    overallScore: 41,
    maturityLevel: 'Emerging',
    cycleHealth: 'one side is weak',
    weakest: 'Understanding',
    dimensions: {
      feedback: {
        dimension: 'Feedback',
        score: 20,
        coverage: 2,
        subscores: [
          {
            ...line,
            name: 'CI Speed',
            score: 20,
            deductions: [
              { points: 2, reason: 'slow' },
              { points: 3, reason: 'slower' },
            ],
          },
          {
            ...line,
            name: 'Tests',
            score: 0,
            confidence: 'none',
            evidence: [],
            deductions: [],
            gaps: [{ title: 'x', recommendation: 'Publish results.' }],
          },
        ],
      },
    },
    newestEvidenceAt: null,
  }
  expect(renderAnswer('read-scores', answer, terminal)).toBe(
    [
      'acme/shop: 41 of 100, Emerging; one side is weak, weakest Understanding',
      '            score   evidence  most to win',
      'Feedback    20/100  2 of 4',
      '  CI Speed  20/25   high      −3: slower',
      '  Tests     -       none      no evidence. Publish results.',
      'newest evidence: none',
      '',
    ].join('\n'),
  )
})
