import { z } from 'zod'

/**
 * Kinds of hindrances, each with its name and its consequence. `part` = traffic moves at most in part, so that the
 * verdict is never `moves`. `choice` = traffic moves, but to another path, or less evenly, than configured or expected.
 * Each kind has one rule in `rules/what-if/hindrances`.
 */
export const hindranceKinds = {
  not_provisioned: { name: 'Not provisioned', effect: 'choice' },
  equal_length: { name: 'Equal length', effect: 'choice' },
  weight_over_as_path: { name: 'Weight over AS path', effect: 'choice' },
  pinned_route: { name: 'Pinned route', effect: 'part' },
  summary: { name: 'Summary only', effect: 'part' },
  hub_preference: { name: 'Routing preference', effect: 'choice' },
  half_ecmp: { name: 'Half of the paths', effect: 'choice' },
  full_circuit: { name: 'Full circuit', effect: 'part' },
  prefix_filtered: { name: 'Prefix filtered', effect: 'choice' },
  static_vpn: { name: 'Static VPN route', effect: 'part' },
  return_path: { name: 'Return path stays', effect: 'part' },
} as const satisfies Record<string, { name: string; effect: 'part' | 'choice' }>
export type HindranceKind = keyof typeof hindranceKinds

const count = z.int().min(0)

const hindranceSchema = z.object({
  kind: z.enum(Object.keys(hindranceKinds) as HindranceKind[]),
  scope: z.string().nullable().describe('short id of the circuit, gateway or hub that hinders; null = a site'),
  scopeName: z.string(),
  prefixes: z.array(z.string()).describe('hindered prefixes, at most 5'),
  count: count.describe('number of hindered prefixes'),
  text: z.string().describe('the hindrance as one sentence'),
})
export type Hindrance = z.infer<typeof hindranceSchema>

const moveVerdicts = ['moves', 'partly', 'does_not_move', 'unknown'] as const
export type MoveVerdict = (typeof moveVerdicts)[number]

export const moveSchema = z.object({
  verdict: z
    .enum(moveVerdicts)
    .nullable()
    .describe(
      'unknown = a table was not read, or an outcome depends on an unknown circuit path; null = the lost resource carries no traffic now, so that nothing has to move',
    ),
  to: z
    .array(
      z.object({
        circuitId: z.string().nullable().describe('null = a VPN or an appliance'),
        name: z.string(),
        prefixes: count.describe('number of different prefixes that it carries after the loss'),
      }),
    )
    .describe('circuits and gateways that take over, the largest number of prefixes first'),
  evidence: z
    .array(z.enum(['tables', 'reports']))
    .describe("tables = Azure's route tables, reports = routes that the customer's routers report by BMP"),
  hindrances: z.array(hindranceSchema).describe('everything that hinders the move, the worst first'),
  sentence: z.string().describe('the verdict as one sentence, without the hindrances'),
})
/** Verdict on whether traffic moves after a loss, with the hindrances. */
export type Move = z.infer<typeof moveSchema>

const formatPrefixes = (number: number): string => `${number.toLocaleString('en-US')} prefix${number === 1 ? '' : 'es'}`

/** Formats the verdict as one sentence: `Moves: 5 prefixes to erc-ams`. */
export function formatMove({ verdict, to, hindrances }: Omit<Move, 'sentence'>): string {
  if (verdict === null) return 'Nothing to move: it carries no traffic now'
  const names = to.slice(0, 3).map(({ name, prefixes }) => `${formatPrefixes(prefixes)} to ${name}`)
  const where = [...names, ...(to.length > 3 ? [`${to.length - 3} more`] : [])].join(', ')
  if (verdict === 'unknown') return 'Not known whether it moves'
  if (verdict === 'does_not_move') return 'Does not move: no other path has the prefixes'
  const limits = hindrances.filter(({ kind }) => hindranceKinds[kind].effect === 'part').length
  const because = verdict === 'partly' && limits === 0 ? '; the other prefixes have no path' : ''
  return `${verdict === 'moves' ? 'Moves' : 'Moves partly'}: ${where}${because}`
}
