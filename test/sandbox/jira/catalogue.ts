// What every Jira site has before anyone configures it. Ids are the ones a new Cloud site hands out, where those are fixed.

export const PRIORITIES = [
  { id: '1', name: 'Highest', statusColor: '#d04437' },
  { id: '2', name: 'High', statusColor: '#f15C75' },
  { id: '3', name: 'Medium', statusColor: '#f79232' },
  { id: '4', name: 'Low', statusColor: '#707070' },
  { id: '5', name: 'Lowest', statusColor: '#999999' },
] as const
export const DEFAULT_PRIORITY_ID = '3'

export const RESOLUTIONS = [
  { id: '10000', name: 'Done', description: 'Work has been completed.' },
  { id: '10001', name: "Won't Do", description: 'This will not be worked on.' },
  { id: '10002', name: 'Duplicate', description: 'The problem is recorded elsewhere.' },
] as const
export const DEFAULT_RESOLUTION_ID = '10000'

/** The three categories every status belongs to; `search` is the spelling of `statuses/search`. */
export const STATUS_CATEGORIES = {
  new: { id: 2, name: 'To Do', colorName: 'blue-gray', search: 'TODO' },
  indeterminate: { id: 4, name: 'In Progress', colorName: 'yellow', search: 'IN_PROGRESS' },
  done: { id: 3, name: 'Done', colorName: 'green', search: 'DONE' },
} as const
export type StatusCategoryKey = keyof typeof STATUS_CATEGORIES

/** Level 1 holds level 0 as children, level 0 holds level -1 (sub-tasks). */
export const ISSUE_TYPES = [
  { name: 'Epic', level: 1 },
  { name: 'Story', level: 0 },
  { name: 'Task', level: 0 },
  { name: 'Bug', level: 0 },
  { name: 'Sub-task', level: -1 },
] as const

/** Permission keys the stand-in knows; the global ones are not bound to a project. */
export const PERMISSIONS = {
  BROWSE_PROJECTS: { id: '10', name: 'Browse Projects', type: 'PROJECT' },
  CREATE_ISSUES: { id: '11', name: 'Create Issues', type: 'PROJECT' },
  EDIT_ISSUES: { id: '12', name: 'Edit Issues', type: 'PROJECT' },
  ASSIGN_ISSUES: { id: '13', name: 'Assign Issues', type: 'PROJECT' },
  ADD_COMMENTS: { id: '15', name: 'Add Comments', type: 'PROJECT' },
  DELETE_ISSUES: { id: '16', name: 'Delete Issues', type: 'PROJECT' },
  LINK_ISSUES: { id: '21', name: 'Link Issues', type: 'PROJECT' },
  ADMINISTER_PROJECTS: { id: '23', name: 'Administer Projects', type: 'PROJECT' },
  TRANSITION_ISSUES: { id: '46', name: 'Transition Issues', type: 'PROJECT' },
  ADMINISTER: { id: '0', name: 'Administer Jira', type: 'GLOBAL' },
  BULK_CHANGE: { id: '33', name: 'Make bulk changes', type: 'GLOBAL' },
} as const
export type PermissionKey = keyof typeof PERMISSIONS

export const isPermissionKey = (key: string): key is PermissionKey => Object.hasOwn(PERMISSIONS, key)

/** Sizes the real site refuses to exceed, in characters, items or days. */
export const LIMITS = {
  summaryCharacters: 255,
  singleLineCharacters: 255,
  richTextCharacters: 32_767,
  labelCharacters: 255,
  propertyKeyCharacters: 255,
  propertyValueCharacters: 32_768,
  globalIdCharacters: 255,
  bulkCreateIssues: 50,
  bulkFetchIssues: 100,
  reconcileIssues: 50,
  searchPageIssues: 100,
  searchPageIdsOnly: 5_000,
  searchProperties: 5,
  searchOrderFields: 7,
  nextPageTokenDays: 7,
  expandedHistories: 40,
  commentsPerIssue: 5_000,
  agilePage: 50,
  bulkHistoryIssues: 1_000,
  bulkHistoryFields: 10,
  bulkHistoryPage: 10_000,
} as const
