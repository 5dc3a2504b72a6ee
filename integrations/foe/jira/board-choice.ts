// Which board a project's sprints and columns are read from, and which of the sprints seen on it are its own.
import type { JiraBoardFact, JiraSprintFact } from './jira-facts.ts'

/** A board with sprints tells most, then one that may have them. */
const BY_TYPE = ['scrum', 'simple', 'kanban']
const rank = ({ type }: Pick<JiraBoardFact, 'type'>) => (BY_TYPE.includes(type) ? BY_TYPE.indexOf(type) : BY_TYPE.length)

/** The board that was asked for; else the oldest of those that tell most; null where there is none. */
export function chooseBoard<B extends Pick<JiraBoardFact, 'id' | 'type'>>(boards: readonly B[], boardId: string | null): B | null {
  if (boardId !== null) return boards.find(({ id }) => id === boardId) ?? null
  return [...boards].sort((left, right) => rank(left) - rank(right) || Number(left.id) - Number(right.id))[0] ?? null
}

export interface BoardSprints {
  readonly sprints: readonly JiraSprintFact[]
  /** How many sprints of other boards were seen on it and left out. */
  readonly foreign: number
  /** The board has none of its own: those of other boards count. */
  readonly borrowed: boolean
}

/**
 * The sprints of a board. Jira lists a sprint on every board that shows one of its issues; another team's sprint says nothing
 * about this team's velocity, unless this board only ever borrows.
 */
export function sprintsOf(sprints: readonly JiraSprintFact[], board: Pick<JiraBoardFact, 'id'> | null): BoardSprints {
  if (board === null) return { sprints, foreign: 0, borrowed: false }
  const seen = sprints.filter(({ boardIds, originBoardId }) => boardIds.includes(board.id) || originBoardId === board.id)
  const own = seen.filter(({ originBoardId }) => originBoardId === null || originBoardId === board.id)
  if (own.length > 0) return { sprints: own, foreign: seen.length - own.length, borrowed: false }
  return { sprints: seen, foreign: 0, borrowed: seen.length > 0 }
}
