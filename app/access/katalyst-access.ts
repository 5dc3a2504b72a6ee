// The Katalyst backend as use cases reach it: its functions, bound to the address and token of the configuration.
import { makeBearerCredentials, noCredentials } from '../../integrations/engine/credentials.ts'
import { readLatestSnapshot, sendGovernance, sendReport } from '../../integrations/katalyst/index.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import type { Config } from '../config.ts'
import { KATALYST_CONNECTION } from '../hand-over.ts'
import type { Outbound } from './outbound.ts'

/** The Katalyst backend that this process hands things to. */
export interface KatalystAccess {
  /** Where to; undefined where nothing is handed over. */
  readonly address: string | undefined
  /** @throws AppError `not-configured`, `provider-*` */
  sendReport(report: { readonly id: string }): Promise<{ readonly id: string }>
  /** @throws AppError `not-configured`, `provider-*` */
  sendGovernance(index: object): Promise<{ readonly id: string }>
  /** @throws AppError `not-configured`, `provider-*` */
  readLatestSnapshot(): Promise<{ readonly project: string; readonly version: string } | undefined>
}

export function makeKatalyst({
  config,
  outbound,
  dryRun,
}: {
  readonly config: Config
  readonly outbound: Outbound
  readonly dryRun: boolean
}): KatalystAccess {
  const session = () => {
    if (!config.KATALYST_URL)
      throw new AppError('not-configured', 'Katalyst is not connected. Set KATALYST_URL, and KATALYST_TOKEN where it asks for one.')
    const credentials = config.KATALYST_TOKEN ? makeBearerCredentials(config.KATALYST_TOKEN) : noCredentials
    const context = outbound.contextFor({ connectionId: KATALYST_CONNECTION, provider: 'katalyst', credentials, dryRun })
    return { context, baseUrl: config.KATALYST_URL }
  }
  return Object.freeze({
    address: config.KATALYST_URL,
    sendReport: async (report: { readonly id: string }) => sendReport(session(), report),
    sendGovernance: async (index: object) => sendGovernance(session(), index),
    readLatestSnapshot: async () => readLatestSnapshot(session()),
  })
}
