// Which documents a repository has. Definitions: docs/metrics.md, understanding.
import type { Collected } from '../collected.ts'
import { gapOfMissing, type MissingThing } from '../gap.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { known } from '../metric-value.ts'
import type { MetricSettings } from '../settings.ts'

/** Names (without ending) by which a document is known, in any letter case. */
export const DOCUMENT_NAMES = {
  hasReadme: ['readme'],
  hasContributing: ['contributing', 'contribute'],
  hasChangelog: ['changelog', 'changes', 'history', 'news', 'release-notes', 'release_notes', 'releases'],
  hasCodeowners: ['codeowners'],
  hasSecurityPolicy: ['security'],
  hasLicense: ['license', 'licence', 'copying', 'unlicense'],
  hasCodeOfConduct: ['code_of_conduct', 'code-of-conduct'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** Where GitHub itself looks for them. */
export const DOCUMENT_FOLDERS = ['', '.github/', 'docs/'] as const
export const DOCUMENT_ENDINGS = [
  '',
  '.md',
  '.mdx',
  '.markdown',
  '.rst',
  '.txt',
  '.adoc',
  '.asciidoc',
  '.org',
  '.textile',
  '.rdoc',
  '.html',
] as const
export const ADR_FOLDERS = ['docs/adr/', 'docs/decisions/', 'adr/', 'doc/adr/'] as const

const ADR_NAME = /^(?:\d{4}-.+|adr-.+)\.mdx?$/i
const ADR_TEMPLATE = /template\.mdx?$/i

type Presence = keyof typeof DOCUMENT_NAMES
export type DocumentMetric = Presence | 'adrCount'

const MISSING: Partial<Readonly<Record<Presence, MissingThing>>> = {
  hasReadme: 'readme-missing',
  hasContributing: 'contributing-missing',
  hasChangelog: 'changelog-missing',
}
const PRESENCES = Object.keys(DOCUMENT_NAMES) as Presence[]

/** A governance path as given, as the beginning of paths: no leading `./` or `/`, one trailing `/`; null for the root. */
function folderOf(governancePath: string | null): string | null {
  const trimmed = (governancePath ?? '')
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '')
    .toLowerCase()
  return trimmed === '' || trimmed === '.' ? null : `${trimmed}/`
}

/** Whether a path is an architecture decision record: by its name, directly in a usual folder or anywhere under the governed one. */
export function isDecisionRecord(path: string, governancePath: string | null): boolean {
  const lower = path.toLowerCase()
  const cut = lower.lastIndexOf('/') + 1
  const [folder, name] = [lower.slice(0, cut), lower.slice(cut)]
  if (!ADR_NAME.test(name) || ADR_TEMPLATE.test(name)) return false
  const governed = folderOf(governancePath)
  return (ADR_FOLDERS as readonly string[]).includes(folder) || (governed !== null && folder.startsWith(governed))
}

const waysToName = (presence: Presence): ReadonlySet<string> =>
  new Set(
    DOCUMENT_FOLDERS.flatMap((folder) =>
      DOCUMENT_NAMES[presence].flatMap((name) => DOCUMENT_ENDINGS.map((ending) => `${folder}${name}${ending}`)),
    ),
  )

/** Documents at the head of the default branch; no window, since only the head is known. */
export function measureDocuments(facts: { readonly paths: Collected<string> }, settings: MetricSettings): Measured<DocumentMetric> {
  if (facts.paths.state === 'absent') return measuredAbsent(facts.paths, 'documents', { counts: ['adrCount'], others: PRESENCES })
  const paths = new Set(facts.paths.items.map((path) => path.toLowerCase()))
  const present = new Map(PRESENCES.map((presence) => [presence, [...waysToName(presence)].some((path) => paths.has(path))]))
  const adrCount = [...paths].filter((path) => isDecisionRecord(path, settings.governancePath)).length
  const missing = PRESENCES.flatMap((presence) => (present.get(presence) === false && MISSING[presence] ? [MISSING[presence]] : []))
  const metrics = Object.fromEntries(PRESENCES.map((presence) => [presence, known(present.get(presence) === true)]))
  return {
    metrics: { ...(metrics as Measured<Presence>['metrics']), adrCount: known(adrCount) },
    gaps: [...missing, ...(adrCount === 0 ? (['adr-none'] as const) : [])].map(gapOfMissing),
    notes: [],
  }
}
