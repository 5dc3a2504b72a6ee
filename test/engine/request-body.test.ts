import { afterEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { noCredentials } from '../../integrations/engine/credentials.ts'
import { type Limits, makeLimits } from '../../integrations/engine/limits.ts'
import type { BodySink } from '../../integrations/engine/provider.ts'
import { makeRequester } from '../../integrations/engine/request.ts'
import { makeSharedReads } from '../../integrations/engine/shared-reads.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { makeTestClock, makeTestRandom } from './clocks.ts'

const host = 'https://api.test'
let limits: Limits | undefined

function setUp() {
  const clock = makeTestClock()
  limits = makeLimits({ connectionId: 'c', provider: 'github', clock, log: silentLog })
  return makeRequester({
    ...{ connectionId: 'c', provider: 'github', limits, credentials: noCredentials, clock, random: makeTestRandom(), log: silentLog },
    ...{ signal: new AbortController().signal, dryRun: false, sharedReads: makeSharedReads(), fetch: (input, init) => fetch(input, init) },
  })
}

afterEach(async () => {
  nock.cleanAll()
  await limits?.close()
})

/** Keeps what it is given, up to a limit. */
function makeSink(most = Number.POSITIVE_INFINITY): BodySink & { readonly text: () => string; begun: number } {
  let chunks: Uint8Array[] = []
  const sink = {
    begun: 0,
    text: () => Buffer.concat(chunks).toString('utf8'),
    async begin() {
      sink.begun += 1
      chunks = []
    },
    async write(chunk: Uint8Array) {
      chunks.push(chunk)
      if (sink.text().length > most) throw new AppError('too-large', 'More than was asked for.')
    },
  }
  return sink
}

describe('a body that goes somewhere', () => {
  test('is not in the response, and begins anew with each try', async () => {
    nock(host).get('/x').reply(502, 'half').get('/x').reply(200, 'whole')
    const sink = makeSink()
    const response = await setUp().fetch(`${host}/x`, undefined, { operation: 'x.read', sink })
    expect([response.status, await response.text(), sink.text(), sink.begun]).toEqual([200, '', 'whole', 1])
  })

  test('ends the request when it is too much, which is not tried again', async () => {
    nock(host).get('/x').reply(200, 'a long answer')
    const sink = makeSink(5)
    await expect(setUp().fetch(`${host}/x`, undefined, { operation: 'x.read', sink })).rejects.toMatchObject({ code: 'too-large' })
    expect(sink.begun).toBe(1)
  })

  test('is never shared: each asker gets its own', async () => {
    nock(host).get('/x').reply(200, 'one').get('/x').reply(200, 'two')
    const [requester, first, second] = [setUp(), makeSink(), makeSink()]
    await Promise.all([first, second].map((sink) => requester.fetch(`${host}/x`, undefined, { operation: 'x.read', sink })))
    expect([first.text(), second.text()].sort()).toEqual(['one', 'two'])
  })
})

describe('a redirect', () => {
  test('to another host is answered to whoever wants to follow it without credentials', async () => {
    nock(host).get('/x').reply(302, undefined, { location: 'https://store.test/y' })
    const response = await setUp().fetch(`${host}/x`, { redirect: 'manual' }, { operation: 'x.locate' })
    expect([response.status, response.headers.get('location')]).toEqual([302, 'https://store.test/y'])
  })
})
