import { z } from 'zod'
import type { UserStoryData } from '../artifact.ts'
import { idsIn, linesBelow, listItems, readSections } from '../body-sections.ts'
import { type FrontReader, present, union } from '../front-reader.ts'
import { foldWord, idOf, type KindDefinition, listOf, wordVariant } from './kind-definition.ts'

const schema = z.object({
  title: z.string(),
  userType: idOf('user-type'),
  status: z.enum(['draft', 'approved', 'implementing', 'complete', 'deprecated']),
  capabilities: z.array(idOf('capability')).min(1),
  useCases: listOf(idOf('use-case')),
  acceptanceCriteria: listOf(z.string()),
})

function readUserStory(front: FrontReader, body: string): UserStoryData {
  const sections = readSections(body)
  const criteria = front.list('acceptance_criteria')
  return {
    status: foldWord(front.text('status') ?? ''),
    ...present({ userType: front.id('user_type', 'user-type') }),
    capabilities: front.ids('capabilities', 'capability'),
    useCases: front.ids('use_cases', 'use-case'),
    acceptanceCriteria: criteria.length > 0 ? criteria : listItems(linesBelow(sections, 'Acceptance Criteria')),
    roadItems: union(front.ids('roadmapItems', 'road-item'), idsIn(linesBelow(sections, 'Road Items'), 'ROAD')),
    adrs: front.ids('adrs', 'adr'),
    relatedStories: front.ids('relatedStories', 'user-story'),
  }
}

export const userStory: KindDefinition<'user-story'> = Object.freeze<KindDefinition<'user-story'>>({
  kind: 'user-story',
  titleKeys: ['title'],
  schema,
  fields: {
    title: 'title',
    userType: 'user_type',
    status: 'status',
    capabilities: 'capabilities',
    useCases: 'use_cases',
    acceptanceCriteria: 'acceptance_criteria',
  },
  variants: [wordVariant('status', { planned: 'draft', proposed: 'draft', in_progress: 'implementing' })],
  read: readUserStory,
})
