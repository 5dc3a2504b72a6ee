// Every way in which one artifact names another, as data: which key, in which direction, and how grave it is when the
// named artifact does not exist. An error is what Katalyst's own index builder or linter counts as a broken reference and
// what a road item's gates rest on; a warning is what looks ahead or is only said back (a road item that is enabled, a
// story's prose), because the other side holds the fact and files are often written before what they announce.
import type { Artifact, ArtifactKind, KindData } from './artifact.ts'

/** A group of references that must not form a circle. */
export const ORDERS = {
  'road-dependencies': 'road items depend on each other in a circle, so none of them can be first',
  'adr-succession': 'ADRs supersede each other in a circle, so none of them is in force',
  'competency-dependencies': 'competencies depend on each other in a circle, so none of them can be first',
} as const
export type OrderName = keyof typeof ORDERS

interface Rule<F extends ArtifactKind> {
  readonly from: F
  readonly to: ArtifactKind
  /** Frontmatter paths that hold the ids, in the order in which `ids` gives them. */
  readonly paths: readonly string[]
  readonly ids: (data: KindData[F]) => readonly string[]
  /** Between the two ids in a sentence: `ROAD-001` requires `ROAD-002`. */
  readonly verb: string
  readonly missing: 'error' | 'warning'
  /** `forward`: who names comes after who is named; `backward`: before. */
  readonly order?: { readonly name: OrderName; readonly direction: 'forward' | 'backward' }
  /** Ids beyond those of the frontmatter come from the markdown below it. */
  readonly alsoInBody?: true
  /** Why nothing is said when no artifact of the target's kind exists at all. */
  readonly silentWithoutTargets?: string
}

/** A rule as the readers see it, whatever kind it starts from. */
export interface ReferenceRule extends Omit<Rule<ArtifactKind>, 'ids'> {
  readonly idsOf: (artifact: Artifact) => readonly string[]
}

const optional = (id: string | undefined): readonly string[] => (id === undefined || id === '' ? [] : [id])

function rule<F extends ArtifactKind>({ ids, ...rest }: Rule<F>): ReferenceRule {
  // The kind is compared before the data is read, which is what makes the narrowing true.
  return { ...rest, idsOf: (artifact) => (artifact.kind === rest.from ? ids(artifact.data as KindData[F]) : []) }
}

const KIND_IS_OPTIONAL = 'a repository may keep no files of this kind and name its members only (Katalyst itself has none)'
const NAMED_ONLY = { missing: 'warning', silentWithoutTargets: KIND_IS_OPTIONAL } as const
const inOrder = (name: OrderName, direction: 'forward' | 'backward') => ({ order: { name, direction } })

