// What a road item must show before it may enter a state. Katalyst states its gates in four places that disagree: ADR-008
// (prose), the API's `ValidateTransition`, the governance linter and the CLI's `validate:transitions`. The union is
// demanded here, with one rule for the severity: what Katalyst's own code refuses (API, linter) is an error; what only its
// prose asks for, or its CLI merely warns about, is a warning. Nothing is made up beyond that.
import type { RoadItemData, RoadState } from './artifact.ts'

export const GATE_SOURCES = {
  api: "Katalyst's API (validate-transition)",
  linter: "Katalyst's governance linter",
  'adr-008': 'ADR-008',
  cli: 'katalyst-vocab validate:transitions',
} as const
export type GateSource = keyof typeof GATE_SOURCES

/** One piece of evidence that one gate demands. */
export interface Requirement {
  readonly id: string
  /** The state whose gate this is. */
  readonly target: RoadState
  readonly severity: 'error' | 'warning'
  readonly sources: readonly GateSource[]
  /** What is demanded, as the end of the sentence "cannot enter X: …". */
  readonly demand: string
  /** The frontmatter path that has to change; the annotation stands on its line. */
  readonly path: string
  readonly expected: string
  /** Whether it is also looked at while the road item stays in the state (what the CLI warns about). */
  readonly atRest?: boolean
  /** What was found instead of the evidence; `undefined` when the evidence is there. */
  readonly missing: (road: RoadItemData) => string | undefined
}

/** ADR-008: architecture, BDD, code and NFR agents each sign. */
export const SIGNATURES_REQUIRED = 4

const text = (value: string | undefined): string => (value === undefined || value === '' ? 'nothing' : value)
const when = (holds: boolean, found: string): string | undefined => (holds ? undefined : found)
const isApproved = (road: RoadItemData): boolean => road.bdd.status === 'approved' || road.bdd.status === 'active'
const allPassing = ({ bdd }: RoadItemData): boolean => bdd.scenarios > 0 && bdd.passing >= bdd.scenarios

/** The applicable NFRs without a passing result, each with what stands there. */
function failingNfrs({ nfrs }: RoadItemData): string | undefined {
  const failing = nfrs.applicable.filter((id) => nfrs.results[id]?.status !== 'pass')
  return failing.length === 0 ? undefined : failing.map((id) => `${id}: ${nfrs.results[id]?.status ?? 'no result'}`).join(', ')
}

const anyNfrFailed = ({ nfrs }: RoadItemData): boolean =>
  nfrs.status === 'fail' || Object.values(nfrs.results).some((result) => result.status === 'fail')

const adrValidated = {
  id: 'adr-validated',
  demand: 'the ADRs must be validated',
  path: 'governance.adrs.validated',
  expected: 'true',
  missing: (road) => when(road.adrs.validated, 'false'),
} as const satisfies Partial<Requirement>

const bddId = {
  id: 'bdd-id',
  severity: 'error',
  sources: ['linter'],
  demand: 'the BDD scenarios must have an id',
  path: 'governance.bdd.id',
  expected: 'an id such as BDD-001',
  missing: (road) => when(Boolean(road.bdd.id), 'nothing'),
} as const satisfies Partial<Requirement>

const bddPassing = {
  id: 'bdd-passing',
  severity: 'warning',
  sources: ['adr-008'],
  demand: 'all BDD scenarios must pass',
  path: 'governance.bdd.passing',
  expected: 'as many passing scenarios as there are scenarios, and at least one',
  missing: (road) => when(allPassing(road), `${road.bdd.passing} of ${road.bdd.scenarios} passing`),
} as const satisfies Partial<Requirement>

