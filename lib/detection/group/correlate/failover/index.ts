export { noteForwardingLoss } from './forwarding-loss.ts'
export { failoversAwaitBytes, recordFailovers } from './record.ts'
