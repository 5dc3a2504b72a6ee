// What a page needs to know of the world it is published to, as plain functions, so that rendering stays pure.
import type { ConfluenceProduct } from './storage-names.ts'

/** Where a link of the document leads. */
export type LinkTarget =
  | { readonly kind: 'page'; readonly title: string; readonly spaceKey?: string; readonly anchor?: string }
  | { readonly kind: 'attachment'; readonly name: string }
  | { readonly kind: 'url'; readonly url: string }

/** A file that goes with the page. `text` or `bytes`, never both. */
export interface StorageAttachment {
  /** File name: letters, digits, dot, hyphen, underscore; unique on the page. */
  readonly name: string
  readonly mediaType: string
  readonly text?: string
  readonly bytes?: Uint8Array
}

export interface StorageOptions {
  /**
   * Where a link leads: called for every link that is not a fragment of the document, with the address as it is written.
   * Undefined: an absolute address stays, a relative one is resolved against `baseUrl`, or becomes plain text and a note.
   */
  readonly resolveLink?: (url: string) => LinkTarget | undefined
  /** The file behind an image's address, to be attached. Undefined: an absolute address is shown from where it is. */
  readonly resolveImage?: (url: string) => StorageAttachment | undefined
  /** A picture of a diagram that is kept as code; undefined where no renderer is configured. */
  readonly renderDiagram?: (language: string, source: string) => StorageAttachment | undefined
  /** Address of the source file for people; relative links lead beside it. */
  readonly baseUrl?: string
  /**
   * The Jira application that Confluence is linked with, by the name it has there ("System Jira" on Cloud). With it, issues
   * and links below `baseUrl`/browse become Jira macros; without it, links.
   */
  readonly jira?: { readonly server: string; readonly serverId?: string; readonly baseUrl?: string }
  /** Default `cloud`. Data Center shows an error for a code language it does not know. */
  readonly product?: ConfluenceProduct
}

export interface StoragePage {
  /** Storage format: a well-formed fragment, whatever the input. The same tree and answers give the same text. */
  readonly body: string
  readonly attachments: readonly StorageAttachment[]
  /** What could not be said as the author meant it, one sentence each. */
  readonly notes: readonly string[]
}
