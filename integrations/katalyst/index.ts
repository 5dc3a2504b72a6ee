export { type KatalystSession, readLatestSnapshot, sendGovernance, sendReport } from './client.ts'
