import { z } from 'zod'
import type { NfrData } from '../artifact.ts'
import { type FrontReader, present } from '../front-reader.ts'
import { foldWord, type KindDefinition, optionalText, wordVariant } from './kind-definition.ts'

/** Words Katalyst's template offers; its parser takes every other one for `should` without a word, so a slip would go unseen. */
const PRIORITY_WORDS: readonly string[] = ['must', 'should', 'could', 'wont', "won't"]

const schema = z.object({
  title: z.string(),
  category: z.enum(['performance', 'security', 'accessibility', 'reliability', 'scalability', 'maintainability']),
  status: z.enum(['active', 'deprecated']),
  threshold: optionalText,
  measurement: optionalText,
})

function readNfr(front: FrontReader): NfrData {
  const priority = front.text('priority')
  if (priority !== undefined && !PRIORITY_WORDS.includes(foldWord(priority)))
    front.note('value-unknown', 'priority', `\`priority\` is "${priority}".`, {
      expected: 'must, should or could',
      found: priority,
      advice: 'Write must, should or could.',
    })
  return {
    status: foldWord(front.text('status') ?? ''),
    ...present({ category: front.text('category'), priority }),
    roadItems: front.ids('road_items', 'road-item'),
  }
}

export const nfr: KindDefinition<'nfr'> = Object.freeze<KindDefinition<'nfr'>>({
  kind: 'nfr',
  titleKeys: ['title'],
  schema,
  fields: { title: 'title', category: 'category', status: 'status', threshold: 'threshold', measurement: 'measurement' },
  variants: [wordVariant('status', { pending: 'active' })],
  read: readNfr,
})
