// Practice areas are the one kind whose keys are camelCase, and whose id is not called `id`.
import { z } from 'zod'
import type { PracticeAreaData } from '../artifact.ts'
import { METHOD_ID } from '../catalogue.ts'
import type { FrontReader } from '../front-reader.ts'
import { idOf, type KindDefinition, listOf, optionalText } from './kind-definition.ts'

const schema = z.object({
  title: z.string(),
  canonical: z.boolean().default(false),
  competencies: listOf(idOf('competency')),
  methods: listOf(z.string().regex(METHOD_ID, { error: 'Mnnn' })),
  tools: listOf(z.string()),
  pillars: listOf(
    z.object({
      type: z.enum(['strategy', 'standards', 'frameworks', 'libraries', 'processes', 'measures']),
      title: z.string(),
      description: optionalText,
      content: z.string().nullable().optional(),
      artifactRefs: listOf(z.string()),
    }),
  ),
})

const readPracticeArea = (front: FrontReader): PracticeAreaData => ({
  canonical: front.flag('canonical'),
  competencies: front.ids('competencies', 'competency'),
  methods: front.list('methods'),
  tools: front.list('tools'),
})

export const practiceArea: KindDefinition<'practice-area'> = Object.freeze<KindDefinition<'practice-area'>>({
  kind: 'practice-area',
  titleKeys: ['title'],
  schema,
  fields: {
    title: 'title',
    canonical: 'canonical',
    competencies: 'competencies',
    methods: 'methods',
    tools: 'tools',
    pillars: 'pillars',
  },
  variants: [],
  read: readPracticeArea,
})
