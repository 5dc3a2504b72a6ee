// Reading a webhook payload: payloads grow and lose fields over time, so only what is used is asked for.
import { z } from 'zod'
import { AppError } from '../kernel/errors.ts'

export const PayloadId = z.number().int().positive()

/** A repository in a payload. */
export const RepositoryPayloadPart = z.object({
  id: PayloadId,
  full_name: z.string().regex(/^[^/]+\/[^/]+$/),
  private: z.boolean(),
  default_branch: z.string().optional(),
  archived: z.boolean().optional(),
})

export interface RepositoryFacts {
  /** GitHub's id: it stays when the repository is renamed or moves to another owner. */
  readonly id: number
  /** `owner/name` as of this event: a cache, not a key. */
  readonly fullName: string
  readonly isPrivate: boolean
  /** Absent in installation events, which carry shortened repositories. */
  readonly defaultBranch?: string
  readonly isArchived?: boolean
}

/** A payload as far as it is used. Throws `provider-unreadable` naming what is missing. */
export function readPayload<T>(event: string, schema: z.ZodType<T>, payload: unknown): T {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.slice(0, 5).map((issue) => issue.path.join('.') || '(whole payload)')
  throw new AppError(
    'provider-unreadable',
    `GitHub's ${event} event cannot be read: ${places.join(', ')} is missing or has another form.`,
    {
      details: { event, places },
    },
  )
}

export const toRepositoryFacts = <R extends z.infer<typeof RepositoryPayloadPart>>(repository: R): RepositoryFacts => ({
  id: repository.id,
  fullName: repository.full_name,
  isPrivate: repository.private,
  ...(repository.default_branch === undefined ? {} : { defaultBranch: repository.default_branch }),
  ...(repository.archived === undefined ? {} : { isArchived: repository.archived }),
})
