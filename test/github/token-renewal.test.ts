import { describe, expect, test } from '@jest/globals'
import { sendRenewing, type TokenHolder } from '../../integrations/github/token-renewal.ts'
import { AppError } from '../../integrations/kernel/errors.ts'

const refused = () => new AppError('provider-unauthenticated', 'Bad credentials')

/** A request that fails so often, and what was forgotten for it. */
function setUp(failures: readonly Error[]) {
  const left = [...failures]
  const forgotten: [string, string][] = []
  const holder: TokenHolder = {
    auth: async ({ factory }) => factory({ cache: { set: (key, value) => forgotten.push([key, value]) } }),
  }
  let sent = 0
  const send = async () => {
    sent += 1
    const failure = left.shift()
    if (failure) throw failure
    return 'answer'
  }
  return { holder, send, forgotten, sent: () => sent }
}

describe('a token that GitHub no longer accepts', () => {
  test('is forgotten, and the request sent again', async () => {
    const { holder, send, forgotten } = setUp([refused()])
    expect(await sendRenewing(holder, 7, send)).toBe('answer')
    expect(forgotten).toEqual([['7', '']])
  })

  test('is forgotten once: when the new one is refused as well, so is the work', async () => {
    const { holder, send, sent } = setUp([refused(), refused(), refused()])
    await expect(sendRenewing(holder, 7, send)).rejects.toMatchObject({ code: 'provider-unauthenticated' })
    expect(sent()).toBe(2)
  })

  test.each([
    ['another failure', 7, new AppError('provider-forbidden', 'No.')],
    ['a credential nobody can renew', undefined, refused()],
  ])('is not the matter with %s', async (_what, installation, failure) => {
    const { holder, send, sent } = setUp([failure])
    await expect(sendRenewing(holder, installation, send)).rejects.toBe(failure)
    expect(sent()).toBe(1)
  })
})
