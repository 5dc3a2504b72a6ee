// The tokens of an OAuth connection, and their renewal by exactly one process. A refresh token is good once: two processes that
// used the same one would end the grant. So a row is taken first; whoever has it renews and stores the new pair together with
// giving the row back, and the others wait for what it got.
import { z } from 'zod'
import type { Tokens } from '../../integrations/engine/atlassian-oauth.ts'
import type { Credentials } from '../../integrations/engine/credentials.ts'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { AppError, toAppError } from '../../integrations/kernel/errors.ts'
import type { SecretBox } from '../../integrations/kernel/secrets.ts'
import { credentialsBinding, endRenewal, findConnection, markConnection, takeRenewal } from '../../integrations/store/connections.ts'
import type { Db } from '../../integrations/store/db.ts'

/** Renewed this long before their end, so that none ends on its way. */
const EARLY_MS = 60_000
/** A process that took the renewal and died gives it up after this: longer than a request may take. */
const RENEWAL_MS = 45_000
const LOOK_EVERY_MS = 250

const Sealed = z.object({ access: z.string(), refresh: z.string(), expiresAt: z.number() })

export interface OAuthTokenParts {
  readonly connectionId: string
  readonly db: () => Promise<Db>
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly refresh: (token: string) => Promise<Tokens>
}

/** Tokens as they are stored. */
export const sealTokens = (secrets: SecretBox, connectionId: string, { access, refresh, expiresAt }: KeptTokens): string =>
  secrets.seal(JSON.stringify({ access, refresh, expiresAt: expiresAt.getTime() }), credentialsBinding(connectionId))

type KeptTokens = Omit<Tokens, 'scopes'>

async function readTokens({ db, connectionId, secrets }: OAuthTokenParts): Promise<KeptTokens> {
  const row = await findConnection(await db(), connectionId)
  if (!row?.credentials) throw new AppError('not-configured', 'The connection was removed. Connect again.')
  const { expiresAt, ...tokens } = Sealed.parse(JSON.parse(secrets.open(row.credentials, credentialsBinding(connectionId))))
  return { ...tokens, expiresAt: new Date(expiresAt) }
}

/** The credentials of a stored OAuth connection. One for a process: those who ask it at once renew once. */
export function makeOAuthCredentials(parts: OAuthTokenParts): Credentials {
  const { connectionId, secrets, clock, signal } = parts
  let known: KeptTokens | undefined
  let renewing: Promise<KeptTokens> | undefined

  const read = () => readTokens(parts)
  const isGood = ({ expiresAt }: KeptTokens) => expiresAt.getTime() - EARLY_MS > clock.now().getTime()

  /** With the renewal taken: the row is read again, because somebody may have renewed in between. */
  const renewNow = async (refused: string | undefined): Promise<KeptTokens> => {
    const db = await parts.db()
    let sealed: string | undefined
    try {
      const tokens = await read()
      if (isGood(tokens) && tokens.access !== refused) return tokens
      const fresh = await parts.refresh(tokens.refresh)
      sealed = sealTokens(secrets, connectionId, fresh)
      return fresh
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'provider-unauthenticated')
        await markConnection(db, connectionId, { status: 'needs-attention', reason: error.message, at: clock.now() })
      throw error
    } finally {
      await endRenewal(db, connectionId, sealed, clock.now())
    }
  }

  const renew = async (refused: string | undefined): Promise<KeptTokens> => {
    const db = await parts.db()
    for (;;) {
      const now = clock.now()
      if (await takeRenewal(db, connectionId, now, new Date(now.getTime() + RENEWAL_MS))) return renewNow(refused)
      const tokens = await read()
      if (isGood(tokens) && tokens.access !== refused) return tokens
      await clock.sleep(LOOK_EVERY_MS, signal)
    }
  }
  const current = async (refused?: string): Promise<KeptTokens> => {
    if (known && isGood(known) && known.access !== refused) return known
    // Of this process one renews, whoever asks; a second refusal of the same token must not renew twice.
    renewing ??= (async () => {
      const stored = await read()
      return isGood(stored) && stored.access !== refused ? stored : renew(refused)
    })().finally(() => {
      renewing = undefined
    })
    known = await renewing
    return known
  }
  return Object.freeze({
    headers: async () => ({ authorization: `Bearer ${(await current()).access}` }),
    async invalidate() {
      const refused = known?.access
      return (await current(refused)).access !== refused
    },
  })
}
