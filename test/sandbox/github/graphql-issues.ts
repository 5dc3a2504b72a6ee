// Issues, labels, discussions and Dependabot alerts as GraphQL shows them.
import type { Alert, Discussion } from './evidence.ts'
import { type Args, connection, type Graph, GraphFault, type Json, need, ordered, toActor, toPerson } from './graphql-node.ts'
import type { Issue } from './issues.ts'
import { ensureAccount, fullName, instant, nodeId, type Repository } from './world.ts'

export const toLabelNode = (name: string): Json => ({ __typename: 'Label', id: nodeId('Label', name), name, color: 'ededed' })

export function issuesOf(graph: Graph, repository: Repository, args: Args): Json {
  need(graph, 'issues')
  const { states, labels } = args as { states?: string[]; labels?: string[] }
  const { since } = (args.filterBy ?? {}) as { since?: string }
  const found = [...repository.issues.values()].filter(
    (issue) =>
      !issue.isPull &&
      (!states || states.includes(issue.state.toUpperCase())) &&
      (!labels || labels.some((label) => issue.labels.includes(label))) &&
      (!since || issue.updatedAt >= new Date(since)),
  )
  const sorted = ordered(found, args.orderBy, (issue, field) => (field === 'UPDATED_AT' ? issue.updatedAt.getTime() : issue.number))
  return connection(sorted, args, (issue) => writeIssue(graph, repository, issue))
}

export function toIssueNode(graph: Graph, repository: Repository, number: number): Json {
  const issue = repository.issues.get(number)
  if (!issue || issue.isPull) throw new GraphFault('NOT_FOUND', `Could not resolve to an Issue with the number of ${number}.`)
  return writeIssue(graph, repository, issue)
}

export function writeIssue(graph: Graph, repository: Repository, issue: Issue): Json {
  return {
    __typename: 'Issue',
    ...{
      id: nodeId('Issue', issue.id),
      databaseId: issue.id,
      fullDatabaseId: String(issue.id),
      number: issue.number,
      title: issue.title,
      body: issue.body ?? '',
    },
    ...{ state: issue.state.toUpperCase(), closed: issue.state === 'closed', closedAt: issue.closedAt ? instant(issue.closedAt) : null },
    ...{ createdAt: instant(issue.createdAt), updatedAt: instant(issue.updatedAt) },
    url: `${graph.world.htmlUrl}/${fullName(repository)}/issues/${issue.number}`,
    author: () => toActor(graph, issue.user),
    labels: (args: Args) => connection(issue.labels, args, toLabelNode),
    subIssues: (args: Args) =>
      connection(
        [...repository.issues.values()].filter((one) => one.parent === issue.number && !one.deleted),
        args,
        (one) => writeIssue(graph, repository, one),
      ),
    repository: () => ({
      __typename: 'Repository',
      id: nodeId('Repository', repository.id),
      nameWithOwner: fullName(repository),
      name: repository.name,
    }),
  }
}

/** Newest update first, as at GitHub, unless the query orders them. */
export function discussionsOf(graph: Graph, repository: Repository, args: Args): Json {
  need(graph, 'discussions')
  const { answered, categoryId } = args as { answered?: boolean; categoryId?: string }
  const found = [...repository.evidence.discussions.values()].filter(
    (one) =>
      (typeof answered !== 'boolean' || (one.answeredAt !== undefined) === answered) &&
      (!categoryId || nodeId('DiscussionCategory', one.category) === categoryId),
  )
  const order = args.orderBy ?? { field: 'UPDATED_AT', direction: 'DESC' }
  const sorted = ordered(found, order, (one, field) => (field === 'UPDATED_AT' ? one.updatedAt : one.createdAt).getTime())
  return connection(sorted, args, (one) => toDiscussionNode(graph, repository, one))
}

export function toDiscussionNode(graph: Graph, repository: Repository, one: Discussion): Json {
  const path = `/${fullName(repository)}/discussions/${one.number}`
  const slug = one.category.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return {
    __typename: 'Discussion',
    ...{ id: nodeId('Discussion', one.id), databaseId: one.id, number: one.number, title: one.title, body: one.body, bodyText: one.body },
    ...{ url: `${graph.world.htmlUrl}${path}`, resourcePath: path, closed: false, closedAt: null, locked: false, upvoteCount: 0 },
    ...{ createdAt: instant(one.createdAt), updatedAt: instant(one.updatedAt) },
    // Null where the category takes no answers: neither answered nor open.
    isAnswered: one.answerable ? one.answeredAt !== undefined : null,
    answerChosenAt: one.answeredAt ? instant(one.answeredAt) : null,
    author: () => toActor(graph, one.author),
    category: {
      ...{ __typename: 'DiscussionCategory', id: nodeId('DiscussionCategory', one.category), name: one.category, slug },
      isAnswerable: one.answerable,
    },
    comments: (args: Args) =>
      connection(one.comments, args, (comment) => ({
        ...{ __typename: 'DiscussionComment', id: nodeId('DiscussionComment', comment.id), databaseId: comment.id, body: comment.body },
        ...{ createdAt: instant(comment.createdAt), author: () => toActor(graph, comment.author) },
      })),
  }
}

export function alertsOf(graph: Graph, repository: Repository, args: Args): Json {
  need(graph, 'vulnerability_alerts')
  const states = args.states as string[] | undefined
  const { settings, dependabotAlerts } = repository.evidence
  // Switched off, the list is simply empty: only hasVulnerabilityAlertsEnabled tells.
  const found = (settings.dependabot ? dependabotAlerts : []).filter((alert) => !states || states.includes(alert.state.toUpperCase()))
  return connection(found, args, (alert) => toAlertNode(graph, repository, alert))
}

function toAlertNode(graph: Graph, repository: Repository, alert: Alert): Json {
  const at = alert.closedAt ? instant(alert.closedAt) : null
  const severity = { low: 'LOW', medium: 'MODERATE', high: 'HIGH', critical: 'CRITICAL' }[alert.severity]
  const vulnerablePackage = { __typename: 'SecurityAdvisoryPackage', ecosystem: 'NPM', name: alert.subject }
  const dismissed = alert.state === 'dismissed'
  return {
    __typename: 'RepositoryVulnerabilityAlert',
    ...{ id: nodeId('RepositoryVulnerabilityAlert', `${repository.id}:${alert.number}`), number: alert.number },
    ...{ state: alert.state.toUpperCase(), createdAt: instant(alert.createdAt), autoDismissedAt: null, dependencyScope: 'RUNTIME' },
    ...{ fixedAt: alert.state === 'fixed' ? at : null, dismissedAt: dismissed ? at : null },
    ...{ dismissReason: dismissed ? 'tolerable_risk' : null, dismissComment: null },
    dismisser: () => (dismissed ? toPerson(graph, ensureAccount(graph.world, 'security-officer')) : null),
    vulnerableManifestFilename: 'package-lock.json',
    vulnerableManifestPath: 'package-lock.json',
    securityVulnerability: {
      ...{ __typename: 'SecurityVulnerability', severity, package: vulnerablePackage, vulnerableVersionRange: '< 2.0.0' },
      firstPatchedVersion: { __typename: 'SecurityAdvisoryPackageVersion', identifier: '2.0.0' },
    },
    securityAdvisory: {
      ...{ __typename: 'SecurityAdvisory', severity, summary: `A fault in ${alert.subject}` },
      publishedAt: instant(alert.createdAt),
    },
  }
}
