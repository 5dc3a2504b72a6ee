// Values of Jira fields by the kind of the field: what is sent, and when what stands there already says the same. A value
// that does not fit its field is refused with the field's name; it is never bent until it fits.
import { oneLine } from '../documents/clean-text.ts'
import { parseMarkdown } from '../documents/parse-markdown.ts'
import { type PlainValue, samePlain } from '../governance/reconcile.ts'
import type { AllowedValue, FieldSchema } from './answers.ts'
import type { ArtifactSource } from './config.ts'
import { richTextKey, type TextForm, writeRichText } from './rich-text.ts'

export const FIELD_KINDS = ['text', 'paragraph', 'number', 'date', 'option', 'options', 'labels'] as const
export type FieldKind = (typeof FIELD_KINDS)[number]

/** Jira's limit of a single-line text field and of a label, in characters. */
const MAX_LINE_LENGTH = 255

/** A Jira field that a key of the artifact is written to. */
export interface FieldTarget {
  readonly source: ArtifactSource
  readonly id: string
  readonly name: string
  readonly kind: FieldKind
  /** How the site keeps formatted text. */
  readonly textForm: TextForm
  /** What a select field offers. */
  readonly options: readonly AllowedValue[]
}

export type SourceValue = string | number | readonly string[] | undefined
export type FieldValue = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'refused'; readonly reason: string }

/** The kind of a field by its schema; undefined for kinds we do not write (users, versions, cascading selects …). */
export function fieldKindOf(schema: FieldSchema): FieldKind | undefined {
  if (schema.custom?.endsWith(':textarea')) return 'paragraph'
  if (schema.type === 'string') return 'text'
  if (schema.type === 'number' || schema.type === 'date' || schema.type === 'option') return schema.type
  if (schema.type === 'array' && schema.items === 'option') return 'options'
  if (schema.type === 'array' && schema.items === 'string') return 'labels'
  return undefined
}

const refused = (field: FieldTarget, why: string): FieldValue => ({
  kind: 'refused',
  reason: `${field.name} (${field.id}), filled from ${field.source}: ${why}`,
})

const optionText = (option: AllowedValue) => option.value ?? option.name ?? ''

function pickOptions(field: FieldTarget, wanted: readonly string[]): FieldValue {
  const ids: string[] = []
  for (const text of wanted) {
    const option = field.options.find((one) => optionText(one).trim().toLowerCase() === text.trim().toLowerCase())
    if (option?.id === undefined) {
      const offered = field.options.map(optionText).join(', ') || 'none'
      return refused(field, `it has no option "${text}" (it offers: ${offered}). Add the option in Jira, or map the key to a text field.`)
    }
    ids.push(option.id)
  }
  return { kind: 'value', value: field.kind === 'option' ? { id: ids[0] } : ids.sort().map((id) => ({ id })) }
}

const CONVERTERS: Readonly<
  Record<FieldKind, (field: FieldTarget, texts: readonly string[], raw: string | number | readonly string[]) => FieldValue>
> = {
  text(field, texts) {
    const line = oneLine(texts.join(', '))
    if (line.length > MAX_LINE_LENGTH)
      return refused(field, `the text has ${line.length} characters, the field takes ${MAX_LINE_LENGTH}. Map it to a paragraph field.`)
    return { kind: 'value', value: line }
  },
  paragraph: ({ textForm }, texts) => ({ kind: 'value', value: writeRichText(textForm, { body: parseMarkdown(texts.join('\n\n')).tree }) }),
  number(field, _texts, raw) {
    const number = typeof raw === 'object' ? raw.length : Number(raw)
    return Number.isFinite(number) ? { kind: 'value', value: number } : refused(field, `"${raw}" is not a number. Map it to a text field.`)
  },
  date(field, texts) {
    const [text = ''] = texts
    const day = text.slice(0, 10)
    const at = new Date(`${day}T00:00:00Z`)
    // A 31st of February parses, as another day.
    const real = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) && day.length === 10
    return real ? { kind: 'value', value: day } : refused(field, `"${text}" is not a date (YYYY-MM-DD).`)
  },
  option: (field, texts) =>
    texts.length > 1
      ? refused(field, 'it holds one option, the key has several values. Use a multi-select field.')
      : pickOptions(field, texts),
  options: pickOptions,
  labels(field, texts) {
    const bad = texts.find((text) => /\s/.test(text) || text.length > MAX_LINE_LENGTH)
    if (bad !== undefined)
      return refused(
        field,
        `"${bad.slice(0, 60)}" cannot be a label: labels hold no white space and at most ${MAX_LINE_LENGTH} characters.`,
      )
    return { kind: 'value', value: [...new Set(texts)].sort() }
  },
}

/** What to send for a value of the artifact: null where the artifact has none, which clears the field. */
export function toFieldValue(field: FieldTarget, source: SourceValue): FieldValue {
  const texts = (typeof source === 'object' ? source : [String(source ?? '')]).map((text) => text.trim()).filter((text) => text !== '')
  if (source === undefined || texts.length === 0) return { kind: 'value', value: null }
  return CONVERTERS[field.kind](field, texts, source)
}

const isEmpty = (value: unknown) => value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

const idOf = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
  return String(value.id)
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const sorted = (values: readonly unknown[]) => values.map(String).sort()

/** What a value means, as plain JSON: two values of one kind of field are the same when their keys are. */
export function fieldKey(kind: FieldKind, value: unknown): PlainValue {
  if (isEmpty(value)) return null
  switch (kind) {
    case 'paragraph':
      return richTextKey(value)
    case 'option':
      return idOf(value) ?? null
    case 'options':
      return sorted(listOf(value).map((one) => idOf(one) ?? ''))
    case 'labels':
      return sorted(listOf(value))
    case 'date':
      return String(value).slice(0, 10)
    case 'text':
      return typeof value === 'string' ? oneLine(value) || null : (JSON.stringify(value) ?? null)
    default:
      return typeof value === 'string' || typeof value === 'number' ? value : (JSON.stringify(value) ?? null)
  }
}

/** Whether the field already says what would be sent. */
export const sameFieldValue = (kind: FieldKind, desired: unknown, remote: unknown): boolean =>
  samePlain(fieldKey(kind, desired), fieldKey(kind, remote))
