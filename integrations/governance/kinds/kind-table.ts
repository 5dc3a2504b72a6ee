// Every kind of artifact with its definition.
import type { ArtifactKind } from '../artifact.ts'
import { adr } from './adr.ts'
import { capability } from './capability.ts'
import { change } from './change.ts'
import { competency } from './competency.ts'
import { ddd } from './ddd.ts'
import type { KindDefinition } from './kind-definition.ts'
import { nfr } from './nfr.ts'
import { practiceArea } from './practice-area.ts'
import { roadItem } from './road-item.ts'
import { useCase } from './use-case.ts'
import { userStory } from './user-story.ts'
import { userType } from './user-type.ts'

export const KIND_DEFINITIONS: { readonly [K in ArtifactKind]: KindDefinition<K> } = Object.freeze({
  'road-item': roadItem,
  capability,
  'user-story': userStory,
  'user-type': userType,
  adr,
  nfr,
  change,
  'practice-area': practiceArea,
  'use-case': useCase,
  competency,
  ddd,
})
