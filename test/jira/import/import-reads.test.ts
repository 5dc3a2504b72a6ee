// What the stand-in does not show: Data Center's answers, which come by offset and with whole histories, and answers of odd shapes.
import { describe, expect, test } from '@jest/globals'
import type { ProviderContext } from '../../../integrations/engine/provider.ts'
import { makeJiraReads } from '../../../integrations/jira/import/import-reads.ts'
import { readSprintIds, toChangeFacts, toIssueFact, toSprintFact, toVersionFact } from '../../../integrations/jira/import/issue-facts.ts'
import { readIssuePage } from '../../../integrations/jira/import/read-issues.ts'
import type { ImportPlace } from '../../../integrations/jira/import/read-project.ts'
import { silentLog } from '../../../integrations/kernel/log.ts'
import { makeTestClock } from '../../engine/clocks.ts'

interface Sent {
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}

/** A site that answers from a function, and what it was asked. */
function openSite(answer: (sent: Sent) => unknown) {
  const sent: Sent[] = []
  const context: ProviderContext = {
    connectionId: 'jira',
    log: silentLog,
    clock: makeTestClock(),
    signal: new AbortController().signal,
    requester: {
      async fetch(url, init) {
        const request = { path: new URL(url).pathname, body: JSON.parse(String(init?.body ?? '{}')) as Sent['body'] }
        sent.push(request)
        return Response.json(answer(request))
      },
    },
  }
  return { sent, reads: makeJiraReads(context, 'https://jira.example.com/base', 'data-center') }
}

const status = (id: string, name: string, key: string) => ({ id, name, statusCategory: { id: 4, key, name } })
const bean = (id: number, more: object = {}) => ({
  id: String(id),
  key: `KAT-${id}`,
  fields: {
    project: { id: '10000', key: 'KAT' },
    issuetype: { name: 'Story', subtask: false },
    status: status('5', 'Done', 'done'),
    created: '2026-01-02T10:00:00.000+0100',
    updated: '2026-01-09T09:00:00.000+0000',
    resolutiondate: null,
    customfield_1: ['com.atlassian.greenhopper.service.sprint.Sprint@1f[id=12,rapidViewId=3,state=CLOSED,name=S, 1,goal=]', null],
    customfield_2: '3,5',
  },
  ...more,
})
const place: ImportPlace = {
  projectId: '10000',
  projectKey: 'KAT',
  fieldIds: { sprint: 'customfield_1', estimates: ['customfield_2'] },
  fieldNames: new Map([['customfield_2', 'Story Points']]),
  timeZone: null,
}

