// The Confluence provider: everything the product does at Confluence. Use cases reach it as `ctx.providers.confluence` and
// import nothing from here. A connection (`ConfluenceSite`) becomes a `ConfluenceContext` by `contextOf`, and the functions
// that talk to Confluence take that first.
import type { Provider } from '../engine/provider.ts'
import { readChangedPages } from './changes.ts'
import { parseConfluenceConfig } from './config.ts'
import { makeConfluenceContext } from './context.ts'
import { toPageItem } from './desired-page.ts'
import { makeConfluenceTarget } from './export.ts'
import { placesTo, toHierarchyItem } from './hierarchy.ts'
import { identify } from './identify.ts'
import { BODIES_AT_ONCE } from './import/evidence-client.ts'
import { readChangedEvidence, readContents, readLabels, readPageList } from './import/streams.ts'
import { markerOf } from './marker.ts'
import { readPageBody, readStoredBody } from './page-reading.ts'
import { readPublished } from './published.ts'
import { removePage } from './remove-page.ts'
import { CONSENT_SCOPES } from './scopes.ts'
import { describeWebhook, pageOfWebhook, verifyWebhook } from './webhooks.ts'

export type { ConfluenceProduct, Space } from './client.ts'
export type { ConfluenceConfig, ContentType, PageConflictPolicy } from './config.ts'
export { CONTENT_TYPES, ConfluenceConfigFile, PAGE_CONFLICT_POLICIES, parseConfluenceConfig } from './config.ts'
export type { ConfluenceContext, ConfluenceSite } from './context.ts'
export type { DesiredPage, PageSource } from './desired-page.ts'
export type { ConfluenceTarget } from './export.ts'
export type { PublishedPage } from './published.ts'
export type { RemovedPage } from './remove-page.ts'

/** The functions of the provider. */
export const confluenceProvider = Object.freeze({
  name: 'confluence',
  contextOf: makeConfluenceContext,
  /** What a consent asks for. */
  scopes: CONSENT_SCOPES,
  identify,
  verifyWebhook,
  describeWebhook,
  pageOfWebhook,
  parseConfig: parseConfluenceConfig,
  toPageItem,
  toHierarchyItem,
  placesTo,
  markerOf,
  makeTarget: makeConfluenceTarget,
  removePage,
  readPublished,
  readChangedPages,
  readPageList,
  readLabels,
  readChangedEvidence,
  readContents,
  /** How many pages `readContents` takes. */
  bodiesAtOnce: BODIES_AT_ONCE,
  readPageBody,
  readStoredBody,
}) satisfies Omit<Provider, 'identify'>
