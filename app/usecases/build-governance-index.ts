import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { makeGitCheckout } from '../../integrations/engine/git-checkout.ts'
import { readGovernedFolder } from '../../integrations/engine/governed-folder.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { makeUseCase } from '../use-case.ts'

/** Writes beside the target and renames, so that a reader never sees half an index. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.part`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(draft, text)
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new AppError(
      'bad-request',
      `The index could not be written to ${path.basename(file)}: the folder does not exist or may not be written.`,
      { cause },
    )
  }
}

/** Builds governance-index.json from a folder. */
export const buildGovernanceIndex = makeUseCase({
  name: 'build-governance-index',
  summary: 'Builds governance-index.json from a folder of artifacts.',
  access: 'admin',
  input: z.strictObject({
    path: z.string().min(1).default('governance').describe('Folder that holds roads/, capabilities/ and the others'),
    out: z.string().min(1).optional().describe('File to write; without it the index is printed'),
    format: z
      .enum(['flat', 'taxonomy'])
      .default('flat')
      .describe("flat: what Katalyst's API accepts; taxonomy: the form of Katalyst's own builder"),
    project: z.string().min(1).optional().describe('Name of the project (default: that of the git remote, else of the folder)'),
    projectVersion: z.string().min(1).default('1.0.0').describe('Version of the project the index is of'),
  }),
  output: z.object({
    written: z.string().optional(),
    counts: z.record(z.string(), z.number().int()),
    integrityErrors: z.array(z.string()),
    index: z.looseObject({}),
  }),
  cli: { command: 'governance:index', arguments: ['path'], offline: true },
  async run(ctx, input) {
    const { buildIndex, buildTaxonomyIndex, parseArtifact, parseGovernance } = await loadGovernance()
    const { root, files, whole } = await readGovernedFolder(input.path)
    if (!whole) throw new AppError('bad-request', 'An index is built from a folder; one file was given.')
    const origin = input.project ? undefined : await makeGitCheckout(root).originName()
    const project = input.project ?? origin?.split('/')[1] ?? path.basename(path.dirname(path.resolve(root)))
    const parsed = parseGovernance(files)
    const options = { project, version: input.projectVersion, generated: ctx.clock.now() }
    const index =
      input.format === 'flat'
        ? buildIndex(parsed.artifacts, options)
        : buildTaxonomyIndex(
            files.map(({ file, content }) => parseArtifact(file, content)),
            { ...options, id: ctx.random.id() },
          )
    if (input.out) await writeWhole(input.out, `${JSON.stringify(index, null, 2)}\n`)
    const counts: Record<string, number> = {}
    for (const artifact of parsed.artifacts) counts[artifact.kind] = (counts[artifact.kind] ?? 0) + 1
    const integrityErrors = [...index.stats.referentialIntegrity.errors]
    return { ...(input.out ? { written: input.out } : {}), counts, integrityErrors, index: index as unknown as Record<string, unknown> }
  },
})
