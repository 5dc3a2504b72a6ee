// The port behind which another tool owns the roadmap: what is read of it, in words that are no tool's own. Adapters (Jira's
// epics, GitHub's Projects) translate into this and decide nothing; what it means for road items is roadmap-source-mapping.ts.

export const EXTERNAL_SOURCES = ['jira', 'github'] as const
export type ExternalSourceName = (typeof EXTERNAL_SOURCES)[number]

export const TASK_STATES = ['open', 'doing', 'done'] as const
export type TaskState = (typeof TASK_STATES)[number]

/** A piece of work below an item, with its own pieces. */
export interface ExternalTask {
  readonly title: string
  /** The tool's own word, where it has one; the mapping of states reads it first. */
  readonly status?: string
  readonly state: TaskState
  readonly key?: string
  readonly url?: string
  readonly tasks: readonly ExternalTask[]
}

export type ExternalValue = string | number | readonly string[]

/** One epic, or one item of a project. */
export interface ExternalItem {
  /** The tool's id of the item, which survives renames and moves. */
  readonly id: string
  /** Id of what the item shows, where that is another thing: an issue keeps it when it is put into a project again. */
  readonly contentId?: string
  /** What people call it: `KAT-12`, `acme/shop#7`; a draft has only its title. */
  readonly key: string
  readonly url?: string
  readonly title: string
  /** Markdown whose headings leave the first two levels to the artifact. */
  readonly text: string
  readonly labels: readonly string[]
  /** By the name of the field, as people see it. `Status` and `Priority` are among them where the tool has them. */
  readonly fields: Readonly<Record<string, ExternalValue>>
  /** Ids or keys of items that this one waits for. */
  readonly waitsFor: readonly string[]
  readonly tasks: readonly ExternalTask[]
  /** Put away by people: what is known stays, what is not known is not taken up. */
  readonly isArchived: boolean
  /** `YYYY-MM-DD`. */
  readonly created?: string
  /** What could not be read whole, in a sentence each. */
  readonly notes: readonly string[]
}

export interface ExternalRoadmap {
  /** Whole: an item that is not in it is not there any more, unless it is among the hidden. */
  readonly items: readonly ExternalItem[]
  /** Ids of items that are there and may not be read. */
  readonly hidden: readonly string[]
  /** Where people look at it. */
  readonly url?: string
}

export interface ExternalRoadmapSource {
  readonly name: ExternalSourceName
  /** What people call the tool. */
  readonly title: string
  /**
   * Reads everything, page by page; writes nothing. `known` are ids of earlier readings: those that the list lacks are looked at
   * one by one where the tool's list may lag behind. Throws AppError `provider-*`, `not-configured`.
   */
  read(known: readonly string[]): Promise<ExternalRoadmap>
}

export const SOURCE_TITLES: Readonly<Record<ExternalSourceName, string>> = { jira: 'Jira', github: 'GitHub Projects' }
