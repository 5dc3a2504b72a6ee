import { readDdd } from './ddd-prose.ts'
import type { KindDefinition } from './kind-definition.ts'

export const ddd: KindDefinition<'ddd'> = Object.freeze<KindDefinition<'ddd'>>({
  kind: 'ddd',
  titleKeys: ['title', 'name'],
  fields: {},
  variants: [],
  read: readDdd,
})
