import type { EventKindRecord } from './record.ts'

const COST = {
  area: 'cost',
  lifecycle: 'interval',
  scopes: ['circuit'],
  polls: ['stats'],
  proof: [],
  burst: false,
  maintenance: 'alerts',
  incident: { rank: null },
} as const

export const costKinds = {
  forecast_over_budget: {
    ...COST,
    name: 'Forecast over budget',
    meaning: 'This month is forecast to cost more than its budget.',
    scopes: ['circuit', 'subscription'],
    subject: 'budget',
    cause: {
      from: 'rule',
      owner: 'own_change',
      nextStep: 'Raise the budget, or check in the weekly review what changed the figure.',
    },
  },
  break_even_crossing: {
    ...COST,
    name: 'Break-even crossed',
    meaning: 'The other plan, metered or unlimited, would most likely be cheaper this month.',
    subject: 'plan',
    cause: { from: 'rule', owner: 'own_change', nextStep: 'Read the weekly review before you change the plan.' },
  },
  egress_surge: {
    ...COST,
    name: 'Egress surge',
    meaning: 'Far more bytes than usual left Azure in a day, and they are charged.',
    subject: 'egress',
    cause: {
      from: 'rule',
      class: 'egress_surge',
      owner: 'own_change',
      confidence: 0.5,
      nextStep:
        'Check Traffic for when it began, and Routes for what changed then; a backup or a copy is the most frequent reason.',
    },
  },
} as const satisfies Record<string, EventKindRecord>
