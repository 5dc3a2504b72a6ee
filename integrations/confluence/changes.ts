// Which pages of ours were touched since a moment. Search compares minutes, in the time zone of whoever asks, and is behind by
// some seconds; so it is asked for more than is new, and the caller leaves out the versions it knows.
import type { FoundPage } from './client.ts'
import type { ConfluenceContext } from './context.ts'
import { PAGE_LABEL, PROPERTY_KEY } from './marker.ts'

/** Time zones are at most 14 hours ahead of UTC and 12 behind: asked in UTC, an account behind it must look so far back. */
const ZONES_MS = 14 * 3_600_000
const OVERLAP_MS = 10 * 60_000

const pad = (value: number) => String(value).padStart(2, '0')

/** `yyyy-MM-dd HH:mm`, early enough in whichever time zone it is read. */
export function changedSince(since: Date): string {
  const at = new Date(since.getTime() - OVERLAP_MS - ZONES_MS)
  return `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())} ${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`
}

/** Pages of ours in the space whose last version is of then or later, give or take; oldest change first. */
export async function readChangedPages({ client }: ConfluenceContext, spaceKey: string, since: Date): Promise<readonly FoundPage[]> {
  const cql = `label = "${PAGE_LABEL}" AND space = "${spaceKey}" AND type = page AND lastmodified >= "${changedSince(since)}" ORDER BY lastmodified ASC`
  const found = await client.search(cql, { propertyKey: PROPERTY_KEY })
  return found.filter(({ version }) => version.createdAt.getTime() >= since.getTime() - OVERLAP_MS)
}
