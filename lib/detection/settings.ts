/**
 * Every threshold of detection, in one place. Durations in milliseconds, shares 0-1. `source` says who says so: D = Microsoft
 * documentation or an RFC, S = the seed texts of the product, A = an assumption of ours, to be changed where an estate differs.
 */
export interface Threshold {
  value: number
  source: 'D' | 'S' | 'A'
  /** what it is for, in one sentence */
  meaning: string
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

const threshold = (value: number, source: Threshold['source'], meaning: string): Threshold => ({
  value,
  source,
  meaning,
})

export const thresholds = {
  'session.delta': threshold(
    2 * SECOND,
    'A',
    'How far apart two derived establishment times may lie and still be one.',
  ),
  'session.missing': threshold(
    2,
    'A',
    'Good samples without its row after which an established session counts as down.',
  ),
  'session.flapping': threshold(3, 'A', 'Restarts within the window that make a session a flapping one.'),
  'session.flapping.window': threshold(
    30 * MINUTE,
    'A',
    'The window in which restarts are counted, and the quiet that ends it.',
  ),
  'session.penalty.restart': threshold(1_000, 'D', 'Penalty of one restart (figure of merit of RFC 2439).'),
  'session.penalty.halfLife': threshold(15 * MINUTE, 'D', 'Time in which a penalty falls to half (RFC 2439).'),
  'session.penalty.open': threshold(
    6_000,
    'D',
    'Penalty above which a session flaps (RFC 7196, minimum suppress threshold).',
  ),
  'session.penalty.clear': threshold(750, 'D', 'Penalty below which it is quiet again (reuse threshold of RFC 2439).'),
  'keepalive.stall': threshold(
    120 * SECOND,
    'D',
    'No message for this long on an established session: two keepalives are missing.',
  ),
  'instance.rowsGone': threshold(3, 'A', 'Good samples without any row of an instance after which it is lost.'),
  'timers.hold': threshold(180 * SECOND, 'D', 'BGP hold time on the Microsoft edge.'),
  'burst.slack': threshold(
    60 * SECOND,
    'A',
    'How much later another source may tell of the same thing: one poll interval.',
  ),
  'withdraw.mass.count': threshold(3, 'A', 'Fewest prefixes that make a withdrawal a mass withdrawal.'),
  'withdraw.mass.share': threshold(0.2, 'A', 'Smallest share of a table that makes a withdrawal a mass withdrawal.'),
  'announce.mass.count': threshold(50, 'A', 'Fewest new prefixes that make a mass announcement.'),
  'announce.mass.share': threshold(0.25, 'A', 'Smallest growth of a table that makes a mass announcement.'),
  'headroom.warn': threshold(0.8, 'A', 'Share of the prefix limit from which headroom is short.'),
  'headroom.major': threshold(0.95, 'A', 'Share of the prefix limit from which losing the session is near.'),
  'headroom.clear': threshold(0.75, 'A', 'Share of the prefix limit below which headroom is ample again.'),
  'headroom.exceeded': threshold(0.98, 'A', 'Last count before a fall from which the limit is the likely reason.'),
  'limit.private.standard': threshold(4_000, 'D', 'IPv4 prefixes on private peering, Standard.'),
  'limit.private.premium': threshold(10_000, 'D', 'IPv4 prefixes on private peering, Premium.'),
  'limit.microsoft': threshold(200, 'D', 'Prefixes on Microsoft peering.'),
  'incident.group': threshold(
    180 * SECOND,
    'A',
    'Events this close belong together: one hold time, beside one interval.',
  ),
  'incident.healthy': threshold(120 * SECOND, 'A', 'How long all must be well before an incident closes.'),
  'incident.reopen': threshold(15 * MINUTE, 'A', 'A root that returns within this opens its incident again.'),
  'config.before': threshold(15 * MINUTE, 'A', 'A change this long before a fall may be its cause.'),
  'config.after': threshold(MINUTE, 'A', 'A change logged this long after a fall may still be its cause.'),
  'gateway.change': threshold(30 * MINUTE, 'A', 'Peers of a gateway that was changed may restart for this long.'),
  'memory.recent': threshold(60 * MINUTE, 'A', 'How long an event that ended is kept at hand for what arrives late.'),
} as const satisfies Record<string, Threshold>

export type SettingName = keyof typeof thresholds
export type DetectionSettings = { readonly [Name in SettingName]: number }

export const defaultSettings: DetectionSettings = Object.fromEntries(
  Object.entries(thresholds).map(([name, { value }]) => [name, value]),
) as DetectionSettings
