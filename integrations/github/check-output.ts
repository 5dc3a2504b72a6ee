// What a check run can hold. GitHub refuses the whole request when one text is too long, so texts are cut here, in bytes where
// GitHub counts bytes, always at a line and always saying that something was left out.

/** The check's name on pull requests; branch protection refers to it, so it never changes. */
export const GOVERNANCE_CHECK = 'Katalyst / governance'

/** GitHub's documented limits of a check run's output. */
export const CHECK_LIMITS = {
  summaryCharacters: 65_535,
  annotationMessageBytes: 64 * 1024,
  annotationTitleCharacters: 255,
  annotationsPerRequest: 50,
} as const

/** Ours: a thousand annotations are twenty requests and more than anyone reads; the summary still counts all of them. */
export const MAX_ANNOTATIONS = 1_000

export const CHECK_CONCLUSIONS = ['success', 'failure', 'neutral'] as const
export type CheckConclusion = (typeof CHECK_CONCLUSIONS)[number]

export interface CheckAnnotation {
  /** Path from the root of the repository. */
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  readonly level: 'notice' | 'warning' | 'failure'
  readonly title: string
  /** Plain text. */
  readonly message: string
}

/** A check's result as it is shown; texts within GitHub's limits. */
export interface CheckOutput {
  readonly conclusion: CheckConclusion
  readonly title: string
  /** GitHub-flavoured markdown. */
  readonly summary: string
  readonly annotations: readonly CheckAnnotation[]
}

/**
 * Cuts markdown to `limit` UTF-16 units at the end of a line and appends `notice`. A fence or a table that is cut open is closed
 * by the blank line before the notice, except a fence: summaries made here have none.
 */
export function cutMarkdown(markdown: string, notice: string, limit: number = CHECK_LIMITS.summaryCharacters): string {
  if (markdown.length <= limit) return markdown
  const ending = `\n\n${notice}`
  const room = limit - ending.length
  const line = markdown.lastIndexOf('\n', room)
  // One line longer than the limit has no good place to cut; then between characters.
  const head = line > 0 ? markdown.slice(0, line) : cutCharacters(markdown, room)
  return `${head.trimEnd()}${ending}`
}

/** At most `limit` UTF-16 units, never half of a surrogate pair. */
export function cutCharacters(text: string, limit: number): string {
  if (text.length <= limit) return text
  const last = text.charCodeAt(limit - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit)
}

/** At most `limit` bytes of UTF-8, never half of a character. */
export function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length <= limit) return text
  let end = limit
  // 10xxxxxx continues a character: step back to where one begins.
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end)
}
