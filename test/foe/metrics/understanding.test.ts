import { describe, expect, test } from '@jest/globals'
import { absent, collected } from '../../../integrations/foe/collected.ts'
import { CLARITY_POINTS, clarityPoints } from '../../../integrations/foe/commit-clarity.ts'
import { DESCRIPTION_POINTS, descriptionPoints } from '../../../integrations/foe/description-points.ts'
import type { CommitFact, WikiPageFact } from '../../../integrations/foe/facts/knowledge-fact.ts'
import type { PullRequestFact } from '../../../integrations/foe/facts/pull-request-fact.ts'
import { measureCommitMessages } from '../../../integrations/foe/metrics/commit-messages.ts'
import { measureDescriptions } from '../../../integrations/foe/metrics/descriptions.ts'
import { isDecisionRecord, measureDocuments } from '../../../integrations/foe/metrics/documents.ts'
import { measureDiscussions, measureWiki } from '../../../integrations/foe/metrics/knowledge.ts'
import { DEFAULT_SETTINGS } from '../../../integrations/foe/settings.ts'
import { commit, day, pull, robot, valuesOf, WINDOW } from '../hand-built.ts'

describe('descriptions', () => {
  const measure = (pulls: readonly PullRequestFact[], pullRequestTemplate: string | null = null) =>
    measureDescriptions({ pullRequests: collected(pulls), pullRequestTemplate }, WINDOW, DEFAULT_SETTINGS)

  test('are measured without template, bots and other windows', () => {
    const pulls = [
      pull(day(1), { body: '## Why\nbecause it is slow' }),
      pull(day(1), { body: null, closingReferences: 1 }),
      pull(day(1), { body: 'x'.repeat(999), author: robot }),
      pull(day(95), { body: 'x'.repeat(999) }),
    ]
    // 18 characters and a reason; nothing but an issue.
    expect(valuesOf(measure(pulls, '## Why\n'))).toEqual({ averagePrDescriptionLength: 9, linkedIssueRate: 0.5, prDescriptionQuality: 25 })
  })

  test('belong to an issue by title, text or branch, never by their own number', () => {
    const own = pull(day(1))
    const pulls = [
      { ...own, title: `Squash (#${own.number})` },
      pull(day(1), { title: 'ABC-12 sort' }),
      pull(day(1), { body: 'closes other/repo#4' }),
      pull(day(1), { headBranch: 'feature/ABC-3' }),
    ]
    expect(valuesOf(measure(pulls)).linkedIssueRate).toBe(0.75)
  })

  test('earn the points of the table, 100 in all', () => {
    expect(DESCRIPTION_POINTS.reduce((sum, { points }) => sum + points, 0)).toBe(100)
    const text = `We sort the rows because the export depends on it. Tested by hand. ${'More words. '.repeat(30)}`
    expect(descriptionPoints({ text, hasLinkedIssue: true })).toBe(100)
    expect(descriptionPoints({ text: '', hasLinkedIssue: false })).toBe(0)
    expect(descriptionPoints({ text: 'x'.repeat(100), hasLinkedIssue: false })).toBe(20)
  })

  test('none are no figures, absent ones say why', () => {
    expect(measure([]).metrics.linkedIssueRate).toEqual({ value: null, reason: 'no-data' })
    const hidden = measureDescriptions({ pullRequests: absent('not-found'), pullRequestTemplate: null }, WINDOW, DEFAULT_SETTINGS)
    expect(hidden.gaps.map(({ code }) => code)).toEqual(['pull-requests-not-found'])
  })
})

describe('commits', () => {
  const measure = (commits: readonly CommitFact[], pulls: readonly PullRequestFact[] = []) =>
    valuesOf(measureCommitMessages({ commits: collected(commits), pullRequests: collected(pulls) }, WINDOW, DEFAULT_SETTINGS))

  test('of merges, bots and other windows do not count', () => {
    const commits = [
      commit('feat: sort the rows by name\n\nABC-1'),
      commit('wip'),
      commit('Merge branch', { parents: ['a', 'b'] }),
      commit('chore: bump', { author: robot }),
      commit('chore: bump', { author: null, authorName: 'github-actions[bot]' }),
      commit('fix: later', { committedAt: day(90) }),
    ]
    expect(measure(commits)).toEqual({ conventionalCommitsRate: 0.5, commitLinkedIssueRate: 0.5, commitMessageClarity: (100 + 40) / 2 })
  })

  test('that only name the pull request they were squashed from name no issue', () => {
    const merged = pull(day(1))
    expect(measure([commit(`Sort rows (#${merged.number})`)], [merged])).toMatchObject({ commitLinkedIssueRate: 0 })
    expect(measure([commit('Sort rows (#999999)')], [merged])).toMatchObject({ commitLinkedIssueRate: 1 })
  })

  test.each([
    ['Sort the rows by name', 10, 100],
    ['feat(export): sort rows by name', 10, 100],
    ['Embed the font of the page', 10, 100],
    ['Process every row of the file', 10, 100],
    ['Überarbeite die Reihenfolge', 10, 100],
    ['按照名称对所有的行进行排序', 10, 100],
    [':sparkles: Sort the rows by name', 10, 100],
    ['[ABC-12] Sort the rows', 10, 100],
    ['fix: ABC-12 sort the rows', 10, 100],
    ['[ABC-12] Sorted the rows', 10, 75],
    ['ABC-12: wip', 10, 70],
    ['Sorted the rows by name', 10, 75],
    ['Sorting the rows by name', 10, 75],
    ['Sorts the rows by name', 10, 75],
    ['The rows are in order now', 10, 75],
    ['Sort rows', 10, 70],
    [`Sort ${'rows '.repeat(20)}`, 10, 70],
    ['Update some files', 10, 70],
    ['fix: minor changes', 10, 45],
    ['Sort the rows by name', 500, 85],
    ['Sort the rows by name\n\nThe export needs it.', 500, 100],
    ['Sort the rows by name (#12)', null, 100],
    ['', 10, 15],
    ['...', 10, 15],
  ])('saying %j (%s lines) are worth %i', (message, changedLines, points) => {
    expect(clarityPoints({ message, changedLines })).toBe(points)
  })

  test('can earn 100 points in all', () => {
    expect(CLARITY_POINTS.reduce((sum, { points }) => sum + points, 0)).toBe(100)
  })
})

