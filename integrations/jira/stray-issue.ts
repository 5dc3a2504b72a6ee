// An issue that people took out of the place where its artifacts live: into another project, or into another type. What the
// configuration means there (types, statuses, fields) is another thing, so such an issue is neither written nor taken from until
// a person says which is meant. A project that was given another key is still the same place.
import { sameName } from './config.ts'
import type { RemoteIssue } from './remote-issue.ts'
import type { JiraSetup } from './setup.ts'

/** The project that a key belongs to: `KAT` of `KAT-12`. */
export const projectOfKey = (issueKey: string): string => issueKey.replace(/-\d+$/, '')

/** Why the issue is not where it belongs, and what to do; undefined where it is. `home`: the key that the configured project goes by now. */
export function strayReason({ key, issueType }: RemoteIssue, setup: JiraSetup, home: string): string | undefined {
  const project = projectOfKey(key)
  if (project !== home)
    return `The issue was moved to the project ${project} and is ${key} now; this is about ${home}. Move it back, or sync it with --project ${project} and a mapping that fits there.`
  if (issueType === undefined || issueType.id === setup.issueType.id || sameName(issueType.name, setup.issueType.name)) return undefined
  return `${key} is a ${issueType.name} now, and issueTypes.${setup.kind} says ${setup.issueType.name}. Change its type back, or the type in jira-config.json.`
}
