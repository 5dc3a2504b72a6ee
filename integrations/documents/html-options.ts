// What an HTML page needs to know of the place it stands in, as plain functions.

export interface HtmlOptions {
  /** Where a link leads, asked for every address that is not a fragment. Undefined: as with no answer, see `baseUrl`. */
  readonly resolveLink?: (url: string) => string | undefined
  /** Where an image is shown from. Undefined: an absolute address is, another one is not. */
  readonly resolveImage?: (url: string) => string | undefined
  /** Address of the source; relative addresses without an answer are resolved against it, or become plain words. */
  readonly baseUrl?: string
  /** Added to the level of each heading, for a document inside a page that has a title of its own; at most level 6. */
  readonly headingShift?: number
  /** Put before each id, so that a document cannot take the name of something on the page. Default none. */
  readonly idPrefix?: string
}
