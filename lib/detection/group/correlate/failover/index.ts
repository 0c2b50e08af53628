export { noteForwardingLoss } from './forwarding-loss.ts'
export { recordFailovers, waitsForSamples } from './ledger.ts'
