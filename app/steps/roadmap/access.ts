// Which tool owns the roadmap, and the way to it. Reading a roadmap writes nothing there, and that is enforced where requests are
// sent: every context made here lets nothing but reads leave.
import { type ExternalRoadmapSource, type ExternalSourceName, SOURCE_TITLES } from '../../../integrations/governance/roadmap-source.ts'
import {
  type GitHubRoadmapConfig,
  parseRoadmapSource,
  type RoadmapMapping,
  type RoadmapSourceConfig,
  sourceProblem,
} from '../../../integrations/governance/roadmap-source-config.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { listInstallations } from '../../../integrations/store/installations.ts'
import { readConfigFile } from '../../config-file.ts'
import type { AppContext } from '../../context.ts'

const FILE = 'roadmap-source.json'

const invalid = (problems: readonly string[]) => new AppError('config-invalid', problems.join('\n'), { details: { problems } })

/** The settings. @throws AppError `config-invalid` with every fault, and where the file does not name the source */
export async function readRoadmapConfig(ctx: AppContext, source: ExternalSourceName): Promise<RoadmapSourceConfig> {
  const content = await readConfigFile(ctx.config.KATALYST_CONFIG_DIR, FILE)
  if (content === undefined)
    throw invalid([`${FILE}: (whole file): expected settings with source "${source}", found no file. docs/roadmap-sources.md shows one`])
  const parsed = parseRoadmapSource(content, FILE)
  if (parsed.kind === 'problems') throw invalid(parsed.problems)
  const problem = sourceProblem(parsed.config, source, FILE)
  if (problem) throw invalid([problem])
  return parsed.config
}

export interface OpenRoadmap {
  readonly source: ExternalRoadmapSource
  readonly mapping: RoadmapMapping
  /** Requests sent so far. */
  readonly requests: () => number
}

type OnExchange = () => void

async function openGitHub(ctx: AppContext, config: GitHubRoadmapConfig, onExchange: OnExchange): Promise<ExternalRoadmapSource> {
  const { github } = ctx.providers
  const use = { priority: 'interactive', dryRun: true, onExchange } as const
  const isOwners = ({ account }: { readonly account: string }) => account.toLowerCase() === config.owner.toLowerCase()
  // An App has no part in the projects of people.
  const installations =
    config.ownerType === 'user' || ctx.config.APP_ID === undefined ? [] : await listInstallations((await ctx.store()).db)
  const installation = installations.find((one) => isOwners(one) && !one.deletedAt && !one.suspendedAt)
  return github.roadmapOf(installation ? await github.asInstallation(installation.id, use) : await github.asToken(use), config)
}

/** Opens the tool's roadmap. @throws AppError `not-configured` where the tool is not connected */
export async function openRoadmap(ctx: AppContext, name: ExternalSourceName, config: RoadmapSourceConfig): Promise<OpenRoadmap> {
  let requests = 0
  const onExchange = () => {
    requests += 1
  }
  if (name === 'jira' && config.jira) {
    const session = await ctx.providers.jira.connect({ dryRun: true, priority: 'interactive', onExchange })
    return { source: ctx.providers.jira.roadmapOf({ ...session, config: config.jira }), mapping: config.jira, requests: () => requests }
  }
  if (name === 'github' && config.github)
    return { source: await openGitHub(ctx, config.github, onExchange), mapping: config.github, requests: () => requests }
  throw invalid([`${FILE}: ${name}: expected the settings of ${SOURCE_TITLES[name]}, found nothing`])
}
