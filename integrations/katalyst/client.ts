// Katalyst's backend as it really answers (katalyst.md 5): reports and governance snapshots are taken by POST, a report that comes
// again replaces itself. Everything is sent through the connection's requester, like the requests of any provider.
import { z } from 'zod'
import type { ProviderContext, RequestMeta } from '../engine/provider.ts'
import { AppError } from '../kernel/errors.ts'

// Loose: the shapes are theirs, and only what we use is asked for.
const ReportTaken = z.looseObject({ id: z.string() })
const SnapshotTaken = z.looseObject({ id: z.string() })

export interface KatalystSession {
  readonly context: ProviderContext
  /** Without `/api/v1`. */
  readonly baseUrl: string
}

async function post<T>(
  { context, baseUrl }: KatalystSession,
  path: string,
  body: object,
  meta: RequestMeta,
  shape: z.ZodType<T>,
): Promise<T> {
  const init = { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await context.requester.fetch(`${baseUrl.replace(/\/+$/, '')}/api/v1${path}`, init, meta)
  const parsed = shape.safeParse(await response.json().catch(() => undefined))
  if (parsed.success) return parsed.data
  throw new AppError(
    'provider-unreadable',
    `Katalyst's answer to ${meta.operation} is not what it documents. Check that KATALYST_URL is the address of its backend.`,
    { details: { operation: meta.operation } },
  )
}

/** Hands a canonical report over; the same report again replaces itself, so it may be repeated. Answers the id Katalyst keeps it under. */
export async function sendReport(session: KatalystSession, report: { readonly id: string }): Promise<{ readonly id: string }> {
  const meta = { operation: 'katalyst.report.save', idempotent: true, object: `report:${report.id}` }
  const { id } = await post(session, '/reports', report, meta, ReportTaken)
  return { id }
}

/** Hands a governance snapshot (the flat index) over. Each one Katalyst takes is a snapshot of its own: it is not to be repeated blindly. */
export async function sendGovernance(session: KatalystSession, index: object): Promise<{ readonly id: string }> {
  const { id } = await post(session, '/taxonomy/governance', index, { operation: 'katalyst.governance.save' }, SnapshotTaken)
  return { id }
}

const Latest = z.looseObject({ project: z.string(), version: z.string() })

/** Project and version of the newest snapshot Katalyst holds; undefined where it has none. */
export async function readLatestSnapshot({
  context,
  baseUrl,
}: KatalystSession): Promise<{ readonly project: string; readonly version: string } | undefined> {
  try {
    const url = `${baseUrl.replace(/\/+$/, '')}/api/v1/taxonomy/governance/latest`
    const response = await context.requester.fetch(
      url,
      { headers: { accept: 'application/json' } },
      { operation: 'katalyst.governance.latest' },
    )
    const { project, version } = Latest.parse(await response.json())
    return { project, version }
  } catch (error) {
    if (error instanceof AppError && error.code === 'provider-not-found') return undefined
    if (error instanceof z.ZodError) return undefined
    throw error
  }
}
