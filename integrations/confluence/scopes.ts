// What of Confluence a token must be allowed, and what for. Version 2 of the API knows granular scopes only, version 1 classic
// ones; a test holds the list to what Atlassian publishes for the requests we send.

export const CONFLUENCE_SCOPES = {
  'read:confluence-user': 'say which account it is',
  'read:space:confluence': 'find the space, and what may be done there',
  'read:page:confluence': 'read pages',
  'search:confluence': 'find pages that are ours, and pages that were edited',
  'write:page:confluence': 'make pages and keep them in step with git',
  'delete:page:confluence': 'take away pages that were made here',
  'read:hierarchical-content:confluence': 'see whether pages stand below one that is to go',
  'read:attachment:confluence': 'see which files are on a page',
  'write:confluence-file': 'put files on pages',
  'write:confluence-content': 'label and archive pages',
} as const

export type ConfluenceScope = keyof typeof CONFLUENCE_SCOPES

const ALL = Object.keys(CONFLUENCE_SCOPES) as readonly ConfluenceScope[]

/** What a consent asks for. */
export const CONSENT_SCOPES: readonly string[] = ALL

/** Scopes that a grant lacks, each with what it would take. */
export const missingScopes = (granted: readonly string[]): string[] =>
  ALL.filter((scope) => !granted.includes(scope)).map(
    (scope) => `Scope ${scope}: needed to ${CONFLUENCE_SCOPES[scope]}. Add it to the app or the token, and connect Confluence again.`,
  )