describe('Data Center', () => {
  const history = {
    id: 77,
    created: '2026-01-05T09:00:00.000+0000',
    items: [
      { field: 'status', from: '1', fromString: 'To Do', to: '3', toString: 'In Progress' },
      { field: 'Story Points', from: null, fromString: '2', to: null, toString: '3.5' },
      { field: 'Sprint', from: '', fromString: '', to: '12, 13', toString: 'S 1, S 2' },
      { field: 'summary', from: null, fromString: 'a', to: null, toString: 'b' },
    ],
  }
  const total = 3
  const site = () =>
    openSite(({ body }) => {
      const startAt = Number(body.startAt)
      const issues = [1, 2, 3]
        .slice(startAt, startAt + 2)
        .map((id) => bean(id, { changelog: { total: 1, maxResults: 1, histories: [history] } }))
      return { startAt, maxResults: 2, total, issues }
    })

  test('pages go by what was received, and histories come with them, item by item', async () => {
    const { sent, reads } = site()
    const scope = { projectId: '10000', filter: undefined, from: new Date(0), sprintIds: [] }
    const now = new Date('2026-01-10T00:00:00Z')
    const first = await readIssuePage(reads, place, scope, { cursor: undefined, watermark: undefined, candidate: undefined }, now)
    const second = await readIssuePage(reads, place, scope, { cursor: first.next, watermark: undefined, candidate: first.candidate }, now)
    expect(sent.map(({ path, body }) => [path, body.startAt, body.expand])).toEqual([
      ['/base/rest/api/2/search', 0, ['changelog']],
      ['/base/rest/api/2/search', 2, ['changelog']],
    ])
    expect(second.next).toBeUndefined()
    const [batch] = first.items
    expect(batch?.historiesOf).toEqual(['1', '2'])
    expect(batch?.lists?.changes?.slice(0, 3)).toEqual([
      {
        id: '77:0',
        issueId: '1',
        at: new Date('2026-01-05T09:00:00Z'),
        kind: 'status',
        fieldId: 'status',
        from: '1',
        fromName: 'To Do',
        to: '3',
        toName: 'In Progress',
      },
      {
        id: '77:1',
        issueId: '1',
        at: new Date('2026-01-05T09:00:00Z'),
        kind: 'estimate',
        fieldId: 'customfield_2',
        from: null,
        fromName: '2',
        to: null,
        toName: '3.5',
      },
      {
        id: '77:2',
        issueId: '1',
        at: new Date('2026-01-05T09:00:00Z'),
        kind: 'sprint',
        fieldId: 'Sprint',
        from: '',
        fromName: '',
        to: '12, 13',
        toName: 'S 1, S 2',
      },
    ])
  })

  test('an issue whose history was cut is not taken for told', async () => {
    const cut = openSite(() => ({ startAt: 0, total: 1, issues: [bean(1, { changelog: { total: 41, histories: [history] } })] }))
    const scope = { projectId: '10000', filter: undefined, from: new Date(0), sprintIds: [] }
    const page = await readIssuePage(cut.reads, place, scope, { cursor: undefined, watermark: undefined, candidate: undefined }, new Date())
    expect(page.items[0]?.historiesOf).toEqual([])
  })

  test('ids that are no longer there are passed over, and an id that is none is not sent', async () => {
    const { sent, reads } = openSite(() => ({ startAt: 0, total: 1, issues: [bean(1)] }))
    expect((await reads.byId(['1', '2'], ['status'])).map(({ id }) => id)).toEqual(['1'])
    expect(sent[0]?.body).toMatchObject({ jql: 'id in (1, 2)', validateQuery: false })
    await expect(reads.byId(['1) OR (1'], [])).rejects.toMatchObject({ code: 'bad-request' })
  })

  test('an answer that is not Jira’s is said to be none', async () => {
    const { reads } = openSite(() => ({ issues: [{ id: '1' }] }))
    await expect(reads.issues({ jql: 'x', fields: [], at: undefined })).rejects.toMatchObject({ code: 'provider-unreadable' })
  })
})

describe('facts', () => {
  test('an issue is read by its ids, with numbers out of texts and instants out of any offset', () => {
    const { reads } = openSite(() => ({ startAt: 0, total: 1, issues: [bean(1)] }))
    return reads.issues({ jql: 'x', fields: [], at: undefined }).then(({ issues: [issue] }) => {
      if (!issue) throw new Error('no issue')
      expect(toIssueFact(issue, place.fieldIds, '10000')).toMatchObject({
        createdAt: new Date('2026-01-02T09:00:00Z'),
        resolvedAt: null,
        estimates: { customfield_2: 3.5 },
        sprintIds: ['12'],
      })
    })
  })

  test('sprints in a field are objects or texts', () => {
    expect(readSprintIds([{ id: 4, name: 'x' }, { id: '5' }, 'Sprint@1[rapidViewId=3,id=6]', 'id=7', null])).toEqual(['4', '5', '6'])
    expect(readSprintIds(null)).toEqual([])
  })

  test('a sprint began when it was activated, where Jira says so', () => {
    const dates = { startDate: new Date(1), endDate: new Date(9), completeDate: null, activatedDate: new Date(2) }
    const fact = toSprintFact({ id: '1', name: 'S', state: 'ACTIVE', originBoardId: null, ...dates }, '3')
    expect(fact).toMatchObject({ state: 'active', startAt: new Date(2), boardIds: ['3'] })
  })

  test.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T10:00:00', '2026-01-31T00:00:00.000Z'],
    ['31/Jan/26', undefined],
    ['2026-99-99', undefined],
    [null, undefined],
  ])('a release on %p is of %p', (releaseDate, day) => {
    expect(toVersionFact({ id: '1', name: 'v', released: true, archived: null, releaseDate }).releasedOn?.toISOString()).toBe(day)
  })

  test('changes of fields that play no part are no facts', () => {
    expect(
      toChangeFacts(
        '1',
        [
          {
            id: '1',
            created: new Date(0),
            items: [{ field: 'rank', fieldId: 'customfield_9', from: null, fromString: null, to: null, toName: null }],
          },
        ],
        place.fieldIds,
        place.fieldNames,
      ),
    ).toEqual([])
  })
})
