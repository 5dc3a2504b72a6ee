import { afterEach, describe, expect, test } from '@jest/globals'
import { STRICT_WORKFLOW } from '../sandbox/jira/workflow.ts'
import { type JiraSite, openJiraSite } from './jira-site.ts'

let site: JiraSite
afterEach(async () => {
  await site.close()
  expect(site.violations).toEqual([])
})

interface Listed {
  readonly id: string
  readonly to: { readonly name: string; readonly statusCategory: { readonly key: string } }
  readonly fields?: Readonly<Record<string, { readonly required: boolean }>>
}
const transitionsOf = async (key: string) =>
  (await site.call('GET', `/rest/api/3/issue/${key}/transitions?expand=transitions.fields`)).json.transitions as readonly Listed[]
const walk = (key: string, id: string, more: Readonly<Record<string, unknown>> = {}) =>
  site.call('POST', `/rest/api/3/issue/${key}/transitions`, { transition: { id }, ...more })

describe('the workflow', () => {
  test('offers the next steps only, and refuses a jump', async () => {
    site = await openJiraSite()
    const key = await site.epic('Walks')
    const reached: string[] = []
    const ids = new Map<string, string>()
    for (const status of ['In Progress', 'In Review', 'Done']) {
      const listed = await transitionsOf(key)
      for (const { id, to } of listed) ids.set(to.name, id)
      const step = listed.find(({ to }) => to.name === status)
      expect((await walk(key, step?.id ?? 'none')).status).toBe(204)
      reached.push(site.issue(key)?.status ?? '')
    }
    expect(reached).toEqual(['In Progress', 'In Review', 'Done'])
    expect(await transitionsOf(key)).toEqual([])
    const fresh = await site.epic('Jumps')
    expect((await transitionsOf(fresh)).map(({ to }) => to.name)).toEqual(['In Progress'])
    expect((await walk(fresh, ids.get('Done') ?? '')).status).toBe(400)
    expect(site.issue(fresh)).toMatchObject({ status: 'To Do', history: [] })
  })

  test('blocked leads back to progress', async () => {
    site = await openJiraSite()
    const key = await site.epic('Blocked')
    for (const status of ['In Progress', 'Blocked', 'In Progress', 'In Review']) site.transitionAsPerson(key, status)
    expect(site.issue(key)?.status).toBe('In Review')
    expect(() => site.transitionAsPerson(key, 'To Do')).toThrow(/In Review; the workflow leads from there to Done/)
  })

  test('a screen that demands a resolution is told in advance and refuses without it', async () => {
    site = await openJiraSite({ project: { key: 'ROAD', workflow: { Epic: STRICT_WORKFLOW } } })
    const key = await site.epic('Strict')
    for (const status of ['In Progress', 'In Review']) site.transitionAsPerson(key, status)
    const [finish] = await transitionsOf(key)
    expect(finish).toMatchObject({ to: { name: 'Done', statusCategory: { key: 'done' } }, fields: { resolution: { required: true } } })
    const id = finish?.id ?? ''
    expect(await walk(key, id)).toMatchObject({ status: 400, json: { errors: { resolution: 'Resolution is required.' } } })
    expect((await walk(key, id, { fields: { resolution: { name: 'Done' }, summary: 'Not on the screen' } })).json.errors).toHaveProperty(
      'summary',
    )
    expect((await walk(key, id, { fields: { resolution: { name: "Won't Do" } } })).status).toBe(204)
    expect(site.issue(key)?.fields.resolution).toMatchObject({ name: "Won't Do" })
  })

  test('a transition is one history entry of status and resolution', async () => {
    site = await openJiraSite()
    const key = await site.epic('History')
    for (const status of ['In Progress', 'In Review', 'Done']) site.transitionAsPerson(key, status)
    expect(
      site
        .issue(key)
        ?.history.at(-1)
        ?.items.map(({ field }) => field),
    ).toEqual(['resolution', 'status'])
    expect(site.issue(key)?.fields.resolutiondate).toBe('2026-11-22T10:00:00.000+0000')
  })

  test('each type may follow its own workflow, whose transition ids mean something there only', async () => {
    const short = {
      name: 'Short',
      statuses: { 'To Do': 'new', Done: 'done' },
      initial: 'To Do',
      transitions: [{ from: ['To Do'], to: 'Done' }],
    } as const
    site = await openJiraSite({ project: { key: 'ROAD', workflow: { Task: short } } })
    const epic = await site.epic('Epic')
    const task = site.createAsPerson('ROAD', 'Task', { summary: 'Task' })
    const [ofEpic, ofTask] = [await transitionsOf(epic), await transitionsOf(task)]
    expect(ofEpic[0]?.id).toBe(ofTask[0]?.id)
    expect([ofEpic[0]?.to.name, ofTask[0]?.to.name]).toEqual(['In Progress', 'Done'])
    const statuses = (await site.call('GET', '/rest/api/3/project/ROAD/statuses')).json as unknown as {
      name: string
      statuses: { name: string }[]
    }[]
    expect(
      statuses
        .find(({ name }) => name === 'Task')
        ?.statuses.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['Done', 'To Do'])
  })

  test('without the permission nothing is listed and nothing moves', async () => {
    site = await openJiraSite()
    const key = await site.epic('Locked')
    site.revoke('ROAD', 'TRANSITION_ISSUES')
    expect(await transitionsOf(key)).toEqual([])
    expect((await walk(key, '11')).status).toBe(403)
    site.grant('ROAD', 'TRANSITION_ISSUES')
    expect((await walk(key, '11')).status).toBe(204)
  })
})
