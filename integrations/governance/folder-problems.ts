// Everything that is wrong with a governance folder as it stands, whoever found it: the parser file by file, and what only
// shows across files. `governance:validate` says exactly this; the pull-request check says what a change makes of it.
import type { Artifact, ArtifactKind, Problem } from './artifact.ts'
import { checkCoverage } from './coverage.ts'
import { evidenceProblems } from './gates.ts'
import { arrangeProblems } from './problem-list.ts'
import { checkReferences } from './references.ts'

/** A governance folder as it was read; what `parseGovernance` answers is one. */
export interface FolderState {
  readonly artifacts: readonly Artifact[]
  readonly problems: readonly Problem[]
  /** Artifacts that exist by their file's name but could not be read. */
  readonly unread?: readonly { readonly file: string; readonly kind: ArtifactKind; readonly id: string }[]
}

/** Every problem of a folder by itself: what parsing found, references, coverage, evidence at rest. Sorted, each once. */
export function folderProblems({ artifacts, problems, unread = [] }: FolderState): readonly Problem[] {
  return arrangeProblems([
    ...problems,
    ...checkReferences(artifacts, { targets: new Set(unread.map(({ id }) => id)) }),
    ...checkCoverage(artifacts),
    ...artifacts.flatMap((artifact) => (artifact.kind === 'road-item' ? evidenceProblems(artifact) : [])),
  ])
}
