// The values the governance core speaks: artifacts as they are meant, and problems as a person can act on them.
// Parsing is tolerant (what a person meant is read) while `problems` say where the strict schema would refuse.

export const ARTIFACT_KINDS = [
  'road-item',
  'capability',
  'user-story',
  'user-type',
  'adr',
  'nfr',
  'change',
  'practice-area',
  'use-case',
  'competency',
  'ddd',
] as const
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number]

export const ROAD_STATES = [
  'proposed',
  'adr_validated',
  'bdd_pending',
  'bdd_complete',
  'implementing',
  'nfr_validating',
  'nfr_blocked',
  'complete',
] as const
export type RoadState = (typeof ROAD_STATES)[number]

export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const
export type Priority = (typeof PRIORITIES)[number]

/** A place in a file; line and column count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One thing that is wrong or doubtful, in words for the author of the file. */
export interface Problem extends Position {
  readonly code: ProblemCode
  readonly severity: 'error' | 'warning'
  /** Path of the file inside the repository or folder that was read, with forward slashes. */
  readonly file: string
  /** Path of the key inside the frontmatter, such as `governance.nfrs.status` or `dependencies.requires[0]`; empty for the whole file. */
  readonly path: string
  /** What is wrong, in one sentence. */
  readonly message: string
  readonly expected?: string
  readonly found?: string
  /** What the author can do about it. */
  readonly advice?: string
  /** Last line of the place, where it spans several. */
  readonly endLine?: number
}

/** Every problem there is. Codes are stable: `.github/katalyst.yml` names them to raise or lower their severity. */
export const PROBLEM_CODES = {
  'file-unreadable': { severity: 'error', meaning: 'the file is not UTF-8 text or is larger than the limit' },
  'frontmatter-missing': { severity: 'error', meaning: 'the file has no YAML frontmatter' },
  'frontmatter-unclosed': { severity: 'error', meaning: 'the frontmatter has no closing --- line' },
  'yaml-invalid': { severity: 'error', meaning: 'the frontmatter is not valid YAML' },
  'yaml-refused': { severity: 'error', meaning: 'the frontmatter uses YAML that is refused: depth, aliases, size, or a forbidden key' },
  'key-duplicate': { severity: 'error', meaning: 'a key stands twice' },
  'key-missing': { severity: 'error', meaning: 'a required key is missing' },
  'type-wrong': { severity: 'error', meaning: 'a value has the wrong type' },
  'value-unknown': { severity: 'error', meaning: 'a value is not one of the allowed ones' },
  'value-out-of-range': { severity: 'error', meaning: 'a number is outside its range' },
  'id-malformed': { severity: 'error', meaning: 'an id does not have the form of its kind' },
  'id-mismatch': { severity: 'error', meaning: 'the id is not the file name' },
  'id-duplicate': { severity: 'error', meaning: 'two files have the same id' },
  'list-empty': { severity: 'error', meaning: 'a list needs at least one entry' },
  'strict-variant': { severity: 'warning', meaning: 'read as meant, but the strict schema refuses this form' },
  'date-unquoted': { severity: 'warning', meaning: 'an unquoted date: YAML reads it as an instant, the strict schema wants text' },
  'entity-encoded': { severity: 'warning', meaning: 'an HTML entity stands where a plain character is meant' },
  'reference-missing': { severity: 'error', meaning: 'a referenced artifact does not exist' },
  'reference-cycle': { severity: 'error', meaning: 'artifacts depend on each other in a circle' },
  'reference-orphan': { severity: 'warning', meaning: 'nothing refers to the artifact and it refers to nothing' },
  'transition-illegal': { severity: 'error', meaning: 'the state machine has no such transition' },
  'gate-unmet': { severity: 'error', meaning: 'the evidence that the new state demands is missing' },
  'state-unknown': { severity: 'error', meaning: 'the status is not one of the eight states' },
  'evidence-missing': { severity: 'warning', meaning: 'the state is there but its evidence is not' },
  'coverage-missing': { severity: 'warning', meaning: 'the road item names neither a capability nor an NFR' },
} as const
export type ProblemCode = keyof typeof PROBLEM_CODES

/** The `contribution` block of most artifacts; dates as `YYYY-MM-DD` text. */
export interface Contribution {
  readonly status: string
  readonly version?: number
  readonly submittedBy?: string
  readonly submittedAt?: string
  readonly reviewedBy?: string
  readonly reviewedAt?: string
  readonly acceptedAt?: string
}

export interface NfrResult {
  /** Lower-case status where one is said: pending, pass, fail. */
  readonly status?: string
  readonly evidence?: string
  readonly score?: number
}

