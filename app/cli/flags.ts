// Flags of a command, made from the input schema of its use case: `artifactIds` becomes `--artifact-ids <list>`.
import { Option } from 'commander'
import { type InputField, inputFields } from '../input.ts'
import type { CliReach, UseCase } from '../use-case.ts'

export const toFlagName = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const VALUE_NAMES: Readonly<Record<InputField['kind'], string>> = {
  string: '<text>',
  number: '<n>',
  boolean: '',
  list: '<a,b,…>',
  other: '<json>',
}

function optionOf(field: InputField, reach: CliReach): Option {
  const alias = reach.aliases?.[field.name]
  // Told in words and not set as commander's default: the schema alone fills in what is not given.
  const known = field.fallback !== undefined && field.kind !== 'boolean' && !(Array.isArray(field.fallback) && field.fallback.length === 0)
  const description = known ? `${field.description} (default: ${String(field.fallback)})` : field.description
  const option = new Option(`--${alias ?? toFlagName(field.name)} ${VALUE_NAMES[field.kind]}`.trim(), description)
  if (field.choices.length > 0) option.choices([...field.choices])
  return option
}

/** The options of a use case's command, without those given by position, fixed by the command or hidden. */
export function flagsOf(useCase: UseCase, reach: CliReach): { readonly field: InputField; readonly option: Option }[] {
  const elsewhere = new Set([
    ...(reach.arguments ?? []),
    ...(reach.hidden ?? []),
    ...(reach.secrets ?? []),
    ...Object.keys(reach.fixed ?? {}),
  ])
  return inputFields(useCase)
    .filter((field) => !elsewhere.has(field.name))
    .map((field) => ({ field, option: optionOf(field, reach) }))
}

/** The option a secret is given by: a file, so that it is neither in the shell's history nor in the list of processes. */
export const secretOption = (name: string) =>
  new Option(`--${toFlagName(name)}-file <file>`, `file that holds the ${toFlagName(name)}; - reads standard input`)
