export { circuitOverlaps, networkFindings, type LinkFacts, type OnPremFacts } from './network-findings.ts'
