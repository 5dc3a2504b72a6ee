// Katalyst has a glob and an id for competencies and no file of them; practice areas name them. Both spellings of keys are
// read, because their parent writes camelCase and everything else snake_case.
import type { CompetencyData } from '../artifact.ts'
import { type FrontReader, present, union } from '../front-reader.ts'
import type { KindDefinition } from './kind-definition.ts'

const readCompetency = (front: FrontReader): CompetencyData => ({
  ...present({ practiceArea: front.id('practice_area_id', 'practice-area') ?? front.id('practiceAreaId', 'practice-area') }),
  dependencies: union(front.ids('dependencies', 'competency'), front.ids('depends_on', 'competency')),
})

export const competency: KindDefinition<'competency'> = Object.freeze<KindDefinition<'competency'>>({
  kind: 'competency',
  titleKeys: ['title', 'name'],
  fields: {},
  variants: [],
  read: readCompetency,
})
