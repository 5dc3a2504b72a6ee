import { z } from 'zod'
import { makeGitCheckout } from '../../integrations/engine/git-checkout.ts'
import { Problem } from '../answers/problem.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { makeUseCase } from '../use-case.ts'

/** Says about two commits of a local checkout what the check would say about a pull request from one to the other. */
export const checkLocalChange = makeUseCase({
  name: 'check-local-change',
  summary: 'Says what the pull-request check would say, for two commits of a local checkout.',
  access: 'admin',
  input: z.strictObject({
    base: z.string().min(1).describe('Commit or branch that the change goes into'),
    head: z.string().min(1).default('HEAD').describe('Commit or branch of the change'),
    directory: z.string().min(1).default('.').describe('The git checkout'),
  }),
  output: z.object({
    conclusion: z.enum(['success', 'failure', 'neutral']),
    title: z.string(),
    base: z.string(),
    head: z.string(),
    moves: z.array(z.object({ id: z.string(), file: z.string(), from: z.string().optional(), to: z.string(), legal: z.boolean() })),
    problems: z.array(Problem),
  }),
  cli: {
    command: 'governance:check',
    offline: true,
    exitCode: ({ conclusion }: { conclusion: string }) => (conclusion === 'failure' ? 1 : 0),
  },
  async run(_ctx, input) {
    const { evaluateChange, parseGovernance, parseSettings, SETTINGS_FILE } = await loadGovernance()
    const checkout = makeGitCheckout(input.directory)
    const head = await checkout.resolve(input.head)
    // What the pull request's page compares with: the commit where the branch left, not where its base is now.
    const tip = await checkout.resolve(input.base)
    const base = await checkout.mergeBase(tip, head)
    // Of the base: the settings in force, whatever the change does to them.
    const { settings, problems: faults } = parseSettings(await checkout.readText(tip, SETTINGS_FILE))
    const folder = settings.governancePath === '.' ? '' : settings.governancePath
    const [before, after] = await Promise.all([checkout.readFolder(base, folder), checkout.readFolder(head, folder)])
    const changedFiles = await checkout.changedFiles(base, head, folder)
    const evaluation = evaluateChange({ base: parseGovernance(before), head: parseGovernance(after), changedFiles, settings })
    const problems = [
      ...faults,
      ...evaluation.problems.map((problem) => ({ ...problem, file: folder ? `${folder}/${problem.file}` : problem.file })),
    ]
    const errors = problems.filter(({ severity }) => severity === 'error').length
    const conclusion = errors > 0 ? ('failure' as const) : evaluation.conclusion
    const title =
      conclusion === 'neutral'
        ? 'no governance artifact changes'
        : `${evaluation.counts.changedArtifacts} artifact(s) changed, ${errors} error(s), ${problems.length - errors} warning(s)`
    const moves = evaluation.moves.map(({ id, file, from, to, legal }) => ({ id, file, ...(from ? { from } : {}), to, legal }))
    return { conclusion, title, base, head, moves, problems }
  },
})
