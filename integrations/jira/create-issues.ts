// Creates that are asked for at the same time leave as one request. The first goes at once; those that come while it is under way
// are the next batch, so nobody waits for a timer and a lone create is what it always was. What belongs to whom is told by the
// mark that every issue carries, never by the order of the answer; each caller gets its own issue or its own error.
import { AppError, isAppError } from '../kernel/errors.ts'
import type { CreatedIssue, Issue } from './answers.ts'
import type { IssueChange, IssueWanted } from './client.ts'
import type { JiraContext } from './context.ts'
import { readProperty } from './marker.ts'

/** Jira's limit. */
const BATCH_SIZE = 50

interface Waiting {
  readonly marker: string
  readonly issue: IssueChange
  readonly resolve: (created: CreatedIssue) => void
  readonly reject: (error: unknown) => void
}

export interface CreatorOptions {
  /** What is read of the new issues, the mark among it. */
  readonly wanted: IssueWanted
  /** Gets what was read, so that nobody has to read it again. */
  readonly onRead: (issues: readonly Issue[]) => void
}

/** Gives each its own issue, told by its mark; what cannot be read was created all the same, and is looked for by whoever asked. */
async function handOut(
  { client }: Pick<JiraContext, 'client'>,
  batch: readonly Waiting[],
  ids: readonly string[],
  { wanted, onRead }: CreatorOptions,
): Promise<void> {
  const unseen = (cause?: unknown) =>
    new AppError('provider-unreadable', 'Jira says that issues were created and does not show all of them yet.', { cause })
  try {
    const read = ids.length > 0 ? await client.bulkFetch(ids, wanted) : []
    onRead(read)
    const byMarker = new Map(read.map((issue) => [readProperty(issue.properties)?.marker, issue]))
    for (const { marker, resolve, reject } of batch) {
      const created = byMarker.get(marker)
      if (created) resolve({ id: created.id, key: created.key })
      else reject(unseen())
    }
  } catch (error) {
    // Whatever this failure says of itself, it says nothing against the creation before it.
    for (const { reject } of batch) reject(unseen(error))
  }
}

/** Creates one issue, in company where there is some. `marker` is the one in its property. Throws as the requester does. */
export function makeCreator(context: JiraContext, options: CreatorOptions): (marker: string, issue: IssueChange) => Promise<CreatedIssue> {
  const { client } = context
  let waiting: Waiting[] = []
  let isUnderWay = false
  const singly = ({ issue, resolve, reject }: Waiting): Promise<void> => client.createIssue(issue).then(resolve, reject)
  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const [first, second] = batch
    if (!client.createIssues || (first && !second)) return void (await Promise.all(batch.map(singly)))
    try {
      const { issues, failed } = await client.createIssues(batch.map(({ issue }) => issue))
      const isRefused = new Set(failed)
      const rest = batch.filter((_, index) => !isRefused.has(index))
      const ids = issues.map(({ id }) => id)
      await handOut(context, rest, ids, options)
      // What certainly was not created is asked for by itself, and so gets the answer that is its own.
      for (const one of batch.filter((_, index) => isRefused.has(index))) await singly(one)
    } catch (error) {
      // Refused as a whole, nothing was created; every other failure is everybody's, and says nothing about what was.
      if (isAppError(error) && error.code === 'provider-rejected') for (const one of batch) await singly(one)
      else for (const { reject } of batch) reject(error)
    }
  }
  const sendAll = async (): Promise<void> => {
    isUnderWay = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_SIZE)
      waiting = waiting.slice(BATCH_SIZE)
      await send(batch)
    }
    isUnderWay = false
  }
  return (marker, issue) =>
    new Promise((resolve, reject) => {
      waiting.push({ marker, issue, resolve, reject })
      if (!isUnderWay) void sendAll()
    })
}
