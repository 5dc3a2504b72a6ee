// Which documents are at the head of the default branch. Only the folders in which they are looked for are listed, by the names they
// really have (their case is anyone's choice), because a whole tree can have a hundred thousand entries.
import { z } from 'zod'
import { ADR_FOLDERS, DOCUMENT_FOLDERS } from '../../foe/metrics/documents.ts'
import { AppError, isAppError } from '../../kernel/errors.ts'
import type { GitHubContext } from '../client.ts'
import { readUnlessAbsent } from './absence.ts'
import { commitProbe } from './commits.ts'
import { assertSamePlace, refusalAt, toIncomplete } from './graph-page.ts'
import { FILE_TEXT, foldersOf, ROOT_FILES } from './queries/documents.ts'
import { parseScanText, toScanText } from './scan-text.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

const KINDS = ['paths', 'pullRequestTemplate'] as const

const EntryAnswer = z.object({ name: z.string(), type: z.string() })
const TreeAnswer = z.object({ entries: z.array(EntryAnswer).nullish() })
const FolderAnswer = z.object({
  entries: z.array(EntryAnswer.extend({ object: TreeAnswer.nullish() })).nullish(),
})
type Folder = z.infer<typeof FolderAnswer>

/** The first folder of each usual place: one listing shows two levels. */
const TOP_FOLDERS: ReadonlySet<string> = new Set(
  [...DOCUMENT_FOLDERS, ...ADR_FOLDERS].flatMap((folder) => folder.split('/')[0]?.toLowerCase() || []),
)

async function ask<T>(
  github: GitHubContext,
  place: ImportPlace,
  query: { readonly query: string; readonly operation: string; readonly variables?: Readonly<Record<string, unknown>> },
  answer: z.ZodType<T>,
): Promise<T> {
  const { owner, repo } = place
  const { data, faults } = await github.client.query({
    ...{ query: query.query, operation: query.operation, variables: { owner, repo, ...query.variables } },
    answer: z.object({ repository: z.looseObject({ databaseId: z.int().nullish() }) }),
  })
  assertSamePlace(place, data.repository.databaseId)
  const [fault] = faults
  if (fault) {
    if (refusalAt([fault], (fault.path ?? []).map(String)) !== 'no-permission') throw toIncomplete(query.operation)
    throw new AppError('provider-forbidden', 'GitHub does not show the files of the repository. It takes the permission contents: read.', {
      details: { repository: place.repositoryId },
    })
  }
  return answer.parse(data.repository)
}

/** Paths of the files in a listed folder and in the folders directly in it. */
export const pathsOf = (folder: string, { entries }: Folder): readonly string[] =>
  (entries ?? []).flatMap((entry) => {
    const path = `${folder}${entry.name}`
    if (entry.type === 'blob') return [path]
    return (entry.object?.entries ?? []).flatMap(({ name, type }) => (type === 'blob' ? [`${path}/${name}`] : []))
  })

const TEMPLATE = /^(?:(?:\.github|docs)\/)?pull_request_template(?:\.(?:md|txt|markdown))?$/i
const TEMPLATE_IN_FOLDER = /^(?:(?:\.github|docs)\/)?pull_request_template\/[^/]+\.(?:md|txt|markdown)$/i

/** The template GitHub offers: a single one, else the first of several. */
export const templateAmong = (paths: readonly string[]): string | undefined =>
  paths.find((path) => TEMPLATE.test(path)) ?? [...paths].sort().find((path) => TEMPLATE_IN_FOLDER.test(path))

async function readPaths(github: GitHubContext, place: ImportPlace): Promise<readonly string[]> {
  const Root = z.object({ object: TreeAnswer.nullish() })
  const root = await ask(github, place, { query: ROOT_FILES, operation: 'github.documents.root' }, Root)
  const entries = root.object?.entries ?? []
  const governed = place.governancePath?.replace(/^(?:\.?\/)+|\/+$/g, '') ?? ''
  const folders = entries.flatMap(({ name, type }) => (type === 'tree' && TOP_FOLDERS.has(name.toLowerCase()) ? [name] : []))
  if (governed !== '' && governed !== '.' && !folders.includes(governed)) folders.push(governed)
  const top = entries.flatMap(({ name, type }) => (type === 'blob' ? [name] : []))
  if (folders.length === 0 || entries.length === 0) return top
  const variables = Object.fromEntries(folders.map((folder, at) => [`f${at}`, `HEAD:${folder}`]))
  const Folders = z.object(Object.fromEntries(folders.map((_, at) => [`f${at}`, FolderAnswer.nullish()])))
  const listed = await ask(github, place, { query: foldersOf(folders.length), operation: 'github.documents.folders', variables }, Folders)
  const inside = folders.flatMap((folder, at) => pathsOf(`${folder}/`, listed[`f${at}`] ?? {}))
  return [...new Set([...top, ...inside])]
}

/** What documents there are now, and the text of the pull request template. Throws `provider-*`. */
export async function readDocuments(github: GitHubContext, place: ImportPlace): Promise<FactBatch> {
  const read = await readUnlessAbsent(async () => {
    const paths = await readPaths(github, place)
    const template = templateAmong(paths)
    if (template === undefined) return { paths, pullRequestTemplate: null }
    const Text = z.object({ object: z.object({ text: z.string().nullish() }).nullish() })
    const query = { query: FILE_TEXT, operation: 'github.documents.template', variables: { expression: `HEAD:${template}` } }
    const { object } = await ask(github, place, query, Text)
    return { paths, pullRequestTemplate: object?.text ?? null }
  })
  if ('absent' in read) return { absent: Object.fromEntries(KINDS.map((kind) => [kind, read.absent])) }
  return { snapshots: read }
}

const Reached = z.object({ v: z.literal(1), etag: z.string(), governancePath: z.string().nullable() })

/** The head of the default branch as a conditional request; GitHub answers 409 where there is no commit yet. */
async function probeHead(github: GitHubContext, place: ImportPlace, etag: string | undefined) {
  try {
    return await github.client.requestIfChanged(commitProbe({ ...place, branch: place.defaultBranch }), etag)
  } catch (error) {
    if (isAppError(error) && ['provider-conflict', 'provider-not-found', 'provider-forbidden'].includes(error.code))
      return { etag: undefined }
    throw error
  }
}

export const DOCUMENTS_STREAM: FactStream = Object.freeze({
  name: 'documents',
  brings: KINDS,
  async fetchPage(github, place, position) {
    const known = parseScanText(Reached, position.watermark)
    const before = known?.governancePath === place.governancePath ? known.etag : undefined
    const probed = await probeHead(github, place, before)
    // Nothing in the batch: what is stored stays.
    if (probed === 'not-modified') return { batch: {}, next: undefined }
    const batch = await readDocuments(github, place)
    const { etag } = probed
    const isKnown = batch.snapshots !== undefined && etag !== undefined
    return { batch, next: undefined, candidate: isKnown ? toScanText({ v: 1, etag, governancePath: place.governancePath }) : '' }
  },
} satisfies FactStream)
