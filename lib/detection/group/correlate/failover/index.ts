export { recordForwardingLoss } from './forwarding-loss.ts'
export { areFailoverBytesDue, recheckFailovers, recordFailovers } from './record.ts'
