import { azureDocumentedValues, NEARLY_FULL_SHARE } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'

/**
 * A threshold of detection. Durations are in milliseconds, shares 0-1.
 * `source` is the origin of the value: D = Microsoft documentation or an RFC, S = the design that Peerwatch was made
 * for (docs/rules/detection.md 4), A = an assumption of the authors, to be changed if it does not fit the monitored
 * network. The API calls them documentation, design and assumption.
 */
interface Threshold {
  value: number
  unit: 'duration' | 'share' | 'count' | 'bitsPerSecond'
  source: 'D' | 'S' | 'A'
  /** purpose of the threshold, in one sentence */
  meaning: string
}

const inUnit =
  (unit: Threshold['unit']) =>
  (value: number, meaning: string, source: Threshold['source'] = 'A'): Threshold => ({ value, unit, source, meaning })

const time = inUnit('duration')
const share = inUnit('share')
const count = inUnit('count')
const rate = inUnit('bitsPerSecond')
const documented = ({ value, states }: { value: number; states: string }) => count(value, states, 'D')

export const detectionThresholdDefinitions = {
  'session.delta': time(2 * MS_PER_SECOND, 'Tolerance between two calculated session starts.'),
  'session.missing': count(2, 'Polls without the session before it counts as down.'),
  'session.unknown': count(5, 'Polls with "Unknown" before an event is raised.'),
  'session.flapping': count(3, 'Restarts within the window before a session counts as flapping.'),
  'session.flapping.window': time(
    30 * MS_PER_MINUTE,
    'Window for counting restarts; as long without one ends the flapping.',
  ),
  'session.penalty.restart': count(1_000, 'Penalty of one restart (figure of merit of RFC 2439).', 'D'),
  'session.penalty.halfLife': time(15 * MS_PER_MINUTE, 'Time in which a penalty falls to half (RFC 2439).', 'D'),
  'session.penalty.open': count(
    6_000,
    'Penalty above which a session flaps (RFC 7196, minimum suppress threshold).',
    'D',
  ),
  'session.penalty.clear': count(750, 'Penalty below which it is quiet again (reuse threshold of RFC 2439).', 'D'),
  'keepalive.stall': time(
    120 * MS_PER_SECOND,
    'Time without a message on an established session: two missed keepalives.',
    'D',
  ),
  'instance.rowsGone': count(3, 'Polls without any session of an instance before it counts as lost.'),
  'instance.maintenance': time(
    15 * MS_PER_MINUTE,
    'Longest absence of a gateway instance that still counts as maintenance.',
  ),
  'instance.restart.spread': time(60 * MS_PER_SECOND, 'Time for all sessions of a restarted instance to come back.'),
  'router.returns': time(
    15 * MS_PER_SECOND,
    'Time for a router to connect to the BMP station again before it counts as silent: more than its own delay, such as failure-retry-delay of IOS XE.',
  ),
  'timers.hold': time(180 * MS_PER_SECOND, 'BGP hold time on the Microsoft edge.', 'D'),
  'burst.slack': time(
    60 * MS_PER_SECOND,
    'Time to wait for a second source to report the same event: one poll interval.',
  ),
  'burst.interval': time(10 * MS_PER_SECOND, 'Poll interval after a first bad sample, or while somebody watches.'),
  'burst.span': time(3 * MS_PER_MINUTE, 'How long fast polling lasts after a first bad sample.'),
  'burst.polls': count(
    20,
    'Polls of a subscription that may run fast at once: at 10 s, 20 polls use 120 of the 200 writes a minute of Microsoft.Network.',
    'D',
  ),
  'withdraw.mass.count': count(3, 'Prefixes withdrawn at once before it counts as a mass withdrawal.'),
  'withdraw.mass.share': share(0.2, 'Share of a table withdrawn at once before it counts as a mass withdrawal.'),
  'announce.mass.count': count(50, 'New prefixes at once before it counts as a mass announcement.'),
  'announce.mass.share': share(0.25, 'Growth of a table before it counts as a mass announcement.'),
  'divergence.confirm': count(
    2,
    'Polls in a row with different routes on the instances of a gateway before an event is raised.',
  ),
  'parity.confirm': count(3, 'Polls in a row with a difference between the two paths before an event is raised.'),
  'parity.clear': count(2, 'Polls in a row without a difference before the mismatch ends.'),
  'parity.grave': share(0.05, 'Share of differing prefixes from which a mismatch is more than a warning.'),
  'parity.habit': time(7 * MS_PER_DAY, 'Paths with equal AS path length for this long count as intended.'),
  'passive.share': share(0.2, 'Share of prefixes with a longer AS path from which a path counts as standby.'),
  'active.share': share(0.1, 'Share of the traffic from which a circuit counts as active.'),
  'origin.learned': time(7 * MS_PER_DAY, 'Time after which an origin or transit ASN counts as expected.'),
  'churn.rate': count(10, 'Route changes a minute below which churn is never reported.'),
  'churn.factor': count(5, 'Multiple of the 7-day 99th percentile from which churn is reported.'),
  'churn.for': time(5 * MS_PER_MINUTE, 'How long churn must last to be reported, and be low to end.'),
  'failback.pending': time(
    10 * MS_PER_MINUTE,
    'Time after the primary path is up before missing failback is reported.',
  ),
  'failover.shift.baseline': time(
    MS_PER_DAY,
    'Time after which new best paths count as intended, which ends the event.',
  ),
  'microsoft.change': share(0.1, "Change in the number of Microsoft's prefixes that raises a warning."),
  'headroom.trend.days': count(30, 'Days used for the prefix trend.'),
  'headroom.trend.least': count(7, 'Days needed before a trend is drawn.'),
  'headroom.warn': share(NEARLY_FULL_SHARE, 'Share of the prefix limit that raises a warning.'),
  'headroom.major': share(0.95, 'Share of the prefix limit from which the session is at risk.'),
  'headroom.clear': share(0.75, 'Share of the prefix limit below which the warning ends.'),
  'headroom.exceeded': share(
    0.98,
    'Share of the limit just before a session loss from which the limit is the likely cause.',
  ),
  'limit.private.standard': documented(azureDocumentedValues.private_prefixes),
  'limit.private.premium': documented(azureDocumentedValues.private_prefixes_premium),
  'limit.private.ipv6': documented(azureDocumentedValues.private_prefixes_ipv6),
  'limit.advertised': documented(azureDocumentedValues.advertised_prefixes),
  'limit.advertised.ipv6': documented(azureDocumentedValues.advertised_prefixes_ipv6),
  'limit.microsoft': documented(azureDocumentedValues.microsoft_prefixes),
  'limit.microsoft.ipv6': documented(azureDocumentedValues.microsoft_prefixes_ipv6),
  'traffic.dead.rate': rate(
    8_000,
    'Bit rate that counts as no user traffic: keepalives and BFD at 300 ms make about 2,000 b/s.',
  ),
  'traffic.dead.share': share(0.02, 'The same, as a share of the usual minimum at this hour of the week.'),
  'traffic.flat.polls': count(3, 'Sample pairs without new bytes before traffic counts as stopped.'),
  'traffic.flat.window': time(5 * MS_PER_MINUTE, 'Time without new bytes before traffic counts as stopped.'),
  'traffic.flat.alone': count(2, 'Windows needed when Azure Monitor has no bit rate to confirm it.'),
  'traffic.refresh.most': time(
    15 * MS_PER_MINUTE,
    'Counters unchanged for longer have really stopped; shorter may be Azure’s cache.',
  ),
  'traffic.moving': count(3, 'Multiple of the no-traffic rate above which traffic is back.'),
  'traffic.moving.polls': count(2, 'Sample pairs in a row that prove it.'),
  'traffic.memory': time(30 * MS_PER_MINUTE, 'How long single rates are kept to measure a failover.'),
  'traffic.expected.least': rate(100_000, 'Expected bit rate below which missing traffic is not reported.'),
  'traffic.alive.share': share(0.2, 'Share of the expected traffic above which a direction counts as in use.'),
  'traffic.low.share': share(0.2, 'Share of the expected traffic below which it is reported as low.'),
  'traffic.low.clear': share(0.5, 'Share of the expected traffic above which it is normal again.'),
  'traffic.share.window': time(15 * MS_PER_MINUTE, 'Window for comparing the traffic shares of two paths.'),
  'traffic.fell.share': share(
    0.6,
    'Share of its former traffic, and of its usual ratio to the other path, below which a path is reported.',
  ),
  'traffic.fell.steady': share(0.2, 'Change up to which the other path, and the ratio before, count as steady.'),
  'traffic.shift.points': share(0.4, "Change in a path's traffic share that counts as a shift."),
  'traffic.shift.memory': time(24 * 60 * MS_PER_MINUTE, 'How long a traffic shift is reported.'),
  'asymmetric.share': share(0.8, 'Share in on one path and out on the other that counts as asymmetric.'),
  'asymmetric.clear': share(0.7, 'Share below which it is symmetric again.'),
  'intent.bytes.share': share(0.05, 'Primary’s traffic share below which it counts as not in use.'),
  'intent.bytes.clear': share(0.2, 'Primary’s traffic share above which it counts as in use again.'),
  'bandwidth.warn': share(NEARLY_FULL_SHARE, 'Utilization of a path, in one direction, that raises a warning.'),
  'bandwidth.warn.window': time(15 * MS_PER_MINUTE, 'How long utilization must stay high to warn, and low to end.'),
  'bandwidth.major': share(0.95, 'Utilization at which a path counts as full.'),
  'bandwidth.major.window': time(5 * MS_PER_MINUTE, 'How long a path must stay full to be reported.'),
  'bandwidth.clear': share(0.7, 'Utilization below which the warning ends.'),
  'capacity.n1': share(
    1,
    'Traffic of both paths (95th percentile), as a share of one, above which one path is not enough.',
  ),
  'capacity.n1.clear': share(0.9, 'Share below which one path is enough again.'),
  'failover.resumed': share(0.2, 'Share of the former rate at which a failover counts as complete.'),
  'failover.revise': time(15 * MS_PER_MINUTE, 'How long late samples may still refine the failover time.'),
  'failover.withdrawal': time(
    20 * MS_PER_SECOND,
    'Expected failover time by withdrawal in a tuned design (15-20 s).',
    'S',
  ),
  'failover.bfd': time(
    61 * MS_PER_SECOND,
    'Expected failover time with BFD at 300 ms: 0.9 s to detect, up to 60 s to converge.',
    'D',
  ),
  'failover.bfd750': time(
    62_250,
    'Expected failover time with BFD at 750 ms: 2.25 s to detect, up to 60 s to converge.',
    'D',
  ),
  'failover.hold': time(
    240 * MS_PER_SECOND,
    'Expected failover time without BFD: the hold time, up to 60 s to converge.',
    'D',
  ),
  'failover.vpn.planned': time(
    15 * MS_PER_SECOND,
    'Expected time of a planned switch of an active-standby VPN gateway.',
    'D',
  ),
  'failover.vpn.unplanned': time(90 * MS_PER_SECOND, 'Expected time of an unplanned switch.', 'D'),
  'lag.immediate': time(MS_PER_SECOND, 'Longest detection time with BFD, loss of signal or NOTIFICATION.', 'D'),
  'lag.bfd750.least': time(1_500, 'Shortest detection time with BFD at 750 ms: two to three intervals.', 'D'),
  'lag.bfd750.most': time(3 * MS_PER_SECOND, 'Longest detection time with BFD at 750 ms: up to four intervals.', 'D'),
  'lag.low.least': time(
    7 * MS_PER_SECOND,
    'Shortest detection time with 3/10 s timers: hold time less one keepalive.',
    'D',
  ),
  'lag.low.most': time(10 * MS_PER_SECOND, 'Longest detection time with 3/10 s timers.', 'D'),
  'lag.hold.least': time(
    120 * MS_PER_SECOND,
    'Shortest detection time with the default 60/180 s timers; the longest is the hold time.',
    'D',
  ),
  'sites.learning': time(
    MS_PER_DAY,
    'Time prefixes must share the same paths before they become (or leave) an auto-detected site.',
  ),
  'sites.forget': time(7 * MS_PER_DAY, 'Time without a path after which a prefix leaves its auto-detected site.'),
  'sites.snapshot': time(60 * MS_PER_MINUTE, 'How often auto-detected sites are updated from the routes.'),
  'incident.group': time(180 * MS_PER_SECOND, 'Events this close in time form one incident: one hold time.'),
  'incident.healthy': time(120 * MS_PER_SECOND, 'Healthy time before an incident closes.'),
  'incident.reopen': time(15 * MS_PER_MINUTE, 'A root event that returns within this time reopens its incident.'),
  'incident.explains': share(0.9, 'Share of the symptoms a root cause must explain.'),
  'maintenance.grace': time(
    10 * MS_PER_MINUTE,
    'How long after a maintenance window a problem is still attributed to it.',
  ),
  'fresh.stale': count(3, 'Missed poll intervals before data counts as stale.'),
  'fresh.stale.least': time(10 * MS_PER_SECOND, 'Data is never stale before this, however short its interval.'),
  'degraded.share': share(
    0.5,
    'Share of a subscription’s polls failing for one reason that counts as one collector fault.',
  ),
  'availability.low': share(
    0.9,
    'BgpAvailability of a minute below which work between Microsoft’s edge and core is assumed.',
  ),
  'availability.late': time(
    15 * MS_PER_MINUTE,
    'How long to wait for BgpAvailability: its minutes arrive 1 to 5 min late.',
  ),
  'probe.failed': share(
    0.5,
    'Share of failed checks above which a connection monitor’s test fails, where Azure gives no verdict.',
  ),
  'nothing.all': time(5 * MS_PER_MINUTE, 'Time without any good poll before "nothing is watched" is reported.'),
  'nothing.subscription': time(10 * MS_PER_MINUTE, 'The same for one subscription.'),
  'config.before': time(
    15 * MS_PER_MINUTE,
    'Longest time for which an accepted change that is not yet done may cause a failure.',
  ),
  'config.after': time(MS_PER_MINUTE, 'A change logged up to this long after a failure may still be its cause.'),
  'config.noEntry': time(20 * MS_PER_MINUTE, 'How long to wait for the Activity Log to say who made a change.'),
  'gateway.change': time(30 * MS_PER_MINUTE, 'Time in which sessions may restart after a gateway was changed.'),
  'budget.over': share(1, 'Share of the budget the forecast must exceed to be reported.'),
  'budget.clear': share(0.97, 'Share of the budget below which the alert ends.'),
  'breakEven.chance': share(
    0.8,
    'Probability that the current plan is the more expensive one, from which it is reported.',
  ),
  'breakEven.clear': share(0.5, 'Probability below which the alert ends.'),
  'surge.times': count(3, 'Multiple of the usual daily egress that counts as a surge.'),
  'surge.clear': count(1.5, 'Multiple below which the surge ends.'),
  'surge.least': rate(10_000_000, 'Extra mean rate below which no day is a surge (10 Mb/s = 108 GB a day).'),
  'saving.least': count(
    500,
    "Smallest monthly saving worth a change, in the circuit's currency: about an engineer's day.",
  ),
  'memory.recent': time(60 * MS_PER_MINUTE, 'How long an ended event still accepts late data.'),
} as const satisfies Record<string, Threshold>

