// What Katalyst's API accepts as a governance snapshot, written down from its description (katalyst.md 3.3), so that the
// index is held against it without the API.
import { z } from 'zod'

const links = z.array(z.string()).optional()

export const GovernanceSnapshotInput = z.object({
  version: z.string(),
  project: z.string(),
  generated: z.string().optional(),
  capabilities: z.record(z.string(), z.object({ id: z.string().optional(), title: z.string(), status: z.string() })),
  userTypes: z.record(z.string(), z.object({ id: z.string().optional(), name: z.string(), type: z.string() })).default({}),
  userStories: z.record(z.string(), z.unknown()).default({}),
  roadItems: z
    .record(
      z.string(),
      z.object({
        id: z.string().optional(),
        title: z.string(),
        status: z.string(),
        phase: z.number().optional(),
        priority: z.string().optional(),
      }),
    )
    .default({}),
  stats: z.object({
    capabilities: z.number().optional(),
    totalCapabilities: z.number().optional(),
    userTypes: z.number().optional(),
    totalUserTypes: z.number().optional(),
    userStories: z.number().optional(),
    totalStories: z.number().optional(),
    roadItems: z.number().optional(),
    totalRoadItems: z.number().optional(),
    integrityStatus: z.string().optional(),
    integrityErrors: z.number().optional(),
    roadsByStatus: z.record(z.string(), z.number()).optional(),
    referentialIntegrity: z.object({ valid: z.boolean(), errors: z.array(z.string()) }).optional(),
  }),
  byCapability: z.record(z.string(), z.object({ stories: links, roads: links })).optional(),
  byUserType: z.record(z.string(), z.object({ stories: links, capabilities: links })).optional(),
  boundedContexts: z.record(z.string(), z.object({ title: z.string().optional() })).optional(),
  byContext: z.record(z.string(), z.object({ aggregates: links, events: links })).optional(),
})
