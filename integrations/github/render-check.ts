// The result of a check, written for the author of the pull request: what to do first, which states moved and whether they may,
// and each problem with its place. Everything that comes from the repository is hostile until shown: ids, paths, keys and states
// stand in code spans, texts lose the power to mention people, and the tree's serializer escapes what would be markdown.
import type { List, PhrasingContent, Root, RootContent, Table, TableRow } from 'mdast'
import { oneLine, shorten } from '../documents/clean-text.ts'
import { toMarkdown } from '../documents/to-markdown.ts'
import type { Problem, RoadState } from '../governance/artifact.ts'
import type { ChangeVerdict, RoadMove } from '../governance/evaluate-change.ts'
import { legalNext } from '../governance/states.ts'
import {
  CHECK_LIMITS,
  type CheckAnnotation,
  type CheckOutput,
  cutBytes,
  cutCharacters,
  cutMarkdown,
  MAX_ANNOTATIONS,
} from './check-output.ts'

/** A value of the repository is cut here; the file has the rest. */
const MAX_TEXT = 500
const MAX_PROBLEMS_SHOWN = 200

export interface CheckPlace {
  /** Folder of the artifacts inside the repository; `''` is its root. */
  readonly governancePath: string
  /** `https://github.com/owner/name`, no slash at the end. */
  readonly repositoryUrl: string
  readonly headSha: string
  /** Where all annotations can be read; given when the summary had to be cut. */
  readonly reportUrl: string
  /** Faults of `.github/katalyst.yml` on the base branch; the defaults stand in for what is wrong there. */
  readonly settingsProblems?: readonly Problem[]
}

const text = (value: string): PhrasingContent => ({ type: 'text', value: harmless(shorten(oneLine(value), MAX_TEXT)) })
/** Words of ours, spaces included. */
const words = (value: string): PhrasingContent => ({ type: 'text', value })
const code = (value: string): PhrasingContent => ({ type: 'inlineCode', value: shorten(oneLine(value), MAX_TEXT) || ' ' })
/** A sentence of the governance core, which names keys between backticks. */
const sentence = (value: string): PhrasingContent[] =>
  shorten(oneLine(value), MAX_TEXT)
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? code(part) : words(harmless(part))))
const strong = (value: string): PhrasingContent => ({ type: 'strong', children: [{ type: 'text', value }] })
const paragraph = (...children: PhrasingContent[]): RootContent => ({ type: 'paragraph', children })
const heading = (value: string): RootContent => ({ type: 'heading', depth: 3, children: [{ type: 'text', value }] })

/**
 * A zero-width space keeps GitHub from notifying people, cross-linking issues and linking addresses that someone wrote into a
 * title. Escapes would not do for the first two: GitHub looks for them in the rendered text.
 */
