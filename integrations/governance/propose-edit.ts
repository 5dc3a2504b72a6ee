// What somebody changed in an external tool, as a change of the artifact's file. Each field is taken or refused by itself,
// so that a state which the machine forbids does not keep a new title out. A change is taken only when the file can still be
// read afterwards, has no error it did not have before, and, for a state, when the machine and the evidence of its gate allow
// the step: nobody walks around a gate by dragging a card.
import { isAppError } from '../kernel/errors.ts'
import type { Artifact, Problem } from './artifact.ts'
import { parseArtifact } from './parse-artifact.ts'
import { judgeMove } from './road-moves.ts'
import { editSource, type SourceChange } from './source-edit.ts'

/** One field of an artifact as it is wanted. */
export interface WantedEdit {
  /** For people, such as `summary`. */
  readonly field: string
  readonly changes: readonly SourceChange[]
  /** What becomes of the markdown after the frontmatter, where that changes. */
  readonly body?: (body: string) => string
}

export interface ProposedEdit {
  /** The whole file; equal to the one given when nothing was taken. */
  readonly text: string
  readonly taken: readonly string[]
  readonly refused: readonly { readonly field: string; readonly reason: string }[]
}

type Step = { readonly text: string } | { readonly reason: string }

const errorKey = ({ code, path, message, found }: Problem) => JSON.stringify([code, path, found ?? message])
const errorsOf = (problems: readonly Problem[]) => problems.filter(({ severity }) => severity === 'error')

/** Said in one sentence each; the author of the change sees no file, so places in it would not help. */
const sentence = ({ message, advice }: Problem) => (advice === undefined ? message : `${message} ${advice}`)

function edited(file: string, text: string, { changes, body }: WantedEdit): string {
  const { source } = parseArtifact(file, text)
  const withKeys = changes.length > 0 ? editSource(source, changes) : text
  if (body === undefined) return withKeys
  return withKeys.slice(0, withKeys.length - source.parts.body.length) + body(source.parts.body)
}

function moveErrors(before: Artifact | undefined, after: Artifact): readonly Problem[] {
  if (before?.kind !== 'road-item' || after.kind !== 'road-item') return []
  return errorsOf(judgeMove({ kind: 'road', road: before }, after).problems)
}

function tryEdit(file: string, text: string, wanted: WantedEdit): Step {
  const before = parseArtifact(file, text)
  try {
    const next = edited(file, text, wanted)
    const after = parseArtifact(file, next)
    if (after.artifact === undefined || after.artifact.id !== before.artifact?.id)
      return { reason: 'the file could not be read afterwards.' }
    const known = new Set(errorsOf(before.problems).map(errorKey))
    const caused = errorsOf(after.problems).filter((problem) => !known.has(errorKey(problem)))
    const errors = [...moveErrors(before.artifact, after.artifact), ...caused]
    return errors.length > 0 ? { reason: errors.map(sentence).join(' ') } : { text: next }
  } catch (error) {
    if (isAppError(error) && error.code === 'refused') return { reason: error.message }
    throw error
  }
}

/** Applies the edits in order, each if it may be. Pure; the same input gives the same file. */
export function proposeEdit(file: string, text: string, wanted: readonly WantedEdit[]): ProposedEdit {
  let current = text
  const taken: string[] = []
  const refused: { field: string; reason: string }[] = []
  for (const edit of wanted) {
    const step = tryEdit(file, current, edit)
    if ('reason' in step) refused.push({ field: edit.field, reason: step.reason })
    else {
      if (step.text !== current) taken.push(edit.field)
      current = step.text
    }
  }
  return { text: current, taken, refused }
}
