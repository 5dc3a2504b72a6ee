// How each kind of field reads what a client sends, what it stores, what it answers and what the history says about it.
// Jira accepts an object with an id or a name where it shows a whole object, and refuses a bare string there.
import { adfText, toStoredAdf } from './adf-stored.ts'
import { isRecord } from './answer.ts'
import { LIMITS } from './catalogue.ts'
import type { FieldDefinition, FieldKind, FieldValue } from './fields.ts'
import { toJiraDate } from './jira-date.ts'
import { nameOf, showIssueStub, showPriority, showUser } from './show.ts'
import { findIssue, type Site } from './site.ts'

export type Parsed = { readonly value: FieldValue } | { readonly problem: string }

interface KindRule {
  readonly operations: readonly string[]
  /** Reads a non-null value. */
  readonly parse: (value: unknown, field: FieldDefinition, site: Site) => Parsed
  readonly show: (value: NonNullable<FieldValue>, field: FieldDefinition, site: Site) => unknown
  /** `[id, text]` for the history. */
  readonly trace: (value: NonNullable<FieldValue>, field: FieldDefinition, site: Site) => readonly [string | null, string]
}

/** An entry of a list by `id` or by one of the names it goes by. */
function pick<T extends { readonly id: string }>(
  value: unknown,
  list: readonly T[],
  nameKey: 'name' | 'value',
  nameOf: (item: T) => string,
): T | undefined {
  if (!isRecord(value)) return undefined
  if (value.id !== undefined) return list.find((item) => item.id === String(value.id))
  return list.find((item) => nameOf(item) === value[nameKey])
}

const plain = { show: (value: unknown) => value, trace: (value: NonNullable<FieldValue>) => [null, String(value)] as const }
const tooLong = (limit: number) =>
  `The entered text is too long. It exceeds the allowed limit of ${limit.toLocaleString('en-US')} characters.`

function parseText(value: unknown, field: FieldDefinition): Parsed {
  if (typeof value !== 'string') return { problem: 'Operation value must be a string' }
  if (/[\r\n]/.test(value)) return { problem: `The ${field.name.toLowerCase()} is invalid because it contains newline characters.` }
  const isSummary = field.id === 'summary'
  if (isSummary && value.trim() === '') return { problem: 'You must specify a summary of the issue.' }
  if (isSummary && value.length > LIMITS.summaryCharacters)
    return { problem: `Summary must be less than ${LIMITS.summaryCharacters} characters.` }
  if (value.length > LIMITS.singleLineCharacters) return { problem: tooLong(LIMITS.singleLineCharacters) }
  return { value: isSummary ? value.trim() : value }
}

/** Rich text: on Data Center a text, on Cloud an ADF document within the size limit, counted on its JSON because the real count is not published. */
export function parseRichText(value: unknown, site: Site): Parsed {
  if (site.form === 'data-center') {
    if (typeof value !== 'string') return { problem: 'Operation value must be a string' }
    return value.length > LIMITS.richTextCharacters ? { problem: tooLong(LIMITS.richTextCharacters) } : { value }
  }
  if (!isRecord(value) || value.type !== 'doc' || value.version !== 1 || !Array.isArray(value.content))
    return { problem: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)' }
  const reasons = site.checkAdf?.(value) ?? []
  if (reasons.length > 0) return { problem: `INVALID_INPUT: ${reasons.join('; ')}` }
  if (JSON.stringify(value).length > LIMITS.richTextCharacters) return { problem: tooLong(LIMITS.richTextCharacters) }
  return { value: toStoredAdf(value, site.localId) as FieldValue }
}

function parseLabels(value: unknown): Parsed {
  if (!Array.isArray(value) || !value.every((label) => typeof label === 'string')) return { problem: 'data was not an array of strings' }
  const spaced = value.find((label: string) => /\s/.test(label) || label === '')
  if (spaced !== undefined) return { problem: `The label '${spaced}' contains spaces which is invalid.` }
  if (value.some((label: string) => label.length > LIMITS.labelCharacters))
    return { problem: `A label is longer than ${LIMITS.labelCharacters} characters.` }
  return { value: [...new Set(value as string[])].toSorted() }
}

function parseUser(value: unknown, field: FieldDefinition, site: Site): Parsed {
  if (site.form === 'data-center') {
    const named = site.users.find((entry) => isRecord(value) && value.name === nameOf(entry))
    return named ? { value: named.accountId } : { problem: `User '${isRecord(value) ? value.name : value}' does not exist.` }
  }
  const accountId = isRecord(value) ? (value.accountId ?? value.id) : undefined
  if (isRecord(value) && accountId === null) return { value: null }
  // "-1" asks for the project's default assignee; projects of the stand-in leave issues unassigned.
  if (accountId === '-1' && field.id === 'assignee') return { value: null }
  const user = site.users.find((entry) => entry.accountId === accountId)
  return user ? { value: user.accountId } : { problem: `Specify a valid value for ${field.id}` }
}

const optionText = (value: unknown, field: FieldDefinition) => field.options.find(({ id }) => id === value)?.value ?? String(value)
const showOption = (value: unknown, field: FieldDefinition, site: Site) => ({
  self: `${site.baseUrl}/rest/api/3/customFieldOption/${value}`,
  value: optionText(value, field),
  id: String(value),
})
const optionList = (value: unknown) => (Array.isArray(value) ? (value as string[]) : [])
const nameIn = (list: readonly { readonly id: string; readonly name: string }[], value: unknown) =>
  list.find(({ id }) => id === value)?.name ?? String(value)

