// Pictures of the diagrams that stand in documents as code. Each is drawn once and kept: programs that draw put random ids into
// what they draw, and a page with another picture would be a changed page.
import { createHash } from 'node:crypto'
import type { Nodes } from 'mdast'
import { DIAGRAM_LANGUAGES } from '../../../integrations/documents/storage-names.ts'
import type { StorageAttachment } from '../../../integrations/documents/storage-options.ts'
import { drawDiagram } from '../../../integrations/engine/diagram-program.ts'
import { PLAIN_DOCUMENT, readScope, replaceArtifacts } from '../../../integrations/store/artifacts.ts'
import type { AppContext } from '../../context.ts'
import type { PlannedPage } from './published-pages.ts'

export interface Diagram {
  readonly language: string
  readonly source: string
  /** Path of the document it stands in first. */
  readonly file: string
}

/** Attachments by what `diagramName` says. */
export type PageDiagrams = ReadonlyMap<string, StorageAttachment>

export interface DrawnDiagrams {
  readonly diagrams: PageDiagrams
  /** What could not be drawn, one sentence each. */
  readonly notes: readonly string[]
}

/** Whoever draws so many in vain has a program that does not work: the rest is tried the next time. */
const MOST_FAILURES = 5
const MEDIA_TYPE = 'image/svg+xml'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** The name of the picture of a diagram, on a page and where it is kept. */
export const diagramName = (language: string, source: string): string =>
  `diagram-${sha256(JSON.stringify([language, source])).slice(0, 16)}.svg`

function diagramsIn(node: Nodes, file: string): readonly Diagram[] {
  if (node.type === 'code') {
    const language = (node.lang ?? '').trim().split(/\s/)[0]?.toLowerCase() ?? ''
    return DIAGRAM_LANGUAGES.includes(language) ? [{ language, source: node.value, file }] : []
  }
  return 'children' in node ? node.children.flatMap((child) => diagramsIn(child, file)) : []
}

/** The diagrams of pages that are files, by name, each once. */
export const diagramsOf = (pages: readonly PlannedPage[]): ReadonlyMap<string, Diagram> =>
  new Map(
    pages
      .flatMap(({ document, file }) => (file === undefined ? [] : diagramsIn(document.tree, file)))
      .toReversed()
      .map((diagram) => [diagramName(diagram.language, diagram.source), diagram]),
  )

async function keepPictures(ctx: AppContext, scope: string, pictures: ReadonlyMap<string, string>): Promise<void> {
  const plain = { kind: PLAIN_DOCUMENT, title: '', status: undefined, data: {}, problems: [], blobSha: undefined }
  const upserts = [...pictures].map(([file, text]) => ({ ...plain, file, artifactId: file, contentHash: sha256(text), text }))
  if (upserts.length > 0) await replaceArtifacts((await ctx.store()).db, scope, { upserts, removedFiles: [], at: ctx.clock.now() })
}

/**
 * The pictures of the diagrams on these pages: as they were drawn before, else drawn now, where a program for it is configured.
 * @param documentsScope where the documents are kept; pictures are kept beside them
 * @param keep false in a dry run, which writes nothing
 */
export async function drawDiagrams(
  ctx: AppContext,
  pages: readonly PlannedPage[],
  { documentsScope, keep }: { readonly documentsScope: string; readonly keep: boolean },
): Promise<DrawnDiagrams> {
  const program = ctx.config.DIAGRAM_COMMAND
  const wanted = diagramsOf(pages)
  if (program === undefined || wanted.size === 0) return { diagrams: new Map(), notes: [] }
  const scope = `${documentsScope}:diagrams`
  const pictures = new Map((await readScope((await ctx.store()).db, scope)).map(({ file, text }) => [file, text]))
  const drawn = new Map<string, string>()
  const notes: string[] = []
  for (const [name, { language, source, file }] of wanted) {
    if (pictures.has(name) || notes.length >= MOST_FAILURES) continue
    const picture = await drawDiagram({ program, language, source, signal: ctx.signal })
    if (picture.kind === 'svg') drawn.set(name, picture.svg)
    else notes.push(`A ${language} diagram of ${file} could not be drawn and stands as code: ${picture.reason}.`)
  }
  if (keep) await keepPictures(ctx, scope, drawn)
  const diagrams = [...wanted.keys()].flatMap((name) => {
    const text = pictures.get(name) ?? drawn.get(name)
    return text === undefined ? [] : [[name, { name, mediaType: MEDIA_TYPE, text }] as const]
  })
  return { diagrams: new Map(diagrams), notes }
}
