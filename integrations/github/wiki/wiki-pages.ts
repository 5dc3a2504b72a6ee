// Which files of a wiki change, decided from what is there and what is wanted. A page of ours is known by its mark, wherever
// people moved it; what they wrote around our part stays, and a part they edited is left as it is and said.
import {
  contentHash,
  findRegion,
  isRegionEdited,
  type Region,
  regionContent,
  regionMarker,
  replaceRegion,
  toRegion,
} from '../managed-region.ts'

/** A page as it is wanted. */
export interface WikiPage {
  /** What it is known by, such as `roadmap`. */
  readonly key: string
  readonly title: string
  readonly markdown: string
  /** What decides whether it changed: the markdown without what changes with every commit. */
  readonly compared: string
}

export type WikiPageStatus = 'created' | 'updated' | 'unchanged' | 'conflict'

export interface WikiPageResult {
  readonly key: string
  readonly title: string
  /** Without the extension, as the page's address has it. */
  readonly name: string
  readonly status: WikiPageStatus
  readonly reason?: string
}

export interface WikiPlan {
  /** Whole texts, by file. Empty: nothing is to be written. */
  readonly writes: ReadonlyMap<string, string>
  readonly results: readonly WikiPageResult[]
}

const EXTENSION = /\.md$/i

/** Spaces become hyphens, as GitHub names the file of a page. */
export const toPageName = (title: string): string =>
  title
    .replace(/[\\/:*?"<>|#%]/g, ' ')
    .trim()
    .replace(/\s+/g, '-') || 'Katalyst'

interface Standing {
  readonly file: string
  readonly region: Region
}

/** Pages of ours by marker. A copy carries the mark too: then the one whose name is the wanted one counts, else the first. */
function findStanding(files: ReadonlyMap<string, string>, marker: string, wanted: string): Standing | undefined {
  const found = [...files].flatMap(([file, text]): Standing[] => {
    const region = EXTENSION.test(file) ? findRegion(text) : undefined
    return region?.mark.marker === marker ? [{ file, region }] : []
  })
  return found.find(({ file }) => file === `${wanted}.md`) ?? found[0]
}

/** Names are compared without case: a wiki has one page of a name, whatever folder and extension its file has. */
function freeName(files: ReadonlyMap<string, string>, title: string): string {
  const nameOf = (file: string) => (file.split('/').at(-1) ?? '').replace(/\.[^.]+$/, '').toLowerCase()
  const taken = new Set([...files.keys()].map(nameOf))
  const names = [title, `Katalyst ${title}`, ...Array.from({ length: 50 }, (_, at) => `Katalyst ${title} ${at + 2}`)].map(toPageName)
  return names.find((name) => !taken.has(name.toLowerCase())) ?? `Katalyst-${contentHash(title)}`
}

const nameOfFile = (file: string): string => (file.split('/').at(-1) ?? file).replace(EXTENSION, '')

interface PlannedPage {
  readonly file: string
  /** Undefined where the file stays as it is. */
  readonly text?: string
  readonly result: WikiPageResult
}

function planPage(files: ReadonlyMap<string, string>, scope: string, page: WikiPage): PlannedPage {
  const { key, title } = page
  const marker = regionMarker(scope, `wiki:${key}`)
  const wanted = contentHash(regionContent(page.compared))
  const region = toRegion(marker, page.markdown, { wanted })
  const standing = findStanding(files, marker, toPageName(title))
  if (!standing) {
    const name = freeName(files, title)
    return { file: `${name}.md`, text: `${region}\n`, result: { key, title, name, status: 'created' } }
  }
  const { file } = standing
  const name = nameOfFile(file)
  if (standing.region.mark.wanted === wanted) return { file, result: { key, title, name, status: 'unchanged' } }
  if (isRegionEdited(standing.region)) {
    const reason = `${file}: somebody edited the part between our two comments, so the page is left as it is. Move the edit above or below that part, or delete the page, and publish again.`
    return { file, result: { key, title, name, status: 'conflict', reason } }
  }
  return { file, text: replaceRegion(standing.region, region), result: { key, title, name, status: 'updated' } }
}

/** Pure. `files` are the wiki's, as text; `scope` is part of every mark. */
export function planWiki(files: ReadonlyMap<string, string>, scope: string, pages: readonly WikiPage[]): WikiPlan {
  const known = new Map(files)
  const writes = new Map<string, string>()
  const results = pages.map((page) => {
    const { file, text, result } = planPage(known, scope, page)
    if (text === undefined) return result
    known.set(file, text)
    writes.set(file, text)
    return result
  })
  return { writes, results }
}
