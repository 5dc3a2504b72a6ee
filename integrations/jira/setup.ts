// What a configuration means on one site, found out once per run and before anything is written: names become ids, and what
// cannot work is said beforehand, all of it at once, instead of failing at the fifth issue.
import { PRIORITIES, type Priority } from '../governance/artifact.ts'
import { isAppError } from '../kernel/errors.ts'
import type { CreateField, FieldDetails, IssueType, Named, Status } from './answers.ts'
import type { JiraClient, JiraEdition } from './client.ts'
import type { ArtifactSource, JiraConfig } from './config.ts'
import { byName, sameName, toPriority } from './config.ts'
import type { JiraContext } from './context.ts'
import { type FieldTarget, fieldKindOf } from './field-values.ts'
import { type TextForm, textFormOf } from './rich-text.ts'
import { STATES_OF, type SyncedKind } from './synced-kinds.ts'

export interface JiraSetup {
  readonly kind: SyncedKind
  readonly projectKey: string
  readonly issueType: Named
  readonly targets: readonly FieldTarget[]
  /** How the site keeps formatted text. */
  readonly textForm: TextForm
  /** Undefined for a type without a priority field: none is sent then. */
  readonly priorities: Readonly<Record<Priority, Named>> | undefined
  /** By the words of the kind; empty for capabilities. */
  readonly statuses: Readonly<Record<string, Status>>
  /** Ids of further priorities and statuses that come back as the same word: `Lowest` is `low` too. Where one stands, nothing is to be done. */
  readonly sameAs: {
    readonly priorities: Readonly<Partial<Record<Priority, readonly string[]>>>
    readonly statuses: Readonly<Record<string, readonly string[]>>
  }
  /** Whether the create screen shows a description; where it does not, none is sent. */
  readonly hasDescription: boolean
  /** A company-managed epic's required name field, filled with the summary. */
  readonly epicNameField: string | undefined
  /** Where a user story says its epic; undefined where the screen shows neither field. */
  readonly parentField: { readonly id: string; readonly as: 'parent' | 'epic-link' } | undefined
}

