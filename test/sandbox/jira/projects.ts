// Setting a project up: which types it has, which workflow each follows, what is on its screens.
import { AppError } from '../../../integrations/kernel/errors.ts'
import { CUSTOM_FIELD_TYPES, type CustomFieldSpec } from './fields.ts'
import { addCustomField, findField, findProject, type Site, type SiteIssueType, type SiteProject } from './site.ts'
import { makeWorkflow, STANDARD_WORKFLOW, type Workflow, type WorkflowSpec } from './workflow.ts'

export type ScreenPlace = 'required' | 'optional' | 'absent'

export interface ProjectSpec {
  readonly name?: string
  /** Issue type names; a name the site does not know becomes a new standard type. Default: all of the site. */
  readonly types?: readonly string[]
  /** One workflow for all types, or one by type name (the others get the standard one). */
  readonly workflow?: WorkflowSpec | Readonly<Record<string, WorkflowSpec>>
  readonly fields?: readonly CustomFieldSpec[]
  /** By type name (or `*`), by field id or name of one of `fields`: changes the standard screen. */
  readonly screens?: Readonly<Record<string, Readonly<Record<string, ScreenPlace>>>>
}

export interface CreatedProject {
  readonly id: string
  readonly key: string
  /** Ids of the custom fields that came with it, by name; of two of one name, the last. */
  readonly fieldIds: Readonly<Record<string, string>>
  /** Ids of its issue types by name. */
  readonly typeIds: Readonly<Record<string, string>>
}

const STANDARD_SCREEN = {
  summary: true,
  description: false,
  environment: false,
  labels: false,
  priority: false,
  assignee: false,
  reporter: false,
  duedate: false,
} as const

const isOneWorkflow = (workflow: NonNullable<ProjectSpec['workflow']>): workflow is WorkflowSpec => Array.isArray(workflow.transitions)

function workflowFor(spec: ProjectSpec, type: SiteIssueType): Workflow {
  const { workflow } = spec
  if (workflow === undefined) return makeWorkflow(STANDARD_WORKFLOW)
  return makeWorkflow(isOneWorkflow(workflow) ? workflow : (workflow[type.name] ?? STANDARD_WORKFLOW))
}

function addStatuses(site: Site, workflow: Workflow): void {
  for (const [name, category] of Object.entries(workflow.statuses)) {
    const known = site.statuses.find((status) => status.name === name)
    if (known === undefined) site.statuses.push({ id: String(site.nextId()), name, category })
    else if (known.category !== category)
      throw new AppError(
        'bad-request',
        `The site has a status "${name}" of category ${known.category} already; use that one or another name.`,
      )
  }
}

function typesOf(site: Site, names: readonly string[] | undefined): SiteIssueType[] {
  if (names === undefined) return [...site.types]
  return names.map((name) => {
    const found = site.types.find((type) => type.name === name)
    if (found) return found
    const type = { id: String(site.nextId()), name, level: 0 }
    site.types.push(type)
    return type
  })
}

const EPIC_FIELDS = { epicLink: 'Epic Link', epicName: 'Epic Name' } as const

/** Id of the site's field; made on first use. */
function epicField(site: Site, type: keyof typeof EPIC_FIELDS): string {
  const found = site.customFields.find(({ schema }) => schema.custom === CUSTOM_FIELD_TYPES[type].custom)
  return (found ?? addCustomField(site, { name: EPIC_FIELDS[type], type })).id
}

function screenFor(
  site: Site,
  spec: ProjectSpec,
  type: SiteIssueType,
  fieldIds: Readonly<Record<string, string>>,
): ReadonlyMap<string, boolean> {
  const screen = new Map<string, boolean>(Object.entries(STANDARD_SCREEN))
  if (site.form === 'cloud' ? type.level < 1 : type.level === -1) screen.set('parent', false)
  if (site.form === 'data-center' && type.level === 0) screen.set(epicField(site, 'epicLink'), false)
  if (site.form === 'data-center' && type.level === 1) screen.set(epicField(site, 'epicName'), true)
  for (const field of spec.fields ?? []) {
    const id = fieldIds[field.name]
    if (id !== undefined && (field.types === undefined || field.types.includes(type.name))) screen.set(id, field.required === true)
  }
  for (const [name, place] of [...Object.entries(spec.screens?.['*'] ?? {}), ...Object.entries(spec.screens?.[type.name] ?? {})]) {
    const id = fieldIds[name] ?? name
    if (findField(site, id) === undefined) throw new AppError('bad-request', `No field "${name}" to put on the screen of ${type.name}.`)
    if (place === 'absent') screen.delete(id)
    else screen.set(id, place === 'required')
  }
  return screen
}

/** Adds a project to the site. Throws `bad-request` when the key is taken or the spec contradicts itself. */
export function createProject(site: Site, key: string, spec: ProjectSpec = {}): CreatedProject {
  if (!/^[A-Z][A-Z0-9_]{1,9}$/.test(key)) throw new AppError('bad-request', `"${key}" is no project key: two to ten capitals and digits.`)
  if (findProject(site, key)) throw new AppError('bad-request', `The site has a project ${key} already.`)
  const types = typesOf(site, spec.types)
  const workflows = new Map(types.map((type) => [type.id, workflowFor(spec, type)]))
  for (const workflow of workflows.values()) addStatuses(site, workflow)
  const fieldIds = Object.fromEntries((spec.fields ?? []).map((field) => [field.name, addCustomField(site, field).id]))
  const project: SiteProject = {
    id: String(site.nextId()),
    key,
    formerKeys: new Set(),
    name: spec.name ?? key,
    types,
    workflows,
    screens: new Map(types.map((type) => [type.id, screenFor(site, spec, type, fieldIds)])),
    revoked: new Set(),
    lastNumber: 0,
  }
  site.projects.set(project.id, project)
  return Object.freeze({ id: project.id, key, fieldIds, typeIds: Object.fromEntries(types.map(({ id, name }) => [name, id])) })
}
