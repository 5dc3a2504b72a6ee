import { describe, expect, test } from '@jest/globals'
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

describe('the plan of a sync with Jira', () => {
  const plan = (...syncResults: object[]) =>
    renderAnswer(
      'sync-jira',
      { runId: null, dryRun: true, syncResults, counts: { updated: 1 }, notes: ['Priorities are not sent.'] },
      terminal,
    )

  test('is a row for each thing that would be done, with old and new value', () => {
    const changes = [
      { field: 'summary', from: 'Search', to: 'Find' },
      { field: 'status', from: 'To Do', to: 'Done' },
    ]
    const conflict = { field: 'summary', outcome: 'conflict', git: 'Find', remote: 'Look up' }
    const keep = { field: 'priority', outcome: 'keep', git: 'High', remote: 'Low' }
    const refused = [{ field: 'status', reason: 'ROAD-006 cannot move.' }]
    expect(
      plan(
        { artifactId: 'ROAD-001', jiraKey: null, status: 'created' },
        {
          artifactId: 'ROAD-002',
          jiraKey: 'KAT-2',
          status: 'updated',
          changes,
          decisions: [keep],
          inbound: { taken: ['priority'], refused: [] },
        },
        { artifactId: 'ROAD-003', jiraKey: 'KAT-3', status: 'skipped', reason: 'KAT-3 is gone.' },
        { artifactId: 'ROAD-004', jiraKey: 'KAT-4', status: 'conflict', decisions: [conflict] },
        { artifactId: 'ROAD-005', jiraKey: null, status: 'refused', reason: 'title: it is empty.' },
        { artifactId: 'ROAD-006', jiraKey: 'KAT-6', status: 'refused', reason: 'all of it', inbound: { taken: [], refused } },
        { artifactId: 'ROAD-007', jiraKey: 'KAT-7', status: 'unchanged' },
        { artifactId: 'ROAD-008', jiraKey: null, status: 'failed', reason: 'roads/ROAD-008.md:1: no id' },
      ),
    ).toBe(
      [
        'action    artifact  issue  field     what',
        'create    ROAD-001  –      –         –',
        'update    ROAD-002  KAT-2  summary   Search → Find',
        'walk      ROAD-002  KAT-2  status    To Do → Done',
        'take      ROAD-002  KAT-2  priority  High → Low',
        'skip      ROAD-003  KAT-3  –         KAT-3 is gone.',
        'conflict  ROAD-004  KAT-4  summary   Find in git, Look up in Jira',
        'refuse    ROAD-005  –      –         title: it is empty.',
        'refuse    ROAD-006  KAT-6  status    ROAD-006 cannot move.',
        'fail      ROAD-008  –      –         roads/ROAD-008.md:1: no id',
        'Priorities are not sent.',
        'Dry run, nothing was written: 1 updated',
        '',
      ].join('\n'),
    )
  })

  test('of nothing to do is one line', () => {
    expect(plan({ artifactId: 'ROAD-001', jiraKey: 'KAT-1', status: 'unchanged' })).toMatch(/^Priorities are not sent\.\nDry run/)
  })
})
