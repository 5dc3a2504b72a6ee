// The badge of a repository in its README: the markdown to paste, and the README with it. Only what stands between the words of
// people is ours: a badge that is there, in whatever form, stays where and how it is, and gets at most a new host.

export interface ReadmeBadge {
  readonly owner: string
  readonly repo: string
  /** Address of this server, without a slash at the end. */
  readonly server: string
  /** Where a click leads. */
  readonly target: string
}

const BADGE_PATH = '/api/v1/integrations/github/badge'

/** Address of the picture. */
export const badgeAddress = ({ owner, repo, server }: Omit<ReadmeBadge, 'target'>): string =>
  `${server}${BADGE_PATH}?${new URLSearchParams({ owner, repo }).toString()}`

/** The markdown of a badge that leads to `target`. */
export const badgeMarkdown = (badge: ReadmeBadge): string => `[![Katalyst score](${badgeAddress(badge)})](${badge.target})`

const ADDRESS = /(https?:\/\/[^\s"'()<>?]*?)\/api\/v1\/integrations\/github\/badge\?([^\s"'()<>]*)/g

function isOf(query: string, { owner, repo }: ReadmeBadge): boolean {
  const asked = new URLSearchParams(query.replaceAll('&amp;', '&'))
  const is = (key: string, value: string) => asked.get(key)?.toLowerCase() === value.toLowerCase()
  return is('owner', owner) && is('repo', repo)
}

/** Line of the first heading, and how many lines it takes; undefined where the text does not begin with one. */
function titleOf(lines: readonly string[]): { readonly at: number; readonly length: number } | undefined {
  const at = lines.findIndex((line) => line.trim() !== '')
  if (at < 0) return undefined
  if (/^#\s/.test(lines[at] ?? '')) return { at, length: 1 }
  return /^=+\s*$/.test(lines[at + 1] ?? '') ? { at, length: 2 } : undefined
}

/** Below the title, before badges that stand there; at the top where there is no title. */
function inserted(readme: string, markdown: string): string {
  const newline = readme.includes('\r\n') ? '\r\n' : '\n'
  const lines = readme.split(/\r?\n/)
  const title = titleOf(lines)
  const start = title ? title.at + title.length : 0
  const next = lines.findIndex((line, at) => at >= start && line.trim() !== '')
  const isBeforeBadges = next >= 0 && /^\[?!\[/.test(lines[next] ?? '')
  if (isBeforeBadges) return [...lines.slice(0, next), markdown, ...lines.slice(next)].join(newline)
  const before = title ? [...lines.slice(0, start), ''] : []
  const rest = next < 0 ? [] : lines.slice(next)
  return [...before, markdown, ...(rest.length > 0 ? ['', ...rest] : [''])].join(newline)
}

/** The README with the badge; equal to what was given when the badge is there. */
export function placeBadge(readme: string, badge: ReadmeBadge): string {
  const there = [...readme.matchAll(ADDRESS)].filter(([, , query = '']) => isOf(query, badge))
  if (there.some(([, server]) => server === badge.server)) return readme
  if (there.length === 0) return inserted(readme, badgeMarkdown(badge))
  return readme.replace(ADDRESS, (whole, _server: string, query: string) =>
    isOf(query, badge) ? `${badge.server}${BADGE_PATH}?${query}` : whole,
  )
}
