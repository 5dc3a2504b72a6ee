// How answers about syncs and their conflicts read.
import { countList, type Renderer } from '../rendered-text.ts'
import { textTable, toCell } from '../text-table.ts'
import { jiraPlan, type PlannedResult } from './jira-plan.ts'

/** A change of a page as people read one: what goes, what comes. */
function showChange(title: string, { field, from, to }: { field: string; from: unknown; to: unknown }): string[] {
  const lines = (value: unknown, sign: string) =>
    String(value ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `  ${sign} ${line}`)
  return [`${title}, ${field}:`, ...lines(from, '-'), ...lines(to, '+')]
}

export const SYNC_RENDERERS: Readonly<Record<string, Renderer>> = {
  'sync-jira': (answer: {
    runId: string | null
    dryRun: boolean
    syncResults: PlannedResult[]
    counts: Record<string, number>
    notes: string[]
  }) => {
    const notes = answer.notes.map((note) => `${note}\n`).join('')
    if (answer.dryRun) return `${jiraPlan(answer.syncResults)}${notes}Dry run, nothing was written: ${countList(answer.counts)}\n`
    const rows = answer.syncResults.map((result) => [
      result.artifactId,
      result.jiraKey,
      result.status,
      [
        result.reason,
        (result.changes ?? [])
          .map((change) => `${change.field}: ${toCell(change.from).slice(0, 40)} → ${toCell(change.to).slice(0, 40)}`)
          .join('; '),
      ]
        .filter(Boolean)
        .join(' '),
    ])
    return `${textTable(['artifact', 'issue', 'status', 'what'], rows)}${notes}Run ${answer.runId}: ${countList(answer.counts)}\n`
  },
  'sync-confluence': (answer: {
    runId: string | null
    dryRun: boolean
    syncResults: {
      contentType: string
      title: string
      pageUrl: string | null
      status: string
      version: number | null
      reason?: string | undefined
      changes?: { field: string; from: unknown; to: unknown }[] | undefined
    }[]
    counts: Record<string, number>
    notes: string[]
  }) => {
    const rows = answer.syncResults.map(({ title, contentType, status, version, reason, pageUrl }) => [
      title,
      contentType,
      answer.dryRun && ['created', 'updated'].includes(status) ? `would be ${status}` : status,
      version,
      reason ?? pageUrl,
    ])
    const diffs = answer.dryRun
      ? answer.syncResults.flatMap(({ title, changes = [] }) => changes.flatMap((change) => showChange(title, change)))
      : []
    const notes = answer.notes.map((note) => `${note}\n`).join('')
    const end = `${answer.dryRun ? 'Dry run, nothing was written: ' : `Run ${answer.runId}: `}${countList(answer.counts)}\n`
    return `${textTable(['page', 'content', 'status', 'version', 'what'], rows)}${diffs.length > 0 ? `\n${diffs.join('\n')}\n\n` : ''}${notes}${end}`
  },
  'sync-github': (answer: {
    runId: string | null
    dryRun: boolean
    syncResults: {
      target: string
      artifactId?: string | undefined
      url: string | null
      status: string
      reason?: string | undefined
      changes?: { field: string; from: unknown; to: unknown }[] | undefined
    }[]
    counts: Record<string, number>
  }) => {
    const rows = answer.syncResults.map(({ target, artifactId, url, status, reason }) => [
      artifactId === undefined ? target : `${target} ${artifactId}`,
      answer.dryRun && ['created', 'updated'].includes(status) ? `would be ${status}` : status,
      url,
      reason,
    ])
    const planned = answer.dryRun
      ? answer.syncResults.flatMap(({ target, artifactId, changes = [] }) =>
          changes.map(
            ({ field, from, to }) => `${artifactId ?? target}, ${field}: ${toCell(from).slice(0, 40)} → ${toCell(to).slice(0, 40)}`,
          ),
        )
      : []
    const end = `${answer.dryRun ? 'Dry run, nothing was written: ' : `Run ${answer.runId}: `}${countList(answer.counts)}\n`
    return `${textTable(['target', 'status', 'where', 'what'], rows)}${planned.map((line) => `${line}\n`).join('')}${end}`
  },
  'add-badge': (answer: {
    markdown: string
    proposal: { state: string; where: string | null; reason?: string | undefined } | null
    notes: string[]
  }) => {
    const { proposal } = answer
    const said = proposal ? [[`README: ${proposal.state}`, proposal.where, proposal.reason].filter(Boolean).join(' ')] : []
    return `${[answer.markdown, ...said, ...answer.notes].join('\n')}\n`
  },
  'list-conflicts': (answer: {
    items: {
      id: string
      artifactId: string
      remoteKey: string | null
      field: string
      git: unknown
      remote: unknown
      state: string
      reason: string
    }[]
  }) =>
    answer.items.length === 0
      ? 'no conflicts\n'
      : textTable(
          ['conflict', 'artifact', 'remote', 'field', 'in git', 'there', 'state', 'why'],
          answer.items.map((one) => [
            one.id,
            one.artifactId,
            one.remoteKey,
            one.field,
            toCell(one.git).slice(0, 40),
            toCell(one.remote).slice(0, 40),
            one.state,
            one.reason,
          ]),
        ),
  'resolve-conflict': (answer: { id: string; artifactId: string; field: string; keep: string | null; next: string }) =>
    `conflict ${answer.id}: ${answer.artifactId} ${toCell(answer.field)} keeps ${answer.keep}. ${answer.next}\n`,
}
