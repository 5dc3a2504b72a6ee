// What of Jira's answers an import uses, on Cloud and Data Center alike. Loose: sites differ in the rest.
import { z } from 'zod'

const id = z.union([z.string(), z.number()]).transform(String)
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null)

/** `2026-01-31T10:00:00.000+0000` and with a colon, or milliseconds, as only bulk histories write them. Null for what is no instant. */
const maybeInstant = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    if (value === null || value === undefined) return null
    const at = new Date(typeof value === 'number' ? value : value.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
    return Number.isNaN(at.getTime()) ? null : at
  })
const instant = maybeInstant.refine((at): at is Date => at !== null).transform((at) => at as Date)

const category = z
  .object({ key: z.string().nullish() })
  .nullish()
  .transform((value) => value?.key ?? 'undefined')

export const Project = z.object({ id, key: z.string() })
export const Myself = z.object({ timeZone: text })
export const Fields = z.array(z.object({ id: z.string(), name: z.string(), schema: z.object({ custom: z.string().nullish() }).nullish() }))
export type SiteField = z.output<typeof Fields>[number]
export const Statuses = z.array(z.object({ id, name: z.string(), statusCategory: category }))
export const Versions = z.array(
  z.object({ id, name: z.string(), released: z.boolean().nullish(), archived: z.boolean().nullish(), releaseDate: text }),
)

const page = { total: z.number().nullish(), isLast: z.boolean().nullish() }
export const Boards = z.object({ values: list(z.object({ id, name: z.string(), type: z.string() })), ...page })
export type SiteBoard = z.output<typeof Boards>['values'][number]

const limit = z
  .number()
  .nullish()
  .transform((value) => value ?? null)
export const BoardConfiguration = z.object({
  columnConfig: z.object({
    columns: list(z.object({ name: z.string(), min: limit, max: limit, statuses: list(z.object({ id })) })),
    constraintType: z
      .string()
      .nullish()
      .transform((value) => value ?? 'none'),
  }),
  estimation: z.object({ type: text, field: z.object({ fieldId: z.string() }).nullish() }).nullish(),
  filter: z.object({ id }).nullish(),
  subQuery: z.object({ query: text }).nullish(),
})
export type BoardConfiguration = z.output<typeof BoardConfiguration>

export const Sprints = z.object({
  values: list(
    z.object({
      id,
      name: z.string(),
      state: z.string(),
      originBoardId: id.nullish().transform((value) => value ?? null),
      startDate: maybeInstant,
      endDate: maybeInstant,
      completeDate: maybeInstant,
      /** Data Center alone: when it was really started. */
      activatedDate: maybeInstant,
    }),
  ),
  ...page,
})
export type SiteSprint = z.output<typeof Sprints>['values'][number]

const Item = z.object({ field: text, fieldId: text, from: text, fromString: text, to: text, toString: z.unknown() })
/** `toString` is data: every object inherits a function of that name, which is none. */
const ownText = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const HistoryEntry = z.object({
  id,
  created: instant,
  items: list(Item).transform((items) => items.map(({ toString: written, ...item }) => ({ ...item, toName: ownText(written) }))),
})
export type SiteHistory = z.output<typeof HistoryEntry>

export const Issue = z.object({
  id,
  key: z.string(),
  fields: z.looseObject({
    project: Project.nullish(),
    issuetype: z.object({ name: z.string(), subtask: z.boolean().nullish() }),
    status: z.object({ id, name: z.string(), statusCategory: category }),
    created: instant,
    updated: instant,
    resolutiondate: maybeInstant,
  }),
  /** Data Center alone is asked for it with the search. */
  changelog: z.object({ total: z.number().nullish(), histories: list(HistoryEntry) }).nullish(),
})
export type SiteIssue = z.output<typeof Issue>

export const SearchPage = z.object({ issues: list(Issue), nextPageToken: text })
export const IdPage = z.object({ issues: list(z.object({ id })), nextPageToken: text, total: z.number().nullish() })
export const OffsetPage = z.object({ issues: list(Issue), startAt: z.number(), total: z.number() })
export const BulkIssues = z.object({ issues: list(Issue) })
export const BulkHistories = z.object({
  issueChangeLogs: list(z.object({ issueId: id, changeHistories: list(HistoryEntry) })),
  nextPageToken: text,
})
