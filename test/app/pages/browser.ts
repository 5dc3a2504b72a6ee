// A real browser on the pages, with axe in it. Where there is no Chromium, what needs one is skipped with a loud line, or fails
// when KATALYST_REQUIRE_SERVICES is 1.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (file) => file !== undefined && existsSync(file),
)

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Without these, Chromium calls its maker's servers at every start. */
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic']

/** Declares tests that need a browser, closed after them. */
export function describeInBrowser(name: string, tests: (browser: () => Browser) => void): void {
  if (executablePath === undefined && process.env.KATALYST_REQUIRE_SERVICES !== '1') {
    process.stderr.write(`\n*** SKIPPED: ${name} (no Chromium; set CHROMIUM_PATH to one). ***\n`)
    describe.skip(name, () => tests(() => undefined as never))
    return
  }
  describe(name, () => {
    if (executablePath === undefined) {
      test('there is a Chromium', () => Promise.reject(new Error('No Chromium was found; set CHROMIUM_PATH to one.')))
      return
    }
    let opened: Browser | undefined
    beforeAll(async () => {
      opened = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', ...QUIET] })
    })
    afterAll(async () => opened?.close())
    tests(() => opened as Browser)
  })
}

/** What axe finds that is serious or critical, as `rule: place`. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated and not added as a script: the pages' own policy forbids scripts, and that is not to be switched off.
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } }).axe
    interface AxeViolation {
      readonly id: string
      readonly impact: string | null
      readonly nodes: readonly { readonly target: readonly unknown[] }[]
    }
    return (await runner.run()).violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      places: nodes.map(({ target }) => target.join(' ')),
    }))
  })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, places }) => `${id}: ${places.slice(0, 3).join(', ')}`)
}

/** How many visible elements show a text, as the acceptance tests look it up: any case, any part of the element's text. */
export const countOf = (page: Page, text: string): Promise<number> => page.locator(`text=${text}`).filter({ visible: true }).count()
