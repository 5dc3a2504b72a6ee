// An item of a project as GitHub answers it, and what it is for a roadmap. Pure but for nothing: pages are read in project-roadmap.ts.
import { z } from 'zod'
import { parseMarkdown } from '../../documents/parse-markdown.ts'
import { type CheckBox, splitCheckBoxes, toSectionText } from '../../documents/section-text.ts'
import type { ExternalItem, ExternalTask, ExternalValue } from '../../governance/roadmap-source.ts'
import { connectionOf } from './graph-page.ts'

export const SubIssue = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  body: z.string().nullish(),
  url: z.string(),
  state: z.string(),
  repository: z.object({ nameWithOwner: z.string() }),
})
export type SubIssue = z.output<typeof SubIssue>

const FieldValue = z.looseObject({
  __typename: z.string(),
  field: z.object({ name: z.string().optional() }).nullish(),
  selected: z.string().nullish(),
  iteration: z.string().nullish(),
  number: z.number().nullish(),
  text: z.string().nullish(),
  date: z.string().nullish(),
})

const Content = z.object({
  __typename: z.string(),
  id: z.string().optional(),
  number: z.int().optional(),
  title: z.string().optional(),
  body: z.string().nullish(),
  url: z.string().optional(),
  createdAt: z.string().optional(),
  repository: z.object({ nameWithOwner: z.string() }).nullish(),
  labels: connectionOf(z.object({ name: z.string() })).nullish(),
  /** Absent where the server has no sub-issues. */
  subIssues: connectionOf(SubIssue).nullish(),
})

export const ProjectItem = z.object({
  id: z.string(),
  /** `ISSUE`, `PULL_REQUEST`, `DRAFT_ISSUE` or `REDACTED`; open, for what GitHub may add. */
  type: z.string(),
  isArchived: z.boolean(),
  fieldValues: connectionOf(FieldValue).nullish(),
  content: Content.nullish(),
})
export type ProjectItem = z.output<typeof ProjectItem>

const present = <T>(nodes: readonly (T | null)[] | null | undefined): readonly T[] => (nodes ?? []).filter((node) => node !== null)

function valuesOf({ fieldValues }: ProjectItem): Readonly<Record<string, ExternalValue>> {
  const named = present(fieldValues?.nodes).flatMap(({ field, selected, iteration, number, text, date }) => {
    const value = selected ?? iteration ?? number ?? text ?? date
    return field?.name === undefined || value === null || value === undefined ? [] : [[field.name, value] as const]
  })
  return Object.fromEntries(named)
}

const toTask = ({ title, isDone, boxes }: CheckBox): ExternalTask => ({ title, state: isDone ? 'done' : 'open', tasks: boxes.map(toTask) })

const boxesOf = (body: string | null | undefined) => splitCheckBoxes(parseMarkdown(body ?? '').tree)

const keyOf = (nameWithOwner: string, number: number) => `${nameWithOwner}#${number}`

const toLinkedTask = (issue: SubIssue): ExternalTask => ({
  title: issue.title,
  state: issue.state === 'CLOSED' ? 'done' : 'open',
  key: keyOf(issue.repository.nameWithOwner, issue.number),
  url: issue.url,
  tasks: boxesOf(issue.body).boxes.map(toTask),
})

/** A check box that only names a sub-issue says it twice. */
function isListed({ title }: CheckBox, issues: readonly SubIssue[]): boolean {
  const said = title.trim()
  return issues.some(({ number, url, repository }) => [`#${number}`, keyOf(repository.nameWithOwner, number), url].includes(said))
}

/** Which of the kinds of an item's content it is, by the words of the configuration; undefined for one that cannot be seen. */
export function contentKind({ content }: ProjectItem): 'issue' | 'pull-request' | 'draft-issue' | undefined {
  const kinds = { Issue: 'issue', PullRequest: 'pull-request', DraftIssue: 'draft-issue' } as const
  return content && Object.hasOwn(kinds, content.__typename) ? kinds[content.__typename as keyof typeof kinds] : undefined
}

/** The item for a roadmap; `subIssues` are all that its issue has. Undefined for one whose content cannot be seen. */
export function toExternalItem(item: ProjectItem, subIssues: readonly SubIssue[]): ExternalItem | undefined {
  const { content } = item
  if (!content?.id || contentKind(item) === undefined) return undefined
  const { boxes, rest } = boxesOf(content.body)
  const title = content.title ?? ''
  const notes = [
    ...(item.fieldValues?.pageInfo.hasNextPage ? ['It has more than 50 field values; the first 50 were read.'] : []),
    ...(content.labels?.pageInfo.hasNextPage ? ['It has more than 50 labels; the first 50 were read.'] : []),
  ]
  return {
    id: item.id,
    contentId: content.id,
    key: content.repository && content.number !== undefined ? keyOf(content.repository.nameWithOwner, content.number) : title,
    ...(content.url === undefined ? {} : { url: content.url }),
    title,
    text: toSectionText(rest),
    labels: present(content.labels?.nodes).map(({ name }) => name),
    fields: valuesOf(item),
    waitsFor: [],
    tasks: [...subIssues.map(toLinkedTask), ...boxes.filter((box) => !isListed(box, subIssues)).map(toTask)],
    isArchived: item.isArchived,
    ...(content.createdAt === undefined ? {} : { created: content.createdAt.slice(0, 10) }),
    notes,
  }
}
