export { recordForwardingLoss } from './forwarding-loss.ts'
export { areFailoverBytesDue, findFailoversRecheckTime, recordFailovers } from './record-failovers.ts'
