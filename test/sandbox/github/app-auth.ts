// Who is asking: the App by a JWT it signed, an installation by a token of one hour, or a person by a personal access token.
import { createSign, createVerify, generateKeyPairSync } from 'node:crypto'
import { z } from 'zod'
import type { SandboxRequest } from '../http.ts'
import { badCredentials, invalid, Refusal } from './refusal.ts'
import { type Account, covers, type Installation, type Permissions, type Repository, randomHex, type Token, type World } from './world.ts'

export type Actor =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly token: Token; readonly installation: Installation }
  | { readonly kind: 'user'; readonly token: Token }
  | { readonly kind: 'anonymous' }

const TOKEN_SECONDS = 3600
const JWT_SECONDS = 600
const CLOCK_DRIFT_SECONDS = 60
const MAX_NARROWED_REPOSITORIES = 500
const RANK = { read: 1, write: 2, admin: 3 } as const

const claims = z.looseObject({ iss: z.union([z.string(), z.number()]), iat: z.number(), exp: z.number() })
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export interface AppKeys {
  /** PKCS#8 PEM. */
  readonly privateKey: string
  readonly publicKey: string
}

/** An App's key pair, new each time: none is ever written down. */
export function makeAppKeys(): AppKeys {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

/** A JWT as an App signs it; for tests that speak to the stand-in without a client library. */
export function signAppJwt(privateKey: string, issuer: number | string, at: Date, lifetimeSeconds = 540): string {
  const seconds = Math.floor(at.getTime() / 1000)
  const body = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: seconds - 60, exp: seconds + lifetimeSeconds, iss: String(issuer) })}`
  return `${body}.${createSign('RSA-SHA256').update(body).sign(privateKey, 'base64url')}`
}

/** The actor of a request; refuses bad, expired and suspended credentials the way GitHub does. */
export function authenticate(world: World, request: SandboxRequest): Actor {
  const header = request.headers.authorization
  if (!header) return { kind: 'anonymous' }
  const [scheme = '', value = ''] = header.split(/\s+/, 2)
  const secret = scheme.toLowerCase() === 'basic' ? (Buffer.from(value, 'base64').toString('utf8').split(':')[1] ?? '') : value
  if (!/^(bearer|token|basic)$/i.test(scheme) || !secret) throw badCredentials()
  if (!secret.startsWith('gh') && secret.split('.').length === 3) return verifyJwt(world, secret)
  const token = world.tokens.get(secret)
  if (!token || (token.expiresAt && token.expiresAt <= world.clock.now())) throw badCredentials()
  if (token.installationId === undefined) return { kind: 'user', token }
  const installation = world.installations.get(token.installationId)
  if (!installation) throw badCredentials()
  if (installation.suspendedAt) throw new Refusal(403, 'This installation has been suspended')
  return { kind: 'installation', token, installation }
}

function verifyJwt(world: World, jwt: string): Actor {
  const [head = '', body = '', signature = ''] = jwt.split('.')
  const parse = (part: string): unknown => {
    try {
      return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown
    } catch {
      throw badCredentials('A JSON web token could not be decoded')
    }
  }
  const algorithm = z.looseObject({ alg: z.literal('RS256') }).safeParse(parse(head))
  const claimed = claims.safeParse(parse(body))
  if (!algorithm.success || !claimed.success) throw badCredentials('A JSON web token could not be decoded')
  if (!createVerify('RSA-SHA256').update(`${head}.${body}`).verify(world.app.publicKey, signature, 'base64url'))
    throw badCredentials('A JSON web token could not be decoded')
  const { iss, iat, exp } = claimed.data
  const now = world.clock.now().getTime() / 1000
  if (String(iss) !== String(world.app.id) && iss !== world.app.clientId) throw badCredentials("'Issuer' claim ('iss') must be an Integer")
  if (exp <= now)
    throw badCredentials(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  if (exp > now + JWT_SECONDS + CLOCK_DRIFT_SECONDS) throw badCredentials("'Expiration time' claim ('exp') is too far in the future")
  if (iat > now + CLOCK_DRIFT_SECONDS)
    throw badCredentials("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
  return { kind: 'app' }
}

const tokenRequest = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional(),
})

/** Mints an installation token, narrowed to the repositories and permissions of the body. */
export function mintInstallationToken(
  world: World,
  installation: Installation,
  body: unknown,
): { readonly secret: string; readonly token: Token; readonly repositories: readonly Repository[] | undefined } {
  if (installation.suspendedAt) throw new Refusal(403, 'This installation has been suspended')
  const wanted = tokenRequest.safeParse(body ?? {})
  if (!wanted.success) throw invalid('Invalid request.')
  const seen = [...world.repositories.values()].filter((repository) => covers(installation, repository))
  const { repositories: names, repository_ids: ids, permissions = installation.permissions } = wanted.data
  if ((names?.length ?? 0) + (ids?.length ?? 0) > MAX_NARROWED_REPOSITORIES) throw invalid('A maximum of 500 repositories may be specified')
  const find = (test: (repository: Repository) => boolean) => {
    const found = seen.find(test)
    if (!found) throw invalid('There is at least one repository that does not exist or is not accessible to the parent installation.')
    return found
  }
  const narrowed =
    names || ids
      ? [
          ...(names ?? []).map((name) => find((repository) => repository.name === name)),
          ...(ids ?? []).map((id) => find((repository) => repository.id === id)),
        ]
      : undefined
  for (const [name, level] of Object.entries(permissions))
    if (!allows(installation.permissions, name, level)) throw invalid('The permissions requested are not granted to this installation.')
  const expiresAt = new Date(world.clock.now().getTime() + TOKEN_SECONDS * 1000)
  const granted: Permissions = { metadata: 'read', ...permissions }
  const token: Token = Object.freeze({
    installationId: installation.id,
    account: world.app.bot,
    repositoryIds: narrowed && new Set(narrowed.map((repository) => repository.id)),
    permissions: granted,
    expiresAt,
  })
  // The form since April 2026: the App's id and a JWT, several hundred characters with dots in them.
  const secret = `ghs_${world.app.id}_${encode({ alg: 'ES256', typ: 'JWT' })}.${encode({ jti: randomHex(16), installation: installation.id, exp: Math.floor(expiresAt.getTime() / 1000) })}.${Buffer.from(randomHex(64), 'hex').toString('base64url')}`
  world.tokens.set(secret, token)
  return { secret, token, repositories: narrowed }
}

/** A personal access token of a person who sees every repository. */
export function mintPersonalToken(world: World, account: Account, permissions: Permissions): string {
  const secret = `github_pat_${randomHex(41)}`
  world.tokens.set(
    secret,
    Object.freeze({ installationId: undefined, account, repositoryIds: undefined, permissions, expiresAt: undefined }),
  )
  return secret
}

export const allows = (permissions: Permissions, name: string, level: 'read' | 'write' | 'admin'): boolean =>
  RANK[permissions[name] ?? 'read'] >= RANK[level] && permissions[name] !== undefined

/** Whether an actor sees a repository at all: what it does not see is 404, never 403. */
export function sees(actor: Actor, repository: Repository): boolean {
  if (actor.kind === 'anonymous') return !repository.private
  if (actor.kind === 'app') return false
  if (actor.kind === 'user') return true
  return covers(actor.installation, repository) && (!actor.token.repositoryIds || actor.token.repositoryIds.has(repository.id))
}
