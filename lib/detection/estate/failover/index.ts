export { noteForwardingLoss } from './forwarding-loss.ts'
export { keepLedger, waitsForSamples } from './ledger.ts'
