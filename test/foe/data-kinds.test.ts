import { expect, test } from '@jest/globals'
import { FEATURE_OF_KIND, KINDS_OF_DATA, kindsOf } from '../../integrations/foe/data-kinds.ts'
import type { FactKind } from '../../integrations/foe/facts/fact-kinds.ts'
import { NO_FACTS } from '../../integrations/foe/facts/github-facts.ts'
import { DIMENSIONS, type Dimension, dataTypesOf, measureGithub } from '../../integrations/foe/measure.ts'
import { DEFAULT_SETTINGS } from '../../integrations/foe/settings.ts'
import { WINDOW } from './hand-built.ts'

/** The kinds a measure looks at: every list is there and empty, so that nothing is left unread for want of another. */
function kindsRead(dimension: Dimension, dataType: string): Set<string> {
  const read = new Set<string>()
  const empty = Object.fromEntries(
    Object.keys(NO_FACTS).map((kind) => [
      kind,
      kind === 'pullRequestTemplate'
        ? null
        : { state: 'present', items: [], item: { allowMerge: true, allowSquash: true, allowRebase: true } },
    ]),
  )
  const watched = new Proxy(empty, {
    get: (target, kind) => {
      read.add(String(kind))
      return target[String(kind)]
    },
  })
  measureGithub(watched as unknown as typeof NO_FACTS, dimension, WINDOW, DEFAULT_SETTINGS, [dataType])
  return read
}

const cases = DIMENSIONS.flatMap((dimension) => dataTypesOf(dimension).map((dataType) => [dimension, dataType] as const))

test.each(cases)('%s, %s: everything its figures are computed from is read for it', (dimension, dataType) => {
  const kinds = new Set<string>(kindsOf(dimension, [dataType]))
  expect([...kindsRead(dimension, dataType)].filter((kind) => !kinds.has(kind))).toEqual([])
})

test('an import of nothing in particular reads every kind some figure of the dimension needs', () => {
  const all = new Set(DIMENSIONS.flatMap((dimension) => kindsOf(dimension)))
  expect([...all].sort()).toEqual((Object.keys(FEATURE_OF_KIND) as FactKind[]).sort())
  expect(kindsOf('confidence', [])).toEqual(kindsOf('confidence'))
  expect(kindsOf('feedback', ['workflow-runs'])).toEqual(KINDS_OF_DATA['workflow-runs'])
})
