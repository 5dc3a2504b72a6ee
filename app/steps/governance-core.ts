// Use cases load the governance core when they run, not when the table of use cases is read.
export const loadGovernance = () => import('../../integrations/governance/core.ts')
