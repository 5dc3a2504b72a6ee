// Two people and the product work on the same items, one in git, one in Jira, in random order. Under every policy both sides end
// up the same, nothing is written that nobody changed, and every value that was written over is on record. What the state machine
// forbids stays apart, and is said to be refused.
// Larger: KATALYST_STEPS=500 KATALYST_ITEMS=50; again: KATALYST_SEED=….
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { SyncResult } from '../../app/answers/push-answer.ts'
import { listConflicts as listConflictsUseCase } from '../../app/usecases/list-conflicts.ts'
import { resolveConflict } from '../../app/usecases/resolve-conflict.ts'
import { syncJira } from '../../app/usecases/sync-jira.ts'
import { ROAD_STATES, type RoadState } from '../../integrations/governance/artifact.ts'
import { RECONCILE_POLICIES } from '../../integrations/governance/reconcile.ts'
import { legalNext } from '../../integrations/governance/states.ts'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { DEFAULT_PROJECT } from '../sandbox/jira/sandbox.ts'
import { STANDARD_WORKFLOW } from '../sandbox/jira/workflow.ts'
import { makeSeededRandom, sizeOf } from './child-process.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from './open-product.ts'

const STEPS = sizeOf('KATALYST_STEPS', 30)
const ITEMS = sizeOf('KATALYST_ITEMS', 4)
const SEED = sizeOf('KATALYST_SEED', Date.now() % 1_000_000)
const LIMIT_MS = 60_000 + STEPS * ITEMS * 500
const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const
const IN_JIRA: Readonly<Record<string, string>> = { critical: 'Highest', high: 'High', medium: 'Medium', low: 'Low' }
const STATUSES = ['To Do', 'In Progress', 'Blocked', 'Done', 'In Review'] as const
const STATUS_OF: Readonly<Record<RoadState, string>> = {
  ...(Object.fromEntries(ROAD_STATES.map((state) => [state, 'In Progress'])) as Record<RoadState, string>),
  ...{ proposed: 'To Do', nfr_blocked: 'Blocked', complete: 'Done' },
}
/** Titles and texts that have broken others: quotes, colons, markup, emoji, right-to-left, another script. */
const WORDS = [
  'Search',
  'a: "b"',
  "it's",
  '{code}',
  ']]>',
  '</script>',
  '🚧 emoji',
  'עברית',
  '# no comment',
  '- dash',
  '100%',
  '日本語',
  '$&',
]
/** Everyone may go everywhere: then only our own rules refuse a status. */
const OPEN_WORKFLOW = { ...STANDARD_WORKFLOW, name: 'Open', transitions: STATUSES.map((to) => ({ name: to, from: 'any' as const, to })) }

const ids = Array.from({ length: ITEMS }, (_, index) => `ROAD-${String(index + 1).padStart(3, '0')}`)
const road = (id: string) => `---
id: ${id}
title: "Start ${id}"
status: proposed
phase: 1
priority: high
governance:
  adrs: {validated: true, ids: []}
  bdd: {id: BDD-001, status: approved, feature_files: [], scenarios: 1, passing: 1}
  nfrs: {applicable: [], status: pass, results: {}}
---

## Summary

Text 0.
`

