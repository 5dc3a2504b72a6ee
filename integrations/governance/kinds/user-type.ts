import { z } from 'zod'
import type { UserTypeData } from '../artifact.ts'
import { type FrontReader, present } from '../front-reader.ts'
import { foldWord, idOf, type KindDefinition, listOf, optionalText } from './kind-definition.ts'

const schema = z.object({
  title: z.string(),
  type: z.enum(['human', 'bot', 'system', 'external_api']),
  status: z.enum(['draft', 'approved', 'deprecated']),
  archetype: z.enum(['creator', 'operator', 'administrator', 'consumer', 'integrator']),
  description: optionalText,
  goals: listOf(z.string()),
  painPoints: listOf(z.string()),
  behaviors: listOf(z.string()),
  typicalCapabilities: listOf(idOf('capability')),
  technicalProfile: z
    .object({
      skillLevel: z.enum(['beginner', 'intermediate', 'advanced']).optional(),
      integrationType: z.enum(['web_ui', 'api', 'sdk', 'webhook', 'cli']).optional(),
      frequency: z.enum(['daily', 'weekly', 'occasional']).optional(),
    })
    .optional(),
  relatedStories: listOf(idOf('user-story')),
  relatedUserTypes: listOf(idOf('user-type')),
})

const readUserType = (front: FrontReader): UserTypeData => ({
  status: foldWord(front.text('status') ?? ''),
  ...present({ type: front.text('type'), archetype: front.text('archetype') }),
  capabilities: front.ids('typical_capabilities', 'capability'),
  stories: front.ids('related_stories', 'user-story'),
  relatedUserTypes: front.ids('related_user_types', 'user-type'),
})

export const userType: KindDefinition<'user-type'> = Object.freeze<KindDefinition<'user-type'>>({
  kind: 'user-type',
  titleKeys: ['title', 'name'],
  schema,
  fields: {
    title: 'title',
    type: 'type',
    status: 'status',
    archetype: 'archetype',
    description: 'description',
    goals: 'goals',
    painPoints: 'pain_points',
    behaviors: 'behaviors',
    typicalCapabilities: 'typical_capabilities',
    'technicalProfile.skillLevel': 'technical_profile.skill_level',
    'technicalProfile.integrationType': 'technical_profile.integration_type',
    'technicalProfile.frequency': 'technical_profile.frequency',
    relatedStories: 'related_stories',
    relatedUserTypes: 'related_user_types',
  },
  // Katalyst's parser asks for `title`, every one of its own files has `name`: nobody here made a mistake.
  variants: [
    { path: 'title', readAs: (value, root) => (value === undefined && typeof root.name === 'string' ? 'the `name` beside it' : undefined) },
  ],
  read: readUserType,
})
