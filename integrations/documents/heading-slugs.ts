// The names that headings are linked by. GitHub's rule, because the links in the documents were written for GitHub.
import type { Nodes, Root } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'

/** Lower case, spaces as hyphens, and nothing but letters, digits, hyphens and underscores of any script. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

/** A slug for each heading of the document, in its order; a repeated one gets `-1`, `-2`, … An empty one is `section`. */
export function headingSlugs(root: Root): ReadonlyMap<Nodes, string> {
  const taken = new Map<string, number>()
  const slugs = new Map<Nodes, string>()
  const free = (base: string): string => {
    const count = taken.get(base)
    taken.set(base, (count ?? 0) + 1)
    if (count === undefined) return base
    const candidate = `${base}-${count}`
    return taken.has(candidate) ? free(base) : free(candidate)
  }
  const visit = (node: Nodes): void => {
    if (node.type === 'heading') slugs.set(node, free(slugOf(textOf(node)) || 'section'))
    else if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(root)
  return slugs
}
