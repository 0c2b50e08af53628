export { ownFaults } from './faults.ts'
export { daysLeft, readSpace } from './storage.ts'
export { receiveProof } from './proof/receive.ts'
