// The jobs by which events move facts and figures, and their keys: one waiting job for each thing that may have changed, however
// many events say so, and one waiting computation for each dimension of a repository.
import { z } from 'zod'

export const REFRESH_JOB = 'github.refresh'
export const FIGURES_JOB = 'github.figures'

export const RefreshJob = z.object({
  repositoryId: z.number().int(),
  subject: z.string(),
  /** GitHub's id or number of it; 0 for what a repository has one of. */
  ref: z.number().int(),
})
export type RefreshJob = z.output<typeof RefreshJob>

export const FiguresJob = z.object({ repositoryId: z.number().int(), dimension: z.string() })

export const refreshKey = ({ repositoryId, subject, ref }: RefreshJob) => `refresh:${repositoryId}:${subject}:${ref}`
export const figuresKey = (repositoryId: number, dimension: string) => `figures:${repositoryId}:${dimension}`
