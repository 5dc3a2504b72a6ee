// Who we are at GitHub: one read, also the answer to "does this credential work".
import { z } from 'zod'
import type { Identity } from '../engine/provider.ts'
import type { GitHubContext } from './client.ts'
import { missingPermissions } from './permissions.ts'

const AppAnswer = z.object({ slug: z.string().optional(), name: z.string(), permissions: z.record(z.string(), z.string()) })
const UserAnswer = z.object({ login: z.string(), name: z.string().nullish() })

/** For a context made with `asApp` or `asToken`. Throws `provider-unauthenticated` for a credential that GitHub does not know. */
export async function identify(context: GitHubContext): Promise<Identity> {
  if (context.appId !== undefined) {
    const { data } = await context.client.request({ route: 'GET /app', meta: { operation: 'github.app.read' }, answer: AppAnswer })
    return { account: data.slug ?? data.name, displayName: data.name, missing: missingPermissions(data.permissions) }
  }
  const { data } = await context.client.request({ route: 'GET /user', meta: { operation: 'github.user.read' }, answer: UserAnswer })
  return {
    account: data.login,
    displayName: data.name ?? data.login,
    missing: ['checks: only Apps can publish checks; a personal access token only reads.'],
  }
}
