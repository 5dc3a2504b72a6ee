// The part of CQL that is used: comparisons joined by AND, and an order. Anything else is refused, as a typo is by the real one.

import type { IndexedPage } from './search-index.ts'
import { isRefusal, type Refusal, refuse, type Site, type SitePage, spaceOf } from './site.ts'

type Test = (indexed: IndexedPage) => boolean

const CLAUSE = /^\s*(\w+)\s*(=|!=|>=|<=|>|<|~|in|not in)\s*(\((?:[^()"]|"(?:\\.|[^"\\])*")*\)|"(?:\\.|[^"\\])*"|[\w.-]+)\s*/i
const unquote = (text: string) => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text)
const listOf = (text: string): string[] =>
  text.startsWith('(') ? (text.slice(1, -1).match(/"(?:\\.|[^"\\])*"|[^,\s]+/g) ?? []).map(unquote) : [unquote(text)]

/** Minutes are the finest that is compared, in the time zone of whoever asks. */
function toInstant(text: string, offsetMinutes: number): number | undefined {
  const match = /^(\d{4})[-/](\d\d)[-/](\d\d)(?: (\d\d):(\d\d))?$/.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour = '0', minute = '0'] = match
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) - offsetMinutes * 60_000
}

const isBelow = (site: Site, page: SitePage, id: string): boolean =>
  page.parentId !== undefined && (page.parentId === id || isBelow(site, site.pages.get(page.parentId) as SitePage, id))

function makeTest(site: Site, offsetMinutes: number, [field, operator, raw]: readonly string[]): Test | Refusal {
  const values = listOf(raw ?? '')
  const name = (field ?? '').toLowerCase()
  const negated = operator === '!=' || operator?.toLowerCase() === 'not in'
  const among =
    (read: (indexed: IndexedPage) => readonly string[]): Test =>
    (indexed) =>
      read(indexed).some((one) => values.includes(one)) !== negated
  switch (name) {
    case 'type':
      return among(() => ['page'])
    case 'space':
      return among(({ page }) => [spaceOf(site, page).key])
    case 'id':
    case 'content':
      return among(({ page }) => [page.id])
    case 'label':
      return among(({ labels }) => labels)
    case 'title':
      if (operator === '~') return ({ title }) => title.toLowerCase().includes((values[0] ?? '').toLowerCase())
      return among(({ title }) => [title])
    case 'ancestor':
      return ({ page }) => values.some((id) => isBelow(site, page, id)) !== negated
    case 'parent':
      return among(({ page }) => [page.parentId ?? ''])
    case 'lastmodified': {
      const bound = toInstant(values[0] ?? '', offsetMinutes)
      if (bound === undefined) return refuse(400, `Could not parse cql : date "${values[0]}"`)
      const floor = (at: Date) => Math.floor(at.getTime() / 60_000) * 60_000
      const tests: Record<string, Test> = {
        '>=': ({ modifiedAt }) => floor(modifiedAt) >= bound,
        '>': ({ modifiedAt }) => floor(modifiedAt) > bound,
        '<=': ({ modifiedAt }) => floor(modifiedAt) <= bound,
        '<': ({ modifiedAt }) => floor(modifiedAt) < bound,
      }
      return tests[operator ?? ''] ?? refuse(400, 'Could not parse cql : operator of a date')
    }
    default:
      return refuse(400, `Could not parse cql : no field exists with name '${field}'`)
  }
}

/** What the query finds, in its order. */
export function searchCql(
  site: Site,
  indexed: readonly IndexedPage[],
  cql: string,
  offsetMinutes: number,
): readonly IndexedPage[] | Refusal {
  const [where = '', order] = cql.split(/\border\s+by\b/i)
  const tests: Test[] = []
  for (let rest = where; rest.trim() !== ''; ) {
    const match = CLAUSE.exec(rest)
    if (!match) return refuse(400, `Could not parse cql : ${rest.slice(0, 60)}`)
    const test = makeTest(site, offsetMinutes, match.slice(1))
    if (isRefusal(test)) return test
    tests.push(test)
    rest = rest.slice(match[0].length)
    if (rest !== '' && !/^and\b/i.test(rest)) return refuse(400, `Could not parse cql : ${rest.slice(0, 60)}`)
    rest = rest.replace(/^and\b/i, '')
  }
  const found = indexed.filter((one) => tests.every((test) => test(one)))
  if (!order) return found
  const [, field = '', direction = 'asc'] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(order) ?? []
  const key = ({ title, modifiedAt, page }: IndexedPage) =>
    field.toLowerCase() === 'title' ? title : field.toLowerCase() === 'created' ? page.createdAt.getTime() : modifiedAt.getTime()
  const sorted = found.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  return direction.toLowerCase() === 'desc' ? sorted.reverse() : sorted
}
