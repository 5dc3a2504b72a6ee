// What a pull request does to a governance folder. The whole folder is read at both ends, so that a deleted or renamed
// artifact is found missing in files that the pull request does not touch; but only what the change causes or touches is
// reported, because nobody can be asked to repair a repository in order to correct a typo. What was there before and
// lies elsewhere is only counted.
import type { Problem, ProblemCode, RoadItem } from './artifact.ts'
import { byFile } from './artifact-set.ts'
import { type FolderState, folderProblems } from './folder-problems.ts'
import { arrangeProblems, problemKey } from './problem-list.ts'
import { type Before, judgeMove, type Moved, type RoadMove } from './road-moves.ts'
import { type Settings, weighProblems } from './settings.ts'

/** One changed file; paths are those of the artifacts, inside the governed folder. */
export interface ChangedFile {
  readonly file: string
  readonly status: 'added' | 'modified' | 'removed' | 'renamed'
  readonly previousFile?: string
}

export type { RoadMove } from './road-moves.ts'

export interface ChangeInput {
  readonly base: FolderState
  readonly head: FolderState
  readonly changedFiles: readonly ChangedFile[]
  readonly settings: Pick<Settings, 'fail' | 'warn' | 'ignore'>
}

export interface ChangeVerdict {
  /** `neutral` when no artifact is touched; `failure` when an error is left after the settings; else `success`. */
  readonly conclusion: 'success' | 'failure' | 'neutral'
  /** What the change causes or touches, by file and line. */
  readonly problems: readonly Problem[]
  readonly moves: readonly RoadMove[]
  readonly counts: {
    readonly errors: number
    readonly warnings: number
    /** Artifacts added, modified, renamed or removed. */
    readonly changedArtifacts: number
    /** Problems left out because the settings ignore their codes. */
    readonly ignored: number
  }
  /** Problems at the head in files that the change neither touches nor breaks. */
  readonly unaffectedExisting: number
}

/** What a change can cause in a file it does not touch. Every other code is about a file by itself. */
const CAUSED_FROM_OUTSIDE: readonly ProblemCode[] = ['reference-missing', 'reference-cycle', 'reference-orphan', 'id-duplicate']

const NOTHING: ChangeVerdict = {
  conclusion: 'neutral',
  problems: [],
  moves: [],
  counts: { errors: 0, warnings: 0, changedArtifacts: 0, ignored: 0 },
  unaffectedExisting: 0,
}

const idsOf = ({ artifacts, unread = [] }: FolderState): ReadonlySet<string> => new Set([...artifacts, ...unread].map(({ id }) => id))

/** Files that hold, or should hold, an artifact. */
const governedFiles = ({ artifacts, problems, unread = [] }: FolderState): ReadonlySet<string> =>
  new Set([...artifacts, ...unread, ...problems].map(({ file }) => file))

/** Finds what a road item was before: under its id, else in its file or the file it was renamed from. */
function finderOfBefore(base: FolderState, changedFiles: readonly ChangedFile[]): (road: RoadItem) => Before {
  const roads = base.artifacts.filter((artifact): artifact is RoadItem => artifact.kind === 'road-item')
  const byId = new Map(roads.map((road) => [road.id, road]))
  const byPath = new Map(roads.map((road) => [road.file, road]))
  const previous = new Map(
    changedFiles.flatMap(({ file, previousFile }) => (previousFile === undefined ? [] : [[file, previousFile] as const])),
  )
  const unreadIds = new Set((base.unread ?? []).map(({ id }) => id))
  return ({ id, file }) => {
    const road = byId.get(id) ?? byPath.get(file) ?? byPath.get(previous.get(file) ?? '')
    if (road !== undefined) return { kind: 'road', road }
    const isFirst = roads.length === 0
    return isFirst || unreadIds.has(id) ? { kind: 'unknown' } : { kind: 'new' }
  }
}

/** A reference that this change breaks is an error wherever it stands, and its author is told which change broke it. */
function blameRemoval(problem: Problem, base: FolderState, gone: ReadonlySet<string>): Problem {
  if (problem.code !== 'reference-missing' || problem.found === undefined || !gone.has(problem.found)) return problem
  const file = base.artifacts.find(({ id }) => id === problem.found)?.file
  const where = file === undefined ? '' : ` (${file})`
  return {
    ...problem,
    severity: 'error',
    message: `${problem.message} This change removes it${where}.`,
    advice: 'Change this reference in the same pull request, or keep the artifact under its id.',
  }
}

/**
 * Judges a change. Pure and total: the same folders give the same verdict whatever the order of files and artifacts.
 * State changes are held against the machine and the gates (road-moves.ts); the settings weigh what was found.
 */
export function evaluateChange({ base, head, changedFiles, settings }: ChangeInput): ChangeVerdict {
  const touched = new Set(changedFiles.filter(({ status }) => status !== 'removed').map(({ file }) => file))
  const [governedBefore, governedNow] = [governedFiles(base), governedFiles(head)]
  const governed = changedFiles.filter(
    ({ file, previousFile }) => governedNow.has(file) || governedBefore.has(file) || governedBefore.has(previousFile ?? ''),
  )
  if (governed.length === 0) return NOTHING
  const before = finderOfBefore(base, changedFiles)
  const roads = byFile(head.artifacts).filter(
    (artifact): artifact is RoadItem => artifact.kind === 'road-item' && touched.has(artifact.file),
  )
  const judged = roads.map((road) => judgeMove(before(road), road))
  const moves = judged.flatMap(({ move }) => move ?? [])

  const known = new Set(folderProblems(base).map(problemKey))
  const [idsBefore, idsNow] = [idsOf(base), idsOf(head)]
  const gone = new Set([...idsBefore].filter((id) => !idsNow.has(id)))
  const standing = folderProblems(head)
  // An untouched file is the same at both ends, so what it did not have before was caused from outside of it.
  const concerning = standing.filter(
    (problem) => touched.has(problem.file) || (CAUSED_FROM_OUTSIDE.includes(problem.code) && !known.has(problemKey(problem))),
  )
  const found = arrangeProblems([
    ...judged.flatMap((road) => road.problems),
    ...withoutRestOf(judged, concerning).map((problem) => blameRemoval(problem, base, gone)),
  ])
  const problems = weighProblems(found, settings)
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return {
    conclusion: errors > 0 ? 'failure' : 'success',
    problems,
    moves,
    counts: { errors, warnings: problems.length - errors, changedArtifacts: governed.length, ignored: found.length - problems.length },
    unaffectedExisting: standing.length - concerning.length,
  }
}

/** Evidence missing at rest is not said again at a key about which the move has been judged. */
function withoutRestOf(judged: readonly Moved[], problems: readonly Problem[]): readonly Problem[] {
  const keyOf = (file: string, path: string) => JSON.stringify([file, path])
  const said = new Set(
    judged.flatMap(({ move, problems: found }) => [
      ...found.map(({ file, path }) => keyOf(file, path)),
      ...(move?.unmet.map(({ path }) => keyOf(move.file, path)) ?? []),
    ]),
  )
  return problems.filter(({ code, file, path }) => code !== 'evidence-missing' || !said.has(keyOf(file, path)))
}
