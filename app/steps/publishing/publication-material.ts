// What is published of a repository, wherever it is published: artifacts from the texts that were kept, scores and their history
// from what was imported.
import type { AppContext } from '../../context.ts'
import { readVersion } from '../../package-root.ts'
import { loadGovernance } from '../governance-core.ts'
import { readEvidence, readTimeline } from '../imports/evidence.ts'
import { type GovernanceMaterial, summarizeScan } from './governance-documents.ts'
import type { PublishOrigin } from './publish-source.ts'
import { readRoadLinks } from './road-links.ts'

type Texts = readonly { readonly file: string; readonly content: string | Uint8Array }[]

/** The newest scores of the repository, dated by what was imported: reading artifacts again makes no scan newer. */
async function readScores(ctx: AppContext, source: string): Promise<GovernanceMaterial['scores']> {
  if (!source.includes('/')) return undefined
  const { imports, scores } = await readEvidence(ctx, source)
  const times = imports.map(({ finishedAt }) => finishedAt.getTime())
  return times.length === 0 ? undefined : { at: new Date(Math.max(...times)), dimensions: scores }
}

/** Imports of each dimension that the history goes back. */
const MOST_IMPORTS = 20

/** Earlier scans, oldest first: one for each time something was imported, the newest left out. */
async function readHistory(ctx: AppContext, source: string, newest: Date | undefined): Promise<GovernanceMaterial['history']> {
  if (newest === undefined) return []
  const timeline = await readTimeline(ctx, source, MOST_IMPORTS)
  const instants = [...new Set(timeline.imports.map(({ finishedAt }) => finishedAt.getTime()))].filter((at) => at < newest.getTime())
  return instants.flatMap((time) => {
    const at = new Date(time)
    const dimensions = timeline.scoresAt(at)
    return dimensions ? [summarizeScan(at, dimensions)] : []
  })
}

/** A folder's commit has an address only where the folder is known to be that repository. */
const commitUrl = ({ config }: AppContext, { source, commit, fileUrl }: PublishOrigin) =>
  fileUrl && source.includes('/') ? { url: `${config.GITHUB_SERVER_URL}/${source}/commit/${commit}` } : {}

/** Everything that documents are made of. Nothing is asked of a provider. */
export async function readMaterial(ctx: AppContext, origin: PublishOrigin, governance: Texts): Promise<GovernanceMaterial> {
  const { parseGovernance } = await loadGovernance()
  const { artifacts } = parseGovernance(governance)
  const { source, fileUrl, commit } = origin
  const scores = await readScores(ctx, source)
  const history = await readHistory(ctx, source, scores?.at)
  const roads = artifacts.flatMap(({ kind, id }) => (kind === 'road-item' ? [id] : []))
  const roadLinks = await readRoadLinks({ db: (await ctx.store()).db, serverUrl: ctx.config.GITHUB_SERVER_URL, source }, roads)
  const provenance = {
    repository: source,
    version: readVersion(),
    ...(commit ? { commit: { sha: commit, ...commitUrl(ctx, origin) } } : {}),
    ...(fileUrl ? { sourceUrl: fileUrl } : {}),
  }
  return {
    artifacts,
    provenance,
    ...(scores ? { scores } : {}),
    ...(history && history.length > 0 ? { history } : {}),
    ...(roadLinks.size > 0 ? { roadLinks } : {}),
    ...(fileUrl ? { fileUrl: (file: string) => `${fileUrl}/${file}` } : {}),
  }
}
