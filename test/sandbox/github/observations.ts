// What a test looks at afterwards, and the one button on it: files, branches, check runs.
import { type ActionDeps, DEVELOPER, type RepositoryName } from './actions.ts'
import { type Annotation, type CheckRun, checkRunsOf, emitCheckRun, getCheckRun } from './check-runs.ts'
import { getCommit } from './payload-git.ts'
import { ensureAccount, getRepository, resolveCommit } from './world.ts'

export interface SandboxCheckRun {
  readonly id: number
  readonly name: string
  readonly headSha: string
  readonly status: CheckRun['status']
  readonly conclusion: CheckRun['conclusion']
  readonly externalId: string
  readonly detailsUrl: string
  readonly title: string | null
  readonly summary: string | null
  readonly text: string | null
  readonly annotations: readonly Annotation[]
}

const toSandboxCheckRun = (run: CheckRun): SandboxCheckRun => {
  const { id, name, headSha, status, conclusion, externalId, detailsUrl, title, summary, text, annotations } = run
  return Object.freeze({
    id,
    name,
    headSha,
    status,
    conclusion,
    externalId,
    detailsUrl,
    title,
    summary,
    text,
    annotations: [...annotations],
  })
}

/** Reads of the sandbox's state that are no requests. */
export function makeObservations({ world, settled }: ActionDeps) {
  const find = (name: RepositoryName) => getRepository(world, name)
  return {
    /** A file's text at a branch or commit, or `undefined`. */
    readFile(name: RepositoryName, path: string, ref?: string): string | undefined {
      const repository = find(name)
      const sha = resolveCommit(repository, ref ?? repository.defaultBranch)
      const file = sha ? repository.objects.files(getCommit(repository, sha).tree).get(path) : undefined
      return file && repository.objects.blob(file.sha)?.data.toString('utf8')
    },
    /** Every pull request, oldest first. */
    pulls: (name: RepositoryName) =>
      [...find(name).pulls.values()].map(({ number, title, body, state, user, head, base, mergedAt }) =>
        Object.freeze({
          number,
          title,
          body,
          state,
          author: user.login,
          branch: head.ref,
          headSha: head.sha,
          base: base.ref,
          isMerged: mergedAt !== undefined,
        }),
      ),
    /** The commit of a branch (default: the default branch), or `undefined`. */
    headOf: (name: RepositoryName, branch?: string) => resolveCommit(find(name), branch ?? find(name).defaultBranch),
    /** Every run on a commit, newest first, with its annotations: repeats show here. */
    checkRuns: (name: RepositoryName, sha: string): readonly SandboxCheckRun[] =>
      checkRunsOf(find(name), sha, 'all').map(toSandboxCheckRun),
    /** Presses the re-run button of a check run. */
    async requestRerun(name: RepositoryName, checkRunId: number) {
      emitCheckRun(world, find(name), getCheckRun(find(name), checkRunId), ensureAccount(world, DEVELOPER), 'rerequested')
      await settled()
    },
    /** Cuts recursive trees at this many entries, as GitHub does at 100,000. */
    setTreeLimit(limit: number) {
      world.treeLimit = limit
    },
  }
}
