// Issues as the target of a push. The engine decides when to look, create and write, and what an unclear answer means; here
// is how each of these is done at Jira, one request where one is enough.

import type { Agreement, Found, PushItem, PushPlan, PushTarget, RemoteRef } from '../engine/push.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import type { Issue } from './answers.ts'
import type { IssueWanted } from './client.ts'
import type { JiraConfig } from './config.ts'
import { issueUrl, type JiraContext } from './context.ts'
import { makeCreator } from './create-issues.ts'
import { LINK_FIELD, planIssue } from './issue-plan.ts'
import type { DesiredIssue } from './mapping.ts'
import { PROPERTY_KEY, readProperty } from './marker.ts'
import { type RemoteIssue, toCreate, toEdit, toRemoteIssue, wantedFields } from './remote-issue.ts'
import type { JiraSetup } from './setup.ts'
import { projectOfKey, strayReason } from './stray-issue.ts'
import { type WalkResult, type WorkflowGraph, walkTo } from './workflow.ts'

/** Issues with one marker that are looked at: one is right, two are a question, more say nothing new. */
const MAX_MATCHES = 20

/** How long an issue that was read ahead is taken for what it is now: a plan must not be made from an older one. */
const PREFETCHED_FOR_MS = 60_000

export interface JiraTargetOptions {
  readonly config: Pick<JiraConfig, 'transitionFields' | 'conflictPolicy'>
  readonly setup: JiraSetup
  /** What earlier runs learnt of the workflow of this project and type; extended by this one. */
  readonly graph?: WorkflowGraph
}

export interface JiraTarget extends PushTarget<DesiredIssue, RemoteIssue> {
  /** Reads many issues in few requests, so that the first `read` of each costs none. Missing ones are left to `read`. */
  prefetch(ids: readonly string[]): Promise<void>
}

const isOurs = (issue: Issue, marker: string) => readProperty(issue.properties)?.marker === marker

/** Candidates first, by id, which is certain; then the label, by search, which may lag behind. */
async function findByMarker(context: JiraContext, marker: string, candidates: readonly string[]): Promise<Found> {
  const { client } = context
  const wanted = { fields: ['updated', 'labels'], properties: [PROPERTY_KEY] }
  const known = candidates.length > 0 ? await client.bulkFetch(candidates, wanted) : []
  const certain = known.filter((issue) => isOurs(issue, marker))
  // The marker is hexadecimal, so nothing in it can end the quotes.
  const found =
    certain.length > 0
      ? certain
      : await client.search({ ...wanted, jql: `labels = "${marker}" ORDER BY created ASC`, limit: MAX_MATCHES, reconcile: candidates })
  // What search says of properties can lag too: an issue with our label and without our mark is read once more.
  const unsure = found.filter((issue) => readProperty(issue.properties) === undefined)
  const reread =
    unsure.length > 0
      ? await client.bulkFetch(
          unsure.map((issue) => issue.id),
          wanted,
        )
      : []
  const ours = new Map([...found, ...reread].filter((issue) => isOurs(issue, marker)).map((issue) => [issue.id, issue]))
  const [first, second] = [...ours.values()]
  if (!first) return { kind: 'absent' }
  if (second) {
    const oldestFirst = [...ours.values()].sort((a, b) => Number(a.id) - Number(b.id))
    const keys = oldestFirst.map((issue) => issue.key).join(', ')
    return {
      kind: 'inconclusive',
      reason: `Several issues carry the mark of this artifact: ${keys}. Delete the copies, or remove the property ${PROPERTY_KEY} from them.`,
    }
  }
  return { kind: 'found', ref: refOf(context, first) }
}

function refOf(
  context: JiraContext,
  issue: Pick<Issue, 'id' | 'key'> & { readonly fields?: Readonly<Record<string, unknown>> },
): RemoteRef {
  const updated = issue.fields?.updated
  return { id: issue.id, key: issue.key, url: issueUrl(context, issue.key), ...(typeof updated === 'string' ? { version: updated } : {}) }
}

function refuseWalk(key: string, result: Extract<WalkResult, { kind: 'refused' }>): never {
  const { reachable, missingFields, at } = result
  throw new AppError('refused', `${key}: ${result.reason}`, { details: { issue: key, status: at.name, reachable, missingFields } })
}

/** Fields in one edit; only the sync stamp when they are equal already. */
async function writeFields(context: JiraContext, desired: DesiredIssue, remote: RemoteIssue, plan: PushPlan): Promise<void> {
  const now = context.clock.now()
  const edit = toEdit(desired, remote, writesOf(plan), now)
  if (edit?.fields || edit?.update) await context.client.editIssue(remote.id, edit)
  else if (edit || plan.changes.length === 0)
    await context.client.setProperty(remote.id, PROPERTY_KEY, { ...desired.property, syncedAt: now.toISOString() })
}

/** The way back from the issue to the file. It is in the description too, so an account that may not link does without. */
async function writeLink(context: JiraContext, { property }: DesiredIssue, id: string, { changes }: PushPlan): Promise<void> {
  if (property.url === undefined || !changes.some(({ field }) => field === LINK_FIELD)) return
  const link = {
    globalId: `katalyst:${property.marker}`,
    title: `${property.artifactId}: ${property.file}`.slice(0, 255),
    url: property.url,
  }
  try {
    await context.client.putRemoteLink(id, link)
  } catch (error) {
    if (!isAppError(error) || error.code !== 'provider-forbidden') throw error
    context.log.warn({ issue: id }, 'no link to the file: the account lacks the permission Link Issues')
  }
}

