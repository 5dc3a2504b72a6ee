// What of Jira's answers is used, and nothing more: sites, languages and project kinds differ in the rest. Every list that
// Jira may leave out is empty here, every text that it may set to null is absent.
import { z } from 'zod'

const id = z.union([z.string(), z.number().transform(String)])
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined)
const optionalNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined)

export const Account = z.object({ accountId: z.string(), displayName: optionalText })
export type Account = z.output<typeof Account>

/** Before people had account ids. The key stays when the name changes. */
export const DataCenterAccount = z
  .object({ key: z.string().nullish(), name: z.string(), displayName: optionalText })
  .transform(({ key, name, displayName }): Account => ({ accountId: key ?? name, displayName }))

export const Permissions = z.object({ permissions: z.record(z.string(), z.object({ havePermission: z.boolean().nullish() })) })

export const Named = z.object({ id, name: z.string() })
export type Named = z.output<typeof Named>

/** `type` is `string`, `number`, `option`, `array`…; `items` the type inside an array; `custom` the kind of a custom field. */
export const FieldSchema = z.object({ type: z.string(), items: optionalText, custom: optionalText, system: optionalText })
export type FieldSchema = z.output<typeof FieldSchema>

export const FieldDetails = z.object({ id: z.string(), name: z.string(), schema: FieldSchema.nullish() })
export type FieldDetails = z.output<typeof FieldDetails>

export const IssueType = z.object({ id, name: z.string(), subtask: z.boolean().nullish() })
export type IssueType = z.output<typeof IssueType>
export const IssueTypePage = z.object({ issueTypes: list(IssueType), total: optionalNumber })

/** A value that a field offers: options have `value`, priorities and versions `name`. */
export const AllowedValue = z.object({ id: id.optional(), value: optionalText, name: optionalText })
export type AllowedValue = z.output<typeof AllowedValue>

export const CreateField = z.object({
  fieldId: z.string(),
  name: z.string(),
  required: z.boolean(),
  hasDefaultValue: z.boolean().nullish(),
  schema: FieldSchema.nullish(),
  // Cascading options, users and the like come in other shapes; what cannot be read is not offered.
  allowedValues: z.array(AllowedValue.or(z.unknown().transform(() => undefined))).nullish(),
})
export type CreateField = z.output<typeof CreateField>
export const CreateFieldPage = z.object({ fields: list(CreateField), total: optionalNumber })

/** `category` is the key of the status category: `new`, `indeterminate`, `done`; open, for what Jira may add. */
export const Status = z
  .object({ id, name: z.string(), statusCategory: z.object({ key: optionalText }).nullish() })
  .transform((status) => ({ id: status.id, name: status.name, category: status.statusCategory?.key ?? 'undefined' }))
export type Status = z.output<typeof Status>

export const ProjectKey = z.object({ key: z.string() })

export const TypeStatuses = z.object({ id, name: z.string(), statuses: list(Status) })
export type TypeStatuses = z.output<typeof TypeStatuses>

export const PriorityPage = z.object({ values: list(Named), total: optionalNumber, isLast: z.boolean().optional() })

export const CreatedIssue = z.object({ id, key: z.string() })
export type CreatedIssue = z.output<typeof CreatedIssue>
export const CreatedIssues = z
  .object({ issues: list(CreatedIssue), errors: list(z.object({ failedElementNumber: optionalNumber })) })
  .transform(({ issues, errors }) => ({ issues, failed: errors.flatMap(({ failedElementNumber: at }) => (at === undefined ? [] : [at])) }))
export type CreatedIssues = z.output<typeof CreatedIssues>

const record = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {})
export const Issue = z.object({ id, key: z.string(), fields: record, properties: record })
export type Issue = z.output<typeof Issue>

export const BulkIssues = z.object({ issues: list(Issue) })
export const OffsetPage = z.object({ issues: list(Issue), total: optionalNumber })
export const SearchPage = z.object({ issues: list(Issue), nextPageToken: z.string().nullish() })

const ScreenField = z.object({ name: optionalText, required: z.boolean().nullish(), hasDefaultValue: z.boolean().nullish() })
export const Transition = z.object({
  id,
  name: optionalText,
  to: Status,
  isAvailable: z.boolean().nullish(),
  /** Fields of the screen on the way, by id. */
  fields: z
    .record(z.string(), ScreenField)
    .nullish()
    .transform((fields) => fields ?? {}),
})
export type Transition = z.output<typeof Transition>
export const Transitions = z.object({ transitions: list(Transition) })

export const Property = z.object({ key: z.string(), value: z.unknown() })

/** Jira writes offsets as `+0000`, which is ISO 8601's basic form. */
export const Instant = z
  .string()
  .transform((text) => new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')))
  .refine((at) => !Number.isNaN(at.getTime()))
const HistoryItem = z.object({ field: optionalText, fieldId: optionalText, fieldtype: optionalText })
export type HistoryItem = z.output<typeof HistoryItem>
const History = z.object({ created: Instant, items: list(HistoryItem) })
/** Data Center gives the history with the issue, whole. */
export const IssueHistory = z.object({ changelog: z.object({ histories: list(History) }) })
export const HistoryPage = z.object({ values: list(History), total: optionalNumber, isLast: z.boolean().optional() })

export const CommentPage = z.object({ comments: list(z.object({ body: z.unknown() })), total: optionalNumber })