export type ResolvedJira =
  | { readonly kind: 'ready'; readonly setup: JiraSetup; readonly notes: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

/** Written by us whatever the mapping says; mapping a key to one of them would make two writers of one field. */
const OWN_FIELDS = ['summary', 'description', 'status', 'issuetype', 'project', 'priority', 'parent'] as const
/** Required by Jira, and always given. */
const GIVEN_FIELDS = ['summary', 'issuetype', 'project', 'description', 'labels'] as const
const EPIC_NAME = /:gh-epic-label$/
const EPIC_LINK = /:gh-epic-link$/

function findType(types: readonly IssueType[], kind: SyncedKind, config: JiraConfig, problems: string[]): IssueType | undefined {
  const wanted = config.issueTypes[kind]
  const usable = types.filter((type) => type.subtask !== true)
  const found = usable.find((type) => sameName(type.name, wanted) || type.id === wanted)
  if (!found) {
    const offered = usable.map((type) => type.name).join(', ') || 'none that we may create'
    problems.push(`issueTypes.${kind}: expected an issue type of project ${config.projectKey} (${offered}), found "${wanted}"`)
  }
  return found
}

/** A field by id, or by its name where exactly one field of the create screen, else of the site, has it. */
function findField(
  wanted: string,
  onScreen: readonly CreateField[],
  all: readonly FieldDetails[],
  at: string,
  problems: string[],
): CreateField | undefined {
  const byId = onScreen.find((field) => field.fieldId === wanted)
  if (byId) return byId
  const named = onScreen.filter((field) => sameName(field.name, wanted))
  if (named.length === 1) return named[0]
  if (named.length > 1) {
    problems.push(
      `${at}: expected one field, found several called "${wanted}": ${named.map((field) => field.fieldId).join(', ')}. Name one by its id`,
    )
    return undefined
  }
  const elsewhere = all.filter((field) => field.id === wanted || sameName(field.name, wanted))
  problems.push(
    elsewhere.length > 0
      ? `${at}: expected a field on the create screen, found ${elsewhere.map((field) => `${field.name} (${field.id})`).join(', ')}, which the site has but the screen does not show. Add it to the screen`
      : `${at}: expected a field of the site, by id or name, found "${wanted}"`,
  )
  return undefined
}

function findTargets(
  wantedFields: readonly (readonly [ArtifactSource, string])[],
  onScreen: readonly CreateField[],
  all: readonly FieldDetails[],
  textForm: TextForm,
  problems: string[],
): FieldTarget[] {
  const targets: FieldTarget[] = []
  for (const [source, wanted] of wantedFields) {
    const at = `fieldMappings.${source}`
    const field = findField(wanted, onScreen, all, at, problems)
    if (!field) continue
    const kind = field.schema ? fieldKindOf(field.schema) : undefined
    const clash = targets.find((target) => target.id === field.fieldId)
    if (OWN_FIELDS.some((own) => own === field.fieldId))
      problems.push(`${at}: expected a field that is not written already, found "${field.fieldId}"`)
    else if (clash)
      problems.push(`${at}: expected a field of its own, found ${field.name} (${field.fieldId}), which ${clash.source} is mapped to`)
    else if (!kind)
      problems.push(
        `${at}: expected a text, paragraph, number, date, select or labels field, found ${field.name} (${field.fieldId}) of type ${field.schema?.type ?? 'unknown'}`,
      )
    else {
      const options = (field.allowedValues ?? []).flatMap((value) => (value === undefined ? [] : [value]))
      targets.push({ source, id: field.fieldId, name: field.name, kind, textForm, options })
    }
  }
  return targets
}

/** Cloud says the epic as the parent, also where older screens still show the link; a Data Center in a field of its own. */
function findParentField(onScreen: readonly CreateField[], edition: JiraEdition): JiraSetup['parentField'] {
  if (edition === 'cloud') return onScreen.some(({ fieldId }) => fieldId === 'parent') ? { id: 'parent', as: 'parent' } : undefined
  const link = onScreen.find(({ schema }) => EPIC_LINK.test(schema?.custom ?? ''))
  return link && { id: link.fieldId, as: 'epic-link' }
}

const offeredPriorities = (field: CreateField | undefined): Named[] =>
  (field?.allowedValues ?? []).flatMap((value) =>
    value?.id !== undefined && value.name !== undefined ? [{ id: value.id, name: value.name }] : [],
  )

/** What comes back as the same word, by the mappings read backwards. */
function findSame(kind: SyncedKind, config: JiraConfig, statuses: readonly Status[], priorities: readonly Named[]): JiraSetup['sameAs'] {
  const grouped = (keys: readonly string[], ids: (key: string) => readonly string[]) =>
    Object.fromEntries(keys.map((key) => [key, ids(key)]))
  return {
    priorities: grouped(PRIORITIES, (key) => priorities.filter(({ name }) => toPriority(name, config) === key).map(({ id }) => id)),
    statuses: grouped(kind === 'road-item' ? STATES_OF[kind] : [], (key) =>
      statuses.filter(({ name }) => byName(config.inboundStatusMapping, name) === key).map(({ id }) => id),
    ),
  }
}

async function findPriorities(
  client: JiraClient,
  config: JiraConfig,
  onScreen: readonly CreateField[],
  problems: string[],
  notes: string[],
): Promise<JiraSetup['priorities']> {
  const field = onScreen.find((one) => one.fieldId === 'priority')
  if (!field) {
    notes.push(`The create screen of this issue type has no priority field, so priorities are not sent.`)
    return undefined
  }
  // The screen offers the priorities of the project's own scheme; the site's list, which costs a scope more, only where it does not say.
  const screened = offeredPriorities(field)
  const priorities = screened.length > 0 ? screened : await client.priorities()
  const found: Partial<Record<Priority, Named>> = {}
  for (const priority of PRIORITIES) {
    const wanted = config.priorityMapping[priority]
    const named = priorities.find((one) => sameName(one.name, wanted))
    if (named) found[priority] = named
    else
      problems.push(
        `priorityMapping.${priority}: expected a priority of the project (${priorities.map((one) => one.name).join(', ')}), found "${wanted}"`,
      )
  }
  return found as Record<Priority, Named>
}

function findStatuses(
  kind: SyncedKind,
  config: JiraConfig,
  statuses: readonly Status[],
  typeName: string,
  problems: string[],
): JiraSetup['statuses'] {
  const found: Record<string, Status> = {}
  const mapping: Readonly<Record<string, readonly string[]>> = kind === 'road-item' ? config.statusMapping : config.storyStatusMapping
  const key = kind === 'road-item' ? 'statusMapping' : 'storyStatusMapping'
  for (const state of STATES_OF[kind]) {
    const wanted = mapping[state] ?? []
    const status = wanted
      .map((name) => statuses.find((one) => sameName(one.name, name) || one.id === name))
      .find((one) => one !== undefined)
    if (status) found[state] = status
    else
      problems.push(
        `${key}.${state}: expected a status of the workflow of ${typeName} (${statuses.map((one) => one.name).join(', ')}), found "${wanted.join('", "')}"`,
      )
  }
  return found
}

function missingRequired(onScreen: readonly CreateField[], targets: readonly FieldTarget[], typeName: string): string[] {
  return onScreen
    .filter((field) => field.required && field.hasDefaultValue !== true && !EPIC_NAME.test(field.schema?.custom ?? ''))
    .filter((field) => !GIVEN_FIELDS.some((given) => given === field.fieldId) && !['reporter', 'priority'].includes(field.fieldId))
    .filter((field) => !targets.some((target) => target.id === field.fieldId))
    .map(
      (field) =>
        `fieldMappings: expected a key for ${field.name} (${field.fieldId}), which Jira demands of every new ${typeName}, found none. Map a key to it or make it optional`,
    )
}

/**
 * Reads what the configuration needs of the site: three requests, one or two more for names that are not on the screen.
 * Problems begin with the path in jira-config.json and name every fault there is; with any, nothing should be exported.
 */
export async function resolveJira(
  { client }: Pick<JiraContext, 'client'>,
  config: JiraConfig,
  kind: SyncedKind = 'road-item',
): Promise<ResolvedJira> {
  const problems: string[] = []
  const notes: string[] = []
  const types = await client.issueTypes(config.projectKey).catch((error: unknown) => {
    if (isAppError(error) && error.code === 'provider-not-found') return undefined
    throw error
  })
  if (!types)
    return {
      kind: 'problems',
      problems: [`projectKey: expected a project that the connected account can see, found "${config.projectKey}"`],
    }
  const type = findType(types, kind, config, problems)
  if (!type) return { kind: 'problems', problems }
  const onScreen = await client.createFields(config.projectKey, type.id)
  const statuses =
    (await client.projectStatuses(config.projectKey)).find((one) => one.id === type.id || sameName(one.name, type.name))?.statuses ?? []
  const textForm = textFormOf(client.edition)
  const onScreenIds = new Set(onScreen.map((field) => field.fieldId))
  const mapped = (Object.entries(config.fieldMappings) as [ArtifactSource, string][]).filter(([source]) => source.startsWith(`${kind}.`))
  const needsAll = mapped.some(([, wanted]) => !onScreen.some((field) => field.fieldId === wanted || sameName(field.name, wanted)))
  const targets = findTargets(mapped, onScreen, needsAll ? await client.fields() : [], textForm, problems)
  const setup: JiraSetup = {
    kind,
    projectKey: config.projectKey,
    issueType: { id: type.id, name: type.name },
    targets,
    textForm,
    priorities: kind === 'road-item' ? await findPriorities(client, config, onScreen, problems, notes) : undefined,
    statuses: findStatuses(kind, config, statuses, type.name, problems),
    sameAs: findSame(kind, config, statuses, offeredPriorities(onScreen.find(({ fieldId }) => fieldId === 'priority'))),
    hasDescription: onScreenIds.has('description'),
    parentField: kind === 'user-story' ? findParentField(onScreen, client.edition) : undefined,
    epicNameField: onScreen.find((field) => field.required && EPIC_NAME.test(field.schema?.custom ?? ''))?.fieldId,
  }
  problems.push(...missingRequired(onScreen, targets, type.name))
  if (kind === 'user-story' && !setup.parentField)
    notes.push(`The create screen of ${type.name} has neither Parent nor Epic Link, so stories are not put under their epics.`)
  if (!setup.hasDescription) notes.push(`The create screen of ${type.name} has no description field, so descriptions are not sent.`)
  if (!onScreenIds.has('labels'))
    problems.push(
      `issueTypes.${kind}: expected a type whose create screen shows Labels (the mark that issues are found by), found "${type.name}". Add Labels to its screen`,
    )
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'ready', setup: Object.freeze(setup), notes }
}