/** Ids of the fields that the plan writes. */
const writesOf = ({ decisions }: PushPlan): ReadonlySet<string> =>
  new Set(decisions.flatMap(({ field, outcome }) => (outcome === 'write' ? [field] : [])))

/** When each of the fields was last changed, by the issue's history; a field that never was is left out. */
async function readChangeTimes(context: JiraContext, id: string, fields: readonly string[]): Promise<Record<string, Date>> {
  const latest = new Map<string, Date>()
  for (const change of await context.client.changes(id)) {
    for (const field of change.fields) {
      const known = latest.get(field)
      if (fields.includes(field) && (!known || known < change.at)) latest.set(field, change.at)
    }
  }
  return Object.fromEntries(latest)
}

async function writeStatus(
  context: JiraContext,
  options: Required<JiraTargetOptions>,
  desired: DesiredIssue,
  remote: RemoteIssue,
): Promise<void> {
  if (desired.status.kind !== 'status') return
  const { client } = context
  const readStatus = async () => {
    const issue = await client.getIssue(remote.id, { fields: ['status'] })
    if (!issue) throw new AppError('provider-gone', `${remote.key} disappeared while it was moved.`)
    return toRemoteIssue(issue).status
  }
  const walked = {
    transitions: () => client.transitions(remote.id),
    transition: (id: string, fields: Readonly<Record<string, unknown>> | undefined) => client.transition(remote.id, id, fields),
    status: readStatus,
  }
  const result = await walkTo(walked, {
    from: remote.status,
    target: desired.status.status,
    transitionFields: options.config.transitionFields,
    graph: options.graph,
  })
  if (result.kind === 'refused') refuseWalk(remote.key, result)
}

/** What reads may do and writes may not: an archived issue, or an account that lost a permission. */
async function allowed(key: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isAppError(error) || error.code !== 'provider-forbidden') throw error
    const reason = `Jira does not let this account change ${key}: it is archived, or the account lacks Edit Issues or Transition Issues there. Restore it or grant the permission, then sync again.`
    throw new AppError('refused', `${reason} (${error.message})`, { cause: error, details: { issue: key } })
  }
}

/** The key of the configured project, asked for again when an issue has another: projects are given new keys. */
function makeHome({ client }: Pick<JiraContext, 'client'>, configured: string) {
  let key = configured
  let asking: Promise<string> | undefined
  return {
    key: () => key,
    async look(seen: string): Promise<void> {
      if (seen === key) return
      asking ??= client.projectKey(configured)
      key = await asking
    },
  }
}

/**
 * The target of exports to one project and type. `apply` throws `refused` when the workflow has no way to the status (fields
 * are written by then), everything else throws as the requester does.
 */
export function makeJiraTarget(context: JiraContext, given: JiraTargetOptions): JiraTarget {
  const options = { ...given, graph: given.graph ?? new Map() }
  const { client } = context
  const { setup } = options
  const home = makeHome(context, setup.projectKey)
  const stray = (remote: RemoteIssue) => strayReason(remote, setup, home.key())
  const rules = { policy: options.config.conflictPolicy, statuses: setup.statuses, stray }
  const wanted: IssueWanted = { fields: wantedFields(options.setup), properties: [PROPERTY_KEY] }
  const prefetched = new Map<string, { readonly issue: Issue; readonly at: number }>()
  const keep = (issues: readonly Issue[]) => {
    const at = context.clock.now().getTime()
    for (const issue of issues) prefetched.set(issue.id, { issue, at })
  }
  const create = makeCreator(context, { wanted, onRead: keep })
  return Object.freeze({
    remoteKind: 'issue',
    stepwise: ['status'],
    hides: true,
    find: (marker: string, candidates: readonly string[]) => findByMarker(context, marker, candidates),
    async prefetch(ids: readonly string[]) {
      // One by one they would be read before their turn, and many once more when it comes.
      if (!client.readsInBulk) return
      keep(await client.bulkFetch(ids, wanted))
    },
    async read(ref: RemoteRef) {
      const known = prefetched.get(ref.id)
      prefetched.delete(ref.id)
      const isFresh = known !== undefined && context.clock.now().getTime() - known.at < PREFETCHED_FOR_MS
      const issue = isFresh ? known.issue : await client.getIssue(ref.id, wanted)
      if (issue) await home.look(projectOfKey(issue.key))
      return issue && { ref: refOf(context, issue), remote: toRemoteIssue(issue), ahead: isFresh }
    },
    async create(item: PushItem<DesiredIssue>) {
      return refOf(context, await create(item.marker, toCreate(item.desired, context.clock.now())))
    },
    plan: (item: PushItem<DesiredIssue>, remote: RemoteIssue, agreement: Agreement) => planIssue(item, remote, agreement, rules),
    changedAt: (ref: RemoteRef, fields: readonly string[]) => readChangeTimes(context, ref.id, fields),
    async apply(item: PushItem<DesiredIssue>, ref: RemoteRef, remote: RemoteIssue, plan: PushPlan) {
      await allowed(remote.key, async () => {
        await writeFields(context, item.desired, remote, plan)
        await writeLink(context, item.desired, remote.id, plan)
        if (writesOf(plan).has('status')) await writeStatus(context, options, item.desired, remote)
      })
      const after = await client.getIssue(remote.id, { fields: ['updated'] })
      return after ? refOf(context, after) : ref
    },
  })
}
