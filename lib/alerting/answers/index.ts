export { getAlerting, SCREEN_SILENT_AFTER_MS } from './alerting.ts'
export { readAlertingProof } from './alerting-proof.ts'
