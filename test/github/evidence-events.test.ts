import { describe, expect, test } from '@jest/globals'
import { type EvidenceEventName, toEvidenceEvent } from '../../integrations/github/evidence-events.ts'

const repository = { id: 7, full_name: 'acme/shop', private: true, default_branch: 'main' }
const installation = { id: 3 }
const hintsOf = (event: EvidenceEventName, payload: object) => toEvidenceEvent(event, { repository, installation, ...payload })?.hints

describe('an event says what may have changed', () => {
  test.each([
    ['workflow_run', { workflow_run: { id: 11 } }, 'run', 11],
    ['workflow_job', { workflow_job: { id: 5, run_id: 11 } }, 'run', 11],
    ['deployment', { deployment: { id: 12 } }, 'deployment', 12],
    ['deployment_status', { deployment: { id: 12 }, deployment_status: { id: 1 } }, 'deployment', 12],
    ['release', { release: { id: 13 } }, 'release', 13],
    ['pull_request', { pull_request: { number: 4 } }, 'pull-request', 4],
    ['pull_request_review', { pull_request: { number: 4 }, review: { id: 1 } }, 'pull-request', 4],
    ['pull_request_review_comment', { pull_request: { number: 4 }, comment: { id: 1 } }, 'pull-request', 4],
    ['dependabot_alert', { alert: { number: 2 } }, 'dependabot-alert', 2],
    ['code_scanning_alert', { alert: { number: 2 } }, 'code-scanning-alert', 2],
    ['secret_scanning_alert', { alert: { number: 2 } }, 'secret-scanning-alert', 2],
    ['discussion', { discussion: { number: 6 } }, 'discussion', 6],
    ['branch_protection_rule', { rule: { id: 1 } }, 'posture', 0],
    ['repository_ruleset', {}, 'posture', 0],
    ['repository', { action: 'edited' }, 'posture', 0],
    ['gollum', { pages: [] }, 'wiki', 0],
    ['issues', { issue: { number: 1 } }, 'gap-issues', 0],
  ] as const)('%s: %j', (event, payload, subject, ref) => {
    expect(hintsOf(event, payload)).toEqual([{ subject, ref }])
  })

  test('a push to the default branch moves commits and documents, one to another branch nothing', () => {
    expect(hintsOf('push', { ref: 'refs/heads/main' })?.map(({ subject }) => subject)).toEqual(['commits', 'documents'])
    expect(hintsOf('push', { ref: 'refs/heads/topic' })).toEqual([])
    expect(hintsOf('push', { ref: 'refs/tags/main' })).toEqual([])
  })
})

test('the repository is named by its number, and by whose installation sees it', () => {
  expect(toEvidenceEvent('gollum', { repository, installation })).toMatchObject({
    installationId: 3,
    repository: { id: 7, fullName: 'acme/shop', isPrivate: true, defaultBranch: 'main' },
  })
})

test('a ruleset of an organisation is about no single repository', () => {
  expect(toEvidenceEvent('repository_ruleset', { installation })).toBeUndefined()
})

test('a payload that is none is refused by the places at fault', () => {
  expect(() => toEvidenceEvent('workflow_run', { repository: { id: 'x' } })).toThrow(/workflow_run event cannot be read: repository.id/)
})
