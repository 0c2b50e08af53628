export {
  circuitOverlaps,
  networkFindings,
  type LinkFacts,
  type NetworkFacts,
  type OnPremFacts,
} from './network-findings.ts'
