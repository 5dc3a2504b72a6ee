// What the App needs, per feature. An owner may have granted less, or not yet accepted more: then the feature is off and says
// which permission it misses, instead of failing somewhere in the middle.

export const PERMISSIONS = [
  { feature: 'reading artifacts from git', permission: 'contents', level: 'read' },
  { feature: 'finding repositories', permission: 'metadata', level: 'read' },
  { feature: 'the check on pull requests', permission: 'checks', level: 'write' },
  { feature: 'the check on pull requests', permission: 'pull_requests', level: 'read' },
  { feature: 'proposing changes from Jira', permission: 'contents', level: 'write' },
  { feature: 'proposing changes from Jira', permission: 'pull_requests', level: 'write' },
  { feature: 'publishing on GitHub', permission: 'contents', level: 'write' },
  { feature: 'switching GitHub Pages on', permission: 'pages', level: 'write' },
  { feature: 'the check in merge queues', permission: 'merge_queues', level: 'read' },
  { feature: 'evidence from workflow runs and their test results', permission: 'actions', level: 'read' },
  { feature: 'roadmaps that live in GitHub Projects', permission: 'organization_projects', level: 'read' },
  { feature: 'evidence from deployments', permission: 'deployments', level: 'read' },
  { feature: 'evidence from branch protection and merge settings', permission: 'administration', level: 'read' },
  { feature: 'evidence from discussions', permission: 'discussions', level: 'read' },
  { feature: 'gaps that issues name', permission: 'issues', level: 'read' },
  { feature: 'road items as issues on GitHub', permission: 'issues', level: 'write' },
  { feature: 'evidence from Dependabot alerts', permission: 'vulnerability_alerts', level: 'read' },
  { feature: 'evidence from code scanning', permission: 'security_events', level: 'read' },
  { feature: 'evidence from secret scanning', permission: 'secret_scanning_alerts', level: 'read' },
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
