// The summary and the roadmap as pages of the repository's wiki, with one commit when something changed.
import { toMarkdown } from '../../../integrations/documents/to-markdown.ts'
import { type GovernanceMaterial, governanceDocuments } from '../publishing/governance-documents.ts'
import type { Publishing, TargetResult } from './publishing.ts'

const PAGES = ['governance-report', 'roadmap'] as const
/** People write around our part, unlike on the other published pages. */
const EDITS = 'what is written above and below this part is kept'

/** A page names the commit it last changed with; the commit alone is no change. */
function wikiPages({ provenance, ...material }: GovernanceMaterial) {
  const { commit: _commit, ...still } = provenance
  const [shown, compared] = [provenance, still].map((from) => {
    const documents = { ...material, provenance: { ...from, edits: EDITS } }
    return PAGES.flatMap((type) => governanceDocuments(type, documents).slice(0, 1))
  })
  return (shown ?? []).map(({ key, title, tree }, at) => ({
    key,
    title,
    markdown: toMarkdown(tree),
    compared: toMarkdown((compared?.[at] ?? { tree }).tree),
  }))
}

/** Publishes the pages; one result for each, or one that says why there is no wiki to write to. */
export async function publishWikiPages(publishing: Publishing): Promise<readonly TargetResult[]> {
  const { ctx, github, repository, material, dryRun } = publishing
  const scope = `${repository.owner}/${repository.repo}`.toLowerCase()
  const published = await ctx.providers.github.publishWiki(github, { repository, scope, pages: wikiPages(material), dryRun })
  if (published.kind === 'unavailable')
    return [{ target: 'wiki', url: null, status: 'refused', code: 'wiki-unavailable', reason: published.reason }]
  return published.pages.map(({ key, url, status, reason }) => ({
    target: 'wiki' as const,
    artifactId: key,
    url,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(status === 'conflict' ? { code: 'edited' } : {}),
  }))
}
