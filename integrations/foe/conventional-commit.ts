// Conventional Commits 1.0.0 (conventionalcommits.org). Any type is one, as the specification says; which types a team
// allows is its linter's business.

export interface Footer {
  readonly token: string
  readonly value: string
}

export interface ConventionalCommit {
  readonly type: string
  readonly scope: string | null
  readonly isBreaking: boolean
  readonly description: string
  readonly body: string | null
  readonly footers: readonly Footer[]
}

const SUBJECT = /^([A-Za-z][\w-]*)(?:\(([^()\r\n]+)\))?(!)?: +(\S.*)$/
const FOOTER = /^(BREAKING[ -]CHANGE|[A-Za-z][\w-]*)(?:: +| #)(.*)$/

/** The subject alone: type, scope, mark and description; null where it does not parse. */
export function parseSubject(subject: string): Omit<ConventionalCommit, 'body' | 'footers'> | null {
  const match = SUBJECT.exec(subject.trimEnd())
  if (!match) return null
  const [, type = '', scope, mark, description = ''] = match
  if (scope !== undefined && scope.trim() === '') return null
  return { type: type.toLowerCase(), scope: scope?.trim() ?? null, isBreaking: mark !== undefined, description }
}

/** Footers: the last paragraph whose first line is one; lines that are none continue the value before them. */
function splitFooters(lines: readonly string[]): { readonly body: readonly string[]; readonly footers: readonly Footer[] } {
  const start = lines.findIndex((line, at) => FOOTER.test(line) && (at === 0 || lines[at - 1]?.trim() === ''))
  if (start === -1) return { body: lines, footers: [] }
  const footers: { token: string; value: string }[] = []
  for (const line of lines.slice(start)) {
    const match = FOOTER.exec(line)
    const last = footers.at(-1)
    if (match) footers.push({ token: match[1] as string, value: match[2] as string })
    else if (last) last.value = `${last.value}\n${line}`
  }
  return { body: lines.slice(0, start), footers: footers.map(({ token, value }) => ({ token, value: value.trim() })) }
}

const isBreakingToken = (token: string): boolean => token === 'BREAKING CHANGE' || token === 'BREAKING-CHANGE'

/** A whole message, or null where it is not one: a subject that does not parse, or a body that does not follow a blank line. */
export function parseConventionalCommit(message: string): ConventionalCommit | null {
  const [first = '', second, ...rest] = message.split(/\r?\n/)
  const subject = parseSubject(first)
  if (subject === null || (second !== undefined && second.trim() !== '')) return null
  const { body, footers } = splitFooters(rest)
  const text = body.join('\n').trim()
  return { ...subject, isBreaking: subject.isBreaking || footers.some(({ token }) => isBreakingToken(token)), body: text || null, footers }
}
