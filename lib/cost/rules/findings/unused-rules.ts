import { flatBand } from '../money.ts'
import { type CircuitUse, unusedOf } from '../unused.ts'
import { aboutCircuit } from './about-circuit.ts'
import type { CircuitFact, GatewayFact } from './facts.ts'
import type { Judgement } from './fold-findings.ts'

/** What each kind of unused capacity takes to be known: without it, nothing is said of it. */
const KNOWN_BY = {
  not_provisioned: ({ providerState }) => providerState !== null,
  no_connection: ({ connections }) => connections !== null,
  premium_not_needed: ({ projection }) => projection.options.length > 0,
  bandwidth_not_needed: ({ projection, p95Mbps }) => projection.options.length > 0 && p95Mbps !== null,
} as const satisfies Record<string, (use: CircuitUse) => boolean>

/** A judgement for each kind of unused capacity of a circuit. */
export function unusedCircuit(circuit: CircuitFact): Judgement[] {
  const { common, ...about } = aboutCircuit(circuit)
  const found = unusedOf([circuit.use], [])
  return (Object.keys(KNOWN_BY) as (keyof typeof KNOWN_BY)[]).map((kind) => {
    const one = found.find((finding) => finding.kind === kind)
    return {
      ...about,
      kind,
      detail: '',
      lines: KNOWN_BY[kind](circuit.use) ? { above: one !== undefined, below: one === undefined } : null,
      body: { ...common, ...bodyOfUnused(one) },
    }
  })
}

/** A gateway without a connection. */
export function unusedGateway({ id, customer, use }: GatewayFact): Judgement {
  const [one] = unusedOf([], [use])
  const { name, resourceId, connections } = use
  return {
    kind: 'gateway_alone',
    scope: id,
    detail: '',
    resources: [id],
    lines: connections === null ? null : { above: one !== undefined, below: one === undefined },
    began: null,
    ended: null,
    body: {
      subject: { kind: 'gateway', id, resourceId, name },
      customer,
      links: [{ label: name, href: `/gateways/${id}` }],
      ...bodyOfUnused(one),
    },
  }
}

function bodyOfUnused(one: ReturnType<typeof unusedOf>[number] | undefined) {
  return {
    evidence: one ? [{ field: 'use', before: null, after: one.reason }] : [],
    amounts: {
      cost: one?.perMonth ? flatBand(one.perMonth) : null,
      limit: null,
      saving: one?.saving ? flatBand(one.saving) : null,
    },
    remedy: one?.remedy ?? '',
  }
}
