// What else takes an issue out of its place: another type, another key of its project.
import { type Refusal, refuse } from './answer.ts'
import { recordChange } from './issue-changes.ts'
import { known, projectOf, type Site, type SiteIssue, type SiteProject, type SiteUser, typeOf } from './site.ts'

/** Makes the issue one of another type of its project. */
export function changeType(site: Site, issue: SiteIssue, actor: SiteUser, typeName: string): Refusal | undefined {
  const project = projectOf(site, issue)
  const before = typeOf(site, issue)
  const after = project.types.find(({ name }) => name === typeName)
  const workflow = after && project.workflows.get(after.id)
  if (!after || !workflow) return refuse(400, { issuetype: `The project ${project.key} has no issue type ${typeName}.` })
  issue.typeId = after.id
  const status = site.statuses.find(({ id }) => id === issue.statusId)
  if (!status || !Object.hasOwn(workflow.statuses, status.name))
    issue.statusId = known(
      site.statuses.find(({ name }) => name === workflow.initial),
      `status ${workflow.initial}`,
    ).id
  const item = { field: 'issuetype', fieldId: 'issuetype', fieldtype: 'jira' as const, from: before.id, fromString: before.name }
  recordChange(site, issue, actor, [{ ...item, to: after.id, toString: after.name }], 'issue_updated')
  return undefined
}

/** Gives the project another key: every issue has another one then, and nothing else changes. */
export function renameProject(site: Site, actor: SiteUser, project: SiteProject, newKey: string): void {
  project.formerKeys.add(project.key)
  for (const issue of site.issues.values()) {
    if (issue.projectId !== project.id) continue
    const old = issue.key
    issue.key = `${newKey}-${old.split('-').at(-1)}`
    site.oldKeys.set(old, issue.id)
    const item = { field: 'Key', fieldId: 'issuekey', fieldtype: 'jira' as const, from: null, fromString: old }
    recordChange(site, issue, actor, [{ ...item, to: null, toString: issue.key }], 'issue_updated')
  }
  project.key = newKey
}
