export { getAlerting, SCREEN_SILENT_AFTER_MS } from './alerting.ts'
export { readProof } from './proof.ts'
