// A publication from what was kept of it: texts and scores out of the database, pages out of those. Used by the job that
// publishes, and by a dry run, so that a plan is what a run would do.
import type { ConfluenceConfig, ConfluenceContext } from '../integrations/confluence/index.ts'
import type { PushContext } from '../integrations/engine/push.ts'
import { handleOrphans } from './confluence-orphans.ts'
import { findSpace, type PageResult, type Publishing, publishPages } from './confluence-publishing.ts'
import type { AppContext } from './context.ts'
import type { GovernanceMaterial } from './governance-documents.ts'
import { readMaterial } from './publication-material.ts'
import type { PublishOrigin } from './publish-source.ts'
import { distinctTitles, type PlannedPage, type PublishedType, parseFiles, planPages } from './published-pages.ts'

/** What a publication is about; kept with its run. */
export interface PublicationRequest {
  readonly types: readonly PublishedType[]
  readonly config: ConfluenceConfig
  readonly parentPageId: string | undefined
  readonly origin: PublishOrigin
  readonly force: boolean
}

type Texts = readonly { readonly file: string; readonly content: string }[]

export interface PublicationTexts {
  readonly governance: Texts
  readonly documents: Texts
}

export interface PublicationPages {
  readonly pages: readonly PlannedPage[]
  readonly compared: ReadonlyMap<string, PlannedPage>
}

/** The pages, and the same without the commit: that a page names the commit of its last change is no change. */
export async function buildPages(ctx: AppContext, request: PublicationRequest, texts: PublicationTexts): Promise<PublicationPages> {
  const { types, config, origin } = request
  const material = await readMaterial(ctx, origin, texts.governance)
  const { commit: _commit, ...provenance } = material.provenance
  const files = types.includes('document') ? await parseFiles(texts.documents) : []
  const plan = (of: GovernanceMaterial) => distinctTitles(planPages({ types, config, material: of, files, rootUrl: origin.rootUrl }))
  const compared = plan({ ...material, provenance })
  return { pages: plan(material), compared: new Map(compared.map((page) => [page.document.key, page])) }
}

export interface PublicationRun extends Pick<Publishing, 'onPage' | 'onResult'> {
  readonly push: Omit<PushContext, 'connectionId'>
  readonly context: ConfluenceContext
}

/** Carries a publication out, or in a dry run says what that would be. */
export async function runPublication(
  ctx: AppContext,
  request: PublicationRequest,
  { pages, compared }: PublicationPages,
  { push, context, ...hooks }: PublicationRun,
): Promise<{ readonly results: readonly PageResult[]; readonly notes: readonly string[] }> {
  const { config, origin, parentPageId, types } = request
  const space = await findSpace(context, config.spaceKey)
  const { source, commit, rootUrl } = origin
  const { confluence: provider } = ctx.providers
  const publishing = { provider, context, push, space, config, source, commit, rootUrl, parentPageId, pages, compared, ...hooks }
  const results = await publishPages(publishing)
  return { results, notes: (await handleOrphans(publishing, types, results)).notes }
}
