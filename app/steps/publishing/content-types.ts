// What can be published, by name: apart from what makes it, so that the command line need not load that to say its flags.
export const CONTENT_TYPES = ['governance-report', 'roadmap', 'ddd-context-map', 'capability-coverage'] as const
export type ContentType = (typeof CONTENT_TYPES)[number]

/** Pages of Confluence are also files of the repository. */
export const PUBLISHED_TYPES = [...CONTENT_TYPES, 'document'] as const
export type PublishedType = (typeof PUBLISHED_TYPES)[number]