export const FIELD_KINDS: Readonly<Record<Exclude<FieldKind, 'readOnly'>, KindRule>> = {
  text: { ...plain, operations: ['set'], parse: parseText },
  richText: {
    ...plain,
    operations: ['set'],
    parse: (value, _field, site) => parseRichText(value, site),
    trace: (value) => [null, adfText(value)],
  },
  labels: { ...plain, operations: ['add', 'set', 'remove'], parse: parseLabels, trace: (value) => [null, optionList(value).join(' ')] },
  number: {
    ...plain,
    operations: ['set'],
    parse: (value, field) =>
      typeof value === 'number' && Number.isFinite(value) ? { value } : { problem: `Specify a number for ${field.name}` },
  },
  date: {
    ...plain,
    operations: ['set'],
    parse: (value) =>
      typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
        ? { value }
        : { problem: "Error parsing date string; expected format is 'yyyy-MM-dd'" },
  },
  datetime: {
    ...plain,
    operations: ['set'],
    parse: (value) =>
      typeof value === 'string' && value.includes('T') && !Number.isNaN(Date.parse(value))
        ? { value: toJiraDate(new Date(value)) }
        : { problem: 'Error parsing time; expected ISO 8601' },
  },
  // Set through boards (`agile.ts`), which also know what the history says; an edit may name one sprint by its number.
  sprints: {
    ...plain,
    operations: ['set'],
    parse: (value, _field, site) =>
      typeof value === 'number' && site.agile.sprints.has(value)
        ? { value: [String(value)] }
        : { problem: 'Number value expected as the Sprint id.' },
    show: (value, _field, site) =>
      optionList(value).flatMap((id): unknown[] => {
        const sprint = site.agile.sprints.get(Number(id))
        if (sprint && site.form === 'data-center') {
          const { name, originBoardId } = sprint
          const said = [`id=${id}`, `rapidViewId=${originBoardId}`, `state=${sprint.state.toUpperCase()}`, `name=${name}`, `sequence=${id}`]
          return [`com.atlassian.greenhopper.service.sprint.Sprint@1f[${said.join(',')}]`]
        }
        return sprint ? [{ id: sprint.id, name: sprint.name, state: sprint.state, boardId: sprint.originBoardId }] : []
      }),
    trace: (value, _field, site) => [
      optionList(value).join(', '),
      optionList(value)
        .map((id) => site.agile.sprints.get(Number(id))?.name ?? id)
        .join(', '),
    ],
  },
  user: {
    operations: ['set'],
    parse: parseUser,
    show: (value, _field, site) =>
      showUser(
        site,
        site.users.find(({ accountId }) => accountId === value),
      ),
    trace: (value, _field, site) => [String(value), site.users.find(({ accountId }) => accountId === value)?.displayName ?? String(value)],
  },
  priority: {
    operations: ['set'],
    parse: (value, _field, site) => {
      const found = pick(value, site.priorities, 'name', ({ name }) => name)
      return found ? { value: found.id } : { problem: 'The priority selected is invalid.' }
    },
    show: (value, _field, site) => showPriority(site, String(value)),
    trace: (value, _field, site) => [String(value), nameIn(site.priorities, value)],
  },
  resolution: {
    operations: ['set'],
    parse: (value, _field, site) => {
      const found = pick(value, site.resolutions, 'name', ({ name }) => name)
      return found ? { value: found.id } : { problem: 'The resolution selected is invalid.' }
    },
    show: (value, _field, site) => ({
      self: `${site.baseUrl}/rest/api/3/resolution/${value}`,
      ...site.resolutions.find(({ id }) => id === value),
    }),
    trace: (value, _field, site) => [String(value), nameIn(site.resolutions, value)],
  },
  option: {
    operations: ['set'],
    parse: (value, field) => {
      const found = pick(value, field.options, 'value', (option) => option.value)
      return found ? { value: found.id } : { problem: "Specify a valid 'id' or 'value' of an option" }
    },
    show: showOption,
    trace: (value, field) => [String(value), optionText(value, field)],
  },
  options: {
    operations: ['add', 'set', 'remove'],
    parse: (value, field) => {
      const found = Array.isArray(value) ? value.map((item) => pick(item, field.options, 'value', (option) => option.value)) : [undefined]
      const ids = found.flatMap((option) => (option ? [option.id] : []))
      return ids.length === found.length ? { value: [...new Set(ids)] } : { problem: "Specify a valid 'id' or 'value' for each option" }
    },
    show: (value, field, site) => optionList(value).map((id) => showOption(id, field, site)),
    trace: (value, field) => [
      optionList(value).join(','),
      optionList(value)
        .map((id) => optionText(id, field))
        .join(','),
    ],
  },
  epicLink: {
    operations: ['set'],
    parse: (value, _field, site) => {
      const issue = typeof value === 'string' ? findIssue(site, value) : undefined
      if (issue === undefined) return { problem: 'Specify a valid issue key for the Epic Link.' }
      const isEpic = site.types.find(({ id }) => id === issue.typeId)?.level === 1
      return isEpic ? { value: issue.id } : { problem: `Issue '${issue.key}' is not an Epic.` }
    },
    show: (value, _field, site) => site.issues.get(String(value))?.key ?? null,
    trace: (value, _field, site) => [String(value), site.issues.get(String(value))?.key ?? String(value)],
  },
  parent: {
    operations: ['set'],
    parse: (value, _field, site) => {
      const wanted = isRecord(value) ? (value.id ?? value.key) : undefined
      const issue = wanted === undefined ? undefined : findIssue(site, String(wanted))
      return issue ? { value: issue.id } : { problem: 'Could not find an issue by the given parent key or id.' }
    },
    show: (value, _field, site) => {
      const issue = site.issues.get(String(value))
      return issue ? showIssueStub(site, issue) : null
    },
    trace: (value, _field, site) => [String(value), site.issues.get(String(value))?.key ?? String(value)],
  },
}
