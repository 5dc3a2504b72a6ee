// References, commits and files as GraphQL shows them.

import { ancestors } from './git-history.ts'
import type { Commit, Signature } from './git-objects.ts'
import { type Args, connection, type Graph, type Json, need, toPerson } from './graphql-node.ts'
import { toPullNode } from './graphql-pulls.ts'
import { toProtectionRuleNode, toRuleNode } from './graphql-rules.ts'
import { suitesOf } from './graphql-runs.ts'
import { changesOf, getCommit } from './payload-git.ts'
import { rulesetCovers } from './routes-posture.ts'
import { fullName, instant, nodeId, type Repository, resolveCommit } from './world.ts'

function toGitActor(graph: Graph, { name, email, date }: Signature): Json {
  // Null where no account has the address: the name in a commit is whatever its author typed.
  const user = () => toPerson(graph, graph.world.accounts.get(name.toLowerCase()))
  return { __typename: 'GitActor', name, email, date: instant(date), user }
}

/** A commit of the repository, or one that only a seeded pull request knows. */
export function toCommitNode(graph: Graph, repository: Repository, sha: string, commit: Commit): Json {
  const { message } = commit
  const url = `${graph.world.htmlUrl}/${fullName(repository)}/commit/${sha}`
  const known = () => (repository.objects.commit(sha) ? changesOf(repository, sha) : [])
  const [headline = '', ...rest] = message.split('\n')
  return {
    __typename: 'Commit',
    ...{ id: nodeId('Commit', sha), oid: sha, abbreviatedOid: sha.slice(0, 7), url, commitUrl: url, signature: null },
    ...{ message, messageHeadline: headline, messageBody: rest.join('\n').trim() },
    ...{ authoredDate: instant(commit.author.date), committedDate: instant(commit.committer.date) },
    author: () => toGitActor(graph, commit.author),
    committer: () => toGitActor(graph, commit.committer),
    authors: (args: Args) => connection([commit.author], args, (one) => toGitActor(graph, one)),
    additions: () => known().reduce((sum, file) => sum + file.additions, 0),
    deletions: () => known().reduce((sum, file) => sum + file.deletions, 0),
    ...{ changedFiles: () => known().length, changedFilesIfAvailable: () => known().length },
    parents: (args: Args) =>
      connection(commit.parents, args, (parent) => {
        const found = repository.objects.commit(parent)
        return found ? toCommitNode(graph, repository, parent, found) : { __typename: 'Commit', id: nodeId('Commit', parent), oid: parent }
      }),
    history: (args: Args) => historyOf(graph, repository, sha, args),
    checkSuites: (args: Args) => suitesOf(graph, repository, sha, args),
    associatedPullRequests(args: Args) {
      need(graph, 'pull_requests')
      const pulls = [...repository.pulls.values()].filter((pull) => pull.mergeCommitSha === sha || pull.head.sha === sha)
      return connection(pulls, args, (pull) => toPullNode(graph, repository, pull))
    },
  }
}

/** Newest first, between two instants of the commit date. */
function historyOf(graph: Graph, repository: Repository, sha: string, args: Args): Json {
  const [since, until] = [args.since, args.until].map((text) => (typeof text === 'string' ? Date.parse(text) : undefined))
  const found = ancestors(repository.objects, sha).flatMap((at) => {
    const commit = getCommit(repository, at)
    const ms = commit.committer.date.getTime()
    return (since !== undefined && ms < since) || (until !== undefined && ms > until) ? [] : [{ sha: at, commit }]
  })
  return connection(found, args, (one) => toCommitNode(graph, repository, one.sha, one.commit))
}

/** A reference by its full name, or null. */
export function toRefNode(graph: Graph, repository: Repository, ref: string): Json | null {
  const sha = repository.refs.get(ref)
  const found = sha && repository.objects.commit(sha)
  if (!sha || !found) return null
  const [, prefix = '', name = ''] = /^(refs\/[^/]+\/)(.+)$/.exec(ref) ?? []
  const protection = repository.evidence.protection.get(name)
  return {
    __typename: 'Ref',
    ...{ id: nodeId('Ref', `${repository.id}:${ref}`), name, prefix },
    target: () => toCommitNode(graph, repository, sha, found),
    branchProtectionRule() {
      need(graph, 'administration')
      return protection ? toProtectionRuleNode(repository, name, protection) : null
    },
    rules(args: Args) {
      const rulesets = repository.evidence.rulesets.filter((one) => one.enforcement === 'active' && rulesetCovers(repository, one, name))
      const rules = rulesets.flatMap((ruleset) => ruleset.rules.map((rule, at) => ({ ruleset, rule, at })))
      return connection(rules, args, ({ ruleset, rule, at }) => toRuleNode(graph, repository, ruleset, rule, at))
    },
  }
}

/** What `rev:path` (or `rev`) names, or null: how a query sees whether a document is there. */
export function objectAt(graph: Graph, repository: Repository, { expression, oid }: Args): Json | null {
  const [revision = '', path] = String(expression ?? oid ?? '').split(':')
  const sha = resolveCommit(repository, revision === 'HEAD' ? repository.defaultBranch : revision)
  const commit = sha && repository.objects.commit(sha)
  if (!sha || !commit) return null
  if (path === undefined) return toCommitNode(graph, repository, sha, commit)
  let at: { readonly mode: string; readonly sha: string } | undefined = { mode: '040000', sha: commit.tree }
  for (const name of path.split('/').filter(Boolean)) {
    const entries: readonly { name: string; mode: string; sha: string }[] = (at && repository.objects.tree(at.sha)?.entries) ?? []
    at = entries.find((entry) => entry.name === name)
  }
  return at ? toObjectNode(repository, at.mode, at.sha) : null
}

function toObjectNode(repository: Repository, mode: string, sha: string): Json {
  if (mode !== '040000') {
    const data = repository.objects.blob(sha)?.data ?? Buffer.alloc(0)
    const isBinary = data.includes(0)
    const text = isBinary ? null : data.toString('utf8')
    return { __typename: 'Blob', id: nodeId('Blob', sha), oid: sha, byteSize: data.length, isBinary, isTruncated: false, text }
  }
  const entries = () =>
    (repository.objects.tree(sha)?.entries ?? []).map((entry) => ({
      ...{ __typename: 'TreeEntry', name: entry.name, oid: entry.sha, mode: Number.parseInt(entry.mode, 8) },
      type: entry.mode === '040000' ? 'tree' : entry.mode === '160000' ? 'commit' : 'blob',
      object: () => (entry.mode === '160000' ? null : toObjectNode(repository, entry.mode, entry.sha)),
    }))
  return { __typename: 'Tree', id: nodeId('Tree', sha), oid: sha, entries }
}
