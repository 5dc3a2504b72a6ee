// An import of one Jira project: what it is about, and what is read around its issues. Everything is a function of `JiraReads`; what
// is done with the facts is the caller's.
import type { AbsenceReason } from '../../foe/collected.ts'
import { chooseBoard, sprintsOf } from '../../foe/jira/board-choice.ts'
import type { JiraFactBatch } from '../../foe/jira/jira-fact-batch.ts'
import type { JiraFactKind, JiraSprintFact } from '../../foe/jira/jira-facts.ts'
import { ESTIMATE_FIELD_NAMES } from '../../foe/jira/jira-settings.ts'
import { AppError, isAppError } from '../../kernel/errors.ts'
import type { SiteField } from './import-answers.ts'
import { boardQuery } from './import-jql.ts'
import type { JiraReads } from './import-reads.ts'
import { type FieldIds, toBoardFact, toSprintFact, toVersionFact } from './issue-facts.ts'

const SPRINT_FIELD = 'com.pyxis.greenhopper.jira:gh-sprint'

/** A project, and which of the site's fields play which part. */
export interface ImportPlace {
  readonly projectId: string
  readonly projectKey: string
  readonly fieldIds: FieldIds
  /** By id, for histories that name a field alone. */
  readonly fieldNames: ReadonlyMap<string, string>
  readonly timeZone: string | null
}

/** Fields that hold an estimate where a board names none, in the order in which they count. */
function namedEstimates(fields: readonly SiteField[]): readonly string[] {
  return ESTIMATE_FIELD_NAMES.flatMap((name) =>
    fields.filter((field) => field.name.toLowerCase() === name.toLowerCase()).map(({ id }) => id),
  )
}

/**
 * Finds the project and what the site calls things.
 * @param needs kinds of facts that are wanted: fields and zone are asked for only where sprints are
 * @throws AppError `provider-not-found` where there is no such project, or none this credential may see
 */
export async function openImportPlace(reads: JiraReads, projectKey: string, needs: ReadonlySet<JiraFactKind>): Promise<ImportPlace> {
  const project = await reads.project(projectKey)
  const wantsFields = needs.has('sprints') || needs.has('boards')
  const fields = wantsFields ? await reads.fields() : []
  return {
    projectId: project.id,
    projectKey: project.key,
    fieldIds: {
      sprint: fields.find(({ schema }) => schema?.custom === SPRINT_FIELD)?.id ?? null,
      estimates: namedEstimates(fields),
    },
    fieldNames: new Map(fields.map(({ id, name }) => [id, name])),
    timeZone: needs.has('changes') && wantsFields ? await reads.timeZone() : null,
  }
}

/** Why something is not there to be read; undefined for a failure that says nothing of the kind. */
export function absenceOf(error: unknown): AbsenceReason | undefined {
  if (!isAppError(error)) return undefined
  if (error.code === 'provider-forbidden') return 'no-permission'
  if (error.code === 'provider-not-found' || error.code === 'provider-gone') return 'not-found'
  // Jira Software answers so about a project it has no boards for, such as one of a help desk.
  return error.code === 'provider-rejected' ? 'not-enabled' : undefined
}

async function orAbsent<T>(read: () => Promise<T>): Promise<T | { readonly absent: AbsenceReason }> {
  try {
    return await read()
  } catch (error) {
    const absent = absenceOf(error)
    if (absent === undefined) throw error
    return { absent }
  }
}

const isAbsent = (value: unknown): value is { readonly absent: AbsenceReason } =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'absent')

/** Every status of the site with its category. */
export async function readStatuses(reads: JiraReads): Promise<JiraFactBatch> {
  const read = await orAbsent(() => reads.statuses())
  if (isAbsent(read)) return { absent: { statuses: read.absent } }
  return { lists: { statuses: read.map(({ id, name, statusCategory }) => ({ id, name, category: statusCategory })) } }
}

/** Every version of the project. */
export async function readVersions(reads: JiraReads, { projectKey }: ImportPlace): Promise<JiraFactBatch> {
  const read = await orAbsent(() => reads.versions(projectKey))
  return isAbsent(read) ? { absent: { versions: read.absent } } : { lists: { versions: read.map(toVersionFact) }, whole: ['versions'] }
}

export interface BoardReading {
  readonly batch: JiraFactBatch
  /** Those of the board that is measured; none where there is no board. */
  readonly sprints: readonly JiraSprintFact[]
  /** The board's estimate field. */
  readonly estimateFieldId: string | null
}

/**
 * The project's boards, and of the one that is measured its columns, what its filter shows, and its sprints.
 * @throws AppError `bad-request` where the board that was asked for is none of the project's
 */
export async function readBoards(reads: JiraReads, { projectId, projectKey }: ImportPlace, boardId: string | null): Promise<BoardReading> {
  const boards = await orAbsent(() => reads.boards(projectKey))
  if (isAbsent(boards)) return { batch: { absent: { boards: boards.absent, sprints: boards.absent } }, sprints: [], estimateFieldId: null }
  const chosen = chooseBoard(boards, boardId)
  if (chosen === null && boardId !== null) {
    const known = boards.map(({ id, name }) => `${id} (${name})`).join(', ') || 'none'
    throw new AppError('bad-request', `Project ${projectKey} has no board ${boardId}. Its boards: ${known}.`)
  }
  if (chosen === null)
    return { batch: { lists: { boards: [], sprints: [] }, whole: ['boards', 'sprints'] }, sprints: [], estimateFieldId: null }
  const configuration = await reads.configuration(chosen.id)
  const filterId = configuration.filter?.id
  // A filter may be shared with others and not with us; then every issue of the project may be on the board.
  const shown =
    filterId === undefined ? null : await orAbsent(() => reads.ids(boardQuery(projectId, filterId, configuration.subQuery?.query)))
  const issueIds = shown === null || isAbsent(shown) ? null : shown
  const facts = boards.map((board) => toBoardFact(board, board.id === chosen.id ? { configuration, issueIds } : undefined))
  const listed = chosen.type === 'kanban' ? undefined : await reads.sprints(chosen.id)
  const sprints = (listed ?? []).map((sprint) => toSprintFact(sprint, chosen.id))
  return {
    batch: { lists: { boards: facts, sprints }, whole: ['boards', 'sprints'] },
    sprints: sprintsOf(sprints, chosen).sprints,
    estimateFieldId: configuration.estimation?.field?.fieldId ?? null,
  }
}

/** The sprints that will be measured, and where the oldest of them begins. */
export function sprintsToMeasure(
  sprints: readonly JiraSprintFact[],
  sprintCount: number,
  to: Date,
): { readonly ids: readonly string[]; readonly from: Date | undefined } {
  const endOf = ({ completeAt, endAt }: JiraSprintFact) => (completeAt ?? endAt)?.getTime() ?? 0
  const closed = sprints
    .filter((sprint) => sprint.state === 'closed' && sprint.startAt !== null && endOf(sprint) < to.getTime())
    .sort((left, right) => endOf(left) - endOf(right) || Number(left.id) - Number(right.id))
    .slice(-sprintCount)
  const counted = [...closed, ...sprints.filter(({ state }) => state === 'active')]
  const starts = counted.flatMap(({ startAt }) => (startAt === null ? [] : [startAt.getTime()]))
  return { ids: counted.map(({ id }) => id), from: starts.length === 0 ? undefined : new Date(Math.min(...starts)) }
}
