export { createPeerwatchFaultCheck } from './peerwatch-fault-check.ts'
export { estimateDaysUntilFull, readDatabaseSpace } from './database-space.ts'
export { receiveAlertingProofMessage } from './proof/receive-proof.ts'
