import { describe, expect, test } from '@jest/globals'
import { labelSpec, readStatus, stateWord, statusLabel } from '../../../integrations/github/issues/issue-status.ts'
import { ROAD_STATES } from '../../../integrations/governance/artifact.ts'

const open = (...labels: string[]) => ({ isClosed: false, reason: undefined, labels })
const closed = (reason: string | undefined, ...labels: string[]) => ({ isClosed: true, reason, labels })

describe('what an issue says of its road item', () => {
  test.each([
    ['the label that we put there', open('katalyst: implementing'), 'implementing', 'implementing'],
    ['a label in its place', open('katalyst: nfr_validating', 'bug'), 'implementing', 'nfr_validating'],
    ['a label beside it', open('katalyst: implementing', 'Katalyst: nfr_validating'), 'implementing', 'nfr_validating'],
    ['no label any more, which says nothing', open('bug'), 'implementing', 'implementing'],
    ['closed', closed('completed', 'katalyst: implementing'), 'implementing', 'complete'],
    ['closed by an older server, without a reason', closed(undefined), 'implementing', 'complete'],
    ['a label of the end while it is open', open('katalyst: complete'), 'nfr_validating', 'complete'],
    ['opened anew with another label', open('katalyst: implementing'), 'complete', 'implementing'],
  ])('is its state: %s', (_case, issue, last, state) => {
    expect(readStatus(issue, last, 'road-item')).toEqual({ kind: 'state', state })
  })

  test.each([
    ['closed as not planned', closed('not_planned'), 'implementing'],
    ['closed as duplicate', closed('duplicate'), 'implementing'],
    ['reopened', open('katalyst: complete'), 'complete'],
    ['without a status label', open('katalyst: nonsense'), undefined],
    ['labelled katalyst: proposed and katalyst: complete', open('katalyst: proposed', 'katalyst: complete'), 'implementing'],
  ])('is nothing a state stands for: %s', (words, issue, last) => {
    expect(readStatus(issue, last, 'road-item')).toEqual({ kind: 'unclear', words })
  })
})

test('a story that is closed as not planned is deprecated', () => {
  expect(readStatus(closed('not_planned'), 'draft', 'user-story')).toEqual({ kind: 'state', state: 'deprecated' })
  expect(stateWord('user-story', 'in_progress')).toBe('implementing')
})

test('every state has a label with a colour, and GitHub can hold it', () => {
  for (const spec of ROAD_STATES.map((state) => labelSpec(statusLabel(state)))) {
    expect(spec.color).toMatch(/^[0-9a-f]{6}$/)
    expect(spec.color).not.toBe('ededed')
    expect(spec.name.length).toBeLessThanOrEqual(50)
  }
})
