// Labels of a repository. Their names are compared without case; putting an unknown one on an issue makes it, in grey.
import { z } from 'zod'
import { repositoryUrl } from './payload-git.ts'
import { invalid } from './refusal.ts'
import { nodeId, type Repository, type World } from './world.ts'

export interface Label {
  readonly name: string
  readonly color: string
  readonly description: string | null
}

const GREY = 'ededed'
/** GitHub's limits of a name and a description. */
const MOST_NAME = 50
const MOST_DESCRIPTION = 100

export const labelInput = z.looseObject({
  name: z.string().min(1),
  color: z.string().optional(),
  description: z.string().nullish(),
})

/** Of each repository, by name in lower case. */
const shelves = new WeakMap<Repository, Map<string, Label>>()

export function labelsOf(repository: Repository): Map<string, Label> {
  const known = shelves.get(repository) ?? new Map<string, Label>()
  shelves.set(repository, known)
  return known
}

const fault = (field: string, code: string) => invalid('Validation Failed', [{ resource: 'Label', field, code }])

/** Makes a label; refuses one that is there, and what GitHub cannot hold. */
export function addLabel(repository: Repository, { name, color = GREY, description }: z.output<typeof labelInput>): Label {
  const labels = labelsOf(repository)
  if (labels.has(name.toLowerCase())) throw fault('name', 'already_exists')
  if (name.length > MOST_NAME) throw fault('name', 'invalid')
  if (!/^[0-9a-f]{6}$/i.test(color)) throw fault('color', 'invalid')
  if ((description ?? '').length > MOST_DESCRIPTION) throw fault('description', 'invalid')
  const label = { name, color, description: description ?? null }
  labels.set(name.toLowerCase(), label)
  return label
}

/** Names as labels of the repository, each once, in the spelling of the label that is there. */
export function toLabelNames(repository: Repository, names: readonly string[]): string[] {
  const found = new Map(
    names.map((name) => {
      const label = labelsOf(repository).get(name.toLowerCase()) ?? addLabel(repository, { name })
      return [label.name, label.name] as const
    }),
  )
  return [...found.keys()]
}

export const toLabel = (world: World, repository: Repository, name: string): Record<string, unknown> => {
  const { color, description } = labelsOf(repository).get(name.toLowerCase()) ?? { color: GREY, description: null }
  return {
    id: [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7),
    node_id: nodeId('Label', name),
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: description ?? '',
    color,
    default: false,
  }
}
