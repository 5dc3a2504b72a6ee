// A Confluence for flows: the stand-in, and the environment that leads to it.
import { systemClock } from '../../integrations/kernel/clock.ts'
import { openContracts } from '../confluence/site.ts'
import { type ConfluenceSandbox, type ConfluenceSandboxOptions, openConfluenceSandbox } from '../sandbox/confluence/sandbox.ts'

export const openConfluence = async (options: Partial<ConfluenceSandboxOptions> = {}): Promise<ConfluenceSandbox> =>
  openConfluenceSandbox({ clock: systemClock, contracts: await openContracts(), searchLagMs: 0, ...options })

/** The variables that connect a process with the site, and nothing else with anything. */
export function confluenceEnvironment(site: ConfluenceSandbox, folder: string): Record<string, string> {
  const credential: Record<string, string> =
    site.form === 'data-center' ? { CONFLUENCE_PAT: site.token } : { CONFLUENCE_EMAIL: site.email, CONFLUENCE_API_TOKEN: site.token }
  return {
    NODE_ENV: 'test',
    DATABASE_URL: `file:${folder}/katalyst.db`,
    CONFLUENCE_BASE_URL: site.url,
    ...credential,
    KATALYST_CONFIG_DIR: folder,
    ALLOW_PRIVATE_HOSTS: 'true',
    LOG_LEVEL: 'error',
  }
}