export interface RoadItemData {
  /** The state as meant; `undefined` when the text names none of the eight. */
  readonly status: RoadState | undefined
  /** The text that stands in the file. */
  readonly statusText: string
  readonly phase: number | undefined
  readonly priority: Priority | undefined
  readonly created?: string
  readonly updated?: string
  readonly started?: string
  readonly completed?: string
  readonly owner?: string
  readonly tags: readonly string[]
  readonly estimatedEffort?: string
  /** Union of the top-level list and `governance.capabilities`. */
  readonly capabilities: readonly string[]
  /** Of the top-level list and of the body's user-story section. */
  readonly userStories: readonly string[]
  /** `dependencies.requires`, or the bare list. */
  readonly dependsOn: readonly string[]
  /** `dependencies.enables` and the top-level `enables`. */
  readonly enables: readonly string[]
  readonly blockedBy: readonly string[]
  readonly adrs: {
    readonly validated: boolean
    readonly ids: readonly string[]
    readonly validatedBy?: string
    readonly validatedAt?: string
  }
  readonly bdd: {
    readonly id?: string
    readonly status?: string
    readonly featureFiles: readonly string[]
    readonly scenarios: number
    readonly passing: number
  }
  readonly nfrs: { readonly applicable: readonly string[]; readonly status?: string; readonly results: Readonly<Record<string, NfrResult>> }
  readonly signatures: Readonly<Record<string, string>>
}

export interface CapabilityData {
  readonly status: string
  readonly category?: string
  readonly tag?: string
  readonly description?: string
  readonly supersededBy?: string
}

export interface UserStoryData {
  readonly status: string
  readonly userType?: string
  readonly capabilities: readonly string[]
  readonly useCases: readonly string[]
  /** Of the frontmatter; the body's numbered list where the frontmatter has none. */
  readonly acceptanceCriteria: readonly string[]
  /** From the body's "Road Items" section and `roadmapItems`. */
  readonly roadItems: readonly string[]
  readonly adrs: readonly string[]
  readonly relatedStories: readonly string[]
}

export interface UserTypeData {
  readonly status: string
  readonly type?: string
  readonly archetype?: string
  readonly capabilities: readonly string[]
  readonly stories: readonly string[]
  readonly relatedUserTypes: readonly string[]
}

export interface AdrData {
  readonly status: string
  readonly category?: string
  readonly scope?: string
  readonly supersedes?: string
  readonly supersededBy?: string
}

export interface NfrData {
  readonly status: string
  readonly category?: string
  /** MoSCoW word as it stands. */
  readonly priority?: string
  readonly roadItems: readonly string[]
}

export interface ChangeData {
  readonly status: string
  readonly roadId?: string
  readonly date?: string
  readonly version?: string
  readonly categories: readonly string[]
}

export interface PracticeAreaData {
  readonly canonical: boolean
  readonly competencies: readonly string[]
  readonly methods: readonly string[]
  readonly tools: readonly string[]
}

export interface UseCaseData {
  readonly status: string
  readonly capabilities: readonly string[]
}

export interface CompetencyData {
  readonly practiceArea?: string
  readonly dependencies: readonly string[]
}

/** What can be read from the prose tables of `ddd/*.md`. */
export interface DddData {
  readonly contexts: readonly {
    readonly slug: string
    readonly name: string
    readonly subdomain?: string
    readonly responsibility?: string
    readonly aggregates: readonly string[]
  }[]
  readonly relationships: readonly {
    readonly upstream: string
    readonly downstream: string
    readonly pattern: string
    readonly integration?: string
  }[]
  readonly aggregates: readonly {
    readonly slug: string
    readonly name: string
    readonly context?: string
    readonly properties: readonly string[]
  }[]
  readonly events: readonly {
    readonly slug: string
    readonly name: string
    readonly context?: string
    readonly aggregate?: string
    readonly trigger?: string
  }[]
}

export interface KindData {
  readonly 'road-item': RoadItemData
  readonly capability: CapabilityData
  readonly 'user-story': UserStoryData
  readonly 'user-type': UserTypeData
  readonly adr: AdrData
  readonly nfr: NfrData
  readonly change: ChangeData
  readonly 'practice-area': PracticeAreaData
  readonly 'use-case': UseCaseData
  readonly competency: CompetencyData
  readonly ddd: DddData
}

interface ArtifactOf<K extends ArtifactKind> {
  readonly kind: K
  readonly id: string
  readonly title: string
  /** Path inside the governed folder, with forward slashes. */
  readonly file: string
  readonly data: KindData[K]
  readonly contribution?: Contribution
  /** The markdown after the frontmatter, as it stands. */
  readonly body: string
  /** Line of the file on which the body starts; absent for artifacts that were not read from a file. */
  readonly bodyLine?: number
  /** Where each frontmatter path stands: `status` → line 4, column 9 (the value). */
  readonly positions: ReadonlyMap<string, Position>
}

/** An artifact of one kind, or of any; narrows by `kind`. */
export type Artifact<K extends ArtifactKind = ArtifactKind> = K extends ArtifactKind ? ArtifactOf<K> : never
export type RoadItem = Artifact<'road-item'>
