// A connection as answers carry it: never a secret, only which are set.
import { z } from 'zod'
import { CONNECTABLE, type EffectiveConnection } from '../connections.ts'

export const ConnectionSummary = z.object({
  provider: z.enum(CONNECTABLE),
  name: z.string(),
  baseUrl: z.string(),
  kind: z.enum(['app', 'pat', 'api-token', 'oauth']),
  source: z.enum(['database', 'environment']),
  status: z.enum(['ok', 'needs-attention']),
  reason: z.string().optional(),
  email: z.string().optional(),
  secrets: z.record(z.string(), z.boolean()),
})

export const toConnectionSummary = (connection: EffectiveConnection): z.input<typeof ConnectionSummary> => {
  const { id, settings: _settings, secrets, ...rest } = connection
  return { ...rest, provider: id, secrets: { ...secrets } }
}
