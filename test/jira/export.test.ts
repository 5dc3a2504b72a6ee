import { afterEach, describe, expect, test } from '@jest/globals'
import { ROAD_STATES, type RoadItem } from '../../integrations/governance/artifact.ts'
import { parseJiraConfig } from '../../integrations/jira/config.ts'
import { makeJiraTarget } from '../../integrations/jira/export.ts'
import { type MappedItem, toDesiredIssue } from '../../integrations/jira/mapping.ts'
import { PROPERTY_KEY } from '../../integrations/jira/marker.ts'
import { removeIssue } from '../../integrations/jira/remove-issue.ts'
import { type JiraSetup, resolveJira } from '../../integrations/jira/setup.ts'
import { STRICT_WORKFLOW } from '../sandbox/jira/workflow.ts'
import { road } from './road-items.ts'
import { openTestSite, type TestSite } from './site.ts'

let site: TestSite | undefined
afterEach(async () => {
  const violations = site?.sandbox.violations ?? []
  const unspent = site?.sandbox.faults.pending() ?? 0
  await site?.close()
  site = undefined
  expect({ violations, unspent }).toEqual({ violations: [], unspent: 0 })
})

const SOURCE = { scope: 'repository:1' }

async function prepare(settings: Readonly<Record<string, unknown>> = {}, options: Parameters<typeof openTestSite>[0] = {}) {
  const opened = await openTestSite({ searchLag: { ms: 1_000 }, ...options })
  site = opened
  const parsed = parseJiraConfig({ projectKey: 'ROAD', ...settings }, 'jira-config.json')
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'))
  const resolved = await resolveJira(opened.context, parsed.config)
  if (resolved.kind === 'problems') throw new Error(resolved.problems.join('\n'))
  const { config } = parsed
  const { setup } = resolved
  return { ...opened, config, setup, target: makeJiraTarget(opened.context, { config, setup }) }
}

function mapped(item: RoadItem, setup: JiraSetup): MappedItem {
  const result = toDesiredIssue(item, setup, SOURCE)
  if (result.kind === 'refused') throw new Error(result.reason)
  return result.item
}

/** Nothing was agreed yet, so everything that differs is to be written. */
const UNFINISHED = { origin: 'created', base: {}, resolutions: {} } as const

/** What the engine does for one item that has a link: read, plan, apply. */
async function bring(target: ReturnType<typeof makeJiraTarget>, item: MappedItem, id: string) {
  const found = await target.read({ id })
  if (!found) throw new Error('gone')
  const plan = target.plan(item, found.remote, UNFINISHED)
  if (plan.kind === 'change') await target.apply(item, found.ref, found.remote, plan)
  const { kind, changes, reason } = plan
  return { kind, ...(changes.length > 0 ? { changes } : {}), ...(reason ? { reason } : {}) }
}

