// Edits of pages whose files are in a folder of this machine: taken by the command that runs there, because only it has the
// folder. Also the plan of a dry run, which says what would be taken and takes nothing.
import path from 'node:path'
import type { AppContext } from '../../context.ts'
import type { PublishedPageResult } from './answer.ts'
import { buildPages, type PublicationRequest, type PublicationTexts } from './publication.ts'
import { keysByFile } from './published-pages.ts'
import { takePage } from './pull.ts'

/** The results with what was taken. `root` is the folder that the names of documents start from. */
export async function takeIntoFolder(
  ctx: AppContext,
  request: PublicationRequest,
  texts: PublicationTexts,
  results: readonly PublishedPageResult[],
  governedFolder: string,
): Promise<PublishedPageResult[]> {
  const { config, origin } = request
  if (config.conflictPolicy !== 'pull' || results.every(({ decisions }) => !decisions)) return [...results]
  const { pages, images, diagrams, texts: byFile } = await buildPages(ctx, request, texts)
  const context = await ctx.providers.confluence.connect({ dryRun: true, priority: 'interactive' })
  const place = { kind: 'folder', root: path.dirname(path.resolve(governedFolder)) } as const
  const pulling = { place, context, source: origin.source, config, texts: byFile }
  const titles = new Map(results.flatMap(({ documentId, pageId, title }) => (pageId === null ? [] : [[documentId, title] as const])))
  const surroundings = {
    files: keysByFile(pages),
    titles,
    images,
    diagrams,
    rootUrl: origin.rootUrl,
    config,
    product: context.client.product,
  }
  const byKey = new Map(pages.map((page) => [page.document.key, page]))
  const taken: PublishedPageResult[] = []
  for (const result of results) {
    const page = byKey.get(result.documentId)
    taken.push(page ? await takePage(ctx, pulling, { page, touched: result, surroundings }, result) : result)
  }
  return taken
}