const harmless = (value: string): string => value.replace(/([@#])(?=[\w-])|(\w:)(?=\/\/)|(www)(?=\.)/gi, '$&\u200b')

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
const errorsOf = (problems: readonly Problem[]) => problems.filter((problem) => problem.severity === 'error')

/** The path from the root of the repository. */
export function repositoryPath(governancePath: string, file: string): string {
  const folder = governancePath.split('/').filter((part) => part !== '' && part !== '.')
  return [...folder, file].join('/')
}

/** A check's output for an evaluation; equal evaluations of the same commit give equal outputs. */
export function renderCheck(evaluation: ChangeVerdict, place: CheckPlace): CheckOutput {
  const { conclusion, problems, moves } = evaluation
  const tree: Root = {
    type: 'root',
    children: [
      ...leadOf(evaluation, place),
      ...movesOf(moves),
      ...problemsOf(problems, place),
      ...closingOf(evaluation),
      ...settingsOf(place.settingsProblems ?? []),
    ],
  }
  const notice = `The list is cut: it is longer than GitHub shows here. [See every annotation on its line](${encodeURI(place.reportUrl)}).`
  // Errors first: when there are more than can be annotated, warnings give way.
  const ranked = [...errorsOf(problems), ...problems.filter((problem) => problem.severity === 'warning')]
  return {
    conclusion,
    title: titleOf(evaluation),
    summary: cutMarkdown(toMarkdown(tree), notice),
    annotations: ranked.slice(0, MAX_ANNOTATIONS).map((problem) => annotationOf(problem, place)),
  }
}

/** The output when we could not judge: neutral, because our fault must not block anyone, and with what to quote when asking. */
export function renderOwnFailure(reference: string, reason: string): CheckOutput {
  const tree: Root = {
    type: 'root',
    children: [
      paragraph(
        text(
          'The artifacts of this change were not checked, because something failed on our side. This is not a verdict about the change.',
        ),
      ),
      paragraph(strong('Reason:'), words(' '), text(reason)),
      paragraph(
        words('Press "Re-run" to try again. If it stays so, give the operator of this App the reference '),
        code(reference),
        words('.'),
      ),
    ],
  }
  return { conclusion: 'neutral', title: 'Not checked: something failed on our side', summary: toMarkdown(tree), annotations: [] }
}

function titleOf({ conclusion, problems, counts }: ChangeVerdict): string {
  const errors = errorsOf(problems).length
  const warnings = problems.length - errors
  const checked = plural(counts.changedArtifacts, 'changed artifact')
  if (conclusion === 'neutral') return 'No governance artifact changed'
  if (errors > 0) return `${plural(errors, 'error')}${warnings > 0 ? `, ${plural(warnings, 'warning')}` : ''} in ${checked}`
  return warnings > 0 ? `${checked} valid, ${plural(warnings, 'warning')}` : `${checked} valid`
}

function leadOf({ conclusion, problems, moves }: ChangeVerdict, place: CheckPlace): RootContent[] {
  if (conclusion === 'neutral')
    return [
      paragraph(
        words('This change touches no governance artifact below '),
        code(place.governancePath || '/'),
        words(', so there is nothing to check.'),
      ),
    ]
  const illegal = moves.find((move) => !move.legal)
  const first = errorsOf(problems).find((problem) => problem.code === 'transition-illegal') ?? errorsOf(problems)[0]
  if (!first)
    return [
      paragraph(
        text(problems.length === 0 ? 'All changed artifacts are valid.' : 'Nothing blocks this change. The warnings are worth a look.'),
      ),
    ]
  const advice = first.advice ?? (illegal ? nextStates(illegal) : undefined)
  return [
    paragraph(strong('Do this first:'), words(' '), ...sentence(advice ?? first.message)),
    ...(advice ? [paragraph(linkTo(first, place), words(' — '), ...sentence(first.message))] : [paragraph(linkTo(first, place))]),
  ]
}

function nextStates({ from, id }: RoadMove): string {
  const next = from ? legalNext(from) : []
  return next.length > 0
    ? `From ${from}, ${id} can go to ${next.join(' or ')}.`
    : `${from ?? 'This state'} is final: put further work into a new road item.`
}

const stateCell = (state: RoadState | undefined): PhrasingContent[] => (state ? [code(state)] : [{ type: 'text', value: '—' }])

function movesOf(moves: readonly RoadMove[]): RootContent[] {
  if (moves.length === 0) return []
  const row = (...cells: PhrasingContent[][]): TableRow => ({
    type: 'tableRow',
    children: cells.map((children) => ({ type: 'tableCell', children })),
  })
  const header = row(...['Road item', 'From', 'To', 'Allowed', 'What is missing'].map((label) => [{ type: 'text', value: label } as const]))
  const table: Table = {
    type: 'table',
    children: [
      header,
      ...moves.slice(0, MAX_PROBLEMS_SHOWN).map((move) => {
        const missing = move.legal ? move.unmet.map((unmet) => unmet.demand).join('; ') : nextStates(move)
        const blocked = !move.legal || move.unmet.some((unmet) => unmet.severity === 'error')
        return row(
          [code(move.id)],
          stateCell(move.from),
          stateCell(move.to),
          [{ type: 'text', value: blocked ? '❌ no' : '✅ yes' }],
          [text(missing || '—')],
        )
      }),
    ],
  }
  return [heading('State changes'), table]
}

function problemsOf(problems: readonly Problem[], place: CheckPlace): RootContent[] {
  if (problems.length === 0) return []
  const shown = [...problems]
    .sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
    .slice(0, MAX_PROBLEMS_SHOWN)
  const list: List = {
    type: 'list',
    ordered: false,
    spread: false,
    children: shown.map((problem) => ({
      type: 'listItem',
      spread: false,
      children: [{ type: 'paragraph', children: problemLine(problem, place) }],
    })),
  }
  const rest = problems.length - shown.length
  return [
    heading('Problems'),
    list,
    ...(rest > 0 ? [paragraph(text(`And ${plural(rest, 'more problem')}; each is an annotation on its line.`))] : []),
  ]
}

function problemLine(problem: Problem, place: CheckPlace): PhrasingContent[] {
  const sign: PhrasingContent = words(problem.severity === 'error' ? '❌ ' : '⚠️ ')
  const key = problem.path ? [words(' '), code(problem.path)] : []
  // What was expected and found is in the annotation; here it would say the message twice.
  const advice = problem.advice ? [words(' '), ...sentence(problem.advice)] : []
  return [sign, linkTo(problem, place), ...key, words(': '), ...sentence(problem.message), ...advice]
}

function linkTo(problem: Problem, place: CheckPlace): PhrasingContent {
  const path = repositoryPath(place.governancePath, problem.file)
  const address = path.split('/').map(encodeURIComponent).join('/')
  // `plain=1`: rendered markdown has no lines to point at.
  return {
    type: 'link',
    url: `${place.repositoryUrl}/blob/${place.headSha}/${address}?plain=1#L${problem.line}`,
    children: [code(`${path}:${problem.line}`) as never],
  }
}

function closingOf({ conclusion, unaffectedExisting }: ChangeVerdict): RootContent[] {
  if (conclusion === 'neutral' || unaffectedExisting === 0) return []
  return [
    paragraph(
      text(
        `${plural(unaffectedExisting, 'older problem')} elsewhere in the folder ${unaffectedExisting === 1 ? 'is' : 'are'} not held against this change.`,
      ),
    ),
  ]
}

function settingsOf(problems: readonly Problem[]): RootContent[] {
  return problems.slice(0, 10).map(({ file, line, message, advice }) => {
    const place = code(`${file}:${line}`)
    return paragraph(
      words('The settings of this repository are not valid, so a default is used: '),
      place,
      words(' '),
      ...sentence(`${message} ${advice ?? ''}`),
    )
  })
}

function annotationOf(problem: Problem, place: CheckPlace): CheckAnnotation {
  const lines = [
    problem.message,
    problem.expected && `Expected: ${problem.expected}`,
    problem.found && `Found: ${problem.found}`,
    problem.advice,
  ]
  const startLine = Math.max(1, problem.line)
  return {
    path: repositoryPath(place.governancePath, problem.file),
    startLine,
    endLine: Math.max(startLine, problem.endLine ?? startLine),
    level: problem.severity === 'error' ? 'failure' : 'warning',
    title: cutCharacters(oneLine(problem.path ? `${problem.path}: ${problem.code}` : problem.code), CHECK_LIMITS.annotationTitleCharacters),
    message: cutBytes(lines.filter(Boolean).join('\n'), CHECK_LIMITS.annotationMessageBytes),
  }
}
