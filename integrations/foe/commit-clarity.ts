// How clear a commit message is, as a table of points, with the words it is judged by. English is all it reads: a subject in
// another script is not held against its author.
import { parseSubject } from './conventional-commit.ts'
import { characterCount } from './written-text.ts'

/** Words that say nothing on their own. A subject made of these alone is empty. */
export const EMPTY_WORDS = [
  'again',
  'another',
  'asdf',
  'blah',
  'bug',
  'bugfix',
  'bugs',
  'change',
  'changed',
  'changes',
  'cleanup',
  'code',
  'commit',
  'done',
  'edit',
  'edits',
  'file',
  'files',
  'final',
  'fix',
  'fixed',
  'fixes',
  'fixing',
  'fixup',
  'foo',
  'hotfix',
  'improve',
  'improvements',
  'issue',
  'issues',
  'minor',
  'misc',
  'more',
  'oops',
  'patch',
  'progress',
  'quick',
  'refactor',
  'save',
  'several',
  'small',
  'some',
  'stuff',
  'temp',
  'test',
  'testing',
  'things',
  'tmp',
  'tweak',
  'tweaks',
  'typo',
  'update',
  'updated',
  'updates',
  'various',
  'wip',
  'work',
  'works',
] as const

/** Words that carry no meaning beside those above. */
const FILLERS = ['a', 'an', 'and', 'for', 'in', 'is', 'it', 'my', 'of', 'on', 'the', 'this', 'to', 'with']

/** First words that are no imperative verb although no ending shows it. */
export const NOT_IMPERATIVE = [
  'a',
  'an',
  'bad',
  'better',
  'broke',
  'built',
  'did',
  'docs',
  'extra',
  'final',
  'found',
  'gave',
  'got',
  'had',
  'has',
  'initial',
  'it',
  'kept',
  'made',
  'minor',
  'more',
  'my',
  'new',
  'now',
  'our',
  'sent',
  'small',
  'some',
  'the',
  'these',
  'this',
  'took',
  'various',
  'was',
  'we',
  'went',
  'were',
  'wrote',
] as const

/** Imperatives that look like a past form, a gerund or a third person. */
export const IMPERATIVE_AFTER_ALL = [
  'alias',
  'bias',
  'bleed',
  'breed',
  'bring',
  'canvas',
  'embed',
  'exceed',
  'feed',
  'need',
  'ping',
  'proceed',
  'ring',
  'seed',
  'shed',
  'sing',
  'speed',
  'spring',
  'string',
  'succeed',
  'swing',
  'weed',
  'wring',
] as const

/** A change from so many lines on wants a body that explains it. */
export const LARGE_CHANGE_LINES = 200

export interface ClarityInput {
  readonly message: string
  readonly changedLines: number | null
}

/** The subject without what GitHub appends when it squashes. */
export const subjectOf = (message: string): string =>
  (message.split(/\r?\n/, 1)[0] ?? '')
    .replaceAll('\u0000', '')
    .trimEnd()
    .replace(/ \(#\d{1,9}\)$/, '')
    .trim()

/** What teams put before the sentence: the mark of an emoji, the key of an issue, alone or in brackets. */
const MARKS = /^(?:(?::[\w+-]{1,40}:|\[[^\][]{1,40}\]|[A-Z][A-Z0-9]{1,19}-\d{1,9}:?)\s+)+/

/** What the subject says, without those marks and without the type and scope of Conventional Commits. */
function saidIn(message: string): string {
  const subject = subjectOf(message).replace(MARKS, '')
  return (parseSubject(subject)?.description ?? subject).replace(MARKS, '')
}

const isIn = (list: readonly string[], word: string): boolean => list.includes(word)

function isImperative(message: string): boolean {
  const first = /^[^\p{L}\p{N}]*([\p{L}\p{N}'-]*)/u.exec(saidIn(message))?.[1]?.toLowerCase() ?? ''
  if (first !== '' && !/^[a-z0-9'-]+$/.test(first)) return true
  if (first === '' || !/^[a-z]/.test(first) || isIn(NOT_IMPERATIVE, first)) return false
  return isIn(IMPERATIVE_AFTER_ALL, first) || !/(?:ed|ing|[^siu]s)$/.test(first)
}

function isTelling(message: string): boolean {
  const words =
    saidIn(message)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return words.some((word) => !isIn(EMPTY_WORDS, word) && !isIn(FILLERS, word) && !/^\d+$/.test(word))
}

function hasFittingLength(message: string): boolean {
  const length = characterCount(subjectOf(message))
  return length >= 10 && length <= 72
}

const hasBody = (message: string): boolean =>
  message
    .split(/\r?\n/)
    .slice(1)
    .some((line) => line.trim() !== '')

interface ClarityRule {
  readonly id: string
  readonly points: number
  readonly says: string
  readonly holds: (commit: ClarityInput) => boolean
}

/** 100 points in all. */
export const CLARITY_POINTS: readonly ClarityRule[] = [
  { id: 'length', points: 30, says: 'a subject of 10 to 72 characters', holds: ({ message }) => hasFittingLength(message) },
  { id: 'imperative', points: 25, says: 'a subject in the imperative', holds: ({ message }) => isImperative(message) },
  { id: 'telling', points: 30, says: 'a subject that is more than empty words', holds: ({ message }) => isTelling(message) },
  {
    id: 'body',
    points: 15,
    says: `a body where the change has ${LARGE_CHANGE_LINES} lines or more`,
    holds: ({ message, changedLines }) => (changedLines ?? 0) < LARGE_CHANGE_LINES || hasBody(message),
  },
]

/** 0..100. */
export const clarityPoints = (commit: ClarityInput): number =>
  CLARITY_POINTS.reduce((points, rule) => points + (rule.holds(commit) ? rule.points : 0), 0)