describe('a new issue', () => {
  test('has everything in one request: fields, marker label and property', async () => {
    const { target, setup, sandbox, sent } = await prepare()
    const item = mapped(road(), setup)
    sent()
    const ref = await target.create(item)
    expect(sent()).toEqual(['POST issue'])
    const issue = sandbox.issue(ref.key ?? '')
    expect(ref).toEqual({ id: issue?.id, key: 'ROAD-1', url: `${sandbox.url}/browse/ROAD-1` })
    expect(issue).toMatchObject({ type: 'Epic', summary: 'A title', priority: 'High', status: 'To Do' })
    expect(issue?.labels).toEqual([...item.desired.labels])
    expect(issue?.labels).toEqual(expect.arrayContaining([item.marker, 'ROAD-007', 'CAP-001']))
    expect(issue?.description).toContain('Text.')
    expect(issue?.description).toContain('roads/ROAD-007.md')
    expect(issue?.properties[PROPERTY_KEY]).toMatchObject({
      marker: item.marker,
      artifactId: 'ROAD-007',
      scope: 'repository:1',
      state: 'proposed',
    })
  })

  test('reads back as what it should be: nothing is left to do', async () => {
    const { target, setup } = await prepare()
    const item = mapped(road(), setup)
    const ref = await target.create(item)
    expect(await bring(target, item, ref.id)).toEqual({ kind: 'none' })
  })

  test('is linked to its file, once, and again when the file is elsewhere', async () => {
    const { target, setup, sandbox } = await prepare()
    const at = (url: string) => {
      const result = toDesiredIssue(road(), setup, { ...SOURCE, sourceUrl: url })
      if (result.kind === 'refused') throw new Error(result.reason)
      return result.item
    }
    const [here, there] = [at('https://git.example.org/a.md'), at('https://git.example.org/b.md')]
    const { id, key = '' } = await target.create(here)
    await bring(target, here, id)
    expect(sandbox.issue(key)?.remoteLinks).toMatchObject([{ object: { url: 'https://git.example.org/a.md' } }])
    await bring(target, there, id)
    expect(sandbox.issue(key)?.remoteLinks).toMatchObject([{ object: { url: 'https://git.example.org/b.md' } }])
  })

  test.each(ROAD_STATES)('of a road item that is %s is walked to its status', async (state) => {
    const { target, setup, sandbox } = await prepare()
    const item = mapped(road({ data: { status: state, statusText: state } }), setup)
    const ref = await target.create(item)
    await bring(target, item, ref.id)
    const expected = { proposed: 'To Do', nfr_blocked: 'Blocked', complete: 'Done' } as Readonly<Record<string, string>>
    expect(sandbox.issue(ref.key ?? '')?.status).toBe(expected[state] ?? 'In Progress')
    expect(await bring(target, item, ref.id)).toEqual({ kind: 'none' })
  })

  test('of a status that is none of the eight stays where Jira puts it', async () => {
    const { target, setup, sandbox } = await prepare()
    const item = mapped(road({ data: { status: undefined, statusText: 'limbo' } }), setup)
    const ref = await target.create(item)
    expect(await bring(target, item, ref.id)).toEqual({ kind: 'none' })
    expect(sandbox.issue(ref.key ?? '')?.status).toBe('To Do')
    expect(item.desired.status).toEqual({ kind: 'stay', reason: expect.stringContaining('"limbo" is none of the eight states') })
  })

  test('has the mapped fields, by name or id, and no others', async () => {
    const first = await openTestSite()
    const phaseId = first.sandbox.project?.fieldIds.Phase ?? ''
    await first.close()
    const { target, setup, sandbox } = await prepare({
      fieldMappings: {
        'road-item.phase': phaseId,
        'road-item.capabilities': 'capabilities',
        'road-item.status': 'Governance Status',
        'road-item.owner': 'Road Item ID',
      },
    })
    const item = mapped(road({ data: { owner: undefined } }), setup)
    const ref = await target.create(item)
    const { fieldIds = {} } = sandbox.project ?? {}
    const fields = sandbox.issue(ref.key ?? '')?.fields ?? {}
    expect(fields[fieldIds.Phase ?? '']).toBe(2)
    expect(fields[fieldIds.Capabilities ?? '']).toEqual(['CAP-001'])
    expect(fields[fieldIds['Governance Status'] ?? '']).toBe('proposed')
    expect(fields[fieldIds['Road Item ID'] ?? ''] ?? null).toBeNull()
    expect(await bring(target, item, ref.id)).toEqual({ kind: 'none' })
  })
})

