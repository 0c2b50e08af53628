export { createOwnFaultCheck } from './faults.ts'
export { estimateDaysUntilFull, readDatabaseSpace } from './storage.ts'
export { receiveProof } from './proof/receive.ts'
