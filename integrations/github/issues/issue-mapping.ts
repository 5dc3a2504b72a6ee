// An artifact as the issue it should be. Pure and total: what GitHub cannot hold is a refusal that names the field.
import { createHash } from 'node:crypto'
import { oneLine } from '../../documents/clean-text.ts'
import { type IssueArtifact, issueDocument } from '../../documents/issue-document.ts'
import type { Artifact } from '../../governance/artifact.ts'
import { regionContent, regionMarker } from '../managed-region.ts'
import { type IssueKind, OWN_LABEL, stateWord } from './issue-status.ts'

/** GitHub's limit of a title, in characters. */
const MAX_TITLE = 256
/** GitHub takes 65,536 characters; the rest is the mark's, and people's around our part. */
const MAX_CONTENT = 48_000

export interface ParentIssue {
  readonly number: number
  /** For people. */
  readonly key: string
}

/** The issue of a road item by its name at the engine, such as `acme/shop#12`. */
export const parentIssue = (id: string): ParentIssue => ({ number: Number(id.slice(id.lastIndexOf('#') + 1)), key: id })

export interface DesiredIssue {
  readonly artifactId: string
  readonly kind: IssueKind
  readonly marker: string
  readonly title: string
  /** What stands in our part of the body. */
  readonly content: string
  /** Ours, without the one of the status; labels of others stay. */
  readonly labels: readonly string[]
  /** Undefined where the file says none of the states: then the issue stays as it is. */
  readonly state: string | undefined
  /** The issue it is a part of. */
  readonly parent: ParentIssue | undefined
}

export interface MappedIssue {
  readonly artifactId: string
  readonly artifactKind: IssueKind
  readonly scope: string
  readonly desired: DesiredIssue
  readonly hash: string
  readonly marker: string
}

export type MappedArtifact = { readonly kind: 'mapped'; readonly item: MappedIssue } | { readonly kind: 'refused'; readonly reason: string }

export interface IssueSource {
  /** `owner/name` in lower case: part of every mark. */
  readonly scope: string
  /** Labels of github-config.json. */
  readonly labels: readonly string[]
  readonly sourceUrl?: string | undefined
  readonly stories?: readonly Artifact<'user-story'>[]
  readonly parent?: ParentIssue | undefined
}

const statusOf = (item: IssueArtifact): string | undefined => item.data.status

/** The issue that an artifact should be. */
export function toDesiredIssue(item: IssueArtifact, source: IssueSource): MappedArtifact {
  const { scope, sourceUrl, stories, parent } = source
  const title = oneLine(item.title)
  if (title === '') return { kind: 'refused', reason: 'title: it is empty, and an issue needs one.' }
  const whole = `${item.id}: ${title}`
  if (whole.length > MAX_TITLE)
    return {
      kind: 'refused',
      reason: `title: "${item.id}: " and it have ${whole.length} characters, and a title at most ${MAX_TITLE}. Shorten it.`,
    }
  const marker = regionMarker(scope, `issue:${item.kind}:${item.id}`)
  const options = { ...(sourceUrl === undefined ? {} : { sourceUrl }), ...(stories ? { stories } : {}), maxLength: MAX_CONTENT }
  const desired: DesiredIssue = {
    artifactId: item.id,
    kind: item.kind,
    marker,
    title: whole,
    content: regionContent(issueDocument(item, options)),
    labels: [...new Set([OWN_LABEL, ...source.labels])],
    state: stateWord(item.kind, statusOf(item)),
    parent,
  }
  const hash = createHash('sha256').update(JSON.stringify(desired)).digest('hex')
  return { kind: 'mapped', item: { artifactId: item.id, artifactKind: item.kind, scope, desired, hash, marker } }
}