export const REQUIREMENTS: readonly Requirement[] = [
  { ...adrValidated, target: 'adr_validated', severity: 'error', sources: ['api', 'adr-008', 'cli'], atRest: true },
  {
    // The API asks only for the flag, and real road items are validated with no ADR named ("no new ADRs needed").
    id: 'adr-ids',
    target: 'adr_validated',
    severity: 'warning',
    sources: ['adr-008'],
    demand: 'the ADRs it rests on should be named',
    path: 'governance.adrs.ids',
    expected: 'at least one ADR id',
    missing: (road) => when(road.adrs.ids.length > 0, 'an empty list'),
  },
  { ...adrValidated, target: 'bdd_pending', severity: 'error', sources: ['linter', 'adr-008'] },
  { ...bddId, target: 'bdd_pending' },
  {
    id: 'bdd-feature-files',
    target: 'bdd_pending',
    severity: 'warning',
    sources: ['adr-008'],
    demand: 'feature files should be drafted',
    path: 'governance.bdd.feature_files',
    expected: 'at least one feature file',
    missing: (road) => when(road.bdd.featureFiles.length > 0, 'an empty list'),
  },
  { ...bddId, target: 'bdd_complete' },
  {
    id: 'bdd-status',
    target: 'bdd_complete',
    severity: 'error',
    sources: ['linter'],
    demand: 'the BDD scenarios must have a status',
    path: 'governance.bdd.status',
    expected: 'draft, active or approved',
    missing: (road) => when(Boolean(road.bdd.status), 'nothing'),
  },
  {
    // The error for this comes one gate later (`implementing`), where the API and the linter ask for it.
    id: 'bdd-reviewed',
    target: 'bdd_complete',
    severity: 'warning',
    sources: ['adr-008', 'cli'],
    atRest: true,
    demand: 'the BDD scenarios should be approved',
    path: 'governance.bdd.status',
    expected: 'approved or active',
    missing: (road) => when(isApproved(road), text(road.bdd.status)),
  },
  {
    id: 'bdd-scenarios',
    target: 'bdd_complete',
    severity: 'warning',
    sources: ['adr-008', 'cli'],
    atRest: true,
    demand: 'BDD scenarios should be written',
    path: 'governance.bdd.scenarios',
    expected: 'at least one scenario',
    missing: (road) => when(road.bdd.scenarios > 0, String(road.bdd.scenarios)),
  },
  {
    id: 'bdd-approved',
    target: 'implementing',
    severity: 'error',
    sources: ['api', 'linter', 'adr-008'],
    demand: 'the BDD scenarios must be approved',
    path: 'governance.bdd.status',
    expected: 'approved',
    missing: (road) => when(road.bdd.status === 'approved', text(road.bdd.status)),
  },
  { ...bddPassing, target: 'nfr_validating' },
  {
    // The linter asks for the key `nfrs.results` and is content with an empty map, which is where validation starts; what
    // can be asked of the content is that there is something to validate.
    id: 'nfr-named',
    target: 'nfr_validating',
    severity: 'warning',
    sources: ['linter'],
    demand: 'the NFRs to validate should be named',
    path: 'governance.nfrs.applicable',
    expected: 'at least one NFR id, or a result',
    missing: (road) => when(road.nfrs.applicable.length > 0 || Object.keys(road.nfrs.results).length > 0, 'neither'),
  },
  {
    id: 'nfr-failed',
    target: 'nfr_blocked',
    severity: 'warning',
    sources: ['adr-008'],
    demand: 'the NFR that failed should be recorded',
    path: 'governance.nfrs.status',
    expected: 'fail, or a result with status fail',
    missing: (road) => when(anyNfrFailed(road), text(road.nfrs.status)),
  },
  {
    id: 'nfr-passed',
    target: 'complete',
    severity: 'error',
    sources: ['api', 'linter', 'adr-008', 'cli'],
    atRest: true,
    demand: 'the NFRs must pass validation',
    path: 'governance.nfrs.status',
    expected: 'pass',
    missing: (road) => when(road.nfrs.status === 'pass', text(road.nfrs.status)),
  },
  {
    id: 'nfr-results',
    target: 'complete',
    severity: 'error',
    sources: ['linter', 'adr-008'],
    demand: 'every applicable NFR must have a passing result',
    path: 'governance.nfrs.results',
    expected: 'status pass for each id in governance.nfrs.applicable',
    missing: failingNfrs,
  },
  { ...adrValidated, target: 'complete', severity: 'warning', sources: ['adr-008'] },
  { ...bddPassing, target: 'complete' },
  {
    id: 'signatures',
    target: 'complete',
    severity: 'warning',
    sources: ['adr-008'],
    demand: `at least ${SIGNATURES_REQUIRED} agents should sign (architecture, BDD, code, NFR)`,
    path: 'governance.agent_signatures',
    expected: `${SIGNATURES_REQUIRED} signatures`,
    missing: (road) => {
      const signed = Object.keys(road.signatures).length
      return when(signed >= SIGNATURES_REQUIRED, String(signed))
    },
  },
]
