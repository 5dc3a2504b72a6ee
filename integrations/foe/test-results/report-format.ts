// Which reader a file of an artifact is for: by its name, then by how it begins. A file that is for none is none of our business
// (coverage, logs, screenshots), not a mistake.
import { readGoTest } from './go-test.ts'
import { readJest } from './jest.ts'
import { readJunit } from './junit.ts'
import type { ReportReader } from './report-reader.ts'
import { readTap } from './tap.ts'
import { readTrx } from './trx.ts'

export type ReportFormat = 'junit' | 'trx' | 'go-test' | 'jest' | 'tap'

export const REPORT_READERS: Readonly<Record<ReportFormat, () => ReportReader>> = {
  junit: readJunit,
  trx: readTrx,
  'go-test': readGoTest,
  jest: readJest,
  tap: readTap,
}

/** Characters of a file's beginning that tell its format. */
export const HEAD_LENGTH = 4096

const BEGINNINGS: readonly { readonly format: ReportFormat; readonly name: RegExp; readonly head: RegExp }[] = [
  { format: 'trx', name: /\.(?:trx|xml)$/i, head: /<(?:\w{1,20}:)?TestRun[\s>]/ },
  { format: 'junit', name: /\.xml$/i, head: /<(?:\w{1,20}:)?testsuites?[\s/>]/ },
  { format: 'go-test', name: /\.(?:json|jsonl|ndjson|log|txt|out)$/i, head: /^\{[^\n]{0,2000}"Action":"/m },
  { format: 'jest', name: /\.json$/i, head: /^\s*\{[\s\S]*"(?:numTotalTestSuites|numTotalTests|numFailedTestSuites|testResults)"\s*:/ },
  { format: 'tap', name: /\.(?:tap|txt|log|out)$/i, head: /^(?:TAP version 1[234]\b|1\.\.\d|(?:not )?ok \d)/m },
]

/**
 * The format of a file, or null for one we do not read.
 * @param head the first `HEAD_LENGTH` characters of its text
 */
export function reportFormat(fileName: string, head: string): ReportFormat | null {
  const beginning = head.replace(/^\uFEFF/, '').slice(0, HEAD_LENGTH)
  return BEGINNINGS.find(({ name, head: pattern }) => name.test(fileName) && pattern.test(beginning))?.format ?? null
}

/** Whether a file of this name may be a report at all; only what it begins with can say that it is one. */
export const mayBeReport = (fileName: string): boolean => BEGINNINGS.some(({ name }) => name.test(fileName))
