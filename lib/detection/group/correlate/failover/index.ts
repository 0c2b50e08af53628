export { noteForwardingLoss } from './forwarding-loss.ts'
export { recheckFailovers, recordFailovers } from './record.ts'
