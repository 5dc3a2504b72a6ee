// `.github/katalyst.yml`: what the developers of one repository set for its checks. A wrong key does not switch the check
// off: it is reported with its line, its default is used, and every other key counts as it stands.
import { z } from 'zod'
import { type Position, PROBLEM_CODES, type Problem, type ProblemCode } from './artifact.ts'
import { describeValue } from './front-reader.ts'
import { nearMiss } from './near-miss.ts'
import { arrangeProblems } from './problem-list.ts'
import { bodyOnly, makePositionAt } from './source-parts.ts'
import { formatPath, type PathSegment } from './value-path.ts'
import { readYamlTree } from './yaml-tree.ts'

export const SETTINGS_FILE = '.github/katalyst.yml'

const CODES = Object.keys(PROBLEM_CODES) as [ProblemCode, ...ProblemCode[]]
const codes = (what: string) => z.array(z.enum(CODES)).default([]).describe(what)
/** A folder inside the repository: no leading slash, no `..`, no backslash; `.` is the repository itself. */
const FOLDER = /^(?:\.\/?|(?:\.\/)?(?!\.{1,2}(?:\/|$))[^/\\\0]+(?:\/(?!\.{1,2}(?:\/|$))[^/\\\0]+)*\/?)$/
const FOLDER_FORM = 'a folder inside the repository, such as governance or packages/delivery-framework'

export const SETTINGS_SCHEMA = z.strictObject({
  governancePath: z
    .string()
    .max(400)
    .regex(FOLDER, { error: FOLDER_FORM })
    .default('governance')
    .describe('Folder that holds roads/, capabilities/ and the other folders of artifacts; "." for the repository itself.'),
  checks: z
    .strictObject({
      governance: z.boolean().default(true).describe('Whether pull requests get the check "Katalyst / governance".'),
      delivery: z.boolean().default(true).describe('Whether pull requests get the check "Katalyst / delivery".'),
    })
    .prefault({})
    .describe('Which checks run on pull requests.'),
  fail: codes('Codes of problems that fail the check although they are warnings by default.'),
  warn: codes('Codes of problems that only warn although they are errors by default.'),
  ignore: codes('Codes of problems that are not reported.'),
})
export type Settings = z.infer<typeof SETTINGS_SCHEMA>

export const DEFAULT_SETTINGS: Settings = Object.freeze(SETTINGS_SCHEMA.parse({}))

export interface ParsedSettings {
  readonly settings: Settings
  /** Errors in the settings themselves, with the line where they came as text. */
  readonly problems: readonly Problem[]
}

type Locate = (path: string) => Position
type Fault = Pick<Problem, 'code' | 'path' | 'message' | 'expected' | 'found' | 'advice'>

/**
 * Reads settings from the text of the file, or from the value it holds. Absent settings are the defaults. Never throws.
 * @param input YAML text, a parsed value, or `undefined` and `null` for no file
 * @param file name for the problems
 */
export function parseSettings(input: unknown, file: string = SETTINGS_FILE): ParsedSettings {
  if (input === undefined || input === null) return { settings: DEFAULT_SETTINGS, problems: [] }
  if (typeof input !== 'string') return readValue(input, file, () => ({ line: 1, column: 1 }))
  const tree = readYamlTree(input)
  const inFrontmatter = makePositionAt({ ...bodyOnly(''), yaml: input })
  // The reader is made for frontmatter, which begins on the second line of its file.
  const positionAt = (offset: number): Position => ({ ...inFrontmatter(offset), line: inFrontmatter(offset).line - 1 })
  const locate: Locate = (path) => {
    const place = tree.places.get(path)
    return place === undefined ? { line: 1, column: 1 } : positionAt(place.start)
  }
  const faults = tree.faults.map(({ code, path, start, message, advice }): Problem => {
    const settingsMessage = message.replace('The frontmatter', 'The file')
    return { code, severity: 'error', file, path, ...positionAt(start), message: settingsMessage, advice }
  })
  const read = readValue(tree.root ?? {}, file, locate)
  return { settings: read.settings, problems: arrangeProblems([...faults, ...read.problems]) }
}

