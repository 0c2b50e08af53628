export { recordForwardingLoss } from './forwarding-loss.ts'
export { failoversAwaitBytes, recheckFailovers, recordFailovers } from './record.ts'
