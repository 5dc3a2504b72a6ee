// What Katalyst is handed goes through the queue: a Katalyst that is down gets it later, and each thing once.
export const HAND_OVER_JOB = 'katalyst.report'
export const HAND_OVER_GOVERNANCE_JOB = 'katalyst.governance'
/** The connection under which Katalyst's limits and failures are kept. */
export const KATALYST_CONNECTION = 'katalyst'
