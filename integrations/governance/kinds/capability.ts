import { z } from 'zod'
import type { CapabilityData } from '../artifact.ts'
import { type FrontReader, present } from '../front-reader.ts'
import { foldWord, type KindDefinition, wordVariant } from './kind-definition.ts'

const schema = z.object({
  title: z.string(),
  category: z.enum(['Security', 'Observability', 'Communication', 'Business', 'Technical']),
  status: z.enum(['planned', 'stable', 'deprecated']),
})

const readCapability = (front: FrontReader): CapabilityData => ({
  status: foldWord(front.text('status') ?? ''),
  ...present({
    category: front.text('category'),
    tag: front.text('tag'),
    description: front.text('description'),
    supersededBy: front.text('superseded_by'),
  }),
})

export const capability: KindDefinition<'capability'> = Object.freeze<KindDefinition<'capability'>>({
  kind: 'capability',
  titleKeys: ['title'],
  schema,
  fields: { title: 'title', category: 'category', status: 'status' },
  variants: [wordVariant('status', { in_progress: 'planned and being built', proposed: 'planned' })],
  read: readCapability,
})