describe('documents', () => {
  const measure = (...paths: string[]) => measureDocuments({ paths: collected(paths) }, DEFAULT_SETTINGS)

  test('are found in the usual places, in any case and with the usual endings', () => {
    expect(
      valuesOf(measure('ReadMe.RST', '.github/CONTRIBUTING.md', 'docs/changelog', 'docs/adr/0001-x.md', 'docs/adr/0000-template.md')),
    ).toMatchObject({
      hasReadme: true,
      hasContributing: true,
      hasChangelog: true,
      hasLicense: false,
      adrCount: 1,
    })
  })

  test('elsewhere, or of other names, are none, and the gaps say which', () => {
    const measured = measure('src/README.md', 'README.ts', 'CONTRIBUTORS.md')
    expect(valuesOf(measured)).toMatchObject({ hasReadme: false, hasContributing: false, adrCount: 0 })
    expect(measured.gaps.map(({ code }) => code)).toEqual(['readme-missing', 'contributing-missing', 'changelog-missing', 'adr-none'])
  })

  test.each([
    ['docs/decisions/0012-a.md', true],
    ['adr/ADR-12.md', true],
    ['governance/adr/ADR-001.md', true],
    ['governance/deep/down/0001-a.mdx', true],
    ['docs/adr/old/0001-a.md', false],
    ['docs/adr/1-a.md', false],
    ['other/adr/ADR-1.md', false],
    ['docs/adr/README.md', false],
    ['governances/ADR-1.md', false],
  ])('%s is a decision record: %s', (path, expected) => {
    expect(isDecisionRecord(path, './governance/')).toBe(expected)
  })

  test('a governance path of nothing governs nothing', () => {
    expect(['', '.', './', '/', null].map((path) => isDecisionRecord('src/0001-a.md', path))).toEqual([false, false, false, false, false])
  })
})

describe('the wiki', () => {
  const page = (path: string, changed: readonly number[], over: Partial<WikiPageFact> = {}): WikiPageFact => ({
    path,
    changedAt: changed.map(day),
    deletedAt: null,
    ...over,
  })
  const pages = [
    page('Home.md', [-300, 10]),
    page('Old.md', [-300]),
    page('New.md', [95]),
    page('Gone.md', [1], { deletedAt: day(2) }),
    page('_Sidebar.md', [1]),
  ]
  const measure = (to: Date) => measureWiki({ wikiPages: collected(pages) }, { from: day(0), to }, DEFAULT_SETTINGS)

  test('is as it was at the end of the window', () => {
    expect(valuesOf(measure(day(90)))).toEqual({ wikiPageCount: 2, wikiFreshness: 50 })
    expect(valuesOf(measure(day(100)))).toEqual({ wikiPageCount: 3, wikiFreshness: expect.closeTo(66.67, 2) })
    expect(valuesOf(measure(day(-1)))).toEqual({ wikiPageCount: 2, wikiFreshness: 0 })
  })

  test('that is not there is 0 and a gap, one that is hidden is unknown', () => {
    const of = (reason: 'not-enabled' | 'no-permission') => measureWiki({ wikiPages: absent(reason) }, WINDOW, DEFAULT_SETTINGS)
    expect(of('not-enabled').metrics).toEqual({
      wikiPageCount: { value: 0, reason: 'not-enabled' },
      wikiFreshness: { value: 0, reason: 'not-enabled' },
    })
    expect(of('no-permission').metrics.wikiFreshness).toEqual({ value: null, reason: 'no-permission' })
    expect(of('not-enabled').gaps.map(({ code }) => code)).toEqual(['wiki-not-enabled'])
    expect(measureWiki({ wikiPages: collected([]) }, WINDOW, DEFAULT_SETTINGS).gaps.map(({ code }) => code)).toEqual(['wiki-empty'])
  })
})

test('discussions of the window are listed, oldest first', () => {
  const discussion = (id: string, at: number) => ({
    ...{ id, number: Number(id), title: 'How?', category: 'Q&A', isAnswered: true, comments: 2, url: 'u' },
    createdAt: day(at),
  })
  const measured = measureDiscussions({ discussions: collected([discussion('2', 5), discussion('1', 3), discussion('3', 90)]) }, WINDOW)
  expect(valuesOf(measured)).toMatchObject({
    discussionCount: 2,
    discussions: [{ number: 1, category: 'Q&A', answered: true, comments: 2, createdAt: '2026-01-04T00:00:00.000Z' }, { number: 2 }],
  })
})