export type DetectionThresholdName = keyof typeof detectionThresholdDefinitions
export type DetectionSettings = { readonly [Name in DetectionThresholdName]: number }

export const defaultSettings: DetectionSettings = Object.fromEntries(
  Object.entries(detectionThresholdDefinitions).map(([name, { value }]) => [name, value]),
) as DetectionSettings

/** Returns the default settings with some values changed. Names that this version does not know are ignored. */
export function applyThresholdChanges(changed: Readonly<Record<string, number>>): DetectionSettings {
  const known = Object.entries(changed).filter(([name]) => isThresholdName(name))
  return known.length === 0 ? defaultSettings : { ...defaultSettings, ...Object.fromEntries(known) }
}

export const isThresholdName = (name: string): name is DetectionThresholdName =>
  Object.hasOwn(detectionThresholdDefinitions, name)

const bounds: Record<Threshold['unit'], { least: number; most: number; words: string }> = {
  duration: { least: 1, most: 400 * MS_PER_DAY, words: 'milliseconds from 1 to 400 days' },
  share: { least: 0, most: 2, words: 'a share from 0 to 2' },
  count: { least: 0, most: 1_000_000, words: 'a number from 0 to 1,000,000' },
  bitsPerSecond: { least: 0, most: 1e12, words: 'bits per second from 0 to 10^12' },
}

/**
 * Returns the errors of values that a user sent, one sentence for each; empty = all are valid. Null resets a value to
 * its default and is always valid.
 */
export function listErrorsOfThresholdValues(values: Readonly<Record<string, number | null>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (!isThresholdName(name)) return [`${name}: there is no such threshold; /api/v1/settings/thresholds lists them`]
    if (value === null) return []
    const { least, most, words } = bounds[detectionThresholdDefinitions[name].unit]
    return value >= least && value <= most ? [] : [`${name}: send ${words}`]
  })
}
