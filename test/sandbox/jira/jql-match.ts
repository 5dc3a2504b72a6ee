// Which issues a JQL tree means. Like the real site it refuses values that do not exist (a project, a key, a status), but not
// labels, which may be anything.
import { parseJqlDate } from './jira-date.ts'
import type { JqlNode, JqlOperator, JqlQuery } from './jql.ts'
import { findSearchable, KEY, lower, type Searchable, seen } from './jql-fields.ts'
import type { Site, SiteIssue, SiteUser } from './site.ts'

export interface Match {
  readonly matches: (issue: SiteIssue) => boolean
  readonly compare: (a: SiteIssue, b: SiteIssue) => number
}

type Test = (issue: SiteIssue) => boolean

function dateTest(field: Searchable, operator: JqlOperator, value: string, site: Site): Test | string {
  const wanted = parseJqlDate(value, site.clock.now())?.getTime()
  if (wanted === undefined)
    return `Date value '${value}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy-MM-dd', or a period such as '-5d'.`
  const tests: Partial<Record<JqlOperator, (at: number) => boolean>> = {
    '=': (at) => at === wanted,
    '!=': (at) => at !== wanted,
    '<': (at) => at < wanted,
    '<=': (at) => at <= wanted,
    '>': (at) => at > wanted,
    '>=': (at) => at >= wanted,
  }
  const test = tests[operator]
  if (test === undefined) return `The operator '${operator}' is not supported by a date field.`
  return (issue) => {
    const at = field.date?.(issue)?.getTime()
    return at !== undefined && test(at)
  }
}

/** Every word of the value is in the text; a quoted phrase is searched as a phrase. Case is ignored, `*` at the end is allowed. */
function contains(text: string, value: string): boolean {
  const phrase = /^"(.*)"$/.exec(value)?.[1]
  const words = phrase === undefined ? lower(value).split(/\s+/) : [lower(phrase)]
  return words.every((word) => lower(text).includes(word.replace(/\*$/, '')))
}

interface Asking {
  /** False: values that do not exist are no fault. Default true. */
  readonly validate?: boolean
  readonly site: Site
  readonly user: SiteUser | undefined
}

function clauseTest(node: Extract<JqlNode, { kind: 'clause' }>, { site, user: asking, validate = true }: Asking): Test | string {
  const field = findSearchable(site, node.field)
  if (field === undefined) return `Field '${node.field}' does not exist or you do not have permission to view it.`
  const { operator, values } = node
  if (operator === 'is' || operator === 'is not') {
    return (issue) =>
      (field.date ? field.date(issue) === undefined : field.of(issue, site).every((text) => text === '' || text === 'unresolved')) ===
      (operator === 'is')
  }
  if (field.date) return dateTest(field, operator, values[0] ?? '', site)
  if (field.text) {
    if (operator !== '~' && operator !== '!~') return `The operator '${operator}' is not supported by the '${node.field}' field.`
    return (issue) => field.of(issue, site).some((text) => contains(text, values[0] ?? '')) === (operator === '~')
  }
  const negative = operator === '!=' || operator === 'not in'
  if (!negative && operator !== '=' && operator !== 'in') return `The operator '${operator}' is not supported by the '${node.field}' field.`
  for (const value of values)
    if (validate && field.exists && !field.exists(value, site, asking))
      return `The value '${value}' does not exist for the field '${node.field}'.`
  const wanted = new Set(values.map((value) => (field.resolve ?? lower)(value, site, asking)))
  return (issue) => {
    const found = field.of(issue, site)
    // Like the real site: "is not X" does not hold for an issue that has nothing there.
    return negative ? found.length > 0 && !found.some((item) => wanted.has(item)) : found.some((item) => wanted.has(item))
  }
}

function nodeTest(node: JqlNode, asking: Asking): Test | string {
  if (node.kind === 'clause') return clauseTest(node, asking)
  if (node.kind === 'not') {
    const inner = nodeTest(node.part, asking)
    return typeof inner === 'string' ? inner : (issue) => !inner(issue)
  }
  const tests: Test[] = []
  for (const part of node.parts) {
    const test = nodeTest(part, asking)
    if (typeof test === 'string') return test
    tests.push(test)
  }
  return node.kind === 'and' ? (issue) => tests.every((test) => test(issue)) : (issue) => tests.some((test) => test(issue))
}

function orderKey(site: Site, name: string): ((issue: SiteIssue) => string | number) | undefined {
  const field = findSearchable(site, name)
  if (field === undefined) return undefined
  if (field.date) return (issue) => field.date?.(issue)?.getTime() ?? 0
  if (field === KEY) return (issue) => Number(issue.id)
  return (issue) => field.of(issue, site).at(-1) ?? ''
}

/** The query as functions, or the sentence that refuses it. Without an order, newest first. */
export function makeMatch(query: JqlQuery, asking: Asking): Match | string {
  const matches = query.where === undefined ? () => true : nodeTest(query.where, asking)
  if (typeof matches === 'string') return matches
  const keys: { key: (issue: SiteIssue) => string | number; sign: number }[] = []
  for (const { field, descending } of query.order) {
    const key = orderKey(asking.site, field)
    if (key === undefined) return `Not able to sort using field '${field}'.`
    keys.push({ key, sign: descending ? -1 : 1 })
  }
  keys.push({ key: (issue) => Number(issue.id), sign: -1 })
  return {
    // Who may see it is asked of the issue as it is now, not as the index has it.
    matches: (issue) => seen(asking.site, asking.user, asking.site.issues.get(issue.id) ?? issue) && matches(issue),
    compare: (a, b) => {
      for (const { key, sign } of keys) {
        const [first, second] = [key(a), key(b)]
        if (first !== second) return first < second ? -sign : sign
      }
      return 0
    },
  }
}
