// What every function of this provider takes first: the connection's requests, and the site they go to.
import type { ProviderContext } from '../engine/provider.ts'
import { type ConfluenceClient, type ConfluenceProduct, makeConfluenceClient } from './client.ts'

export interface ConfluenceContext extends ProviderContext {
  readonly client: ConfluenceClient
  /** Where people open the site; differs from the address of the API behind the OAuth gateway. */
  readonly siteUrl: string
  /** Whether requests go through Atlassian's gateway, which lets through what the token has a scope for. */
  readonly isGateway: boolean
}

export interface ConfluenceSite {
  /** Ends in `/wiki` on Cloud, also behind the gateway: `https://api.atlassian.com/ex/confluence/{cloudId}/wiki`. */
  readonly baseUrl: string
  readonly product: ConfluenceProduct
  /** Default: the base URL. */
  readonly siteUrl?: string
  readonly context: ProviderContext
}

const GATEWAY = /\/ex\/confluence\/[^/]+\/wiki$/

/**
 * The address that the API of Cloud is below: people paste that of their site, or of the gateway, without `/wiki`. Data Center has
 * whatever path it has.
 */
export function cloudAddress(baseUrl: string): string {
  const plain = baseUrl.replace(/\/+$/, '')
  const isBare = /^https?:\/\/[^/]+(\/ex\/confluence\/[^/]+)?$/.test(plain)
  return isBare ? `${plain}/wiki` : plain
}

/** Opens nothing; the first request loads the library. */
export function makeConfluenceContext({ baseUrl: given, product, siteUrl, context }: ConfluenceSite): ConfluenceContext {
  const baseUrl = product === 'cloud' ? cloudAddress(given) : given.replace(/\/+$/, '')
  const client = makeConfluenceClient({ baseUrl, product, context })
  return Object.freeze({ ...context, client, siteUrl: (siteUrl ?? baseUrl).replace(/\/+$/, ''), isGateway: GATEWAY.test(baseUrl) })
}

/** The page for people: the address the site gave, else the one that every version understands. */
export const pageUrl = (
  { siteUrl }: Pick<ConfluenceContext, 'siteUrl'>,
  { id, path }: { readonly id: string; readonly path?: string | undefined },
): string => (path?.startsWith('/') ? `${siteUrl}${path}` : `${siteUrl}/pages/viewpage.action?pageId=${encodeURIComponent(id)}`)
