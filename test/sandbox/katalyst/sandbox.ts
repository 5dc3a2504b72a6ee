// A stand-in for Katalyst's backend: takes reports and governance snapshots as the real one does (katalyst.md 5.3, 3.3), refuses what it
// refuses, and keeps what it took.
import { z } from 'zod'
import { STRICT_REPORT } from '../../foe/report/strict-report.ts'
import { openHttpStandIn, type SandboxRequest, type SandboxResponse } from '../http.ts'

// The input schema of snapshots: unknown keys are stripped, not refused.
const Snapshot = z.object({
  version: z.string(),
  project: z.string(),
  generated: z.string().optional(),
  capabilities: z.record(z.string(), z.object({ id: z.string().optional(), title: z.string(), status: z.string() })),
  userTypes: z.record(z.string(), z.object({ id: z.string().optional(), name: z.string(), type: z.string() })).default({}),
  userStories: z.record(z.string(), z.unknown()).default({}),
  roadItems: z
    .record(
      z.string(),
      z.object({
        id: z.string().optional(),
        title: z.string(),
        status: z.string(),
        phase: z.number().optional(),
        priority: z.string().optional(),
      }),
    )
    .default({}),
  stats: z.looseObject({ integrityStatus: z.string().optional() }),
})

const refuse = (error: z.ZodError): SandboxResponse => {
  const [issue] = error.issues
  return { status: 400, json: { error: `Validation error at ${issue?.path.join('.')}: ${issue?.message}` } }
}

export interface KatalystSandbox {
  readonly url: string
  /** Reports by id, as they were sent. */
  readonly reports: ReadonlyMap<string, unknown>
  readonly snapshots: readonly { readonly project: string; readonly version: string }[]
  readonly requests: Awaited<ReturnType<typeof openHttpStandIn>>['requests']
  readonly faults: Awaited<ReturnType<typeof openHttpStandIn>>['faults']
  close(): Promise<void>
}

export async function openKatalystSandbox({ token }: { readonly token?: string } = {}): Promise<KatalystSandbox> {
  const reports = new Map<string, unknown>()
  const snapshots: z.output<typeof Snapshot>[] = []
  const takeReport = (body: unknown): SandboxResponse => {
    const parsed = STRICT_REPORT.safeParse(body)
    if (!parsed.success) return refuse(parsed.error)
    reports.set(parsed.data.id, body)
    const { id, overallScore, maturityLevel } = parsed.data
    return { status: 200, json: { id, overallScore, maturityLevel, message: 'Report ingested' } }
  }
  const takeSnapshot = (body: unknown): SandboxResponse => {
    const parsed = Snapshot.safeParse(body)
    if (!parsed.success) return refuse(parsed.error)
    snapshots.push(parsed.data)
    const { project, version, generated } = parsed.data
    return { status: 200, json: { id: `snapshot-${snapshots.length}`, project, version, generated, createdAt: generated, stats: {} } }
  }
  const handle = ({ method, path, headers, body }: SandboxRequest): SandboxResponse => {
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) return { status: 401, json: { error: 'Unauthorized' } }
    if (method === 'POST' && path === '/api/v1/reports') return takeReport(body)
    if (method === 'POST' && path === '/api/v1/taxonomy/governance') return takeSnapshot(body)
    const latest = snapshots.at(-1)
    if (method === 'GET' && path === '/api/v1/taxonomy/governance/latest')
      return latest ? { status: 200, json: latest } : { status: 404, json: { error: 'No governance snapshots found' } }
    return { status: 404, json: { error: 'Not Found', path } }
  }
  const standIn = await openHttpStandIn({ handle })
  return { url: standIn.url, reports, snapshots, requests: standIn.requests, faults: standIn.faults, close: standIn.close }
}
