// The published site: what each file says, that nothing of it reaches out, and that it is usable in a real browser from a folder.
// Pictures to look at: KATALYST_SHOTS=FOLDER.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { governanceSite } from '../../../../app/steps/publishing/governance-site.ts'
import { projectRoot } from '../../../source-tree.ts'
import { describeInBrowser, seriousFindings } from '../../pages/browser.ts'
import { siteFiles, siteMaterial } from '../../site-material.ts'

const PAGES = ['index.html', 'dimensions.html', 'roadmap.html', 'coverage.html', 'history.html'] as const
const differing = (left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>) =>
  [...left.keys()].filter((file) => left.get(file) !== right.get(file)).sort()

describe('the site', () => {
  test('has its pages and its style, and the date, scores and maturity on them', () => {
    const site = governanceSite(siteMaterial())
    expect([...site.keys()].sort()).toEqual([...PAGES, 'style.css'].sort())
    expect(site.get('index.html')).toMatch(/<h2>Overall<\/h2><p><span class="score">\d+<\/span> of 100/)
    expect(site.get('index.html')).toMatch(/>(Hypothesized|Emerging|Practicing|Optimized)</)
    for (const page of PAGES) expect(site.get(page)).toContain('Evidence of 2026-05-04 10:20 UTC.')
    // Nothing is known of Feedback, and what is not known is no line.
    expect(site.get('history.html')?.match(/<polyline/g)).toHaveLength(3)
    expect(site.get('dimensions.html')?.match(/<polyline/g)).toHaveLength(2)
    expect(site.get('roadmap.html')).toContain('href="https://git.example.org/acme/shop/blob/main/governance/roads/ROAD-001.md"')
  })

  test('is the same bytes from the same evidence, whatever the newest commit is', () => {
    const { provenance, ...rest } = siteMaterial()
    const later = { ...rest, provenance: { ...provenance, commit: { sha: 'f'.repeat(40) } } }
    expect(differing(governanceSite(siteMaterial()), governanceSite(later))).toEqual([])
  })

  test('differs exactly where a changed state is shown', () => {
    const before = governanceSite(siteMaterial())
    const after = governanceSite(siteMaterial(siteFiles('nfr_validating')))
    expect(differing(before, after)).toEqual(['index.html', 'roadmap.html'])
  })

  test('is there before anything is, and says so', () => {
    const { scores: _scores, history: _history, ...bare } = siteMaterial([])
    const site = governanceSite(bare)
    expect(site.get('index.html')).toContain('Nothing has been imported yet')
    expect(site.get('roadmap.html')).toContain('There are no road items yet.')
    expect(site.get('history.html')).toContain('there is no history')
    expect(site.get('index.html')).not.toContain('Evidence of')
  })

  test('shows hostile texts as texts, in every field', () => {
    const evil = '</title><script>alert(1)</script>"><img src=x onerror=alert(2)>&'
    const gap = { code: 'x', title: evil, recommendation: evil, severity: 'high' as const }
    const material = siteMaterial(siteFiles('implementing', evil))
    const { scores } = material
    const dimensions = structuredClone(scores?.dimensions ?? {}) as NonNullable<typeof scores>['dimensions']
    const [first] = dimensions.confidence.subscores as unknown as { gaps: unknown[] }[]
    first?.gaps.push(gap)
    const site = governanceSite({
      ...material,
      ...(scores ? { scores: { ...scores, dimensions } } : {}),
      provenance: { repository: evil, version: evil, sourceUrl: 'javascript:alert(3)' },
      fileUrl: () => 'javascript:alert(4)',
    })
    for (const page of PAGES) {
      const html = site.get(page) ?? ''
      expect(html).not.toMatch(/<script|<img|href="javascript|onerror="/i)
      expect(html.match(/<title>/g)).toHaveLength(1)
    }
    expect(site.get('index.html')).toContain('&lt;script&gt;')
  })

  test('never takes anything from elsewhere, nor an address that is not of the site, whatever a title holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (title) => {
        for (const [file, text] of governanceSite(siteMaterial(siteFiles('implementing', title)))) {
          expect(text).not.toMatch(/<(script|iframe|object|embed|img|form)\b|\bsrc=|@import|url\(/i)
          for (const [, href] of text.matchAll(/\bhref="([^"]*)"/g))
            expect(`${file} ${href}`).toMatch(
              / (#content|data:,|style\.css|(index|dimensions|roadmap|coverage|history)\.html|https:\/\/git\.example\.org\/.*)$/,
            )
        }
      }),
      { numRuns: 30 },
    )
  })
})

const WIDTHS = [320, 768, 1440] as const
const SCHEMES = ['light', 'dark'] as const

describeInBrowser('the site from a folder', (browser) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-site-'))
  beforeAll(() => {
    const roads = path.join(projectRoot, 'governance')
    const own = readdirSync(roads, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => ({ file, content: readFileSync(path.join(roads, file), 'utf8') }))
    for (const [file, text] of governanceSite(siteMaterial(own))) writeFileSync(path.join(folder, file), text)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(WIDTHS.flatMap((width) => SCHEMES.map((scheme) => [width, scheme] as const)))(
    'has no serious finding of axe at %s px in %s, does not scroll sideways, and asks nobody for anything',
    async (width, colorScheme) => {
      const context = await browser().newContext({ viewport: { width, height: 900 }, colorScheme })
      const page = await context.newPage()
      const asked: string[] = []
      page.on('request', (request) => void asked.push(request.url()))
      try {
        for (const file of PAGES) {
          await page.goto(pathToFileURL(path.join(folder, file)).href)
          await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true')
          expect({ file, findings: await seriousFindings(page) }).toEqual({ file, findings: [] })
          expect({ file, wide: await page.evaluate('document.documentElement.scrollWidth') }).toEqual({ file, wide: width })
          if (process.env.KATALYST_SCREENSHOTS)
            await page.screenshot({ path: `${process.env.KATALYST_SCREENSHOTS}/${file}-${width}-${colorScheme}.png`, fullPage: true })
        }
        expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([])
        await page.getByRole('navigation').getByRole('link', { name: 'Roadmap' }).click()
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Roadmap')
      } finally {
        await context.close()
      }
    },
    30_000,
  )
})
