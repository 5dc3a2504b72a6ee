// Road items: the strict schema of Katalyst, the forms real files have beside it, and what is meant by them.
import { z } from 'zod'
import { type NfrResult, PRIORITIES, type Priority, ROAD_STATES, type RoadItemData, type RoadState } from '../artifact.ts'
import { idsIn, linesBelow, readSections } from '../body-sections.ts'
import { type FrontReader, present, union } from '../front-reader.ts'
import { joinPath } from '../value-path.ts'
import { isYamlMap, type YamlMap, type YamlValue } from '../yaml-tree.ts'
import { foldWord, idOf, type KindDefinition, listOf, optionalText, wordVariant } from './kind-definition.ts'

const NFR_STATUSES = ['pending', 'pass', 'fail'] as const

const schema = z.object({
  title: z.string(),
  status: z.enum(ROAD_STATES),
  phase: z.int().min(0).max(3),
  priority: z.enum(PRIORITIES),
  started: optionalText,
  completed: optionalText,
  tags: listOf(z.string()),
  blockedBy: listOf(idOf('road-item')),
  blocks: listOf(idOf('road-item')),
  governance: z
    .object({
      adrs: z
        .object({
          validated: z.boolean().default(false),
          ids: listOf(idOf('adr')),
          validatedBy: optionalText,
          validatedAt: optionalText,
          complianceCheck: listOf(z.object({ adr: idOf('adr'), compliant: z.boolean(), notes: optionalText })),
        })
        .prefault({}),
      bdd: z
        .object({
          status: z.enum(['draft', 'active', 'approved']).default('draft'),
          featureFiles: listOf(z.string()),
          scenarios: z.int().min(0).default(0),
          passing: z.int().min(0).default(0),
          approvedBy: listOf(z.object({ agent: z.string(), timestamp: z.string() })),
          testResults: z
            .object({
              total: z.number().default(0),
              passed: z.number().default(0),
              failed: z.number().default(0),
              coverage: z.string().default('0%'),
            })
            .prefault({}),
        })
        .prefault({}),
      nfrs: z
        .object({
          applicable: listOf(idOf('nfr')),
          status: z.enum(['pending', 'validating', 'pass', 'fail']).default('pending'),
          results: z
            .record(
              z.string(),
              z.object({ status: z.enum(NFR_STATUSES), evidence: optionalText, validatedBy: optionalText, timestamp: optionalText }),
            )
            .default({}),
        })
        .prefault({}),
      capabilities: listOf(idOf('capability')),
    })
    .prefault({}),
})

const fields = {
  title: 'title',
  status: 'status',
  phase: 'phase',
  priority: 'priority',
  started: 'started',
  completed: 'completed',
  tags: 'tags',
  blockedBy: 'dependencies.blocked_by',
  blocks: 'dependencies.enables',
  'governance.adrs.validated': 'governance.adrs.validated',
  'governance.adrs.ids': 'governance.adrs.ids',
  'governance.adrs.validatedBy': 'governance.adrs.validated_by',
  'governance.adrs.validatedAt': 'governance.adrs.validated_at',
  'governance.adrs.complianceCheck': 'governance.adrs.compliance_check',
  'governance.bdd.status': 'governance.bdd.status',
  'governance.bdd.featureFiles': 'governance.bdd.feature_files',
  'governance.bdd.scenarios': 'governance.bdd.scenarios',
  'governance.bdd.passing': 'governance.bdd.passing',
  'governance.bdd.approvedBy': 'governance.bdd.approved_by',
  'governance.bdd.testResults': 'governance.bdd.test_results',
  'governance.nfrs.applicable': 'governance.nfrs.applicable',
  'governance.nfrs.status': 'governance.nfrs.status',
  'governance.nfrs.results': 'governance.nfrs.results',
  'governance.capabilities': 'governance.capabilities',
} as const

/** Words Katalyst's template promises or its files use beside draft, active and approved. None of them approves scenarios. */
const BDD_WORDS = {
  written: 'written, not approved',
  passing: 'passing',
  implemented: 'implemented',
  pending: 'draft',
  in_progress: 'draft',
  na: 'not applicable',
  not_applicable: 'not applicable',
} as const
const NFR_WORDS = { passed: 'pass', failed: 'fail' } as const

/** Words in other tools' status lists, and the state Katalyst's files mean by them. */
const STATE_WORDS: Readonly<Record<string, RoadState>> = { in_progress: 'implementing' }

const stateOf = (text: string): RoadState | undefined => {
  const word = foldWord(text)
  return ROAD_STATES.find((state) => state === word) ?? (Object.hasOwn(STATE_WORDS, word) ? STATE_WORDS[word] : undefined)
}

const priorityOf = (text: string | undefined): Priority | undefined => PRIORITIES.find((priority) => priority === foldWord(text ?? ''))

function resultStatus(text: string): string | undefined {
  const word = /^\s*(pass|fail|pending)(?:ed|ing)?\b/i.exec(text)?.[1]
  return word?.toLowerCase()
}

