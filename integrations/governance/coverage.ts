// Who stands behind what: for each capability its stories, road items and user types, for each user type its stories and
// capabilities, and what has nobody. A link counts from whichever side says it, because both sides are written by hand.
import type { Artifact, Problem } from './artifact.ts'
import { ofKind } from './artifact-set.ts'
import { compareIds } from './id-order.ts'
import { problemAt } from './place.ts'

export interface CapabilityCoverage {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly stories: readonly string[]
  readonly roads: readonly string[]
  readonly userTypes: readonly string[]
}

export interface UserTypeCoverage {
  readonly id: string
  readonly title: string
  readonly type: string | undefined
  readonly stories: readonly string[]
  readonly capabilities: readonly string[]
}

export interface Coverage {
  readonly capabilities: readonly CapabilityCoverage[]
  readonly userTypes: readonly UserTypeCoverage[]
  /** Capabilities that no story, no road item and no user type names, each in its list; a deprecated one needs nobody. */
  readonly uncovered: {
    readonly byStories: readonly string[]
    readonly byRoads: readonly string[]
    readonly byUserTypes: readonly string[]
  }
}

/** Pairs collected under a key, without repeats, in the order of ids. */
export interface Links {
  add(key: string, id: string): void
  get(key: string): readonly string[]
}

export function makeLinks(): Links {
  const links = new Map<string, Set<string>>()
  return Object.freeze({
    add: (key: string, id: string) => {
      const known = links.get(key)
      if (known === undefined) links.set(key, new Set([id]))
      else known.add(id)
    },
    get: (key: string) => [...(links.get(key) ?? [])].sort(compareIds),
  })
}

/** The coverage matrix of a folder. Rows and their lists are in the order of ids; a duplicate id counts once. */
export function readCoverage(artifacts: readonly Artifact[]): Coverage {
  const [storiesOf, roadsOf, userTypesOf, storiesOfType, capabilitiesOfType] = [
    makeLinks(),
    makeLinks(),
    makeLinks(),
    makeLinks(),
    makeLinks(),
  ]
  const link = (userType: string, capability: string) => {
    userTypesOf.add(capability, userType)
    capabilitiesOfType.add(userType, capability)
  }
  for (const { id, kind, data } of artifacts) {
    if (kind === 'road-item') for (const capability of data.capabilities) roadsOf.add(capability, id)
    if (kind === 'user-story') {
      for (const capability of data.capabilities) storiesOf.add(capability, id)
      if (data.userType !== undefined) storiesOfType.add(data.userType, id)
    }
    if (kind === 'user-type') {
      for (const capability of data.capabilities) link(id, capability)
      for (const story of data.stories) storiesOfType.add(id, story)
    }
  }
  const capabilities = ofKind(artifacts, 'capability').map(({ id, title, data }) => ({
    id,
    title,
    status: data.status,
    stories: storiesOf.get(id),
    roads: roadsOf.get(id),
    userTypes: userTypesOf.get(id),
  }))
  const live = capabilities.filter(({ status }) => status !== 'deprecated')
  const without = (list: 'stories' | 'roads' | 'userTypes') => live.filter((row) => row[list].length === 0).map(({ id }) => id)
  return {
    capabilities,
    userTypes: ofKind(artifacts, 'user-type').map(({ id, title, data }) => ({
      id,
      title,
      type: data.type,
      stories: storiesOfType.get(id),
      capabilities: capabilitiesOfType.get(id),
    })),
    uncovered: { byStories: without('stories'), byRoads: without('roads'), byUserTypes: without('userTypes') },
  }
}

/** Road items that name neither a capability nor an NFR, which Katalyst's roadmap rule demands: `coverage-missing`. */
export function checkCoverage(artifacts: readonly Artifact[]): readonly Problem[] {
  return artifacts.flatMap((artifact) => {
    if (artifact.kind !== 'road-item' || artifact.data.capabilities.length > 0 || artifact.data.nfrs.applicable.length > 0) return []
    return [
      problemAt(artifact, 'coverage-missing', 'capabilities', {
        message: `${artifact.id} names neither a capability nor an NFR, so nothing says what it is for.`,
        expected: 'at least one capability or one applicable NFR',
        found: 'neither',
        advice: 'Name a capability under capabilities, or an NFR under governance.nfrs.applicable.',
      }),
    ]
  })
}
