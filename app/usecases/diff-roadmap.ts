import { z } from 'zod'
import { EXTERNAL_SOURCES } from '../../integrations/governance/roadmap-source.ts'
import { RoadmapAnswer, toRoadmapAnswer } from '../answers/roadmap-answer.ts'
import { readRoadmapConfig } from '../steps/roadmap/access.ts'
import { prepareRoadmap } from '../steps/roadmap/import.ts'
import { makeUseCase } from '../use-case.ts'

/** What an import would do; nothing is written, here or at the tool. */
export const diffRoadmap = makeUseCase({
  name: 'diff-roadmap',
  summary: 'Compares the roadmap in Jira or GitHub Projects with the road items in git: added, changed, removed, drift.',
  access: 'read',
  input: z.strictObject({
    source: z.enum(EXTERNAL_SOURCES).describe('The tool that owns the roadmap'),
    path: z.string().min(1).optional().describe('Governed folder to compare with; without it, what roadmap-source.json says'),
    repository: z
      .string()
      .regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name')
      .optional()
      .describe('owner/name of the governed repository to compare with (default: of roadmap-source.json)'),
  }),
  output: RoadmapAnswer,
  http: { method: 'GET', path: '/roadmap/diff', hidden: ['path'] },
  cli: { command: 'roadmap:diff', arguments: ['path'] },
  async run(ctx, input) {
    const config = await readRoadmapConfig(ctx, input.source)
    const { place, plan, opened } = await prepareRoadmap(ctx, input, config)
    const files = plan.files.map(({ file }) => file)
    const written = { state: files.length > 0 ? 'planned' : 'none', to: place.to, url: null, files } as const
    return toRoadmapAnswer(input.source, plan, { runId: null, written, requests: opened.requests() })
  },
})
