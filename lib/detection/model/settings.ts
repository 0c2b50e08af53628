import { DAY, MINUTE, SECOND } from '#lib/contract/time/time.ts'

/**
 * Every threshold of detection, in one place. Durations in milliseconds, shares 0-1. `source` states where a value comes from: D = Microsoft
 * documentation or an RFC, S = the design that Peerwatch was made for (docs/rules/detection.md 4), A = an assumption of ours, to be changed
 * where an estate differs. The API calls them documentation, design and assumption.
 */
interface Threshold {
  value: number
  unit: 'duration' | 'share' | 'count' | 'bitsPerSecond'
  source: 'D' | 'S' | 'A'
  /** what it is for, in one sentence */
  meaning: string
}

const inUnit =
  (unit: Threshold['unit']) =>
  (value: number, source: Threshold['source'], meaning: string): Threshold => ({ value, unit, source, meaning })

const time = inUnit('duration')
const share = inUnit('share')
const count = inUnit('count')
const rate = inUnit('bitsPerSecond')

export const thresholds = {
  'session.delta': time(2 * SECOND, 'A', 'How far apart two derived establishment times may lie and still be one.'),
  'session.missing': count(2, 'A', 'Good samples without its row after which an established session counts as down.'),
  'session.unknown': count(
    5,
    'A',
    'Good samples in a row that call a session unknown while others report, after which that is reported.',
  ),
  'session.flapping': count(3, 'A', 'Restarts within the window that make a session a flapping one.'),
  'session.flapping.window': time(
    30 * MINUTE,
    'A',
    'The window in which restarts are counted, and the quiet that ends it.',
  ),
  'session.penalty.restart': count(1_000, 'D', 'Penalty of one restart (figure of merit of RFC 2439).'),
  'session.penalty.halfLife': time(15 * MINUTE, 'D', 'Time in which a penalty falls to half (RFC 2439).'),
  'session.penalty.open': count(
    6_000,
    'D',
    'Penalty above which a session flaps (RFC 7196, minimum suppress threshold).',
  ),
  'session.penalty.clear': count(750, 'D', 'Penalty below which it is quiet again (reuse threshold of RFC 2439).'),
  'keepalive.stall': time(
    120 * SECOND,
    'D',
    'No message for this long on an established session: two keepalives are missing.',
  ),
  'instance.rowsGone': count(3, 'A', 'Good samples without any row of an instance after which it is lost.'),
  'instance.maintenance': time(
    15 * MINUTE,
    'A',
    'How long maintenance keeps an instance of a gateway away; what is away for longer is a fault.',
  ),
  'instance.restart.spread': time(
    60 * SECOND,
    'A',
    'Within this time all sessions of an instance that restarted are established again.',
  ),
  'timers.hold': time(180 * SECOND, 'D', 'BGP hold time on the Microsoft edge.'),
  'burst.slack': time(
    60 * SECOND,
    'A',
    'How much later another source may report the same subject: one poll interval.',
  ),
  'burst.interval': time(10 * SECOND, 'A', 'Pace of polls after a first adverse sample, or while somebody watches.'),
  'burst.span': time(3 * MINUTE, 'A', 'How long what a first adverse sample is about is polled faster.'),
  'burst.polls': count(
    20,
    'D',
    'Most polls of a subscription that are made faster at once: at 10 s they are 120 of the 200 writes a minute of Microsoft.Network.',
  ),
  'withdraw.mass.count': count(3, 'A', 'Fewest prefixes that make a withdrawal a mass withdrawal.'),
  'withdraw.mass.share': share(0.2, 'A', 'Smallest share of a table that makes a withdrawal a mass withdrawal.'),
  'announce.mass.count': count(50, 'A', 'Fewest new prefixes that make a mass announcement.'),
  'announce.mass.share': share(0.25, 'A', 'Smallest growth of a table that makes a mass announcement.'),
  'divergence.confirm': count(
    2,
    'A',
    'Good samples in a row that must show the instances of a gateway learn different routes.',
  ),
  'parity.confirm': count(3, 'A', 'Good samples in a row that must show two paths differ, or alike again in length.'),
  'parity.clear': count(2, 'A', 'Good samples in a row without a difference that end a parity mismatch.'),
  'parity.grave': share(0.05, 'A', 'Share of the prefixes from which a parity mismatch is more than a warning.'),
  'parity.habit': time(7 * DAY, 'A', 'Paths of equal length for this long are taken to be meant so.'),
  'passive.share': share(
    0.2,
    'A',
    'Share of the common prefixes whose paths must differ in length for a path to count as passive.',
  ),
  'active.share': share(0.1, 'A', 'Share of the bytes from which a circuit counts as carrying traffic.'),
  'origin.learned': time(7 * DAY, 'A', 'How long an origin or a transit ASN must have been known to be expected.'),
  'churn.rate': count(10, 'A', 'Route changes a minute below which no table counts as restless.'),
  'churn.factor': count(5, 'A', 'How many times the 99th percentile of the last seven days is restless.'),
  'churn.for': time(5 * MINUTE, 'A', 'How long routes must move like that, and then be calm.'),
  'failback.pending': time(
    10 * MINUTE,
    'A',
    'How long the home path must be up before traffic that stays away is reported.',
  ),
  'failover.shift.baseline': time(
    DAY,
    'A',
    'How long other best paths must last to count as intended, which ends the event.',
  ),
  'microsoft.change': share(0.1, 'A', "Share by which the number of Microsoft's prefixes must change to be a warning."),
  'headroom.trend.days': count(30, 'A', 'Days whose largest prefix counts make a trend.'),
  'headroom.trend.least': count(7, 'A', 'Fewest such days from which a trend is drawn.'),
  'headroom.warn': share(0.8, 'A', 'Share of the prefix limit from which headroom is short.'),
  'headroom.major': share(0.95, 'A', 'Share of the prefix limit from which losing the session is near.'),
  'headroom.clear': share(0.75, 'A', 'Share of the prefix limit below which headroom is ample again.'),
  'headroom.exceeded': share(0.98, 'A', 'Last count before a fall from which the limit is the likely reason.'),
  'limit.private.standard': count(4_000, 'D', 'IPv4 prefixes on private peering, Standard.'),
  'limit.private.premium': count(10_000, 'D', 'IPv4 prefixes on private peering, Premium.'),
  'limit.private.ipv6': count(100, 'A', 'IPv6 prefixes on private peering, either tier.'),
  'limit.advertised': count(1_000, 'D', 'IPv4 prefixes that a gateway may announce over one connection.'),
  'limit.advertised.ipv6': count(100, 'D', 'IPv6 prefixes that a gateway may announce over one connection.'),
  'limit.microsoft': count(200, 'D', 'Prefixes on Microsoft peering.'),
  'traffic.dead.rate': rate(
    8_000,
    'A',
    "Bits per second at or below which nothing of a user's moves: keepalives, and BFD at 300 ms, make about 2,000.",
  ),
  'traffic.dead.share': share(0.02, 'A', 'The same as a share of what flows at the least at this hour of the week.'),
  'traffic.flat.polls': count(3, 'A', 'Fewest pairs of samples over which bytes stand still.'),
  'traffic.flat.window': time(5 * MINUTE, 'A', 'Shortest time over which bytes stand still.'),
  'traffic.flat.alone': count(2, 'A', 'So many windows where no bit rate of Azure Monitor agrees.'),
  'traffic.refresh.most': time(
    15 * MINUTE,
    'A',
    'Counters that stand still for longer are silent, and not just read from a cache.',
  ),
  'traffic.moving': count(3, 'A', 'Times the dead rate above which traffic that stood still moves again.'),
  'traffic.moving.polls': count(2, 'A', 'Pairs of samples in a row that prove it.'),
  'traffic.memory': time(30 * MINUTE, 'A', 'How long single rates are kept at hand for the marks of a failover.'),
  'traffic.expected.least': rate(100_000, 'A', 'Bits per second below which nothing is expected to flow.'),
  'traffic.alive.share': share(0.2, 'A', 'Share of what is expected above which a direction really carries traffic.'),
  'traffic.low.share': share(0.2, 'A', 'Share of what is expected below which traffic is low.'),
  'traffic.low.clear': share(0.5, 'A', 'Share of what is expected above which it is low no more.'),
  'traffic.share.window': time(15 * MINUTE, 'A', 'Time over which the shares of two paths are compared.'),
  'traffic.shift.points': share(0.4, 'A', "Change of a path's share from one window to the next that is a shift."),
  'traffic.shift.memory': time(24 * 60 * MINUTE, 'A', 'How long a shift of shares is news.'),
  'asymmetric.share': share(0.8, 'A', 'Share on one path in, and on another path out, that is asymmetric.'),
  'asymmetric.clear': share(0.7, 'A', 'Share below which it is not any more.'),
  'intent.bytes.share': share(
    0.05,
    'A',
    'Share of what a primary and its standbys carry below which the primary does not carry: keepalives and monitoring are less.',
  ),
  'intent.bytes.clear': share(
    0.2,
    'A',
    'Share above which it carries again: far enough from the first that a prefix or two do not make it come and go.',
  ),
  'bandwidth.warn': share(0.8, 'A', 'Share of the bandwidth of a path, in one direction, that is high.'),
  'bandwidth.warn.window': time(15 * MINUTE, 'A', 'For how long; and how long it must be low to be over.'),
  'bandwidth.major': share(0.95, 'A', 'Share of the bandwidth of a path at which it is full.'),
  'bandwidth.major.window': time(5 * MINUTE, 'A', 'For how long.'),
  'bandwidth.clear': share(0.7, 'A', 'Share of the bandwidth below which load is low again.'),
  'capacity.n1': share(
    1,
    'A',
    'Share of one path that both carry together, 95th percentile, above which one is too little.',
  ),
  'capacity.n1.clear': share(0.9, 'A', 'Share below which one path is enough again.'),
  'failover.resumed': share(0.2, 'A', 'Share of the former rate that shows that the new path carries it.'),
  'failover.revise': time(15 * MINUTE, 'A', 'How long late samples may still narrow how long a failover took.'),
  'failover.withdrawal': time(20 * SECOND, 'S', 'Budget of a failover by withdrawal in a tuned design (15-20 s).'),
  'failover.bfd': time(61 * SECOND, 'D', 'Budget with BFD at 300 ms: 0.9 s to detect, and up to 60 s to converge.'),
  'failover.bfd750': time(62_250, 'D', 'Budget with BFD at 750 ms: 2.25 s to detect, and up to 60 s to converge.'),
  'failover.hold': time(240 * SECOND, 'D', 'Budget without BFD: the hold time, and up to 60 s to converge.'),
  'failover.vpn.planned': time(15 * SECOND, 'D', 'Budget of a planned switch of an active-standby VPN gateway.'),
  'failover.vpn.unplanned': time(90 * SECOND, 'D', 'Budget of an unplanned one.'),
  'lag.immediate': time(
    SECOND,
    'D',
    'Most that BFD, a lost carrier or a NOTIFICATION lets a session outlive its path.',
  ),
  'lag.bfd750.least': time(1_500, 'D', 'Least with BFD at 750 ms: three intervals less the one that had just begun.'),
  'lag.bfd750.most': time(3 * SECOND, 'D', 'Most with BFD at 750 ms: three intervals, and up to one to act on it.'),
  'lag.low.least': time(7 * SECOND, 'D', 'Least with timers of 3 and 10 s: the hold time less one keepalive.'),
  'lag.low.most': time(10 * SECOND, 'D', 'Most with timers of 3 and 10 s.'),
  'lag.hold.least': time(120 * SECOND, 'D', 'Least with the default timers of 60 and 180 s; at most the hold time.'),
  'sites.learning': time(
    DAY,
    'A',
    'How long prefixes must be reached alike before they are one learned site, or otherwise before they are a part of another.',
  ),
  'sites.forget': time(
    7 * DAY,
    'A',
    'How long a prefix of a learned site must have no path before it is none of its own.',
  ),
  'sites.snapshot': time(60 * MINUTE, 'A', 'How often learned sites are compared with the routes.'),
  'incident.group': time(180 * SECOND, 'A', 'Events this close belong together: one hold time, beside one interval.'),
  'incident.healthy': time(120 * SECOND, 'A', 'How long all must be well before an incident closes.'),
  'incident.reopen': time(15 * MINUTE, 'A', 'A root that returns within this opens its incident again.'),
  'incident.explains': share(0.9, 'A', 'Share of the symptoms that what is held to be their root must explain.'),
  'maintenance.grace': time(
    10 * MINUTE,
    'A',
    'How long after a maintenance window a problem is still attributed to it.',
  ),
  'fresh.stale': count(3, 'A', 'Intervals after which what a source reported last is too old to rest on.'),
  'fresh.stale.least': time(10 * SECOND, 'A', 'Nothing is too old before this, however short its interval.'),
  'degraded.share': share(
    0.5,
    'A',
    'Share of a subscription failing for one reason above which that is one fault of the collector.',
  ),
  'availability.low': share(
    0.9,
    'A',
    'BgpAvailability of a minute below which work between the edge and the core is believed; it falls to nothing with it.',
  ),
  'availability.late': time(
    15 * MINUTE,
    'A',
    'How long BgpAvailability is waited for: its minutes come 1 to 5 min late.',
  ),
  'probe.failed': share(
    0.5,
    'A',
    'Share of checks above which a test of a connection monitor fails, where Azure gives no verdict of its own.',
  ),
  'nothing.all': time(5 * MINUTE, 'A', 'No good poll of anything for this long means that nothing is watched.'),
  'nothing.subscription': time(10 * MINUTE, 'A', 'The same of one subscription.'),
  'config.before': time(15 * MINUTE, 'A', 'A change this long before a fall may be its cause.'),
  'config.after': time(MINUTE, 'A', 'A change logged this long after a fall may still be its cause.'),
  'config.noEntry': time(20 * MINUTE, 'A', 'How long the Activity Log may take to report who made a change.'),
  'gateway.change': time(30 * MINUTE, 'A', 'Peers of a gateway that was changed may restart for this long.'),
  'budget.over': share(1, 'A', "Share of a month's budget that the likely figure must exceed to be reported."),
  'budget.clear': share(0.97, 'A', 'Share of the budget below which that is over.'),
  'breakEven.chance': share(
    0.8,
    'A',
    'Chance that the plan is the more expensive one this month from which that is reported.',
  ),
  'breakEven.clear': share(0.5, 'A', 'Chance below which it is over.'),
  'surge.times': count(3, 'A', 'Times the usual bytes of such a day that are a surge of egress.'),
  'surge.clear': count(1.5, 'A', 'Times the usual bytes below which it is over.'),
  'surge.least': rate(10_000_000, 'A', 'Mean rate above the usual one below which no day is a surge: 108 GB a day.'),
  'saving.least': count(
    500,
    'A',
    "Least saving a month, in the circuit's currency, that is worth a change: about an engineer's day.",
  ),
  'memory.recent': time(60 * MINUTE, 'A', 'How long an event that ended is kept at hand for what arrives late.'),
} as const satisfies Record<string, Threshold>

