// Katalyst has a glob and an id for use cases and no file of them; only what references need is read.
import type { UseCaseData } from '../artifact.ts'
import type { FrontReader } from '../front-reader.ts'
import { foldWord, type KindDefinition } from './kind-definition.ts'

const readUseCase = (front: FrontReader): UseCaseData => ({
  status: foldWord(front.text('status') ?? ''),
  capabilities: front.ids('capabilities', 'capability'),
})

export const useCase: KindDefinition<'use-case'> = Object.freeze<KindDefinition<'use-case'>>({
  kind: 'use-case',
  titleKeys: ['title', 'name'],
  fields: {},
  variants: [],
  read: readUseCase,
})
