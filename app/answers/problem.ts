// A problem of an artifact as answers carry it.
import { z } from 'zod'
import { PROBLEM_CODES, type ProblemCode } from '../../integrations/governance/artifact.ts'

export const Problem = z.object({
  code: z.enum(Object.keys(PROBLEM_CODES) as [ProblemCode, ...ProblemCode[]]),
  severity: z.enum(['error', 'warning']),
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  endLine: z.number().int().optional(),
  path: z.string(),
  message: z.string(),
  expected: z.string().optional(),
  found: z.string().optional(),
  advice: z.string().optional(),
})
