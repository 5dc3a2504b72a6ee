import { describe, expect, test } from '@jest/globals'
import type { Agreement, PushItem } from '../../../integrations/engine/push.ts'
import type { DesiredIssue } from '../../../integrations/github/issues/issue-mapping.ts'
import { planIssue } from '../../../integrations/github/issues/issue-plan.ts'
import { type RemoteIssue, toRemoteIssue } from '../../../integrations/github/issues/remote-issue.ts'
import { contentHash, regionMarker, toRegion } from '../../../integrations/github/managed-region.ts'
import type { ReconcilePolicy } from '../../../integrations/governance/reconcile.ts'

const marker = regionMarker('acme/shop', 'issue:road-item:ROAD-001')
const desired = (change: Partial<DesiredIssue> = {}): DesiredIssue => ({
  ...{ artifactId: 'ROAD-001', kind: 'road-item', marker, title: 'ROAD-001: Search', content: 'Find things.', labels: ['katalyst'] },
  ...{ state: 'proposed', parent: undefined },
  ...change,
})
const item = (change: Partial<DesiredIssue> = {}): PushItem<DesiredIssue> => ({
  ...{ artifactId: 'ROAD-001', artifactKind: 'road-item', scope: 'acme/shop', hash: '', marker },
  desired: desired(change),
})
/** As we wrote it last. */
const BODY = toRegion(marker, 'Find things.', { id: 'ROAD-001', title: 'ROAD-001: Search', state: 'proposed', labels: ['katalyst'] })
const issue = (change: object = {}): RemoteIssue =>
  toRemoteIssue({
    ...{ id: 1, number: 7, html_url: 'https://github.example/acme/shop/issues/7', title: 'ROAD-001: Search', body: BODY, state: 'open' },
    ...{ repository_url: 'https://api.github.example/repos/acme/shop', locked: false, labels: ['katalyst', 'katalyst: proposed'] },
    ...change,
  })
const agreement = (base: Agreement['base'] = {}, origin: Agreement['origin'] = 'found'): Agreement => ({ origin, base, resolutions: {} })
const plan = (wanted: Partial<DesiredIssue>, remote: RemoteIssue, policy: ReconcilePolicy = 'manual', agreed = agreement()) =>
  planIssue(item(wanted), remote, agreed, policy)

describe('an issue as it should be', () => {
  test('is not written, whatever line ends the web page gave it', () => {
    expect(plan({}, issue({ body: BODY.replaceAll('\n', '\r\n') }))).toMatchObject({ kind: 'none', changes: [] })
  })

  test('follows the status with one label, and is closed with its reason', () => {
    const { kind, writes } = plan({ state: 'complete' }, issue())
    expect(kind).toBe('change')
    expect(writes).toMatchObject({
      ...{ addLabels: ['katalyst: complete'], removeLabels: ['katalyst: proposed'] },
      state: { state: 'closed', state_reason: 'completed' },
    })
  })

  test('is closed although somebody has set the label of the end already', () => {
    const { writes } = plan({ state: 'complete' }, issue({ labels: ['katalyst', 'katalyst: complete'] }))
    expect(writes).toMatchObject({ addLabels: [], state: { state: 'closed' } })
  })

  test('of an artifact without a known status keeps its own', () => {
    expect(plan({ state: undefined }, issue({ state: 'closed', labels: ['katalyst'] })).decisions).toEqual([])
  })
})

describe('what a person did to it', () => {
  test('is kept where git stays the same, and told from our own writing by the mark alone', () => {
    const remote = issue({ title: 'Better', state: 'closed', state_reason: 'not_planned', body: BODY.replace('Find', 'Seek') })
    const { kind, decisions, writes } = plan({}, remote)
    expect(kind).toBe('none')
    expect(decisions.map(({ field, outcome, remote: theirs }) => [field, outcome, theirs.shown])).toEqual([
      ['title', 'keep', 'Better'],
      ['body', 'keep', 'Seek things.'],
      ['status', 'keep', 'closed as not planned'],
    ])
    expect(writes).toEqual({ addLabels: [], removeLabels: [] })
  })

  test('is a conflict where git changed as well, and nothing is written until a person decides', () => {
    const remote = issue({ body: BODY.replace('Find', 'Seek') })
    expect(plan({ content: 'Look.' }, remote)).toMatchObject({ kind: 'conflict' })
    expect(plan({ content: 'Look.' }, remote, 'prefer-git').writes.body).toContain('\nLook.\n')
  })

  test('around our part stays, while our part is brought up to date', () => {
    const { writes } = plan({ content: 'Look.' }, issue({ body: `Ann: hello\n\n${BODY}\n\nBen: bye` }))
    expect(writes.body).toMatch(/^Ann: hello\n\n<!-- katalyst:begin [\s\S]*\nLook\.\n<!-- katalyst:end -->\n\nBen: bye$/)
  })

  test('to our part stays when only the status changes, and is still known as an edit', () => {
    const { writes } = plan({ state: 'adr_validated' }, issue({ body: BODY.replace('Find', 'Seek') }))
    expect(writes.body).toContain('Seek things.')
    expect(writes.body).toContain(`"written":"${contentHash('Find things.')}"`)
    expect(writes.body).toContain('"state":"adr_validated"')
  })

  test('who took a label of ours off, or the comments around our part, is not undone', () => {
    expect(plan({}, issue({ labels: [] }))).toMatchObject({ kind: 'none' })
    const base = { title: { key: 'ROAD-001: Search', shown: '' }, body: { key: contentHash('Find things.'), shown: '' } }
    const bare = issue({ body: 'All mine' })
    expect(plan({}, bare, 'manual', agreement({ ...base, status: { key: 'proposed', shown: '' } }, 'linked')).writes.body).toBeUndefined()
  })
})

test('an issue that carries the mark of another artifact is refused', () => {
  const body = toRegion(regionMarker('acme/shop', 'other'), 'x', { id: 'ROAD-009' })
  expect(plan({}, issue({ body }))).toMatchObject({ kind: 'refuse', reason: expect.stringContaining('ROAD-009') })
})
