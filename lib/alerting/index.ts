export { createPeerwatchFaultCheck } from './peerwatch-fault-check.ts'
export { estimateDaysUntilFull, readDatabaseSpace } from './database-space.ts'
export { receiveProof } from './proof/receive-proof.ts'
