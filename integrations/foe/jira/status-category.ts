// Which category a status of some history entry belongs to. Statuses are renamed, deleted, and made anew for single projects, so a
// name or an id alone may lead nowhere: the id decides, then what the id was called, then where the issue is now.
import type { JiraChangeFact, JiraIssueFact, JiraStatusFact, StatusCategory } from './jira-facts.ts'

export interface CategoryReader {
  categoryOf(issue: JiraIssueFact, change: JiraChangeFact, side: 'from' | 'to'): StatusCategory
  /** How many sides of changes were told by the issue's present status alone. */
  guesses(): number
}

const lower = (name: string) => name.trim().toLowerCase()

/** Categories by name, where everything of that name is of one category. */
function categoriesByName(statuses: Iterable<JiraStatusFact>): ReadonlyMap<string, StatusCategory> {
  const named = new Map<string, Set<StatusCategory>>()
  for (const { name, category } of statuses) named.set(lower(name), (named.get(lower(name)) ?? new Set()).add(category))
  return new Map([...named].flatMap(([name, categories]) => (categories.size === 1 ? [[name, [...categories][0] as StatusCategory]] : [])))
}

/** Reads categories from every status that is known: listed by Jira now or once, or shown by an issue. */
export function makeCategoryReader(
  statuses: readonly JiraStatusFact[],
  issues: readonly JiraIssueFact[],
  changes: readonly JiraChangeFact[],
): CategoryReader {
  const shown = issues.map(({ statusId, statusName, statusCategory }) => ({ id: statusId, name: statusName, category: statusCategory }))
  const byId = new Map([...statuses, ...shown].map((status) => [status.id, status]))
  const byName = categoriesByName(byId.values())
  // Every name an id ever had: a status may have been deleted under another name than the one in this entry.
  const names = new Map<string, Set<string>>()
  const note = (id: string | null, name: string | null) => {
    if (id !== null && name !== null) names.set(id, (names.get(id) ?? new Set()).add(lower(name)))
  }
  for (const change of changes) {
    if (change.kind !== 'status') continue
    note(change.from, change.fromName)
    note(change.to, change.toName)
  }
  let guesses = 0
  const byHistory = (id: string | null, name: string | null): StatusCategory | undefined => {
    const candidates = [...(name === null ? [] : [lower(name)]), ...[...(names.get(id ?? '') ?? [])].sort()]
    const found = candidates.find((one) => byName.has(one))
    return found === undefined ? undefined : byName.get(found)
  }
  return {
    categoryOf(issue, change, side) {
      const [id, name] = side === 'from' ? [change.from, change.fromName] : [change.to, change.toName]
      const known = byId.get(id ?? '')?.category ?? byHistory(id, name)
      if (known !== undefined) return known
      guesses += 1
      return issue.statusCategory
    },
    guesses: () => guesses,
  }
}
