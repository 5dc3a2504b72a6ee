// The site that is published of a governance folder: from artifacts and scores to files.
import { buildSite } from '../../../integrations/documents/site/build-site.ts'
import { diagnoseTriangle } from '../../../integrations/foe/score/overall.ts'
import { ROAD_STATES } from '../../../integrations/governance/artifact.ts'
import { ofKind } from '../../../integrations/governance/artifact-set.ts'
import { readCoverage } from '../../../integrations/governance/coverage.ts'
import { stateLabel } from '../../../integrations/governance/states.ts'
import { fileUrlsOf, type GovernanceMaterial, gapsOf, healthOf, roadLinksOf, summarizeScan } from './governance-documents.ts'

/** Files of the site by path. Pure: the same material, the same bytes; a newer commit that changes nothing of it is no change. */
export function governanceSite(material: GovernanceMaterial): ReadonlyMap<string, string> {
  const { artifacts, scores, history = [] } = material
  const { commit: _commit, ...provenance } = material.provenance
  const scan = scores && summarizeScan(scores.at, scores.dimensions)
  return buildSite({
    provenance: { ...provenance, ...(scan ? { scan } : {}) },
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
    history: scan ? [...history, scan] : history,
    gaps: gapsOf(material),
    health: healthOf(material),
    items: ofKind(artifacts, 'road-item'),
    links: roadLinksOf(material),
    states: ROAD_STATES,
    stateLabel,
    coverage: readCoverage(artifacts),
    fileUrls: fileUrlsOf(material),
  })
}
