import { z } from 'zod'
import type { AdrData } from '../artifact.ts'
import { type FrontReader, present } from '../front-reader.ts'
import { foldWord, idOf, type KindDefinition, wordVariant } from './kind-definition.ts'

const schema = z.object({
  title: z.string(),
  status: z.enum(['proposed', 'accepted', 'deprecated', 'superseded']),
  category: z.enum(['architecture', 'infrastructure', 'security', 'performance', 'maintainability', 'testing']),
  scope: z.string().default('project-wide'),
  supersededBy: idOf('adr').optional(),
})

const readAdr = (front: FrontReader): AdrData => ({
  status: foldWord(front.text('status') ?? ''),
  ...present({
    category: front.text('category'),
    scope: front.text('scope'),
    supersedes: front.id('supersedes', 'adr'),
    supersededBy: front.id('superseded_by', 'adr'),
  }),
})

export const adr: KindDefinition<'adr'> = Object.freeze<KindDefinition<'adr'>>({
  kind: 'adr',
  titleKeys: ['title'],
  schema,
  fields: { title: 'title', status: 'status', category: 'category', scope: 'scope', supersededBy: 'superseded_by' },
  variants: [wordVariant('category', { process: 'a decision about the way of working' })],
  read: readAdr,
})
