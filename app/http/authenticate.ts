// Bearer tokens of the API: the admin token, the reading token, and short-lived access tokens from POST /auth/login.
// An access token, which is also what a browser's session holds, is `katalyst_access.<role>.<expiry>.<nonce>.<hmac>`, signed
// with a key made from the token it was given for, so that rotating that token ends its sessions and nothing is stored.
import { createHmac, randomBytes } from 'node:crypto'
import { AppError } from '../../integrations/kernel/errors.ts'
import { equalsInConstantTime } from '../../integrations/kernel/secrets.ts'
import type { Actor } from '../context.ts'
import type { Access } from '../use-case.ts'

const PREFIX = 'katalyst_access'
/** How long an access token lives. */
export const ACCESS_TOKEN_SECONDS = 3600

/** How long a browser stays signed in. */
export const SESSION_SECONDS = 12 * 3600

type Role = 'admin' | 'reader'

export interface Authenticator {
  /** Who sends this `Authorization` header; nobody is `anonymous`. Throws `unauthenticated` for a token that is not ours. */
  actorOf(authorization: string | undefined, now: Date): Actor
  /** Who a token of ours belongs to; undefined when it is none, or has expired. */
  actorOfToken(token: string, now: Date): Actor | undefined
  /** A new access token for a password that is the admin token; throws `unauthenticated` otherwise. */
  login(password: string, now: Date): { readonly access_token: string; readonly token_type: 'bearer'; readonly expires_in: number }
  /** A browser's session for the admin token or the reading token; undefined for anything else. */
  startSession(token: string, now: Date): { readonly session: string; readonly seconds: number } | undefined
}

export function makeAuthenticator(tokens: { readonly admin: string; readonly read?: string | undefined }): Authenticator {
  const tokenOf: Readonly<Record<Role, string | undefined>> = { admin: tokens.admin, reader: tokens.read }
  const sign = (role: Role, text: string) =>
    createHmac('sha256', `katalyst access ${tokenOf[role]}`).update(`${role}.${text}`).digest('base64url')
  const issue = (role: Role, seconds: number, now: Date) => {
    const body = `${Math.floor(now.getTime() / 1000) + seconds}.${randomBytes(12).toString('base64url')}`
    return `${PREFIX}.${role}.${body}.${sign(role, body)}`
  }
  const roleOfAccess = (token: string, now: Date): Role | undefined => {
    const [prefix, role, expiry, nonce, signature] = token.split('.')
    if (prefix !== PREFIX || !(role === 'admin' || role === 'reader') || !tokenOf[role] || !expiry || !nonce || !signature) return undefined
    return equalsInConstantTime(sign(role, `${expiry}.${nonce}`), signature) && Number(expiry) * 1000 > now.getTime() ? role : undefined
  }
  const roleOfToken = (token: string): Role | undefined => {
    if (token && equalsInConstantTime(token, tokens.admin)) return 'admin'
    return token && tokens.read && equalsInConstantTime(token, tokens.read) ? 'reader' : undefined
  }
  const actorOfToken = (token: string, now: Date): Actor | undefined => {
    const role = roleOfToken(token)
    if (role) return { kind: role, name: role === 'admin' ? 'admin token' : 'read token' }
    const access = roleOfAccess(token, now)
    return access && { kind: access, name: access === 'admin' ? 'access token' : 'reading session' }
  }
  return Object.freeze({
    actorOfToken,
    actorOf(authorization: string | undefined, now: Date): Actor {
      if (!authorization) return { kind: 'anonymous', name: 'anonymous' }
      const actor = actorOfToken(/^bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? '', now)
      if (actor) return actor
      throw new AppError(
        'unauthenticated',
        'The bearer token is not valid or has expired. Send KATALYST_ADMIN_TOKEN, KATALYST_READ_TOKEN, or a token from POST /auth/login.',
      )
    },
    login(password: string, now: Date) {
      if (!equalsInConstantTime(password, tokens.admin)) throw new AppError('unauthenticated', 'The password is not the admin token.')
      return { access_token: issue('admin', ACCESS_TOKEN_SECONDS, now), token_type: 'bearer' as const, expires_in: ACCESS_TOKEN_SECONDS }
    },
    startSession(token: string, now: Date) {
      const role = roleOfToken(token)
      return role && { session: issue(role, SESSION_SECONDS, now), seconds: SESSION_SECONDS }
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