describe('a change', () => {
  const created = async (settings: Readonly<Record<string, unknown>> = {}) => {
    const prepared = await prepare(settings)
    const item = mapped(road(), prepared.setup)
    const ref = await prepared.target.create(item)
    prepared.sent()
    return { ...prepared, item, id: ref.id, key: ref.key ?? '' }
  }

  test('is shown old to new and written in one edit', async () => {
    const { target, setup, id, key, sandbox, sent } = await created()
    const next = mapped(road({ title: 'Another', data: { priority: 'low' } }), setup)
    expect(await bring(target, next, id)).toEqual({
      kind: 'change',
      changes: [
        { field: 'summary', from: 'A title', to: 'Another' },
        { field: 'priority', from: 'High', to: 'Low' },
      ],
    })
    expect(sent()).toEqual([`GET issue/${id}`, `PUT issue/${id}`, `GET issue/${id}`])
    expect(sandbox.issue(key)).toMatchObject({ summary: 'Another', priority: 'Low' })
  })

  test('of capabilities takes away the labels we put there, and leaves those of people', async () => {
    const { target, setup, id, key, sandbox, item } = await created()
    sandbox.editAsPerson(key, { labels: [...item.desired.labels, 'theirs'] })
    await bring(target, mapped(road({ data: { capabilities: ['CAP-002'] } }), setup), id)
    expect([...(sandbox.issue(key)?.labels ?? [])].sort()).toEqual(['CAP-002', 'ROAD-007', item.marker, 'theirs'].sort())
  })

  test('to the mark alone is repaired without touching a field', async () => {
    const { target, item, id, key, sandbox, context, sent } = await created()
    await context.client.setProperty(id, PROPERTY_KEY, { version: 1 })
    sent()
    expect(await bring(target, item, id)).toEqual({ kind: 'change', changes: [{ field: 'sync mark', from: null, to: 'proposed' }] })
    expect(sent()).toEqual([`GET issue/${id}`, `PUT issue/${id}/properties/${PROPERTY_KEY}`, `GET issue/${id}`])
    expect(sandbox.issue(key)?.properties[PROPERTY_KEY]).toMatchObject({ marker: item.marker })
  })

  test('by a person to a field we do not write is no difference', async () => {
    const { target, item, id, key, sandbox } = await created()
    sandbox.editAsPerson(key, { duedate: '2026-12-24' })
    expect(await bring(target, item, id)).toEqual({ kind: 'none' })
  })

  test('to a status the workflow does not lead to is refused with what can be reached, after the fields were written', async () => {
    const { target, setup, id, key, sandbox } = await created()
    await bring(target, mapped(road({ data: { status: 'complete', statusText: 'complete' } }), setup), id)
    const back = mapped(road({ title: 'Reopened', data: { status: 'proposed', statusText: 'proposed' } }), setup)
    await expect(bring(target, back, id)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('no way from "Done" to "To Do"'),
    })
    expect(sandbox.issue(key)).toMatchObject({ status: 'Done', summary: 'Reopened' })
  })

  test('that is none refreshes the stamp when it is applied all the same', async () => {
    const { target, item, id, key, sandbox, clock, sent } = await created()
    const stamp = () => Date.parse(String((sandbox.issue(key)?.properties[PROPERTY_KEY] as { syncedAt?: string } | undefined)?.syncedAt))
    const before = stamp()
    clock.advance(60_000)
    const found = await target.read({ id })
    if (!found) throw new Error('gone')
    sent()
    await target.apply(item, found.ref, found.remote, target.plan(item, found.remote, UNFINISHED))
    expect(sent()).toEqual([`PUT issue/${id}/properties/${PROPERTY_KEY}`, `GET issue/${id}`])
    expect(stamp() - before).toBeGreaterThanOrEqual(60_000)
  })

  test('is not made on an issue that carries the mark of another artifact', async () => {
    const { target, setup, id } = await created()
    expect(await bring(target, mapped(road({ id: 'ROAD-008' }), setup), id)).toMatchObject({
      kind: 'refuse',
      reason: expect.stringContaining('ROAD-1 carries the mark of ROAD-007'),
    })
  })

  test('on an issue that is gone says so', async () => {
    const { target, id, key, sandbox } = await created()
    sandbox.deleteIssue(key)
    expect(await target.read({ id })).toBeUndefined()
  })

  test('on a moved issue says where it is now, and writes nothing', async () => {
    const { target, item, id, key, sandbox } = await created()
    sandbox.createProject('MOVED')
    const moved = sandbox.moveIssue(key, 'MOVED')
    expect((await target.read({ id }))?.ref).toMatchObject({ id, key: moved })
    expect(await bring(target, item, id)).toMatchObject({ kind: 'refuse', reason: expect.stringContaining(`is ${moved} now`) })
  })

  test('on an issue whose project has another key goes to the new key', async () => {
    const { target, item, id, sandbox } = await created()
    sandbox.renameProject('ROAD', 'NEW')
    expect((await target.read({ id }))?.ref).toMatchObject({ id, key: 'NEW-1' })
    expect(await bring(target, item, id)).toEqual({ kind: 'none' })
  })
})

describe('required screen fields', () => {
  const complete = road({ data: { status: 'complete', statusText: 'complete' } })
  const project = { key: 'ROAD', workflow: STRICT_WORKFLOW }

  test('come from the configuration', async () => {
    const { target, setup, sandbox } = await prepare({ transitionFields: { Done: { resolution: { name: 'Done' } } } }, { project })
    const item = mapped(complete, setup)
    const ref = await target.create(item)
    await bring(target, item, ref.id)
    expect(sandbox.issue(ref.key ?? '')?.status).toBe('Done')
  })

  test('without a value refuse the walk and name field, place and reachable states', async () => {
    const { target, setup } = await prepare({}, { project })
    const item = mapped(complete, setup)
    const ref = await target.create(item)
    await expect(bring(target, item, ref.id)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(
        /^ROAD-1: The way into "Done" demands Resolution: give a value under transitionFields\."Done" in jira-config\.json/,
      ),
      details: { missingFields: ['Resolution'], reachable: ['Done'] },
    })
  })
})

