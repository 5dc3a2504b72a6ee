// The token of an installation is renewed before it ends, by the clock. Where GitHub ends it earlier (a changed installation, a clock
// that is wrong, a revocation), its 401 is the first to say so: then the token is forgotten, once, and the request sent again, for
// which Octokit fetches a new one. Asking Octokit for a new token outright would ask github.com, whatever server is configured.
import { toAppError } from '../kernel/errors.ts'

/** What @octokit/auth-app keeps tokens in, under the installation's number. */
interface TokenCache {
  set(key: string, value: string): unknown
}

/** Octokit's `auth`: with a factory it hands over what it holds instead of a token. */
export interface TokenHolder {
  auth(options: {
    readonly type: 'installation'
    readonly installationId: number
    readonly factory: (held: { readonly cache: TokenCache }) => unknown
  }): Promise<unknown>
}

/**
 * Sends, and once more with a new token where the old one is not accepted. Throws what the second try threw.
 * @param installationId undefined for actors whose credential cannot be renewed
 */
export async function sendRenewing<T>(holder: TokenHolder, installationId: number | undefined, send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    if (installationId === undefined || toAppError(error).code !== 'provider-unauthenticated') throw error
    // An empty text is no token to Octokit's cache, which has no way to delete one.
    await holder.auth({ type: 'installation', installationId, factory: ({ cache }) => cache.set(String(installationId), '') })
    return send()
  }
}
