// Taking away what we made, and nothing else.
import type { ConfluenceContext } from './context.ts'
import { PROPERTY_KEY } from './marker.ts'
import { toRemotePage } from './remote-page.ts'

export type RemovedPage =
  | { readonly kind: 'removed'; readonly id: string; readonly title: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'not-ours'; readonly reason: string }

/**
 * Puts a page of ours into the trash. One that does not carry our mark is left alone, whatever its labels say, and so is one
 * that has pages below it: Confluence would move them up.
 */
export async function removePage({ client }: ConfluenceContext, id: string): Promise<RemovedPage> {
  const page = await client.page(id, PROPERTY_KEY)
  if (!page) return { kind: 'absent' }
  const remote = toRemotePage(page)
  // Of a publication that was cut short the page has only its anchor.
  if (!remote.property && !(remote.region && remote.known === undefined))
    return {
      kind: 'not-ours',
      reason: `"${page.title}" was not created here (it has no property ${PROPERTY_KEY} of its own), so it is not deleted.`,
    }
  if (await client.hasChildren(id))
    return {
      kind: 'not-ours',
      reason: `"${page.title}" has pages below it that would lose their place, so it is not deleted. Move them first.`,
    }
  await client.deletePage(id)
  return { kind: 'removed', id, title: page.title }
}
