// An import of a roadmap as one pull request on the governed repository: opened, brought up to date in place while the tool
// changes, and closed when there is nothing left to propose. One that people closed is not opened again until it says something else.
import { type ExternalSourceName, SOURCE_TITLES } from '../../../integrations/governance/roadmap-source.ts'
import type { RoadmapPlan } from '../../../integrations/governance/roadmap-source-plan.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'
import type { RoadmapWritten } from '../../answers/roadmap-answer.ts'
import type { AppContext } from '../../context.ts'
import { bringProposal, dropProposal } from '../proposals.ts'
import { accessRepository, type OpenRepository } from '../repository-access.ts'

/** Lines of one list in the description; people read the rest in the files. */
const LISTED = 100

function describe(source: ExternalSourceName, { added, changed, drift, removed, unmapped, violations, changeEntries }: RoadmapPlan) {
  const tool = SOURCE_TITLES[source]
  const title = `docs(governance): roadmap as it is in ${tool}`
  const list = (heading: string, lines: readonly string[]) => {
    const rest = lines.length > LISTED ? [`- and ${lines.length - LISTED} more`] : []
    return lines.length === 0 ? [] : ['', `## ${heading}`, '', ...lines.slice(0, LISTED), ...rest]
  }
  const plain = (value: unknown) =>
    `\`${(typeof value === 'string' ? value : JSON.stringify(value)).replace(/[`\s]+/g, ' ').slice(0, 80)}\``
  const body = [
    `${tool} owns this roadmap. This brings what it says into git. It is brought up to date while ${tool} changes; closing it without merging declines this very change.`,
    ...list(
      'New',
      added.map(({ artifactId, key }) => `- ${artifactId}: ${plain(key)}`),
    ),
    ...list(
      'Changed',
      changed.map(({ artifactId, fields }) => `- ${artifactId}: ${fields.map(({ field }) => field).join(', ')}`),
    ),
    ...list(
      'Edited in git, where the tool wins',
      drift.flatMap(({ artifactId, fields }) =>
        fields.map(({ field, local, external }) => `- ${artifactId} ${field}: ${plain(local)} → ${plain(external)}`),
      ),
    ),
    ...list(
      `Gone from ${tool}`,
      removed.map(({ artifactId, key }) => `- ${artifactId}: ${plain(key)}`),
    ),
    ...list(
      'Completed',
      changeEntries.map(({ id, artifactId }) => `- ${artifactId}: ${id} is a draft to be reviewed`),
    ),
    ...list(
      'Gates that were passed by',
      violations.map(({ message }) => `- ${message}`),
    ),
    ...list(
      'Without a meaning here',
      unmapped.map(({ artifactId, field, value }) => `- ${artifactId} ${field}: ${plain(value)}`),
    ),
  ].join('\n')
  return { title, body, message: `${title}\n` }
}

interface Target {
  readonly source: ExternalSourceName
  readonly repository: OpenRepository
  /** The governed folder. */
  readonly folder: string
}

const keyOf = ({ source, repository }: Target) => ({
  connectionId: `roadmap:${source}`,
  scope: repository.fullName.toLowerCase(),
  artifactKind: 'roadmap',
  artifactId: 'roadmap',
})

async function openTarget(ctx: AppContext, source: ExternalSourceName, fullName: string): Promise<Target> {
  const repository = await findRepository((await ctx.store()).db, { fullName })
  const access = repository && (await accessRepository(ctx, repository.id))
  if (access?.kind !== 'open')
    throw new AppError(
      'refused',
      `The roadmap cannot be proposed to ${fullName}. ${access?.reason ?? 'The App does not see the repository.'}`,
    )
  const { governancePath } = repository?.settings ?? {}
  return { source, repository: access, folder: typeof governancePath === 'string' ? governancePath : 'governance' }
}

/** Brings the pull request up to the plan. Throws `refused` where the repository takes no changes, and `provider-*`. */
export async function proposeRoadmap(
  ctx: AppContext,
  source: ExternalSourceName,
  fullName: string,
  plan: RoadmapPlan,
): Promise<RoadmapWritten> {
  const target = await openTarget(ctx, source, fullName)
  const { repository, folder } = target
  const key = keyOf(target)
  const files = plan.files.map(({ file }) => file)
  const [first, ...also] = plan.files.map(({ file, was, text }) => ({
    ...{ path: folder === '' || folder === '.' ? file : `${folder}/${file}`, was, text },
  }))
  if (first === undefined) {
    await dropProposal(ctx, key, repository)
    return { state: 'none', to: 'pull-request', url: null, files }
  }
  const branch = `katalyst/roadmap/${source}`
  const { state, where } = await bringProposal(ctx, { ...describe(source, plan), ...first, also, key, repository, branch })
  return { state, to: 'pull-request', url: where ?? null, files }
}