/** A clock that jumps when somebody sleeps: seconds between steps take no time. */
function makeJumpingClock(): Clock {
  let ahead = 0
  return {
    now: () => new Date(Date.now() + ahead),
    sleep: async (ms) => {
      ahead += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

interface Node {
  readonly type: string
  readonly text?: string
  readonly content?: readonly Node[]
}
const textIn = ({ text = '', content = [] }: Node): string => text + content.map(textIn).join('')

type Field = 'title' | 'priority' | 'text' | 'status'
interface Said {
  readonly title: string
  readonly priority: string
  /** The number in it: markup around it is spelt differently on both sides. */
  readonly text: string
  readonly status: string
}

describe.each(RECONCILE_POLICIES)('under %s', (policy) => {
  const own = makeFolder({ projectKey: 'ROAD' })
  const folder = path.join(own.folder, 'governance')
  const file = (id: string) => path.join(folder, 'roads', `${id}.md`)
  const clock = makeJumpingClock()
  let providers: Providers
  let product: Product
  let next = makeSeededRandom(SEED)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T

  const ctx = () => product.opened.contextFor({ kind: 'admin', name: 'test' }, 'two-sides')
  const textOf = (id: string) => readFileSync(file(id), 'utf8')
  const keyOf = (id: string, key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(textOf(id))?.[1] ?? ''
  const numberIn = (text: string) => /(\d+)\.\s*$/m.exec(text)?.[1] ?? ''
  function inGit(id: string): Said {
    const title = keyOf(id, 'title')
    const plain = title.startsWith('"') ? (JSON.parse(title) as string) : title.replace(/^'(.*)'$/, '$1').replaceAll("''", "'")
    const status = STATUS_OF[keyOf(id, 'status') as RoadState]
    return { title: plain, priority: IN_JIRA[keyOf(id, 'priority')] ?? '', text: numberIn(textOf(id).split('## Summary')[1] ?? ''), status }
  }
  const issueOf = (id: string) => {
    const found = providers.jira.issues().find(({ labels }) => labels.includes(id))
    if (!found) throw new Error(`there is no issue of ${id}`)
    return found
  }
  const bodyOf = (id: string) => (issueOf(id).fields.description as { content: Node[] }).content
  function inJira(id: string): Said {
    const { summary, priority, status } = issueOf(id)
    const body = bodyOf(id)
    const own = body.slice(
      1,
      body.findIndex(({ type }) => type === 'rule'),
    )
    return { title: summary, priority, text: numberIn(own.map(textIn).join('')), status }
  }
  const git = (...args: string[]) => {
    const at = clock.now().toISOString()
    const env = { ...process.env, GIT_COMMITTER_DATE: at, GIT_AUTHOR_DATE: at }
    const who = ['-c', 'user.name=Gina', '-c', 'user.email=gina@example.com', '-c', 'commit.gpgsign=false', '-c', 'gc.auto=0']
    execFileSync('git', ['-C', folder, ...who, ...args], { env, stdio: 'ignore' })
  }
  /** Only one policy asks when a file was changed. */
  const commit = () => {
    if (policy !== 'last-write-wins') return
    git('add', '-A')
    git('commit', '-q', '--allow-empty', '-m', 'edit')
  }
  function editFile(id: string, pattern: RegExp, text: string): boolean {
    const before = textOf(id)
    const after = before.replace(pattern, () => text)
    writeFileSync(file(id), after)
    if (after !== before) commit()
    return after !== before
  }
  /** Edits, and walks through the workflow: one of several transitions is one. Comments are counted by themselves. */
  const writesSince = (from: number) => {
    const wrote = providers.jira.requests.slice(from).flatMap(({ method, path: route }) => {
      const [, id, part] = /\/issue\/(\d+)(?:\/(\w+))?/.exec(route) ?? []
      return method === 'GET' || id === undefined || part === 'comment' ? [] : [{ id, isWalk: part === 'transitions' }]
    })
    const walked = wrote.filter(({ isWalk }) => isWalk).map(({ id }) => id)
    return { edits: wrote.length - walked.length, walks: new Set(walked).size }
  }
  const sync = () =>
    syncJira.run(ctx(), syncJira.input.parse({ direction: 'both', path: folder, repository: 'acme/two', conflictPolicy: policy }))

  beforeAll(async () => {
    next = makeSeededRandom(SEED)
    providers = await openProviders({ clock, project: { ...DEFAULT_PROJECT, workflow: OPEN_WORKFLOW } })
    product = await openProduct(providers, { folder: own.folder, clock })
    mkdirSync(path.join(folder, 'roads'), { recursive: true })
    for (const id of ids) writeFileSync(file(id), road(id))
    git('init', '-q')
    commit()
    await sync()
  }, LIMIT_MS)
  afterAll(async () => {
    await product.close()
    await providers.close()
    own.remove()
  })

  /** Somebody's edit in git; how many fields it changed. */
  function workInGit(id: string, step: number): number {
    const action = Math.floor(next() * 4)
    if (action === 0) return Number(editFile(id, /^title: .*$/m, `title: ${JSON.stringify(`${pick(WORDS)} ${step}`)}`))
    if (action === 1) return Number(editFile(id, /^priority: .*$/m, `priority: ${pick(PRIORITIES)}`))
    if (action === 2) return Number(editFile(id, /(?<=## Summary\n\n)[\s\S]*$/, `${pick(WORDS)} ${step}.\n`))
    const [to] = legalNext(keyOf(id, 'status') as RoadState)
    return to === undefined ? 0 : Number(editFile(id, /^status: .*$/m, `status: ${to}`))
  }
  /** Somebody's edit in Jira, and what it says now. */
  function workInJira(id: string, step: number): readonly [Field, string] {
    const { key } = issueOf(id)
    const action = Math.floor(next() * 4)
    if (action === 0) {
      providers.jira.editAsPerson(key, { summary: `${pick(WORDS)} ${step}` })
      return ['title', inJira(id).title]
    }
    if (action === 1) {
      providers.jira.editAsPerson(key, { priority: { name: IN_JIRA[pick(PRIORITIES)] } })
      return ['priority', inJira(id).priority]
    }
    if (action === 2) {
      const paragraph = { type: 'paragraph', content: [{ type: 'text', text: `${pick(WORDS)} ${step}.` }] }
      const [heading, ...rest] = bodyOf(id)
      const footer = rest.slice(rest.findIndex(({ type }) => type === 'rule'))
      providers.jira.editAsPerson(key, { description: { type: 'doc', version: 1, content: [heading, paragraph, ...footer] } })
      return ['text', String(step)]
    }
    const to = pick(STATUSES.filter((status) => status !== issueOf(id).status))
    providers.jira.transitionAsPerson(key, to)
    return ['status', to]
  }

  test(
    `both sides come to agree (seed ${SEED}, ${STEPS} steps, ${ITEMS} items)`,
    async () => {
      let [changes, edits, walks, moves] = [0, 0, 0, 0]
      /** What a person typed in Jira and git does not say yet. */
      const typed = new Map<string, string>()
      const agreed = new Map(ids.map((id): [string, Said] => [id, inJira(id)]))
      const lost: string[] = []
      const bring = async (): Promise<readonly SyncResult[]> => {
        const [sent, before] = [providers.jira.requests.length, new Map(ids.map((id) => [id, keyOf(id, 'status')]))]
        const { syncResults } = await sync()
        commit()
        const wrote = writesSince(sent)
        edits += wrote.edits
        walks += wrote.walks
        // A state that was taken over is a change of the file like any other: the mark and the footer on the issue say it too.
        changes += ids.filter((id) => keyOf(id, 'status') !== before.get(id)).length
        // Where somebody's text is kept, the footer under it is brought up to date by the next run: one change, two edits.
        changes += syncResults.filter(({ changes: made = [], decisions = [] }) => {
          const isKept = decisions.some(({ field, outcome }) => field === 'description' && outcome === 'keep')
          return isKept && made.some(({ field }) => field === 'sync mark')
        }).length
        for (const [place, value] of typed) {
          const [id = '', field] = place.split(' ') as [string, Field]
          if (inJira(id)[field] === value && inGit(id)[field] !== value) continue
          const decisions = syncResults.find(({ artifactId }) => artifactId === id)?.decisions ?? []
          const isRecorded = decisions.some(({ remote }) => String(remote).includes(value))
          if (inJira(id)[field] !== value && !isRecorded) lost.push(`${place}: ${value}`)
          typed.delete(place)
        }
        for (const id of ids) {
          const [theirs, ours] = [inJira(id), inGit(id)]
          const keep = (field: Field) => (theirs[field] === ours[field] ? ours[field] : (agreed.get(id)?.[field] ?? ''))
          agreed.set(id, { title: keep('title'), priority: keep('priority'), text: keep('text'), status: keep('status') })
        }
        return syncResults
      }
      for (let step = 1; step <= STEPS; step += 1) {
        await clock.sleep(2_000)
        const action = next()
        const id = pick(ids)
        if (action < 0.4) changes += workInGit(id, step)
        else if (action < 0.8) {
          const [field, value] = workInJira(id, step)
          // Back to what was agreed on is no change.
          if (agreed.get(id)?.[field] === value) typed.delete(`${id} ${field}`)
          else typed.set(`${id} ${field}`, value)
          if (field === 'status') moves += 1
        } else await bring()
      }
      let apart: readonly SyncResult[] = []
      let isSettled = false
      for (let round = 0; round < 12 && !isSettled; round += 1) {
        await clock.sleep(2_000)
        const results = await bring()
        const { items: open } = await listConflictsUseCase.run(ctx(), listConflictsUseCase.input.parse({ limit: 200 }))
        if (policy !== 'manual') expect(open).toEqual([])
        for (const { id } of open) await resolveConflict.run(ctx(), resolveConflict.input.parse({ id, keep: pick(['git', 'remote']) }))
        apart = results.filter(({ status }) => status !== 'unchanged')
        isSettled = open.length === 0 && apart.every(({ status }) => status === 'refused')
      }
      expect({ isSettled, apart: isSettled ? [] : apart }).toEqual({ isSettled: true, apart: [] })
      // Only a status that the state machine refuses may differ, and then it is said.
      for (const { artifactId, inbound } of apart)
        expect([artifactId, inbound?.refused.map(({ field }) => field)]).toEqual([artifactId, ['status']])
      const isApart = new Set(apart.map(({ artifactId }) => artifactId))
      const bare = (id: string, said: Said) => ({ id, ...said, ...(isApart.has(id) ? { status: 'refused' } : {}) })
      expect(ids.map((id) => bare(id, inJira(id)))).toEqual(ids.map((id) => bare(id, inGit(id))))
      expect(lost).toEqual([])
      // No echo: what people did in Jira makes no write there but a comment on what is refused, and a change in git at most one.
      expect(edits).toBeLessThanOrEqual(changes)
      expect(walks).toBeLessThanOrEqual(changes)
      const comments = providers.jira.issues().reduce((sum, issue) => sum + issue.comments.length, 0)
      // What is refused changes with the move, and its reason with the state in git.
      expect(comments).toBeLessThanOrEqual(moves + changes)
      const sent = providers.jira.requests.length
      await bring()
      expect(writesSince(sent)).toEqual({ edits: 0, walks: 0 })
      expect(providers.jira.violations).toEqual([])
    },
    LIMIT_MS,
  )
})
