// A publication from what was kept of it: texts and scores out of the database, pages out of those. Used by the job that
// publishes, and by a dry run, so that a plan is what a run would do.
import type { ConfluenceConfig, ConfluenceContext } from '../../../integrations/confluence/index.ts'
import type { PushContext } from '../../../integrations/engine/push.ts'
import type { AppContext } from '../../context.ts'
import type { PublishedType } from '../publishing/content-types.ts'
import type { GovernanceMaterial } from '../publishing/governance-documents.ts'
import { readMaterial } from '../publishing/publication-material.ts'
import type { PublishOrigin } from '../publishing/publish-source.ts'
import type { SyncDirection } from '../sync-direction.ts'
import { toPageResult } from './answer.ts'
import { handleOrphans } from './orphans.ts'
import { drawDiagrams, type PageDiagrams } from './page-diagrams.ts'
import { type PageImages, toPageImages } from './page-images.ts'
import { distinctTitles, type PlannedPage, parseFiles, planPages } from './published-pages.ts'
import { type EditedResult, findSpace, type PageResult, type Publishing, publishPages } from './publishing.ts'
import { dropMootProposals, type PullPlace, readTaken, takePage } from './pull.ts'

/** What a publication is about; kept with its run. */
export interface PublicationRequest {
  readonly types: readonly PublishedType[]
  readonly config: ConfluenceConfig
  readonly parentPageId: string | undefined
  readonly origin: PublishOrigin
  readonly force: boolean
  /** Which way changes go: `import` writes nothing to Confluence. */
  readonly direction: SyncDirection
}

type Texts = readonly { readonly file: string; readonly content: string }[]

export interface PublicationTexts {
  readonly governance: Texts
  readonly documents: Texts
  /** Bytes in base64. */
  readonly images: Texts
}

export interface PublicationPages {
  /** The documents that are files, by path. */
  readonly texts: ReadonlyMap<string, string>
  readonly pages: readonly PlannedPage[]
  readonly compared: ReadonlyMap<string, PlannedPage>
  readonly images: PageImages
  readonly diagrams: PageDiagrams
  /** What could not be made as it is meant, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * The pages, and the same without the commit: that a page names the commit of its last change is no change.
 * @param keep whether pictures that had to be drawn may be kept
 */
export async function buildPages(
  ctx: AppContext,
  request: PublicationRequest,
  texts: PublicationTexts,
  { keep = false } = {},
): Promise<PublicationPages> {
  const { types, config, origin } = request
  const material = await readMaterial(ctx, origin, texts.governance)
  const { commit: _commit, ...provenance } = material.provenance
  const wanted = new Set(types.includes('document') ? config.documents.map(({ file }) => file) : [])
  const files = await parseFiles(texts.documents.filter(({ file }) => wanted.has(file)))
  const plan = (of: GovernanceMaterial) => distinctTitles(planPages({ types, config, material: of, files, rootUrl: origin.rootUrl }))
  const compared = plan({ ...material, provenance })
  const byFile = new Map(texts.documents.map(({ file, content }) => [file, content]))
  const { documentsScope } = origin
  const drawn = await drawDiagrams(ctx, compared, { documentsScope, keep })
  return {
    ...drawn,
    texts: byFile,
    pages: plan(material),
    compared: new Map(compared.map((page) => [page.document.key, page])),
    images: toPageImages(texts.images),
  }
}

export interface PublicationRun extends Pick<Publishing, 'onPage' | 'onResult'> {
  readonly push: Omit<PushContext, 'connectionId'>
  readonly context: ConfluenceContext
  /** Where edits of pages go; undefined where whoever asked takes them. */
  readonly place: PullPlace | undefined
}

/** Carries a publication out, or in a dry run says what that would be. */
export async function runPublication(
  ctx: AppContext,
  request: PublicationRequest,
  { pages, compared, texts, images, diagrams, notes }: PublicationPages,
  { push, context, place, ...hooks }: PublicationRun,
): Promise<{ readonly results: readonly PageResult[]; readonly notes: readonly string[] }> {
  const { config, origin, parentPageId, types, direction } = request
  const space = await findSpace(context, config.spaceKey)
  const { source, commit, rootUrl } = origin
  const { confluence: provider } = ctx.providers
  const pulling = place && config.conflictPolicy === 'pull' ? { place, context, source, config, texts } : undefined
  const publishing = {
    ...{ provider, context, space, config, source, commit, rootUrl, parentPageId, pages, compared, images, diagrams, ...hooks },
    push: { ...push, remoteReadOnly: direction === 'import' },
    taken: pulling ? await readTaken(ctx, pulling) : new Set<string>(),
    ...(pulling
      ? {
          takeEdit: ({ page, result, surroundings }: EditedResult) =>
            takePage(ctx, pulling, { page, touched: toPageResult(result), surroundings }, result),
        }
      : {}),
  }
  const results = await publishPages(publishing)
  if (pulling) await dropMootProposals(ctx, pulling, results.map(toPageResult))
  const orphans = direction === 'import' ? [] : (await handleOrphans(publishing, types, results)).notes
  return { results, notes: [...notes, ...orphans] }
}
