// Fields as Jira describes them. System fields have fixed ids; a custom field gets an id of the site, and its name is not
// unique, so nothing here finds a field by name alone.

/** A stored value: ids for everything that has an id, ADF objects for rich text. */
export type FieldValue = null | string | number | readonly string[] | Readonly<Record<string, unknown>>

export const CUSTOM_FIELD_TYPES = {
  text: { kind: 'text', type: 'string', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:textfield' },
  textarea: { kind: 'richText', type: 'string', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:textarea' },
  number: { kind: 'number', type: 'number', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:float' },
  select: { kind: 'option', type: 'option', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:select' },
  multiselect: { kind: 'options', type: 'array', items: 'option', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:multiselect' },
  labels: { kind: 'labels', type: 'array', items: 'string', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:labels' },
  date: { kind: 'date', type: 'date', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:datepicker' },
  datetime: { kind: 'datetime', type: 'datetime', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:datetime' },
  sprint: { kind: 'sprints', type: 'array', items: 'json', custom: 'com.pyxis.greenhopper.jira:gh-sprint' },
  // Data Center alone: the epic above an issue, and the name every epic must have.
  epicLink: { kind: 'epicLink', type: 'any', custom: 'com.pyxis.greenhopper.jira:gh-epic-link' },
  epicName: { kind: 'text', type: 'string', custom: 'com.pyxis.greenhopper.jira:gh-epic-label' },
  user: { kind: 'user', type: 'user', custom: 'com.atlassian.jira.plugin.system.customfieldtypes:userpicker' },
} as const

export const SYSTEM_FIELDS = [
  { id: 'project', name: 'Project', kind: 'readOnly', type: 'project' },
  { id: 'issuetype', name: 'Issue Type', kind: 'readOnly', type: 'issuetype' },
  { id: 'status', name: 'Status', kind: 'readOnly', type: 'status' },
  { id: 'creator', name: 'Creator', kind: 'readOnly', type: 'user' },
  { id: 'created', name: 'Created', kind: 'readOnly', type: 'datetime' },
  { id: 'updated', name: 'Updated', kind: 'readOnly', type: 'datetime' },
  { id: 'resolutiondate', name: 'Resolved', kind: 'readOnly', type: 'datetime' },
  { id: 'comment', name: 'Comment', kind: 'readOnly', type: 'comments-page' },
  { id: 'summary', name: 'Summary', kind: 'text', type: 'string' },
  { id: 'description', name: 'Description', kind: 'richText', type: 'string' },
  { id: 'environment', name: 'Environment', kind: 'richText', type: 'string' },
  { id: 'labels', name: 'Labels', kind: 'labels', type: 'array', items: 'string' },
  { id: 'priority', name: 'Priority', kind: 'priority', type: 'priority' },
  { id: 'assignee', name: 'Assignee', kind: 'user', type: 'user' },
  { id: 'reporter', name: 'Reporter', kind: 'user', type: 'user' },
  { id: 'parent', name: 'Parent', kind: 'parent', type: 'issuelink' },
  { id: 'duedate', name: 'Due date', kind: 'date', type: 'date' },
  { id: 'resolution', name: 'Resolution', kind: 'resolution', type: 'resolution' },
] as const

export type FieldKind = (typeof SYSTEM_FIELDS)[number]['kind'] | (typeof CUSTOM_FIELD_TYPES)[keyof typeof CUSTOM_FIELD_TYPES]['kind']

export interface FieldOption {
  readonly id: string
  readonly value: string
}

export interface FieldDefinition {
  readonly id: string
  readonly name: string
  readonly kind: FieldKind
  readonly schema: Readonly<Record<string, unknown>>
  readonly options: readonly FieldOption[]
}

export const SYSTEM_DEFINITIONS: readonly FieldDefinition[] = SYSTEM_FIELDS.map((field) => ({
  id: field.id,
  name: field.name,
  kind: field.kind,
  schema: { type: field.type, ...('items' in field ? { items: field.items } : {}), system: field.id },
  options: [],
}))

export interface CustomFieldSpec {
  readonly name: string
  readonly type: keyof typeof CUSTOM_FIELD_TYPES
  /** For select and multiselect. */
  readonly options?: readonly string[]
  readonly required?: boolean
  /** Names of the issue types whose screens show it; default all. */
  readonly types?: readonly string[]
}

/** What `GET field` lists. */
export const showFieldDetails = (field: FieldDefinition) => ({
  id: field.id,
  key: field.id,
  name: field.name,
  custom: 'custom' in field.schema,
  orderable: field.kind !== 'readOnly',
  navigable: true,
  searchable: true,
  clauseNames: 'customId' in field.schema ? [`cf[${field.schema.customId}]`, field.name] : [field.id],
  schema: field.schema,
})
