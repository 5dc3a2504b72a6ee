// The small objects that Jira repeats everywhere: users, statuses, types, projects, and an issue as another issue shows it.
import { STATUS_CATEGORIES } from './catalogue.ts'
import {
  projectOf,
  type Site,
  type SiteIssue,
  type SiteIssueType,
  type SiteProject,
  type SiteStatus,
  type SiteUser,
  statusOf,
  typeOf,
} from './site.ts'

/** The version in `self` links: the REST API says 3, webhooks say 2. */
export type ApiVersion = 2 | 3

const avatars = (site: Site, kind: string) =>
  Object.fromEntries(
    ['48x48', '24x24', '16x16', '32x32'].map((size) => [size, `${site.baseUrl}/avatar/${kind}?size=${size.split('x')[0]}`]),
  )

/** What Data Center calls a person by. */
export const nameOf = ({ email }: SiteUser): string => email.split('@')[0] ?? email

const showNamedUser = (site: Site, user: SiteUser) => ({
  self: `${site.baseUrl}/rest/api/2/user?username=${encodeURIComponent(nameOf(user))}`,
  name: nameOf(user),
  key: `JIRAUSER${10_100 + site.users.indexOf(user)}`,
  emailAddress: user.email,
  avatarUrls: avatars(site, 'user'),
  displayName: user.displayName,
  active: true,
  timeZone: 'Etc/UTC',
})

export const showUser = (site: Site, user: SiteUser | undefined, version: ApiVersion = 3) =>
  user === undefined
    ? null
    : site.form === 'data-center'
      ? showNamedUser(site, user)
      : {
          self: `${site.baseUrl}/rest/api/${version}/user?accountId=${encodeURIComponent(user.accountId)}`,
          accountId: user.accountId,
          // Webhooks never carry the address.
          ...(version === 3 ? { emailAddress: user.email } : {}),
          avatarUrls: avatars(site, 'user'),
          displayName: user.displayName,
          active: true,
          timeZone: 'Etc/UTC',
          accountType: 'atlassian',
        }

export const showStatus = (site: Site, status: SiteStatus) => {
  const { id, name, colorName } = STATUS_CATEGORIES[status.category]
  return {
    self: `${site.baseUrl}/rest/api/3/status/${status.id}`,
    description: '',
    iconUrl: `${site.baseUrl}/images/icons/statuses/generic.png`,
    name: status.name,
    id: status.id,
    statusCategory: { self: `${site.baseUrl}/rest/api/3/statuscategory/${id}`, id, key: status.category, colorName, name },
  }
}

export const showIssueType = (site: Site, type: SiteIssueType) => ({
  self: `${site.baseUrl}/rest/api/3/issuetype/${type.id}`,
  id: type.id,
  description: '',
  iconUrl: `${site.baseUrl}/images/icons/issuetypes/${type.id}.svg`,
  name: type.name,
  subtask: type.level === -1,
  hierarchyLevel: type.level,
})

export const showPriority = (site: Site, id: string) => {
  const priority = site.priorities.find((entry) => entry.id === id)
  return priority === undefined
    ? null
    : {
        self: `${site.baseUrl}/rest/api/3/priority/${id}`,
        iconUrl: `${site.baseUrl}/images/icons/priorities/${id}.svg`,
        name: priority.name,
        id,
      }
}

export const showProject = (site: Site, project: SiteProject) => ({
  self: `${site.baseUrl}/rest/api/3/project/${project.id}`,
  id: project.id,
  key: project.key,
  name: project.name,
  projectTypeKey: 'software',
  simplified: false,
  avatarUrls: avatars(site, 'project'),
})

export const issueUrl = (site: Site, issue: SiteIssue, version: ApiVersion = 3) => `${site.baseUrl}/rest/api/${version}/issue/${issue.id}`

/** A parent, child or linked issue: key and the four fields Jira adds. */
export const showIssueStub = (site: Site, issue: SiteIssue) => ({
  id: issue.id,
  key: issue.key,
  self: issueUrl(site, issue),
  fields: {
    summary: issue.values.summary,
    status: showStatus(site, statusOf(site, issue)),
    priority: showPriority(site, String(issue.values.priority)),
    issuetype: { ...showIssueType(site, typeOf(site, issue)) },
  },
})

/** The project as an issue shows it, through the issue. */
export const showProjectOf = (site: Site, issue: SiteIssue) => showProject(site, projectOf(site, issue))
