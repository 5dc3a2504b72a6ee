import { describe, expect, test } from '@jest/globals'
import { planWiki, toPageName, type WikiPage } from '../../../integrations/github/wiki/wiki-pages.ts'

const page = (markdown: string, compared = markdown): WikiPage => ({ key: 'roadmap', title: 'Roadmap', markdown, compared })
const plan = (files: Readonly<Record<string, string>>, ...pages: WikiPage[]) => planWiki(new Map(Object.entries(files)), 'acme/shop', pages)
const written = (files: Readonly<Record<string, string>>, one: WikiPage) => Object.fromEntries(plan(files, one).writes)

describe('a page of ours', () => {
  const first = written({}, page('one'))['Roadmap.md'] as string

  test('keeps what people wrote above and below it', () => {
    const files = { 'Roadmap.md': `Intro by Ann\r\n\r\n${first}\nNotes by Ben\n` }
    const next = written(files, page('two'))['Roadmap.md']
    expect(next).toMatch(/^Intro by Ann\n\n<!-- katalyst:begin [\s\S]*\ntwo\n<!-- katalyst:end -->\n\nNotes by Ben\n$/)
  })

  test('is found where people moved it, and is not made again', () => {
    const { writes, results } = plan({ 'plans/Our-Plan.md': first }, page('two'))
    expect([...writes.keys()]).toEqual(['plans/Our-Plan.md'])
    expect(results).toMatchObject([{ name: 'Our-Plan', status: 'updated' }])
  })

  test('that somebody edited inside of our part is kept, and said once there is something new to write', () => {
    const edited = { 'Roadmap.md': first.replace('one', 'one, by hand') }
    expect(plan(edited, page('one')).results).toMatchObject([{ status: 'unchanged' }])
    const { writes, results } = plan(edited, page('two'))
    expect(writes.size).toBe(0)
    expect(results).toMatchObject([{ status: 'conflict', reason: expect.stringContaining('Roadmap.md: somebody edited') }])
  })

  test('is unchanged while what is compared is, whatever the commit it names', () => {
    expect(plan(written({}, page('at commit 1', 'same')), page('at commit 2', 'same')).results).toMatchObject([{ status: 'unchanged' }])
  })

  test('never takes a page that is somebody else’s, in whatever case or format', () => {
    const { writes, results } = plan({ 'docs/roadmap.rst': 'theirs' }, page('ours'))
    expect([...writes.keys()]).toEqual(['Katalyst-Roadmap.md'])
    expect(results).toMatchObject([{ name: 'Katalyst-Roadmap', status: 'created' }])
  })

  test('whose copy people made is written at its own name only', () => {
    const files = { 'A-Copy.md': first, 'Roadmap.md': first }
    expect([...plan(files, page('two')).writes.keys()]).toEqual(['Roadmap.md'])
  })
})

test('two pages of one run never get one name', () => {
  const { writes } = plan({}, page('one'), { key: 'other', title: 'Roadmap', markdown: 'two', compared: 'two' })
  expect([...writes.keys()]).toEqual(['Roadmap.md', 'Katalyst-Roadmap.md'])
})

test.each([
  ['Governance Report', 'Governance-Report'],
  ['a/b: "c"?', 'a-b-c'],
  ['../..', '..-..'],
  ['  ', 'Katalyst'],
])('the title %j is the page %j', (title, name) => {
  expect(toPageName(title)).toBe(name)
})
