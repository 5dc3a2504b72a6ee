/** Keyed by the release's id. */
export interface ReleaseFact {
  readonly id: string
  readonly tagName: string
  /** Null when the tag points at nothing that is there any more. */
  readonly targetSha: string | null
  readonly isDraft: boolean
  readonly isPrerelease: boolean
  readonly createdAt: Date
  /** Null for drafts. */
  readonly publishedAt: Date | null
}

export interface DeploymentStatus {
  readonly id: string
  readonly state: string
  readonly createdAt: Date
}

/** Keyed by the deployment's id, with all statuses it ever had (`updatedAt` says nothing about its end and is not kept). */
export interface DeploymentFact {
  readonly id: string
  readonly sha: string
  readonly environment: string
  /** GitHub's own mark; null where it was not said. */
  readonly isProduction: boolean | null
  /** GraphQL's summary (`ACTIVE`, `INACTIVE`, …), needed where statuses are gone; null from REST. */
  readonly state: string | null
  readonly createdAt: Date
  readonly statuses: readonly DeploymentStatus[]
}

/** Something that went wrong in production and is laid to a deployment (from an issue or an incident tool). */
export interface IncidentFact {
  readonly id: string
  readonly deploymentId: string
  readonly openedAt: Date
}
