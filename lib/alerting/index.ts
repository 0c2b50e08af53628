export { ownFaults } from './faults.ts'
export { readSpace } from './storage.ts'
export { receiveProof } from './proof/receive.ts'
