// Releases and deployments: how often, and in which direction. Definitions: docs/metrics.md, feedback.
import { type Collected, itemsOf } from '../collected.ts'
import { type Deployment, readDeployments } from '../deployment-outcome.ts'
import type { DeploymentFact, ReleaseFact } from '../facts/delivery-fact.ts'
import { DORA_BANDS, doraClassOf, frequencyOf } from '../frequency.ts'
import { type Gap, gapOfAbsence, gapOfMissing } from '../gap.ts'
import { isWithin, splitWindow, type Window } from '../instants.ts'
import type { Measured } from '../measured.ts'
import { known, type MetricValue, uncounted, unknown } from '../metric-value.ts'
import type { MetricSettings } from '../settings.ts'
import { groupBy, mannKendallSign } from '../statistics.ts'

export type ReleaseMetric = 'releaseCount' | 'preReleaseCount' | 'releaseCadenceTrend'
export type DeploymentMetric = 'deploymentCount' | 'deployments' | 'deploymentFrequency' | 'doraClassification'

interface DeliveryFacts {
  readonly releases: Collected<ReleaseFact>
  readonly deployments: Collected<DeploymentFact>
}

const isPublished = (release: ReleaseFact): boolean => !release.isDraft && release.publishedAt !== null
const isFinal = (release: ReleaseFact): boolean => isPublished(release) && !release.isPrerelease

const TREND_WORDS = { '1': 'up', '0': 'flat', '-1': 'down' } as const

/** Counts of the parts of the window, earliest first, and where they tend. */
export interface Trend {
  readonly direction: 'up' | 'down' | 'flat'
  readonly counts: readonly number[]
}

export function trendOf(instants: readonly Date[], window: Window, { trendParts, trendTolerance }: MetricSettings): Trend {
  const counts = splitWindow(window, trendParts).map((part) => instants.filter((instant) => isWithin(instant, part)).length)
  return { direction: TREND_WORDS[`${mannKendallSign(counts, trendTolerance)}`], counts }
}

/** Releases published in the window. Drafts are none, pre-releases are counted apart. */
export function measureReleases(
  { releases }: Pick<DeliveryFacts, 'releases'>,
  window: Window,
  settings: MetricSettings,
): Measured<ReleaseMetric> {
  if (releases.state === 'absent') {
    const { reason } = releases
    return {
      metrics: { releaseCount: uncounted(reason), preReleaseCount: uncounted(reason), releaseCadenceTrend: unknown(reason) },
      gaps: [gapOfAbsence('releases', reason)],
      notes: [],
    }
  }
  const inWindow = releases.items.filter((release) => isPublished(release) && isWithin(release.publishedAt, window))
  const final = inWindow.filter(isFinal)
  const ever = releases.items.some(isFinal)
  return {
    metrics: {
      releaseCount: known(final.length),
      preReleaseCount: known(inWindow.length - final.length),
      releaseCadenceTrend: ever
        ? known(
            trendOf(
              final.map((release) => release.publishedAt as Date),
              window,
              settings,
            ),
          )
        : unknown('no-data'),
    },
    gaps: ever ? [] : [gapOfMissing('releases-none')],
    notes: [],
  }
}

/** What stands behind a frequency: the instants, and whether they are deployments or releases in their place. */
function deliveriesOf(
  facts: DeliveryFacts,
  production: readonly Deployment[],
): { readonly instants: readonly Date[]; readonly from: 'deployments' | 'releases' | null } {
  if (production.length > 0)
    return { instants: production.filter(({ result }) => result === 'success').map(({ at }) => at), from: 'deployments' }
  const released = itemsOf(facts.releases).filter(isFinal)
  return released.length > 0
    ? { instants: released.map((release) => release.publishedAt as Date), from: 'releases' }
    : { instants: [], from: null }
}

function summaryOf(deployments: readonly Deployment[]): object {
  const countsOf = (group: readonly Deployment[]) => ({
    total: group.length,
    succeeded: group.filter(({ result }) => result === 'success').length,
    failed: group.filter(({ result }) => result === 'failure').length,
    unfinished: group.filter(({ result }) => result === 'unfinished').length,
  })
  const environments = [...groupBy(deployments, ({ fact }) => fact.environment)].sort(([left], [right]) => (left < right ? -1 : 1))
  return {
    ...countsOf(deployments),
    production: countsOf(deployments.filter(({ isProduction }) => isProduction)),
    environments: environments.map(([name, group]) => ({
      name,
      isProduction: group.some(({ isProduction }) => isProduction),
      ...countsOf(group),
    })),
  }
}

/**
 * Deployments that ended (or, unfinished, began) in the window, and how often production was delivered to. Where no
 * production deployment is known at all, releases stand in and a note says so.
 */
export function measureDeployments(facts: DeliveryFacts, window: Window, settings: MetricSettings): Measured<DeploymentMetric> {
  const { deployments: source } = facts
  const all = readDeployments(itemsOf(source), settings)
  const production = all.filter(({ isProduction }) => isProduction)
  const inWindow = all.filter(({ at }) => isWithin(at, window))
  const { instants, from } = deliveriesOf(facts, production)
  const count = instants.filter((instant) => isWithin(instant, window)).length
  const missing = source.state === 'absent' ? source.reason : null
  const orWhy = (value: MetricValue): MetricValue => (from === null ? unknown(missing ?? 'no-data') : value)
  const gaps: readonly Gap[] = missing
    ? [gapOfAbsence('deployments', missing)]
    : production.length === 0
      ? [gapOfMissing('deployments-none')]
      : []
  return {
    metrics: {
      deploymentCount: missing ? uncounted(missing) : known(inWindow.length),
      deployments: missing ? unknown(missing) : known(summaryOf(inWindow)),
      deploymentFrequency: orWhy(known(frequencyOf(count, window))),
      doraClassification: orWhy(known(doraClassOf(count, window))),
    },
    gaps,
    notes: [
      ...(from === 'releases' ? ['No production deployment is known: releases stand in for them in the deployment frequency.'] : []),
      ...(from === null ? [] : [`The DORA class uses the bands of the reports of ${DORA_BANDS.years}.`]),
    ],
  }
}
