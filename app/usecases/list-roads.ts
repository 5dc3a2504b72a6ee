import { z } from 'zod'
import { EXTERNAL_SOURCES, SOURCE_TITLES } from '../../integrations/governance/roadmap-source.ts'
import { listArtifacts } from '../../integrations/store/artifacts.ts'
import { listLinksOf } from '../../integrations/store/links.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
import { listRoadmapOwners } from '../../integrations/store/roadmap-items.ts'
import type { AppContext } from '../context.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

const Road = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string().nullable(),
  phase: z.number().nullable(),
  priority: z.string().nullable(),
  /** owner/name; null for a local folder. */
  repository: z.string().nullable(),
  file: z.string(),
  /** The tool that owns it; null for one that git owns. */
  source: z.object({ name: z.string(), title: z.string(), key: z.string(), url: z.string().nullable() }).nullable(),
  links: z.array(z.object({ connection: z.string(), kind: z.string(), key: z.string(), url: z.string().nullable() })),
})

type Owner = Awaited<ReturnType<typeof listRoadmapOwners>>[number]

const textOf = (value: unknown) => (typeof value === 'string' ? value : null)

async function repositoryNames(ctx: AppContext, scopes: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const { db } = await ctx.store()
  const names = new Map<string, string>()
  for (const scope of new Set(scopes)) {
    const id = /^repository:(\d+)$/.exec(scope)?.[1]
    const repository = id ? await findRepository(db, { id: Number(id) }) : undefined
    if (repository) names.set(scope, repository.fullName)
  }
  return names
}

/** Links name the place of their artifacts as markers do: `owner/name` in lower case, or the folder's name (export-source.ts). */
const sourceOf = (scope: string, names: ReadonlyMap<string, string>) => names.get(scope)?.toLowerCase() ?? scope.replace(/^local:/, '')

function sourceToShow(owner: Owner | undefined) {
  if (!owner) return null
  const { source, key, url } = owner
  const title = EXTERNAL_SOURCES.find((one) => one === source)
  return { name: source, title: title ? SOURCE_TITLES[title] : source, key, url: url ?? null }
}

/** Road items with what stands for them elsewhere. */
export const listRoads = makeUseCase({
  name: 'list-roads',
  summary: 'Lists road items with the issues and pages that stand for them.',
  access: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(Road),
  http: { method: 'GET', path: '/taxonomy/roads' },
  async run(ctx, request) {
    const { db } = await ctx.store()
    const page = await listArtifacts(db, { ...request, kind: 'road-item' })
    const roads = page.items
    const ids = roads.map(({ artifactId }) => artifactId)
    const [names, links, owners] = await Promise.all([
      repositoryNames(
        ctx,
        roads.map(({ scope }) => scope),
      ),
      listLinksOf(db, 'road-item', ids),
      listRoadmapOwners(db, ids),
    ])
    const items = roads.map(({ artifactId, scope, title, status, file, data }) => ({
      id: artifactId,
      title,
      status: status ?? null,
      phase: typeof data.phase === 'number' ? data.phase : null,
      priority: textOf(data.priority),
      repository: names.get(scope) ?? null,
      file,
      source: sourceToShow(owners.find((owner) => owner.artifactId === artifactId && owner.scope === sourceOf(scope, names))),
      links: links
        .filter((link) => link.artifactId === artifactId && link.scope === sourceOf(scope, names))
        .map((link) => ({
          connection: link.connectionId,
          kind: link.remoteKind,
          key: link.remoteKey ?? link.remoteId,
          url: link.url ?? null,
        })),
    }))
    return { ...page, items }
  },
})
