// Bearer tokens of the API: the admin token, the reading token, and short-lived access tokens from POST /auth/login.
// An access token is `katalyst_access.<expiry>.<nonce>.<hmac>`, signed with a key made from the admin token, so that
// rotating the admin token ends every session and nothing needs to be stored.
import { createHmac, randomBytes } from 'node:crypto'
import { AppError } from '../../integrations/kernel/errors.ts'
import { equalsInConstantTime } from '../../integrations/kernel/secrets.ts'
import type { Actor } from '../context.ts'
import type { Access } from '../use-case.ts'

const PREFIX = 'katalyst_access'
/** How long an access token lives. */
export const ACCESS_TOKEN_SECONDS = 3600

export interface Authenticator {
  /** Who sends this `Authorization` header; nobody is `anonymous`. Throws `unauthenticated` for a token that is not ours. */
  actorOf(authorization: string | undefined, now: Date): Actor
  /** A new access token for a password that is the admin token; throws `unauthenticated` otherwise. */
  login(password: string, now: Date): { readonly access_token: string; readonly token_type: 'bearer'; readonly expires_in: number }
}

export function makeAuthenticator(tokens: { readonly admin: string; readonly read?: string | undefined }): Authenticator {
  const sign = (text: string) => createHmac('sha256', `katalyst access ${tokens.admin}`).update(text).digest('base64url')
  const isLiveSession = (token: string, now: Date) => {
    const [prefix, expiry, nonce, signature] = token.split('.')
    if (prefix !== PREFIX || !expiry || !nonce || !signature) return false
    return equalsInConstantTime(sign(`${expiry}.${nonce}`), signature) && Number(expiry) * 1000 > now.getTime()
  }
  return Object.freeze({
    actorOf(authorization: string | undefined, now: Date): Actor {
      if (!authorization) return { kind: 'anonymous', name: 'anonymous' }
      const token = /^bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? ''
      if (token && equalsInConstantTime(token, tokens.admin)) return { kind: 'admin', name: 'admin token' }
      if (token && tokens.read && equalsInConstantTime(token, tokens.read)) return { kind: 'reader', name: 'read token' }
      if (isLiveSession(token, now)) return { kind: 'admin', name: 'access token' }
      throw new AppError(
        'unauthenticated',
        'The bearer token is not valid or has expired. Send KATALYST_ADMIN_TOKEN, KATALYST_READ_TOKEN, or a token from POST /auth/login.',
      )
    },
    login(password: string, now: Date) {
      if (!equalsInConstantTime(password, tokens.admin)) throw new AppError('unauthenticated', 'The password is not the admin token.')
      const body = `${Math.floor(now.getTime() / 1000) + ACCESS_TOKEN_SECONDS}.${randomBytes(12).toString('base64url')}`
      return { access_token: `${PREFIX}.${body}.${sign(body)}`, token_type: 'bearer' as const, expires_in: ACCESS_TOKEN_SECONDS }
    },
  })
}

const RANK = { anonymous: 0, reader: 1, webhook: 1, admin: 2, worker: 2, terminal: 2 } as const
const NEEDED = { public: 0, read: 1, admin: 2, internal: 3 } as const satisfies Record<Access, number>

/** @throws AppError `unauthenticated` or `forbidden` when the actor may not call what needs `access`. */
export function assertMay(actor: Actor, access: Access): void {
  if (RANK[actor.kind] >= NEEDED[access]) return
  if (actor.kind === 'anonymous') throw new AppError('unauthenticated', 'This needs a bearer token.')
  throw new AppError('forbidden', 'This needs the admin token; the reading token may only look.')
}
