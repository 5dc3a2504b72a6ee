// Deliveries of an OAuth app's webhooks carry no signature of their bytes but a token: a JWT that Atlassian signs with the client
// secret (HS256). It says who sends and until when, not what, so what a delivery says stays a hint.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** How far the clocks of the two may be apart. */
const LEEWAY_SECONDS = 180
/** What stands where the request is not part of the token. */
const NO_REQUEST = 'context-qsh'

const Header = z.object({ alg: z.literal('HS256') })
const Claims = z.object({ exp: z.number(), qsh: z.string().optional() })

function decode<T>(part: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))).data
  } catch (error) {
    // Anybody may send anything here: what is no JSON is no token.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Atlassian's hash of a request without a query: method, path, nothing. */
export const requestHash = (path: string): string => createHash('sha256').update(`POST&${path}&`).digest('hex')

export interface TokenRules {
  readonly clientSecret: string
  readonly now: Date
  /** Where deliveries come in, as Atlassian may see it: with and without the path that a proxy adds. */
  readonly paths: readonly string[]
}

/** True for a token that the client secret signed, that has not run out, and that is for this address where it names one. */
export function verifyWebhookToken(headers: Readonly<Record<string, string>>, { clientSecret, now, paths }: TokenRules): boolean {
  const [header = '', claims = '', signature = '', ...more] =
    /^Bearer (\S{1,8000})$/i.exec(headers.authorization ?? '')?.[1]?.split('.') ?? []
  if (clientSecret === '' || more.length > 0 || !decode(header, Header)) return false
  const given = Buffer.from(signature, 'base64url')
  const expected = createHmac('sha256', clientSecret).update(`${header}.${claims}`).digest()
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false
  const said = decode(claims, Claims)
  if (!said || said.exp + LEEWAY_SECONDS < now.getTime() / 1000) return false
  return said.qsh === undefined || said.qsh === NO_REQUEST || paths.some((path) => requestHash(path) === said.qsh)
}
