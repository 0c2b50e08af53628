/** Names and meanings of all kinds of cost findings, used on screens, in messages and in the API. */
export const costFindingKindRecords = {
  break_even_passed: {
    name: 'Past the break-even',
    meaning: 'More bytes left Azure this month than make unlimited the cheaper plan.',
  },
  break_even_ahead: {
    name: 'Break-even ahead',
    meaning: 'On metered, this month most likely ends above the break-even.',
  },
  cheaper_option: { name: 'Cheaper option', meaning: 'Another plan, tier or bandwidth is worth the change.' },
  forecast_over_budget: {
    name: 'Forecast over budget',
    meaning: 'This month is forecast to cost more than its budget.',
  },
  egress_surge: {
    name: 'Egress surge',
    meaning: 'Far more bytes than usual left Azure in a day, and they are charged.',
  },
  not_provisioned: { name: 'Not provisioned', meaning: 'A circuit is charged that its provider has not provisioned.' },
  no_connection: { name: 'No connection', meaning: 'A circuit is charged that is linked to no gateway.' },
  gateway_alone: { name: 'Gateway alone', meaning: 'A gateway is charged that has no connection.' },
  premium_not_needed: { name: 'Premium not needed', meaning: 'Nothing that a Premium circuit does needs Premium.' },
  bandwidth_not_needed: {
    name: 'Bandwidth not needed',
    meaning: 'A circuit carries a small share of its bandwidth in 95 of 100 hours.',
  },
} as const satisfies Record<string, { name: string; meaning: string }>

export type CostFindingKind = keyof typeof costFindingKindRecords
export const costFindingKinds = Object.keys(costFindingKindRecords) as [CostFindingKind, ...CostFindingKind[]]

/** Returns the title of a finding for screens and messages: `Past the break-even: erc-johannesburg`. */
export const formatFindingTitle = (of: { kind: CostFindingKind; subject: { name: string } }): string =>
  `${costFindingKindRecords[of.kind].name}: ${of.subject.name}`
