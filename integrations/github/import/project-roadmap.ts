// A roadmap that lives in a GitHub project (Projects v2): GraphQL alone, page by page, with pages that shrink where they are too
// much for GitHub. REST's project endpoints are of the older kind of projects, which is gone.
import { z } from 'zod'
import { type ExternalItem, type ExternalRoadmapSource, SOURCE_TITLES } from '../../governance/roadmap-source.ts'
import type { GitHubRoadmapConfig } from '../../governance/roadmap-source-config.ts'
import { AppError, isAppError } from '../../kernel/errors.ts'
import type { GitHubContext, QueryFault } from '../client.ts'
import { childrenOf, readChildren } from './graph-children.ts'
import { connectionOf, refusalAt, toIncomplete } from './graph-page.ts'
import { firstPageSize, type PageSizeLimits, readSized } from './page-size.ts'
import { contentKind, ProjectItem, SubIssue, toExternalItem } from './project-items.ts'
import { ORGANIZATION_PROJECT, SUB_ISSUES, USER_PROJECT } from './queries/project.ts'

/** An item brings up to 125 nodes along: 50 of them stay far below what GitHub refuses. */
const SIZES: PageSizeLimits = { largest: 50, smallest: 5 }
/** GitHub's own bound is 50,000 items; a project with more pages of ours than this is not one we read. */
const MOST_PAGES = 400
const OPERATION = 'github.project.items'

const Answer = z.object({
  owner: z
    .object({ projectV2: z.object({ id: z.string(), url: z.string(), items: connectionOf(ProjectItem).nullish() }).nullish() })
    .nullish(),
})

const nameOf = ({ owner, project }: GitHubRoadmapConfig) => `project ${project} of ${owner}`

function cannotSee(config: GitHubRoadmapConfig, cause?: unknown): AppError {
  const scope =
    config.ownerType === 'user'
      ? "A person's projects are read with a personal access token that has the scope read:project; an App cannot."
      : 'The App needs the permission "Projects: read" of the organisation, a personal access token the scope read:project.'
  return new AppError(
    'provider-not-found',
    `GitHub shows no ${nameOf(config)} to this credential. Check github.owner, github.ownerType and github.project in roadmap-source.json. ${scope}`,
    { ...(cause === undefined ? {} : { cause }), details: { owner: config.owner, project: config.project } },
  )
}

interface ItemPage {
  readonly url: string
  readonly items: readonly ProjectItem[]
  readonly hidden: readonly string[]
  readonly next: string | undefined
}

/** Contents that are null for another reason than being kept from us may be answered in a smaller page. */
function splitHidden(nodes: readonly (ProjectItem | null)[], faults: readonly QueryFault[]) {
  const items: ProjectItem[] = []
  const hidden: string[] = []
  for (const [at, node] of nodes.entries()) {
    if (node === null) throw toIncomplete(OPERATION)
    if (node.content) items.push(node)
    else {
      const path = ['owner', 'projectV2', 'items', 'nodes', at, 'content']
      const fault = faults.find(
        ({ path: where = [] }) => where.length === path.length && path.every((step, index) => where[index] === step),
      )
      if (fault && refusalAt([{ ...fault, path: ['content'] }], ['content']) === undefined) throw toIncomplete(OPERATION)
      hidden.push(node.id)
    }
  }
  return { items, hidden }
}

async function readPage(github: GitHubContext, config: GitHubRoadmapConfig, first: number, after: string | undefined): Promise<ItemPage> {
  const { data, faults } = await github.client.query({
    query: config.ownerType === 'user' ? USER_PROJECT : ORGANIZATION_PROJECT,
    operation: OPERATION,
    variables: { login: config.owner, number: config.project, first, after: after ?? null },
    answer: Answer,
    isSized: true,
  })
  const project = data.owner?.projectV2
  const path = ['owner', 'projectV2']
  if (!project) {
    if (faults.length > 0 && refusalAt(faults, path) === undefined) throw toIncomplete(OPERATION)
    throw cannotSee(config)
  }
  if (!project.items?.nodes) throw toIncomplete(OPERATION)
  const { hasNextPage, endCursor } = project.items.pageInfo
  return { url: project.url, ...splitHidden(project.items.nodes, faults), next: hasNextPage ? (endCursor ?? undefined) : undefined }
}

const REFUSED: readonly string[] = ['provider-not-found', 'provider-forbidden']

async function readPages(github: GitHubContext, config: GitHubRoadmapConfig): Promise<Omit<ItemPage, 'next'>> {
  const items = new Map<string, ProjectItem>()
  const hidden = new Set<string>()
  let size = firstPageSize(SIZES)
  let url = ''
  let after: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const place = after
    const { answer, next } = await readSized(SIZES, size, (first) => readPage(github, config, first, place)).catch((error: unknown) => {
      if (isAppError(error) && REFUSED.includes(error.code)) throw cannotSee(config, error)
      throw error
    })
    size = next
    url = answer.url
    // An item that moved while pages were read may come twice.
    for (const item of answer.items) items.set(item.id, item)
    for (const id of answer.hidden) hidden.add(id)
    after = answer.next
    if (after === undefined) return { url, items: [...items.values()], hidden: [...hidden].filter((id) => !items.has(id)) }
  }
  throw new AppError(
    'provider-unreadable',
    `GitHub answers with ever more pages of ${nameOf(config)}. Split the project, then import again.`,
  )
}

/** Sub-issues that did not fit beside their issue. */
async function readRest(github: GitHubContext, items: readonly ProjectItem[]): Promise<ReadonlyMap<string, readonly SubIssue[]>> {
  const more = items.flatMap(({ content }) => (content?.id && content.subIssues?.pageInfo.hasNextPage ? [content.id] : []))
  if (more.length === 0) return new Map()
  return readChildren(github, { operation: 'github.issue.sub-issues', query: SUB_ISSUES, child: SubIssue }, more)
}

/** The roadmap of a project. A part that GitHub could not answer fails the reading: an item that is missing would count as removed. */
export function makeProjectRoadmap(github: GitHubContext, config: GitHubRoadmapConfig): ExternalRoadmapSource {
  return Object.freeze({
    name: 'github',
    title: SOURCE_TITLES.github,
    async read() {
      const { url, items, hidden } = await readPages(github, config)
      const wanted = items.filter((item) => {
        const kind = contentKind(item)
        return kind !== undefined && config.content.includes(kind)
      })
      const rest = await readRest(github, wanted)
      const read = wanted.map((item): ExternalItem | undefined => {
        const { content } = item
        return toExternalItem(item, rest.get(content?.id ?? '') ?? childrenOf(content?.subIssues))
      })
      return { url, items: read.filter((item) => item !== undefined), hidden }
    },
  })
}