describe('finding by marker', () => {
  test('is absent before, found after the index caught up, and found by id at once', async () => {
    const { target, setup, clock } = await prepare()
    const item = mapped(road(), setup)
    expect(await target.find(item.marker, [])).toEqual({ kind: 'absent' })
    const ref = await target.create(item)
    expect(await target.find(item.marker, [])).toEqual({ kind: 'absent' })
    expect(await target.find(item.marker, [ref.id])).toMatchObject({ kind: 'found', ref: { id: ref.id, key: ref.key } })
    clock.advance(2_000)
    expect(await target.find(item.marker, [])).toMatchObject({ kind: 'found', ref: { id: ref.id, url: ref.url } })
  })

  test('does not take an issue that has the label and not the mark', async () => {
    const { target, setup, clock, sandbox } = await prepare()
    const { marker } = mapped(road(), setup)
    sandbox.createAsPerson('ROAD', 'Epic', { summary: 'A copy', labels: [marker] })
    clock.advance(2_000)
    expect(await target.find(marker, [])).toEqual({ kind: 'absent' })
  })

  test('is inconclusive when two issues carry the mark', async () => {
    const { target, setup, clock } = await prepare()
    const item = mapped(road(), setup)
    await target.create(item)
    await target.create(item)
    clock.advance(2_000)
    expect(await target.find(item.marker, [])).toEqual({ kind: 'inconclusive', reason: expect.stringContaining('ROAD-1, ROAD-2') })
  })

  test('finds an issue whose creation was answered with 502', async () => {
    const { target, setup, clock, sandbox } = await prepare()
    const item = mapped(road(), setup)
    sandbox.faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: /\/issue$/ } })
    await expect(target.create(item)).rejects.toMatchObject({ code: expect.stringMatching(/^(provider-failed|outcome-unknown)$/) })
    clock.advance(2_000)
    expect(await target.find(item.marker, [])).toMatchObject({ kind: 'found', ref: { key: 'ROAD-1' } })
    expect(sandbox.issues()).toHaveLength(1)
  })
})

describe('many issues', () => {
  test('are read in one request when they are fetched beforehand', async () => {
    const { target, setup, sent } = await prepare()
    const items = Array.from({ length: 12 }, (_, index) => mapped(road({ id: `ROAD-${100 + index}` }), setup))
    const refs = []
    for (const item of items) refs.push(await target.create(item))
    sent()
    await target.prefetch(refs.map((ref) => ref.id))
    for (const [index, item] of items.entries()) expect(await bring(target, item, refs[index]?.id ?? '')).toEqual({ kind: 'none' })
    expect(sent()).toEqual(['POST issue/bulkfetch'])
  })

  test('that were fetched a while ago are read again', async () => {
    const { target, setup, sent, clock } = await prepare()
    const ref = await target.create(mapped(road(), setup))
    await target.prefetch([ref.id])
    clock.advance(60_000)
    sent()
    await target.read(ref)
    expect(sent()).toEqual([`GET issue/${ref.id}`])
  })

  test('learn the workflow once: the second walk asks for no more than its steps', async () => {
    const { target, setup, sent } = await prepare()
    const complete = { status: 'complete', statusText: 'complete' } as const
    const counts: number[] = []
    for (const id of ['ROAD-101', 'ROAD-102']) {
      const item = mapped(road({ id, data: complete }), setup)
      const ref = await target.create(item)
      sent()
      await bring(target, item, ref.id)
      counts.push(sent().filter((request) => request.startsWith('POST')).length)
    }
    expect(counts[1]).toBe(3)
  })
})

describe('a dry run', () => {
  test('reads and plans, and sends no write', async () => {
    const { config, setup, dryContext, sandbox } = await prepare()
    const target = makeJiraTarget(dryContext, { config, setup })
    const item = mapped(road(), setup)
    expect(await target.find(item.marker, [])).toEqual({ kind: 'absent' })
    await expect(target.create(item)).rejects.toMatchObject({ code: 'dry-run' })
    expect(sandbox.issues()).toEqual([])
  })
})

describe('removing', () => {
  test('takes away what we made, and nothing else', async () => {
    const { target, setup, context, sandbox } = await prepare()
    const ref = await target.create(mapped(road(), setup))
    const theirs = sandbox.createAsPerson('ROAD', 'Epic', { summary: 'Theirs', labels: ['ROAD-007'] })
    expect(await removeIssue(context, theirs)).toMatchObject({ kind: 'not-ours', reason: expect.stringContaining(theirs) })
    expect(await removeIssue(context, ref.key ?? '')).toMatchObject({ kind: 'removed', artifactId: 'ROAD-007', scope: 'repository:1' })
    expect(await removeIssue(context, ref.key ?? '')).toEqual({ kind: 'absent' })
    expect(sandbox.issues().map((issue) => issue.key)).toEqual([theirs])
  })
})
