// What an App asks about itself: installations, tokens, its webhook and past deliveries.
import { z } from 'zod'
import type { SandboxResponse } from '../http.ts'
import { mintInstallationToken, sees } from './app-auth.ts'
import type { Delivery, DeliveryLine } from './delivery-line.ts'
import { removeInstallation } from './installations.ts'
import { installationOf, toApp, toInstallation, toRepository, toUser } from './payload-repository.ts'
import { notFound, Refusal } from './refusal.ts'
import { answer, answerCounted, answerList, nothing, type Route, type RouteContext, readBody, readNumber } from './router.ts'
import { toHookDelivery, type WebhooksOut } from './webhooks-out.ts'
import { covers, getRepository, type Installation, instant } from './world.ts'

const DELIVERY_DAYS = 3

function getInstallation({ world, params }: RouteContext): Installation {
  const found = world.installations.get(Number(params.id))
  if (!found) throw notFound()
  return found
}

function installationOfAccount({ world, params }: RouteContext): Installation {
  const found = [...world.installations.values()].find(
    (installation) => installation.account.login.toLowerCase() === params.login?.toLowerCase(),
  )
  if (!found) throw notFound()
  return found
}

const INSTALLATION_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/user',
    auth: 'token',
    run({ world, actor }) {
      if (actor.kind !== 'user') throw new Refusal(403, 'Resource not accessible by integration')
      return answer(toUser(world, actor.token.account))
    },
  },
  { method: 'GET', path: '/app', auth: 'app', run: ({ world }) => answer(toApp(world, world.app)) },
  {
    method: 'GET',
    path: '/app/installations',
    auth: 'app',
    run: (context) => answerList(context, [...context.world.installations.values()], (one) => toInstallation(context.world, one)),
  },
  {
    method: 'GET',
    path: '/app/installations/{id}',
    auth: 'app',
    run: (context) => answer(toInstallation(context.world, getInstallation(context))),
  },
  {
    method: 'DELETE',
    path: '/app/installations/{id}',
    auth: 'app',
    run(context) {
      removeInstallation(context.world, getInstallation(context), context.world.app.owner)
      return nothing()
    },
  },
  {
    method: 'POST',
    path: '/app/installations/{id}/access_tokens',
    auth: 'app',
    run(context) {
      const { world } = context
      const installation = getInstallation(context)
      const { secret, token, repositories } = mintInstallationToken(world, installation, context.request.body)
      const selection = repositories || installation.repositories !== 'all' ? 'selected' : 'all'
      const named = repositories ? { repositories: repositories.map((repository) => toRepository(world, repository)) } : {}
      return answer(
        {
          token: secret,
          expires_at: instant(token.expiresAt ?? world.clock.now()),
          permissions: token.permissions,
          repository_selection: selection,
          ...named,
        },
        201,
      )
    },
  },
  {
    method: 'GET',
    path: '/orgs/{login}/installation',
    auth: 'app',
    run: (context) => answer(toInstallation(context.world, installationOfAccount(context))),
  },
  {
    method: 'GET',
    path: '/users/{login}/installation',
    auth: 'app',
    run: (context) => answer(toInstallation(context.world, installationOfAccount(context))),
  },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/installation',
    auth: 'app',
    run({ world, params }) {
      const installation = installationOf(world, getRepository(world, `${params.owner}/${params.repo}`))
      if (!installation) throw notFound()
      return answer(toInstallation(world, installation))
    },
  },
  {
    method: 'GET',
    path: '/installation/repositories',
    auth: 'token',
    run(context) {
      const { world, actor } = context
      if (actor.kind !== 'installation')
        throw new Refusal(403, 'You must authenticate with an installation access token in order to list repositories for an installation.')
      const seen = [...world.repositories.values()].filter(
        (repository) => covers(actor.installation, repository) && sees(actor, repository),
      )
      return answerCounted(context, 'repositories', seen, (repository) => toRepository(world, repository))
    },
  },
  {
    method: 'DELETE',
    path: '/installation/token',
    auth: 'token',
    run({ world, actor }) {
      for (const [secret, token] of world.tokens) if (actor.kind === 'installation' && token === actor.token) world.tokens.delete(secret)
      return nothing()
    },
  },
]

const hookConfig = z.looseObject({ url: z.string().optional(), secret: z.string().optional() })

export interface HookDeps {
  readonly line: Pick<DeliveryLine, 'target' | 'setTarget' | 'setSecret'>
  readonly out: Pick<WebhooksOut, 'deliveries' | 'again'>
}

/** The routes of the App itself; those of its webhook need what sends them. */
export function makeAppRoutes({ line, out }: HookDeps): readonly Route[] {
  const config = () => answer({ url: line.target() ?? '', content_type: 'json', insecure_ssl: '0', secret: '********' })
  const kept = ({ world }: RouteContext) => {
    const oldest = world.clock.now().getTime() - DELIVERY_DAYS * 86_400_000
    return out.deliveries.filter((delivery) => delivery.deliveredAt.getTime() > oldest)
  }
  const find = (context: RouteContext): Delivery => {
    const found = kept(context).find((delivery) => delivery.id === readNumber(context, 'id'))
    if (!found) throw notFound()
    return found
  }
  return [
    ...INSTALLATION_ROUTES,
    { method: 'GET', path: '/app/hook/config', auth: 'app', run: config },
    {
      method: 'PATCH',
      path: '/app/hook/config',
      auth: 'app',
      run(context) {
        const { url, secret } = readBody(context, hookConfig)
        if (url !== undefined) line.setTarget(url)
        if (secret !== undefined) line.setSecret(secret)
        return config()
      },
    },
    { method: 'GET', path: '/app/hook/deliveries', auth: 'app', run: (context) => listDeliveries(context, kept(context)) },
    { method: 'GET', path: '/app/hook/deliveries/{id}', auth: 'app', run: (context) => answer(toHookDelivery(find(context), true)) },
    {
      method: 'POST',
      path: '/app/hook/deliveries/{id}/attempts',
      auth: 'app',
      run(context) {
        out.again(find(context).id)
        return answer({}, 202)
      },
    },
  ]
}

/** Newest first, by cursor: this list has no pages. */
function listDeliveries(context: RouteContext, kept: readonly Delivery[]): SandboxResponse {
  const { query, path } = context.request
  const perPage = Math.min(100, Number(query.get('per_page')) || 30)
  const cursor = Number(query.get('cursor')?.replace(/^v1_/, '')) || Number.POSITIVE_INFINITY
  const all = kept.filter((delivery) => delivery.id < cursor).reverse()
  const page = all.slice(0, perPage)
  const next = new URLSearchParams(query)
  next.set('cursor', `v1_${page.at(-1)?.id ?? 0}`)
  const headers: Record<string, string> =
    all.length > perPage ? { link: `<${new URL(context.world.apiUrl).origin}${path}?${next}>; rel="next"` } : {}
  return answer(
    page.map((delivery) => toHookDelivery(delivery, false)),
    200,
    headers,
  )
}
