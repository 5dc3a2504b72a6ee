// Projects as GraphQL shows them.
import { writeIssue } from './graphql-issues.ts'
import { type Args, canSee, connection, type Graph, GraphFault, type Json, need } from './graphql-node.ts'
import { toPullNode } from './graphql-pulls.ts'
import { findProject, type Project, type ProjectFieldKind, type ProjectItem, type ProjectValue } from './projects.ts'
import { type Account, getRepository, instant } from './world.ts'

/** The members that an owner of projects has. */
export const projectsOf = (graph: Graph, owner: Account): Json => ({
  projectV2: ({ number }: Args) => {
    const { actor, world } = graph
    const found = findProject(world, owner.login, Number(number))
    // Apps have no part in the projects of people.
    const isClosed = owner.type === 'User' && actor.kind === 'installation'
    if (!found || isClosed) throw new GraphFault('NOT_FOUND', `Could not resolve to a ProjectV2 with the number ${String(number)}.`)
    if (actor.kind === 'installation') need(graph, 'organization_projects')
    return toProjectNode(graph, found)
  },
})

const toProjectNode = (graph: Graph, project: Project): Json => ({
  __typename: 'ProjectV2',
  ...{ id: project.id, number: project.number, title: project.title, closed: false },
  url: `${graph.world.htmlUrl}/${project.owner.type === 'User' ? 'users' : 'orgs'}/${project.owner.login}/projects/${project.number}`,
  items: (args: Args) => connection(project.items, args, (item) => toItemNode(graph, project, item)),
})

const FIELD_TYPES: Readonly<Record<ProjectFieldKind, string>> = {
  'single-select': 'ProjectV2SingleSelectField',
  iteration: 'ProjectV2IterationField',
  number: 'ProjectV2Field',
  text: 'ProjectV2Field',
  date: 'ProjectV2Field',
}

const VALUES: Readonly<Record<ProjectFieldKind, (value: ProjectValue) => Json>> = {
  'single-select': (name) => ({ __typename: 'ProjectV2ItemFieldSingleSelectValue', name: String(name) }),
  iteration: (title) => ({ __typename: 'ProjectV2ItemFieldIterationValue', title: String(title), duration: 14 }),
  number: (number) => ({ __typename: 'ProjectV2ItemFieldNumberValue', number: Number(number) }),
  text: (text) => ({ __typename: 'ProjectV2ItemFieldTextValue', text: String(text) }),
  date: (date) => ({ __typename: 'ProjectV2ItemFieldDateValue', date: String(date) }),
}

function toItemNode(graph: Graph, project: Project, item: ProjectItem): Json {
  const { content } = item
  const repository = content.kind === 'issue' ? getRepository(graph.world, content.repository) : undefined
  const isHidden = item.isRedacted || (repository !== undefined && !canSee(graph, repository))
  const issue = content.kind === 'issue' ? repository?.issues.get(content.number) : undefined
  const type = isHidden ? 'REDACTED' : content.kind === 'draft' ? 'DRAFT_ISSUE' : issue?.isPull ? 'PULL_REQUEST' : 'ISSUE'
  const values = isHidden ? [] : [...item.values]
  return {
    __typename: 'ProjectV2Item',
    ...{ id: item.id, type, isArchived: item.isArchived },
    fieldValues: (args: Args) =>
      connection(values, args, ([name, value]) => {
        const kind = project.fields.get(name) ?? 'text'
        return { ...VALUES[kind](value), field: { __typename: FIELD_TYPES[kind], name } }
      }),
    content: () => {
      if (isHidden) return null
      if (content.kind === 'draft')
        return {
          __typename: 'DraftIssue',
          ...{ id: content.id, title: content.title, body: content.body, createdAt: instant(content.createdAt) },
        }
      if (!repository || !issue) return null
      const pull = issue.isPull ? repository.pulls.get(issue.number) : undefined
      return pull ? toPullNode(graph, repository, pull) : writeIssue(graph, repository, issue)
    },
  }
}
