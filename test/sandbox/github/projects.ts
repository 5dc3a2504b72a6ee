// Projects of the newer kind (Projects v2): items that show issues, pull requests or drafts, with values by field.
import type { ActionDeps, RepositoryName } from './actions.ts'
import { type Account, ensureAccount, getRepository, nodeId, type World } from './world.ts'

export type ProjectFieldKind = 'single-select' | 'iteration' | 'number' | 'text' | 'date'
export type ProjectValue = string | number

export interface ProjectItem {
  readonly id: string
  /** What it shows; a draft has its own words. */
  content:
    | { readonly kind: 'issue'; readonly repository: string; readonly number: number }
    | { readonly kind: 'draft'; readonly id: string; title: string; body: string; readonly createdAt: Date }
  readonly values: Map<string, ProjectValue>
  isArchived: boolean
  /** There, and not to be seen by who asks. */
  isRedacted: boolean
}

export interface Project {
  readonly id: string
  readonly number: number
  readonly owner: Account
  readonly title: string
  readonly fields: ReadonlyMap<string, ProjectFieldKind>
  readonly items: ProjectItem[]
}

export type NewItem = { readonly issue: number; readonly repository: RepositoryName } | { readonly draft: string; readonly body?: string }

/** What people do with projects. */
export function makeProjectActions({ world }: ActionDeps) {
  const find = (owner: string, number: number): Project => {
    const project = findProject(world, owner, number)
    if (!project) throw new Error(`there is no project ${number} of ${owner}`)
    return project
  }
  const item = (owner: string, number: number, id: string): ProjectItem => {
    const found = find(owner, number).items.find((one) => one.id === id)
    if (!found) throw new Error(`project ${number} of ${owner} has no item ${id}`)
    return found
  }
  return {
    /** Answers its number. The owner is an organisation unless it exists as a person. */
    createProject(owner: string, title: string, fields: Readonly<Record<string, ProjectFieldKind>> = {}): number {
      const account = ensureAccount(world, owner, 'Organization')
      const number = world.projects.filter((one) => one.owner.id === account.id).length + 1
      const id = nodeId('ProjectV2', world.nextId())
      world.projects.push({ id, number, owner: account, title, fields: new Map(Object.entries(fields)), items: [] })
      return number
    },
    /** Answers the item's id. */
    addProjectItem(owner: string, number: number, input: NewItem, values: Readonly<Record<string, ProjectValue>> = {}): string {
      const content: ProjectItem['content'] =
        'draft' in input
          ? {
              kind: 'draft',
              id: nodeId('DraftIssue', world.nextId()),
              title: input.draft,
              body: input.body ?? '',
              createdAt: world.clock.now(),
            }
          : { kind: 'issue', repository: input.repository, number: input.issue }
      const id = nodeId('ProjectV2Item', world.nextId())
      find(owner, number).items.push({ id, content, values: new Map(Object.entries(values)), isArchived: false, isRedacted: false })
      return id
    },
    /** `null` clears a value. */
    setProjectValues(owner: string, number: number, id: string, values: Readonly<Record<string, ProjectValue | null>>) {
      const { values: kept } = item(owner, number, id)
      for (const [name, value] of Object.entries(values)) {
        if (value === null) kept.delete(name)
        else kept.set(name, value)
      }
    },
    editDraft(owner: string, number: number, id: string, change: { readonly title?: string; readonly body?: string }) {
      const { content } = item(owner, number, id)
      if (content.kind !== 'draft') throw new Error(`item ${id} is no draft`)
      Object.assign(content, change)
    },
    /** A draft becomes an issue: the item stays the same. */
    convertDraft(owner: string, number: number, id: string, repository: RepositoryName, issue: number) {
      item(owner, number, id).content = { kind: 'issue', repository, number: issue }
    },
    archiveProjectItem: (owner: string, number: number, id: string, archived = true) =>
      void Object.assign(item(owner, number, id), { isArchived: archived }),
    redactProjectItem: (owner: string, number: number, id: string, redacted = true) =>
      void Object.assign(item(owner, number, id), { isRedacted: redacted }),
    removeProjectItem(owner: string, number: number, id: string) {
      const { items } = find(owner, number)
      items.splice(items.indexOf(item(owner, number, id)), 1)
    },
    /** Changes an issue that items show. */
    rewriteIssue(
      name: RepositoryName,
      number: number,
      change: { readonly title?: string; readonly body?: string; readonly state?: 'open' | 'closed'; readonly labels?: string[] },
    ) {
      const issue = getRepository(world, name).issues.get(number)
      if (!issue) throw new Error(`${name} has no issue ${number}`)
      Object.assign(issue, change, { updatedAt: world.clock.now() })
    },
    linkSubIssue(name: RepositoryName, parent: number, child: number) {
      const issue = getRepository(world, name).issues.get(child)
      if (!issue) throw new Error(`${name} has no issue ${child}`)
      issue.parent = parent
    },
  }
}

export const findProject = (world: World, owner: string, number: number): Project | undefined =>
  world.projects.find((one) => one.owner.login.toLowerCase() === owner.toLowerCase() && one.number === number)
