import { z } from 'zod'
import { readGovernedFolder } from '../../integrations/engine/governed-folder.ts'
import { Problem } from '../answers/problem.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { makeUseCase } from '../use-case.ts'

/** Checks the artifacts of a folder, or of one file of it. */
export const validateGovernance = makeUseCase({
  name: 'validate-governance',
  summary: 'Checks the artifacts of a folder: schema, references, states and their evidence.',
  access: 'admin',
  input: z.strictObject({
    path: z.string().min(1).default('governance').describe('Folder that holds roads/, capabilities/ and the others, or one file of it'),
  }),
  output: z.object({
    path: z.string(),
    files: z.number().int(),
    artifacts: z.number().int(),
    errors: z.number().int(),
    warnings: z.number().int(),
    /** Files that Katalyst's own schema refuses, whether or not we can read them. */
    refusedByStrictSchema: z.array(z.string()),
    problems: z.array(Problem),
  }),
  cli: {
    command: 'governance:validate',
    arguments: ['path'],
    offline: true,
    exitCode: ({ errors }: { errors: number }) => (errors > 0 ? 1 : 0),
  },
  async run(_ctx, { path }) {
    const { files, whole } = await readGovernedFolder(path)
    const { arrangeProblems, evidenceProblems, folderProblems, parseGovernance } = await loadGovernance()
    const parsed = parseGovernance(files)
    const evidence = parsed.artifacts.flatMap((artifact) => (artifact.kind === 'road-item' ? evidenceProblems(artifact) : []))
    // One file alone cannot say whether what it refers to exists.
    const problems = whole ? folderProblems(parsed) : arrangeProblems([...parsed.problems, ...evidence])
    const count = (severity: string) => problems.filter((problem) => problem.severity === severity).length
    return {
      path,
      files: files.length,
      artifacts: parsed.artifacts.length,
      errors: count('error'),
      warnings: count('warning'),
      refusedByStrictSchema: [...parsed.refused],
      problems: [...problems],
    }
  },
})
