// What is published of a governance folder: from artifacts and scores to documents. Use cases of every target (Confluence,
// Pages, the wiki) call this one, so that the same content stands everywhere.
import { contextMapDocuments } from '../../../integrations/documents/context-map-document.ts'
import { coverageDocument } from '../../../integrations/documents/coverage-document.ts'
import { domainModel } from '../../../integrations/documents/domain-model.ts'
import { type GovernanceHealth, governanceReportDocument } from '../../../integrations/documents/governance-report-document.ts'
import type { PageDocument } from '../../../integrations/documents/page-document.ts'
import type { Provenance, ScanSummary } from '../../../integrations/documents/provenance.ts'
import { type RoadItemLinks, roadmapDocument } from '../../../integrations/documents/roadmap-document.ts'
import type { Gap } from '../../../integrations/foe/gap.ts'
import { diagnoseTriangle, maturityOf, overallScore } from '../../../integrations/foe/score/overall.ts'
import type { DimensionScores } from '../../../integrations/foe/score/score-dimension.ts'
import { ARTIFACT_KINDS, type Artifact } from '../../../integrations/governance/artifact.ts'
import { byFile, ofKind } from '../../../integrations/governance/artifact-set.ts'
import { readCoverage } from '../../../integrations/governance/coverage.ts'
import { checkReferences } from '../../../integrations/governance/references.ts'
import { stateLabel } from '../../../integrations/governance/states.ts'
import type { ContentType } from './content-types.ts'

/** `contentType` of the contract (4.2). */

export interface GovernanceMaterial {
  readonly artifacts: readonly Artifact[]
  readonly provenance: Omit<Provenance, 'scan'>
  /** The newest scores, and when their evidence was taken. */
  readonly scores?: { readonly at: Date; readonly dimensions: DimensionScores }
  /** Earlier scans, oldest first, without the newest. */
  readonly history?: readonly ScanSummary[]
  readonly roadLinks?: ReadonlyMap<string, Omit<RoadItemLinks, 'fileUrl'>>
  /** Where a file of the governed folder can be seen, by its path inside it. */
  readonly fileUrl?: (file: string) => string | undefined
}

/** A scoring of all three dimensions in short. */
export function summarizeScan(at: Date, dimensions: DimensionScores): ScanSummary {
  const scores = {
    feedback: dimensions.feedback.score,
    understanding: dimensions.understanding.score,
    confidence: dimensions.confidence.score,
  }
  const overall = overallScore(scores)
  return { at, overall, scores, maturity: maturityOf(overall) }
}

/** Where the file of each artifact can be seen, by its id. */
export function fileUrlsOf({ artifacts, fileUrl }: GovernanceMaterial): ReadonlyMap<string, string> {
  return new Map(
    byFile(artifacts).flatMap(({ id, file }) => {
      const url = fileUrl?.(file)
      return url === undefined ? [] : [[id, url] as const]
    }),
  )
}

/** How sound the artifacts are. */
export function healthOf({ artifacts }: GovernanceMaterial): GovernanceHealth {
  const problems = checkReferences(artifacts)
  const errors = problems.filter(({ severity }) => severity === 'error')
  const counts = ARTIFACT_KINDS.map((kind) => [kind, artifacts.filter((artifact) => artifact.kind === kind).length] as const)
  return {
    artifacts: counts.filter(([, count]) => count > 0),
    errors: errors.map(({ file, message }) => `${file}: ${message}`),
    warnings: problems.length - errors.length,
  }
}

/** What is missing, each gap once. */
export function gapsOf({ scores }: GovernanceMaterial): readonly Gap[] {
  const subscores = scores ? Object.values(scores.dimensions).flatMap((dimension) => dimension.subscores) : []
  return [...new Map(subscores.flatMap(({ gaps }) => gaps).map((gap) => [gap.code, gap])).values()]
}

function reportOf(material: GovernanceMaterial, provenance: Provenance): PageDocument {
  const { scores, history = [] } = material
  const { scan } = provenance
  return governanceReportDocument({
    ...(scores && scan
      ? {
          scores: {
            overall: scan.overall,
            maturity: scan.maturity,
            dimensions: scores.dimensions,
            triangle: diagnoseTriangle(scan.scores),
          },
        }
      : {}),
    health: healthOf(material),
    trend: scan ? [...history, scan] : history,
    gaps: gapsOf(material),
    provenance,
  })
}

/** Where each road item can be seen. */
export function roadLinksOf(material: GovernanceMaterial): ReadonlyMap<string, RoadItemLinks> {
  const fileUrls = fileUrlsOf(material)
  const links = ofKind(material.artifacts, 'road-item').map(({ id }) => {
    const url = fileUrls.get(id)
    return [id, { ...material.roadLinks?.get(id), ...(url === undefined ? {} : { fileUrl: url }) }] as const
  })
  return new Map(links)
}

function roadmapOf(material: GovernanceMaterial, provenance: Provenance): PageDocument {
  return roadmapDocument({ items: ofKind(material.artifacts, 'road-item'), links: roadLinksOf(material), stateLabel, provenance })
}

/** The documents of a content type; the first is the page itself, others stand below it. Pure: the same material, the same trees. */
export function governanceDocuments(contentType: ContentType, material: GovernanceMaterial): readonly PageDocument[] {
  const { scores } = material
  const provenance: Provenance = { ...material.provenance, ...(scores ? { scan: summarizeScan(scores.at, scores.dimensions) } : {}) }
  switch (contentType) {
    case 'governance-report':
      return [reportOf(material, provenance)]
    case 'roadmap':
      return [roadmapOf(material, provenance)]
    case 'ddd-context-map':
      return contextMapDocuments({ model: domainModel(byFile(material.artifacts).flatMap(dddOf)), provenance })
    case 'capability-coverage':
      return [coverageDocument({ coverage: readCoverage(material.artifacts), fileUrls: fileUrlsOf(material), provenance })]
  }
}

const dddOf = (artifact: Artifact) => (artifact.kind === 'ddd' ? [artifact.data] : [])
