// An export of what has not changed reads pages and writes nothing: its cost grows with the pages, not with the artifacts.
// Larger: KATALYST_LINKED=1000.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { type JiraSandbox, openJiraSandbox } from '../sandbox/jira/sandbox.ts'
import { sizeOf } from './child-process.ts'
import { makeFolder } from './open-product.ts'
import { katalyst } from './run-katalyst.ts'

const LINKED = sizeOf('KATALYST_LINKED', 300)
/** Issues on a page of a bulk read. */
const PAGE = 100
/** Who we are, the project, its fields, types and workflow. */
const OPENING_READS = 10

const own = makeFolder({ projectKey: 'ROAD' })
let jira: JiraSandbox
beforeAll(async () => {
  jira = await openJiraSandbox({ clock: systemClock, searchLag: { ms: 0 } })
  mkdirSync(path.join(own.folder, 'roads'))
  for (let index = 1; index <= LINKED; index += 1) {
    const id = `ROAD-${String(index).padStart(3, '0')}`
    writeFileSync(
      path.join(own.folder, 'roads', `${id}.md`),
      `---\nid: ${id}\ntitle: "Road ${id}"\nstatus: proposed\nphase: 1\npriority: high\ncreated: "2026-01-01"\n---\n\n# ${id}\n\n## Summary\n\nText.\n`,
    )
  }
})
afterAll(async () => {
  await jira.close()
  own.remove()
})

test(
  `${LINKED} linked artifacts: no write, and no more reads than pages and a constant`,
  async () => {
    const environment = {
      NODE_ENV: 'test',
      DATABASE_URL: `file:${path.join(own.folder, 'katalyst.db')}`,
      JIRA_BASE_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_API_TOKEN: jira.token,
      KATALYST_CONFIG_DIR: own.folder,
      ALLOW_PRIVATE_HOSTS: 'true',
    }
    const sync = async () => {
      const ran = await katalyst(['jira:sync', '--export', '--path', own.folder, '--repository', 'acme/roads', '--json'], {
        environment,
        log: silentLog,
      })
      return JSON.parse(ran.out) as { counts: Record<string, number> }
    }
    expect((await sync()).counts).toEqual({ created: LINKED })
    jira.forgetRequests()
    expect((await sync()).counts).toEqual({ unchanged: LINKED })
    const isRead = ({ method, path: route }: (typeof jira.requests)[number]) => method === 'GET' || /\/(search|bulkfetch)/.test(route)
    expect(jira.requests.filter((request) => !isRead(request))).toEqual([])
    expect(jira.requests.length).toBeLessThanOrEqual(OPENING_READS + Math.ceil(LINKED / PAGE))
  },
  60_000 + LINKED * 200,
)