export type SettingName = keyof typeof thresholds
export type DetectionSettings = { readonly [Name in SettingName]: number }

export const defaultSettings: DetectionSettings = Object.fromEntries(
  Object.entries(thresholds).map(([name, { value }]) => [name, value]),
) as DetectionSettings

/** The shipped settings with some values changed. A name that this version of the product does not know says nothing to it. */
export function settingsWith(changed: Readonly<Record<string, number>>): DetectionSettings {
  const known = Object.entries(changed).filter(([name]) => isSetting(name))
  return known.length === 0 ? defaultSettings : { ...defaultSettings, ...Object.fromEntries(known) }
}

export const isSetting = (name: string): name is SettingName => Object.hasOwn(thresholds, name)

const bounds: Record<Threshold['unit'], { least: number; most: number; words: string }> = {
  duration: { least: 1, most: 400 * DAY, words: 'milliseconds from 1 to 400 days' },
  share: { least: 0, most: 2, words: 'a share from 0 to 2' },
  count: { least: 0, most: 1_000_000, words: 'a number from 0 to 1,000,000' },
  bitsPerSecond: { least: 0, most: 1e12, words: 'bits per second from 0 to 10^12' },
}

/** What is wrong with values that somebody sends, one sentence for each; null sets a value back and is always right. */
export function faultsOf(values: Readonly<Record<string, number | null>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (!isSetting(name)) return [`${name}: there is no such threshold; /api/v1/settings/thresholds lists them`]
    if (value === null) return []
    const { least, most, words } = bounds[thresholds[name].unit]
    return value >= least && value <= most ? [] : [`${name}: send ${words}`]
  })
}
