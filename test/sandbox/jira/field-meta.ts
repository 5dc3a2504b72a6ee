// What createmeta, editmeta and the screens of transitions say about a field.
import { FIELD_KINDS } from './field-kinds.ts'
import { showIssueType, showPriority, showProject } from './show.ts'
import { findField, known, type Site, type SiteIssueType, type SiteProject, screenOf } from './site.ts'

function allowedValues(site: Site, id: string): readonly unknown[] | undefined {
  const field = findField(site, id)
  if (field?.kind === 'priority') return site.priorities.map((priority) => showPriority(site, priority.id))
  if (field?.kind === 'resolution')
    return site.resolutions.map((resolution) => ({ self: `${site.baseUrl}/rest/api/3/resolution/${resolution.id}`, ...resolution }))
  if (field?.kind === 'option' || field?.kind === 'options')
    return field.options.map((option) => ({ self: `${site.baseUrl}/rest/api/3/customFieldOption/${option.id}`, ...option }))
  return undefined
}

/** A field of a screen. */
export function showFieldMeta(site: Site, id: string, required: boolean) {
  const field = known(findField(site, id), `field ${id}`)
  const values = allowedValues(site, id)
  return {
    required,
    schema: field.schema,
    name: field.name,
    key: field.id,
    hasDefaultValue: id === 'priority',
    operations: field.kind === 'readOnly' ? ['set'] : FIELD_KINDS[field.kind].operations,
    ...(values === undefined ? {} : { allowedValues: values }),
  }
}

/** The edit screen by field id. */
export const showEditMeta = (site: Site, project: SiteProject, type: SiteIssueType) => ({
  fields: Object.fromEntries([...screenOf(project, type)].map(([id, required]) => [id, showFieldMeta(site, id, required)])),
})

/** The create screen: project and type first, then the fields. */
export function showCreateMeta(site: Site, project: SiteProject, type: SiteIssueType) {
  const first = [
    { ...showFieldMeta(site, 'project', true), fieldId: 'project', allowedValues: [showProject(site, project)] },
    { ...showFieldMeta(site, 'issuetype', true), fieldId: 'issuetype', allowedValues: [showIssueType(site, type)] },
  ]
  return [...first, ...[...screenOf(project, type)].map(([id, required]) => ({ ...showFieldMeta(site, id, required), fieldId: id }))]
}
