// The pages that documents stand below: `Governance/Reports` is a page Reports below a page Governance. A page that is there
// is used as it is, whoever made it; one that is missing is made, once.
import type { Root } from 'mdast'
import { renderStorage } from '../documents/to-storage.ts'
import type { PushItem } from '../engine/push.ts'
import type { Space } from './client.ts'
import { type DesiredPage, toPageItem } from './desired-page.ts'

export const HIERARCHY_KIND = 'hierarchy'

const intro: Root = {
  type: 'root',
  children: [
    {
      type: 'paragraph',
      children: [
        {
          type: 'text',
          value:
            'The pages below are kept in step with git by Katalyst Integrations. This page was made to hold them; write here what you like.',
        },
      ],
    },
  ],
}
/** Lists the children, as Confluence does it: the list is always what is there. */
const CHILDREN = '<ac:structured-macro ac:name="children" />'

/** Every place on the way to a path, outermost first: `A/B` → `A`, `A/B`. */
export const placesTo = (path: string): string[] => {
  const parts = path.split('/')
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'))
}

/** The page of one place; where its title is taken elsewhere in the space, it is told apart by the title above it. */
export function toHierarchyItem(place: {
  readonly path: string
  readonly scope: string
  readonly space: Space
  readonly parentId: string | undefined
}): PushItem<DesiredPage> {
  const { path, scope, space, parentId } = place
  const [title = path, above] = path.split('/').reverse()
  const page = {
    scope,
    id: path,
    kind: HIERARCHY_KIND,
    title,
    space,
    parentId,
    labels: [],
    attachments: [],
    body: `${renderStorage(intro).body}${CHILDREN}`,
  }
  const item = toPageItem(page)
  const titles = above === undefined ? item.desired.titles : [title, `${title} (${above})`, ...item.desired.titles.slice(1)]
  return { ...item, desired: { ...item.desired, titles } }
}
