// What became of one page of a publication, as answers and run records carry it.
import { z } from 'zod'
import { PUSH_STATUSES } from '../../../integrations/engine/push.ts'
import { type JsonObject, toJson, toJsonObject } from '../../../integrations/store/json.ts'
import { Decision, FieldChange, Inbound, toDecisions } from '../../answers/push-answer.ts'
import { PUBLISHED_TYPES } from '../publishing/content-types.ts'
import type { PageResult } from './publishing.ts'

export const PublishedPageResult = z.object({
  contentType: z.enum(PUBLISHED_TYPES),
  /** What the page is known by: `roadmap`, `ddd-context-map/scanning`, `file:docs/runbook.md`. */
  documentId: z.string(),
  pageId: z.string().nullable(),
  pageUrl: z.string().nullable(),
  title: z.string(),
  status: z.enum(PUSH_STATUSES),
  version: z.number().nullable(),
  changes: z.array(FieldChange).optional(),
  decisions: z.array(Decision).optional(),
  /** What became of an edit that goes to git. */
  inbound: Inbound.optional(),
  reason: z.string().optional(),
  code: z.string().optional(),
})
export type PublishedPageResult = z.infer<typeof PublishedPageResult>

export function toPageResult({
  artifactId,
  contentType,
  title,
  ref,
  status,
  changes,
  decisions,
  inbound,
  reason,
  code,
}: PageResult): PublishedPageResult {
  return {
    contentType,
    documentId: artifactId,
    pageId: ref?.id ?? null,
    pageUrl: ref?.url ?? null,
    title,
    status,
    version: ref?.version ? Number(ref.version) : null,
    ...(changes.length > 0 ? { changes: [...changes] } : {}),
    ...(decisions ? { decisions: toDecisions(decisions) } : {}),
    ...(inbound ? { inbound } : {}),
    ...(reason ? { reason } : {}),
    ...(code ? { code } : {}),
  }
}

/** Pages end in any order; the record says which place each has. */
const PageRecord = PublishedPageResult.extend({ order: z.number().default(0) })

/** As a run record keeps it. */
export const toRecord = (result: PublishedPageResult, order: number): JsonObject => toJsonObject(toJson({ ...result, order }) as object)

/** The pages among the records of a run, in the order they were planned in. */
export function readRecords(records: readonly unknown[]): PublishedPageResult[] {
  const read = records.flatMap((record) => PageRecord.safeParse(record).data ?? [])
  return read.sort((a, b) => a.order - b.order).map(({ order: _order, ...result }) => result)
}