export const REFERENCE_KINDS = {
  'road-capability': rule({
    from: 'road-item',
    to: 'capability',
    paths: ['capabilities', 'governance.capabilities'],
    ids: (road) => road.capabilities,
    verb: 'implements',
    missing: 'error',
  }),
  'road-nfr': rule({
    from: 'road-item',
    to: 'nfr',
    paths: ['governance.nfrs.applicable'],
    ids: (road) => road.nfrs.applicable,
    verb: 'is held to',
    missing: 'error',
  }),
  'road-adr': rule({
    from: 'road-item',
    to: 'adr',
    paths: ['governance.adrs.ids', 'adrs'],
    ids: (road) => road.adrs.ids,
    verb: 'rests on',
    missing: 'error',
  }),
  'road-requires': rule({
    from: 'road-item',
    to: 'road-item',
    paths: ['dependencies.requires', 'dependencies'],
    ids: (road) => road.dependsOn,
    verb: 'requires',
    missing: 'error',
    ...inOrder('road-dependencies', 'forward'),
  }),
  'road-enables': rule({
    from: 'road-item',
    to: 'road-item',
    paths: ['dependencies.enables', 'enables'],
    ids: (road) => road.enables,
    verb: 'enables',
    missing: 'warning',
    ...inOrder('road-dependencies', 'backward'),
  }),
  'road-blocked-by': rule({
    from: 'road-item',
    to: 'road-item',
    paths: ['dependencies.blocked_by'],
    ids: (road) => road.blockedBy,
    verb: 'is blocked by',
    missing: 'error',
    ...inOrder('road-dependencies', 'forward'),
  }),
  'road-story': rule({
    from: 'road-item',
    to: 'user-story',
    paths: ['user_stories'],
    ids: (road) => road.userStories,
    alsoInBody: true,
    verb: 'realises',
    missing: 'warning',
  }),
  'story-capability': rule({
    from: 'user-story',
    to: 'capability',
    paths: ['capabilities'],
    ids: (story) => story.capabilities,
    verb: 'needs',
    missing: 'error',
  }),
  'story-user-type': rule({
    from: 'user-story',
    to: 'user-type',
    paths: ['user_type'],
    ids: (story) => optional(story.userType),
    verb: 'is told by',
    missing: 'error',
  }),
  'story-road': rule({
    from: 'user-story',
    to: 'road-item',
    paths: ['roadmapItems'],
    ids: (story) => story.roadItems,
    alsoInBody: true,
    verb: 'is planned in',
    missing: 'warning',
  }),
  'story-adr': rule({ from: 'user-story', to: 'adr', paths: ['adrs'], ids: (story) => story.adrs, verb: 'rests on', missing: 'warning' }),
  'story-use-case': rule({
    from: 'user-story',
    to: 'use-case',
    paths: ['use_cases'],
    ids: (story) => story.useCases,
    verb: 'is detailed in',
    ...NAMED_ONLY,
  }),
  'story-story': rule({
    from: 'user-story',
    to: 'user-story',
    paths: ['relatedStories'],
    ids: (story) => story.relatedStories,
    verb: 'is related to',
    missing: 'warning',
  }),
  'user-type-capability': rule({
    from: 'user-type',
    to: 'capability',
    paths: ['typical_capabilities'],
    ids: (userType) => userType.capabilities,
    verb: 'uses',
    missing: 'error',
  }),
  'user-type-story': rule({
    from: 'user-type',
    to: 'user-story',
    paths: ['related_stories'],
    ids: (userType) => userType.stories,
    verb: 'tells',
    missing: 'error',
  }),
  'user-type-user-type': rule({
    from: 'user-type',
    to: 'user-type',
    paths: ['related_user_types'],
    ids: (userType) => userType.relatedUserTypes,
    verb: 'is related to',
    missing: 'warning',
  }),
  'nfr-road': rule({ from: 'nfr', to: 'road-item', paths: ['road_items'], ids: (nfr) => nfr.roadItems, verb: 'binds', missing: 'warning' }),
  'change-road': rule({
    from: 'change',
    to: 'road-item',
    paths: ['road_id'],
    ids: (change) => optional(change.roadId),
    verb: 'records',
    missing: 'error',
  }),
  'adr-supersedes': rule({
    from: 'adr',
    to: 'adr',
    paths: ['supersedes'],
    ids: (adr) => optional(adr.supersedes),
    verb: 'supersedes',
    missing: 'error',
    ...inOrder('adr-succession', 'forward'),
  }),
  'adr-superseded-by': rule({
    from: 'adr',
    to: 'adr',
    paths: ['superseded_by'],
    ids: (adr) => optional(adr.supersededBy),
    verb: 'is superseded by',
    missing: 'error',
    ...inOrder('adr-succession', 'backward'),
  }),
  'capability-adr': rule({
    from: 'capability',
    to: 'adr',
    paths: ['superseded_by'],
    ids: (capability) => optional(capability.supersededBy),
    verb: 'is superseded by',
    missing: 'error',
  }),
  'practice-area-competency': rule({
    from: 'practice-area',
    to: 'competency',
    paths: ['competencies'],
    ids: (area) => area.competencies,
    verb: 'consists of',
    ...NAMED_ONLY,
  }),
  'use-case-capability': rule({
    from: 'use-case',
    to: 'capability',
    paths: ['capabilities'],
    ids: (useCase) => useCase.capabilities,
    verb: 'needs',
    missing: 'warning',
  }),
  'competency-practice-area': rule({
    from: 'competency',
    to: 'practice-area',
    paths: ['practiceAreaId'],
    ids: (competency) => optional(competency.practiceArea),
    verb: 'belongs to',
    missing: 'warning',
  }),
  'competency-competency': rule({
    from: 'competency',
    to: 'competency',
    paths: ['dependencies'],
    ids: (competency) => competency.dependencies,
    verb: 'builds on',
    missing: 'warning',
    ...inOrder('competency-dependencies', 'forward'),
  }),
} as const satisfies Record<string, ReferenceRule>
export type ReferenceKind = keyof typeof REFERENCE_KINDS

export const REFERENCE_RULES: Readonly<Record<ReferenceKind, ReferenceRule>> = REFERENCE_KINDS
