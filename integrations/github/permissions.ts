// What the App needs, per feature. An owner may have granted less, or not yet accepted more: then the feature is off and says
// which permission it misses, instead of failing somewhere in the middle.

export const PERMISSIONS = [
  { feature: 'reading artifacts from git', permission: 'contents', level: 'read' },
  { feature: 'finding repositories', permission: 'metadata', level: 'read' },
  { feature: 'the check on pull requests', permission: 'checks', level: 'write' },
  { feature: 'the check on pull requests', permission: 'pull_requests', level: 'read' },
  { feature: 'the check in merge queues', permission: 'merge_queues', level: 'read' },
] as const
export type PermissionLevel = (typeof PERMISSIONS)[number]['level']

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 }

/** A sentence for each permission that is not granted at the level it is needed. `granted` is GitHub's map of permission to level. */
export function missingPermissions(granted: Readonly<Record<string, string>>): readonly string[] {
  return PERMISSIONS.filter(({ permission, level }) => (RANK[granted[permission] ?? ''] ?? 0) < (RANK[level] ?? 0)).map(
    ({ feature, permission, level }) =>
      `${permission}: ${level} is not granted, so ${feature} is off. Grant it in the App's settings and accept it in the installation.`,
  )
}