/** A result as text, number, truth or map; what it does not say is left out, evidence is never made up. */
function readResult(front: FrontReader, path: string, value: YamlValue): NfrResult {
  if (typeof value === 'number') return { score: value }
  if (typeof value === 'boolean') return { status: value ? 'pass' : 'fail' }
  if (!isYamlMap(value)) {
    const evidence = front.text(path)
    return present({ status: resultStatus(evidence ?? ''), evidence })
  }
  const said = front.text(`${path}.status`)
  const status = said === undefined ? undefined : (resultStatus(said) ?? said.toLowerCase())
  const score = front.number(`${path}.score`)
  const evidence =
    front.text(`${path}.evidence`) ?? front.text(`${path}.notes`) ?? (score === undefined ? front.text(`${path}.score`) : undefined)
  return present({ status, evidence, score })
}

function readNfrs(front: FrontReader): RoadItemData['nfrs'] {
  const at = 'governance.nfrs'
  const said = foldWord(front.text(`${at}.status`) ?? '')
  const status = Object.hasOwn(NFR_WORDS, said) ? NFR_WORDS[said as keyof typeof NFR_WORDS] : said
  const results = Object.entries(front.map(`${at}.results`)).map(
    ([key, value]) => [key, readResult(front, joinPath(`${at}.results`, key), value)] as const,
  )
  return { applicable: front.ids(`${at}.applicable`, 'nfr'), ...(status === '' ? {} : { status }), results: Object.fromEntries(results) }
}

function readDependencies(front: FrontReader): Pick<RoadItemData, 'dependsOn' | 'enables' | 'blockedBy'> {
  const bare = Array.isArray(front.get('dependencies'))
  const below = (key: string) => (bare ? [] : front.ids(`dependencies.${key}`, 'road-item'))
  if (!bare) front.map('dependencies')
  return {
    dependsOn: bare ? front.ids('dependencies', 'road-item') : below('requires'),
    enables: union(below('enables'), front.ids('enables', 'road-item')),
    blockedBy: below('blocked_by'),
  }
}

function readSignatures(signatures: YamlMap): RoadItemData['signatures'] {
  const texts = Object.entries(signatures).flatMap(([agent, value]) =>
    value === null || typeof value === 'object' ? [] : [[agent, String(value)] as const],
  )
  return Object.fromEntries(texts)
}

function readEvidence(front: FrontReader): Pick<RoadItemData, 'adrs' | 'bdd' | 'nfrs' | 'signatures'> {
  for (const block of ['governance', 'governance.adrs', 'governance.bdd', 'governance.nfrs']) front.map(block)
  const bddStatus = front.text('governance.bdd.status')
  const validation = { validatedBy: front.text('governance.adrs.validated_by'), validatedAt: front.date('governance.adrs.validated_at') }
  return {
    adrs: {
      validated: front.flag('governance.adrs.validated'),
      ids: union(front.ids('governance.adrs.ids', 'adr'), front.ids('adrs', 'adr')),
      ...present(validation),
    },
    bdd: {
      ...present({ id: front.text('governance.bdd.id'), status: bddStatus === undefined ? undefined : foldWord(bddStatus) }),
      featureFiles: front.list('governance.bdd.feature_files'),
      scenarios: front.number('governance.bdd.scenarios') ?? 0,
      passing: front.number('governance.bdd.passing') ?? 0,
    },
    nfrs: readNfrs(front),
    signatures: readSignatures(front.map('governance.agent_signatures')),
  }
}

function readRoadItem(front: FrontReader, body: string): RoadItemData {
  const statusText = front.text('status') ?? ''
  const phase = front.number('phase')
  const texts = {
    created: front.date('created'),
    updated: front.date('updated'),
    started: front.date('started'),
    completed: front.date('completed'),
    owner: front.text('owner'),
    estimatedEffort: front.text('estimated_effort'),
  }
  return {
    status: stateOf(statusText),
    statusText,
    phase: phase !== undefined && Number.isInteger(phase) && phase >= 0 ? phase : undefined,
    priority: priorityOf(front.text('priority')),
    ...present(texts),
    tags: front.list('tags'),
    capabilities: union(front.ids('capabilities', 'capability'), front.ids('governance.capabilities', 'capability')),
    userStories: union(front.ids('user_stories', 'user-story'), idsIn(linesBelow(readSections(body), 'User Stories'), 'US')),
    ...readDependencies(front),
    ...readEvidence(front),
  }
}

export const roadItem: KindDefinition<'road-item'> = Object.freeze<KindDefinition<'road-item'>>({
  kind: 'road-item',
  titleKeys: ['title'],
  schema,
  fields,
  variants: [
    { ...wordVariant('status', STATE_WORDS), code: 'state-unknown' },
    {
      path: 'phase',
      readAs: (value) => (typeof value === 'number' && Number.isInteger(value) && value > 3 ? `phase ${value}` : undefined),
    },
    wordVariant('governance.bdd.status', BDD_WORDS),
    wordVariant('governance.nfrs.status', NFR_WORDS),
    wordVariant('governance.nfrs.results.*.status', NFR_WORDS),
    {
      path: 'governance.nfrs.results.*',
      readAs: (value) =>
        typeof value === 'string'
          ? 'evidence'
          : typeof value === 'number'
            ? 'a score'
            : typeof value === 'boolean'
              ? 'a status'
              : undefined,
    },
  ],
  read: readRoadItem,
})
