import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { buildScan, Enrichment } from '../steps/reports/scan.ts'
import { parseRepositoryAddress } from '../steps/repository-address.ts'
import { makeUseCase } from '../use-case.ts'

/** Builds an FOE report from imports. It is there at once, also where imports it names still run: then it is built again. */
export const startScan = makeUseCase({
  name: 'start-scan',
  summary: 'Builds an FOE report from the named imports, or from the newest evidence, and hands it to Katalyst.',
  access: 'admin',
  input: z.strictObject({
    repositoryUrl: z.string().min(1).max(2000).describe('Address of the repository, such as https://github.com/owner/name'),
    enrichment: Enrichment.optional().describe('The imports to build from; the newest ones of the repository when left out'),
  }),
  output: z.object({
    scanId: z.string(),
    status: z.enum(['completed', 'running']).describe('running: imports it names have not ended, and the report follows them'),
    reportUrl: z.string(),
  }),
  http: { method: 'POST', path: '/scans', status: 202 },
  async run(ctx, { repositoryUrl, enrichment }) {
    const address = parseRepositoryAddress(repositoryUrl, ctx.config.GITHUB_SERVER_URL)
    if (!address) {
      const issue = {
        path: 'repositoryUrl',
        expected: 'the address of a repository, such as https://github.com/owner/name',
        received: 'a text',
      }
      throw new AppError('bad-request', `The input is not valid: repositoryUrl: expected ${issue.expected}.`, {
        details: { issues: [issue] },
      })
    }
    const id = ctx.random.id()
    const { running } = await buildScan(ctx, { id, address, enrichment, startedAt: ctx.clock.now() })
    return {
      scanId: id,
      status: running ? ('running' as const) : ('completed' as const),
      reportUrl: `${ctx.config.PUBLIC_URL}/reports/${id}`,
    }
  },
})
