// How often versions are released: Jira's own word for deliveries, by day, because Jira knows no time of a release.
import { frequencyOf } from '../frequency.ts'
import { isWithin, type Window } from '../instants.ts'
import type { Measured } from '../measured.ts'
import { known } from '../metric-value.ts'
import type { JiraFacts } from './jira-facts.ts'
import { jiraGapOfMissing } from './jira-gap.ts'
import { absentFigures, withoutFigures } from './jira-measured.ts'

export const RELEASE_METRICS = ['deploymentFrequency', 'releaseCount'] as const

/** Versions released in the window; archived ones were released all the same. No figure where the project never released one. */
export function measureJiraReleases({ versions }: JiraFacts, window: Window): Measured<(typeof RELEASE_METRICS)[number]> {
  if (versions.state === 'absent') return absentFigures(RELEASE_METRICS, 'versions', versions.reason)
  const released = versions.items.filter(({ isReleased }) => isReleased)
  const undated = released.filter(({ releasedOn }) => releasedOn === null).length
  if (released.length === undated)
    return {
      metrics: withoutFigures(RELEASE_METRICS, 'no-data'),
      gaps: [jiraGapOfMissing('jira-releases-none')],
      notes: undated > 0 ? [`${undated} released versions have no date and cannot be counted.`] : [],
    }
  const count = released.filter(({ releasedOn }) => isWithin(releasedOn, window)).length
  return {
    metrics: { deploymentFrequency: known(frequencyOf(count, window)), releaseCount: known(count) },
    gaps: [],
    notes: [
      'Released versions of the project stand for deployments.',
      ...(undated > 0 ? [`${undated} released versions have no date and are not counted.`] : []),
    ],
  }
}