function readValue(value: unknown, file: string, locate: Locate): ParsedSettings {
  const result = SETTINGS_SCHEMA.safeParse(value)
  const faults = result.success ? namedTwice(result.data) : result.error.issues.flatMap((issue) => faultsOf(issue, value))
  const problems = faults.map((fault): Problem => ({ severity: 'error', file, ...locate(fault.path), ...fault }))
  const settings = result.success ? result.data : SETTINGS_SCHEMA.parse(withoutFaulty(value, result.error.issues))
  return { settings: { ...settings, governancePath: plainFolder(settings.governancePath) }, problems: arrangeProblems(problems) }
}

/** `./governance/` → `governance`, `./` → `.` */
const plainFolder = (folder: string): string => folder.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/$/, '')

/** The value without the keys at fault, whose defaults count instead. */
function withoutFaulty(value: unknown, issues: readonly z.core.$ZodIssue[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const faulty = new Set(issues.flatMap((issue) => (issue.path.length > 0 ? [issue.path[0]] : 'keys' in issue ? issue.keys : [])))
  return Object.fromEntries(Object.entries(value).filter(([key]) => !faulty.has(key)))
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  )
}

function faultsOf(issue: z.core.$ZodIssue, value: unknown): readonly Fault[] {
  const segments = issue.path.filter((segment): segment is PathSegment => typeof segment !== 'symbol')
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(segments, key))
  const path = formatPath(segments)
  const standing = valueAt(value, issue.path)
  const found = describeValue(standing)
  const at = path === '' ? 'The file' : `\`${path}\``
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String)
    const meant = nearMiss(String(standing), known)
    const advice = meant === undefined ? `The codes are: ${known.join(', ')}.` : `Did you mean ${meant}?`
    return [
      {
        code: 'value-unknown',
        path,
        message: `${at} is ${found}, which is not the code of a problem.`,
        expected: 'the code of a problem',
        found,
        advice,
      },
    ]
  }
  const isType = issue.code === 'invalid_type'
  const expected = isType ? (TYPE_WORDS[issue.expected] ?? issue.expected) : FOLDER_FORM
  return [
    {
      code: isType ? 'type-wrong' : 'value-unknown',
      path,
      message: `${at} is ${found}, not ${expected}.`,
      expected,
      found,
      advice: `Write ${expected}.`,
    },
  ]
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list of problem codes',
  object: 'a map of keys to values',
}

function unknownKey(parent: readonly PathSegment[], key: string): Fault {
  const known = Object.keys(parent.length === 0 ? SETTINGS_SCHEMA.shape : DEFAULT_SETTINGS.checks)
  const meant = nearMiss(key, known)
  return {
    code: 'value-unknown',
    path: formatPath([...parent, key]),
    message: `There is no setting called "${key.slice(0, 80)}" here.`,
    expected: `one of ${known.join(', ')}`,
    found: key.slice(0, 80),
    advice: meant === undefined ? 'Remove it.' : `Did you mean ${meant}?`,
  }
}

/** A code in two lists is a contradiction; the stricter list counts. */
function namedTwice(settings: Settings): readonly Fault[] {
  return (['warn', 'ignore'] as const).flatMap((list) =>
    settings[list].flatMap((code, at): Fault[] => {
      const stricter = settings.fail.includes(code) ? 'fail' : list === 'ignore' && settings.warn.includes(code) ? 'warn' : undefined
      if (stricter === undefined) return []
      const path = `${list}[${at}]`
      return [
        {
          code: 'key-duplicate',
          path,
          message: `${code} stands under ${list} and under ${stricter}; ${stricter} counts.`,
          found: code,
          advice: 'Keep it in one list.',
        },
      ]
    }),
  )
}

/** The problems as the repository wants them weighed: ignored ones left out, severities raised and lowered. */
export function weighProblems(
  problems: readonly Problem[],
  { fail, warn, ignore }: Pick<Settings, 'fail' | 'warn' | 'ignore'>,
): readonly Problem[] {
  return problems.flatMap((problem): Problem[] => {
    if (fail.includes(problem.code)) return [{ ...problem, severity: 'error' }]
    if (warn.includes(problem.code)) return [{ ...problem, severity: 'warning' }]
    return ignore.includes(problem.code) ? [] : [problem]
  })
}

/** The path of a repository's file inside the governed folder, or `undefined` when it lies outside. */
export function pathInside({ governancePath }: Pick<Settings, 'governancePath'>, repositoryPath: string): string | undefined {
  if (governancePath === '.') return repositoryPath
  return repositoryPath.startsWith(`${governancePath}/`) ? repositoryPath.slice(governancePath.length + 1) : undefined
}
