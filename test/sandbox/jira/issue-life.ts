// How an issue begins, moves house and ends.
import { isRecord, type Refusal, refuse } from './answer.ts'
import { recordChange } from './issue-changes.ts'
import { missingRequired, parentProblem, readFields } from './issue-input.ts'
import { isProperties, readProperties } from './issue-properties.ts'
import {
  type ChangeItem,
  findProject,
  known,
  may,
  type Site,
  type SiteIssue,
  type SiteIssueType,
  type SiteProject,
  type SiteUser,
  screenOf,
  typeOf,
} from './site.ts'

function findTarget(
  site: Site,
  fields: Readonly<Record<string, unknown>>,
  actor: SiteUser,
): { project: SiteProject; type: SiteIssueType } | Refusal {
  const named = isRecord(fields.project) ? (fields.project.id ?? fields.project.key) : undefined
  const project = named === undefined ? undefined : findProject(site, String(named))
  if (project === undefined || !may(actor, project, 'BROWSE_PROJECTS')) return refuse(400, { project: 'Specify a valid project ID or key' })
  if (!may(actor, project, 'CREATE_ISSUES')) return refuse(403, 'You do not have permission to create issues in this project.')
  const wanted = isRecord(fields.issuetype) ? fields.issuetype : {}
  const type = project.types.find(({ id, name }) => (wanted.id === undefined ? name === wanted.name : id === String(wanted.id)))
  return type === undefined ? refuse(400, { issuetype: 'Specify a valid issue type' }) : { project, type }
}

/** Creates an issue from a create body, or says why not. All field faults are reported together. */
export function createIssue(site: Site, actor: SiteUser, body: unknown): SiteIssue | Refusal {
  const input = isRecord(body) ? body : {}
  if (!isRecord(input.fields)) return refuse(400, 'The fields of the issue are missing.')
  const target = findTarget(site, input.fields, actor)
  if ('refused' in target) return target
  const { project, type } = target
  const screen = screenOf(project, type)
  const read = readFields(input, { site, screen, current: {}, skip: ['project', 'issuetype'] })
  const problems = { ...missingRequired(site, screen, read.values), ...read.problems }
  const misplaced = parentProblem(site, type, read.values.parent, project.id)
  if (misplaced) problems.parent ??= misplaced
  if (Object.keys(problems).length > 0) return refuse(400, problems)
  const properties = readProperties(input.properties)
  if (!isProperties(properties)) return properties
  const workflow = known(project.workflows.get(type.id), `the workflow of ${type.name}`)
  const now = site.clock.now()
  project.lastNumber += 1
  const issue: SiteIssue = {
    id: String(site.nextId()),
    key: `${project.key}-${project.lastNumber}`,
    projectId: project.id,
    typeId: type.id,
    statusId: known(
      site.statuses.find(({ name }) => name === workflow.initial),
      `status ${workflow.initial}`,
    ).id,
    values: { labels: [], priority: site.defaultPriorityId, reporter: actor.accountId, ...read.values },
    creator: actor,
    created: now,
    updated: now,
    resolved: undefined,
    hidden: false,
    archived: false,
    history: [],
    comments: [],
    remoteLinks: [],
    properties: new Map(properties),
  }
  site.issues.set(issue.id, issue)
  site.announce({ kind: 'created', sort: 'issue_created', issue, actor, history: undefined })
  return issue
}

/** Deletes the issue; its sub-tasks must go first or with it. */
export function deleteIssue(site: Site, issue: SiteIssue, actor: SiteUser, withSubtasks: boolean): Refusal | undefined {
  const subtasks = [...site.issues.values()].filter((other) => other.values.parent === issue.id && typeOf(site, other).level === -1)
  if (subtasks.length > 0 && !withSubtasks)
    return refuse(
      400,
      `The issue '${issue.key}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`,
    )
  for (const gone of [...subtasks, issue]) {
    site.issues.delete(gone.id)
    site.announce({ kind: 'deleted', sort: 'issue_deleted', issue: gone, actor, history: undefined })
  }
  return undefined
}

/** Moves the issue to another project that has its type: the id stays, the key changes, the old key still finds it. */
export function moveIssue(site: Site, issue: SiteIssue, actor: SiteUser, project: SiteProject): Refusal | undefined {
  const type = project.types.find(({ id }) => id === issue.typeId)
  const workflow = type && project.workflows.get(type.id)
  if (workflow === undefined) return refuse(400, { issuetype: `The project ${project.key} has no issue type ${typeOf(site, issue).name}.` })
  const status = site.statuses.find(({ id }) => id === issue.statusId)
  const keeps = status !== undefined && Object.hasOwn(workflow.statuses, status.name)
  const oldKey = issue.key
  const oldProject = known(site.projects.get(issue.projectId), `project ${issue.projectId}`)
  project.lastNumber += 1
  issue.key = `${project.key}-${project.lastNumber}`
  issue.projectId = project.id
  if (!keeps)
    issue.statusId = known(
      site.statuses.find(({ name }) => name === workflow.initial),
      `status ${workflow.initial}`,
    ).id
  site.oldKeys.set(oldKey, issue.id)
  const items: ChangeItem[] = [
    {
      field: 'project',
      fieldId: 'project',
      fieldtype: 'jira',
      from: oldProject.id,
      fromString: oldProject.name,
      to: project.id,
      toString: project.name,
    },
    { field: 'Key', fieldId: 'issuekey', fieldtype: 'jira', from: null, fromString: oldKey, to: null, toString: issue.key },
  ]
  recordChange(site, issue, actor, items, 'issue_moved')
  return undefined
}
