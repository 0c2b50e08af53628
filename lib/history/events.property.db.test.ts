import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Cause,
  causeOwners,
  type DetectedEvent,
  type DetectedIncident,
  FOLLOWS_NETWORK_FAULT_FLAG,
  MAINTENANCE_FLAG,
  severities,
  WHOLE_ESTATE,
  WHOLE_ESTATE_NAME,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { acknowledgeIncident, upsertIncidents } from './store/incidents.ts'
import { readErrorsOfUnscheduledPolls, mergeErrorsIntoEvent } from './read/polls/polled-targets.ts'
import { computeEventId, upsertEvents } from './store/events.ts'
import { readEventRepeats, readIncidentStatistics } from '#lib/incidents/store/index.ts'
import { readEventsById, listEvents, countEventParts } from './read/events/list-events.ts'
import {
  readIncidentById,
  findMergedIncidents,
  readIncidentsSince,
  findLastIncidentEnd,
  listIncidents,
} from './read/events/list-incidents.ts'

import { readNetworkFaults } from './read/network-faults.ts'
import { readOpenEvents, readOpenEventsOfIncidents } from './read/events/open-events.ts'
import { readSessionMoments } from '#lib/routes/store/index.ts'
import { computeShortId } from './store/short-id.ts'
import { syncPollSchedule } from './store/schedule.ts'
import { createTestPollSource } from './testing/feed.ts'
import { readEveryPage } from './testing/pages.ts'

/** Compares stored events and incidents with the list of written versions; the last version of a key counts. */
const db = withTestDatabase()
const RUNS = { numRuns: 8 }
const T0 = Date.UTC(2026, 10, 20, 3)

const kinds = ['session_down', 'session_up', 'collector_error', 'collector_degraded', 'path_down'] as const
const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const
const incidentKeys = ['one', 'two', 'three'] as const

const minute = fc.integer({ min: 0, max: 9 }).map((n) => T0 + n * MS_PER_MINUTE)
const bounds = fc.tuple(minute, minute).map(([a, b]) => ({ earliest: Math.min(a, b), latest: Math.max(a, b) }))
const cause = fc
  .constantFrom(...causeOwners)
  .map((owner): Cause => ({ class: `${owner}_link_loss`, owner, confidence: 0.7, evidence: [], nextStep: '' }))
const scopes = ['GATEWAY', 'CIRCUIT', WHOLE_ESTATE] as const

/** Fields of an event that never change, by its key. Events of sessions have a session as their subject. */
const lasting = fc
  .record({
    kind: fc.constantFrom(...kinds),
    scope: fc.constantFrom(...scopes),
    subject: fc.constantFrom('10.0.4.12~10.0.4.4', '10.0.4.12~10.0.4.5', 'peers x'),
    detectedAt: minute,
  })
  .map((one) => (one.kind.startsWith('session') && one.subject === 'peers x' ? { ...one, subject: 'a~b' } : one))
const version = fc.record({
  severity: fc.constantFrom(...severities),
  started: bounds,
  ended: fc.option(bounds),
  causes: fc.array(cause, { maxLength: 2 }),
  flags: fc.subarray([`${MAINTENANCE_FLAG}7`, FOLLOWS_NETWORK_FAULT_FLAG, 'unconfirmed']),
  partOf: fc.option(fc.constantFrom(...keys)),
  incident: fc.option(fc.constantFrom(...incidentKeys)),
})
const writes = fc
  .tuple(
    fc.tuple(...keys.map(() => lasting)),
    fc.array(fc.tuple(fc.nat({ max: keys.length - 1 }), version), { minLength: 3, maxLength: 20, size: 'max' }),
  )
  .map(([fixed, versions]) =>
    versions.map(
      ([n, one]): DetectedEvent => ({
        key: keys[n] ?? 'a',
        duration: null,
        evidence: [],
        ...(fixed[n] ?? { kind: 'path_down', scope: 'GATEWAY', subject: '', detectedAt: T0 }),
        ...one,
      }),
    ),
  )

let made = 0

/**
 * Writes the events of a case under unique keys, and returns the events that should be stored by the rule for versions.
 */
async function written(events: readonly DetectedEvent[]) {
  made += 1
  const feed = await createTestPollSource(db, { name: `events-${made}` })
  const circuit = await createTestPollSource(db, { type: 'expressRouteCircuits', name: `circuit-${made}` })
  const scopeOf: Record<string, string> = {
    GATEWAY: computeShortId(feed.resourceId),
    CIRCUIT: computeShortId(circuit.resourceId),
    [WHOLE_ESTATE]: WHOLE_ESTATE,
  }
  const own = (key: string | null | undefined) => (key == null ? null : `${made} ${key}`)
  const stored = new Map<string, DetectedEvent>()
  for (const event of events) {
    const version: DetectedEvent = {
      ...event,
      key: own(event.key) ?? '',
      scope: scopeOf[event.scope] ?? '',
      partOf: own(event.partOf),
      incident: own(event.incident),
    }
    const before = stored.get(version.key)
    const { scope: scopeBefore = version.scope } = before ?? {}
    await upsertEvents(db.pool, feed.sourceId, [version])
    stored.set(version.key, {
      ...version,
      scope: scopeBefore,
      partOf: version.partOf ?? before?.partOf ?? null,
      // an error that became part of a shared fault stays in the incident of that fault
      incident:
        (version.kind === 'collector_error' && version.partOf === null && before?.partOf ? before.incident : null) ??
        version.incident ??
        before?.incident ??
        null,
    })
  }
  const names = new Map([
    [scopeOf.GATEWAY, `events-${made}`],
    [scopeOf.CIRCUIT, `circuit-${made}`],
    [WHOLE_ESTATE, WHOLE_ESTATE_NAME],
  ])
  const isOwn = (id: string) => [...stored.keys()].some((key) => computeEventId(key) === id)
  return { feed, circuit, stored: [...stored.values()], names, isOwn, own }
}

const idOf = ({ key }: { key: string }) => computeEventId(key)
const overlaps = (a: DetectedEvent['started'], from: number, to: number) => a.earliest <= to && a.latest >= from
const sorted = <T>(rows: readonly T[]) => rows.toSorted()
const newestFirst = (a: DetectedEvent, b: DetectedEvent) => b.detectedAt - a.detectedAt || (idOf(a) < idOf(b) ? 1 : -1)

describe('events are as the list of their last versions', () => {
  it('by any filter, page by page', async () => {
    const filter = fc.record(
      {
        kinds: fc.subarray([...kinds], { minLength: 1 }),
        severities: fc.subarray([...severities], { minLength: 1 }),
        owners: fc.subarray([...causeOwners], { minLength: 1 }),
        scope: fc.constantFrom('GATEWAY', 'CIRCUIT', 'ARM ID'),
        partOf: fc.option(fc.constantFrom(...keys)),
        incident: fc.constantFrom(...incidentKeys),
        text: fc.constantFrom('SESSION down', '4.5', 'link_loss', 'microsoft LINK', 'Whole', '%', 'events-'),
        from: minute,
        to: minute,
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(
        writes,
        fc.array(filter, { minLength: 4, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        async (events, filters, limit) => {
          const { feed, circuit, stored, names, isOwn, own } = await written(events)
          for (const { scope, partOf, incident, from = T0, to = T0 + 9 * MS_PER_MINUTE, ...rest } of filters) {
            const inCircuit = scope === 'CIRCUIT'
            const short =
              scope === undefined ? undefined : computeShortId(inCircuit ? circuit.resourceId : feed.resourceId)
            const partOfKey = partOf === undefined ? undefined : own(partOf)
            const incidentKey = own(incident)
            const query = {
              ...rest,
              scope: scope === 'ARM ID' ? feed.resourceId : short,
              partOf: partOfKey == null ? partOfKey : computeEventId(partOfKey),
              incident: incidentKey === null ? undefined : computeEventId(incidentKey),
              from: Math.min(from, to),
              to: Math.max(from, to),
            }
            const rows = await readEveryPage(limit, (page) => listEvents(db.pool, { ...query, ...page }))
            const expected = stored.filter(
              (event) =>
                (rest.kinds?.some((kind) => kind === event.kind) ?? true) &&
                (rest.severities?.includes(event.severity) ?? true) &&
                (rest.owners?.includes(event.causes[0]?.owner ?? 'unknown') ?? true) &&
                (short === undefined || event.scope === short) &&
                (partOfKey === undefined || event.partOf === partOfKey) &&
                (incidentKey === null || event.incident === incidentKey) &&
                overlaps(event.started, query.from, query.to) &&
                textOf(event, names.get(event.scope) ?? '').includes((rest.text ?? '').toLowerCase()),
            )
            expect(rows.filter(({ id }) => isOwn(id)).map(({ id }) => id)).toEqual(
              expected.toSorted(newestFirst).map(idOf),
            )
          }
        },
      ),
      RUNS,
    )
  })

  it('by id, as parts of others, while they are open, and as repeats', async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (events) => {
        const { feed, stored, names } = await written(events)
        const rows = await readEventsById(db.pool, [...stored.map(idOf), 'nosuchid'])
        expect(rows).toHaveLength(stored.length)
        for (const event of stored) {
          expect(rows.find(({ id }) => id === idOf(event))).toMatchObject({
            key: event.key,
            kind: event.kind,
            severity: event.severity,
            scope: event.scope,
            scopeName: names.get(event.scope),
            subject: event.subject,
            started: event.started,
            ended: event.ended,
            detectedAt: event.detectedAt,
            causes: event.causes,
            flags: event.flags,
            partOf: event.partOf == null ? null : computeEventId(event.partOf),
            incidentId: event.incident == null ? null : computeEventId(event.incident),
          })
        }
        const parts = Map.groupBy(
          stored.filter(({ partOf }) => partOf != null),
          ({ partOf }) => computeEventId(partOf ?? ''),
        )
        const asked = keys.map((key) => computeEventId(`${made} ${key}`))
        expect(await countEventParts(db.pool, asked)).toEqual(
          new Map([...parts].map(([id, list]) => [id, list.length])),
        )

        for (const kind of kinds) {
          const open = await readOpenEvents(db.pool, { kind, scope: computeShortId(feed.resourceId) })
          expect(sorted(open.map(({ id }) => id))).toEqual(
            sorted(
              stored
                .filter((event) => event.kind === kind && event.ended === null)
                .filter(({ scope }) => scope === computeShortId(feed.resourceId))
                .map(idOf),
            ),
          )
        }

        const incidents = [...new Set(stored.flatMap(({ incident }) => incident ?? []))].slice(0, 2)
        const goingOn = await readOpenEventsOfIncidents(db.pool, incidents.map(computeEventId))
        expect(sorted(goingOn.map(({ id }) => id))).toEqual(
          sorted(
            stored
              .filter(({ incident, ended }) => incident != null && incidents.includes(incident) && ended === null)
              .map(idOf),
          ),
        )

        await feed.record('peers', { startedAt: T0, finishedAt: T0 + 1_000, rows: [] })
        const repeats = await readEventRepeats(
          db.pool,
          stored.map((event) => ({
            id: idOf(event),
            kinds: event.kind === 'path_down' ? ['arp'] : ['peers', 'arp'],
          })),
        )
        for (const event of stored) {
          const same = stored.filter(
            (other) =>
              event.incident != null &&
              other.incident === event.incident &&
              [other.kind, other.scope, other.subject].join() === [event.kind, event.scope, event.subject].join(),
          )
          expect(repeats.get(idOf(event))).toEqual({
            count: Math.max(1, same.length),
            polledAt: event.kind === 'path_down' ? null : T0 + 1_000,
          })
        }
      }),
      RUNS,
    )
  })

  it('of sessions, of failing polls, and of what the collector is part of', async () => {
    await fc.assert(
      fc.asyncProperty(writes, fc.boolean(), minute, minute, async (events, isPolled, a, b) => {
        const { feed, stored } = await written(events)
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const found = await readSessionMoments(db.pool, { scope: feed.resourceId, from, to })
        const sessions = stored.filter(({ kind }) => kind === 'session_up' || kind === 'session_down')
        const textOfMoment = (one: { kind: string; at: DetectedEvent['started']; subject: string }) =>
          JSON.stringify([one.kind, one.subject, one.at.earliest, one.at.latest])
        expect(
          sorted(found.map((one) => textOfMoment({ ...one, subject: `${one.localAddress}~${one.neighbor}` }))),
        ).toEqual(
          sorted(
            sessions
              .filter(({ started }) => overlaps(started, from, to))
              .map(({ kind, started, subject }) => textOfMoment({ kind, at: started, subject })),
          ),
        )

        const faults = await readNetworkFaults(db.pool, ['path_down', 'session_down'])
        const isOpen = ({ ended }: DetectedEvent) => ended === null
        const explained = new Set(
          stored.filter((event) => event.kind === 'collector_degraded' && isOpen(event)).map(({ partOf }) => partOf),
        )
        const faulty = stored
          .filter(({ kind }) => kind === 'path_down' || kind === 'session_down')
          .filter((event) => isOpen(event) || explained.has(event.key))
        expect(faults.filter(({ key }) => key.startsWith(`${made} `))).toEqual(
          faulty
            .toSorted((x, y) => (x.key < y.key ? -1 : 1))
            .map(({ key, scope, ended }) => ({ key, scope, incident: null, ended })),
        )

        const target = { resourceId: feed.resourceId, subresource: '', kind: 'peers' as const, everySeconds: 60 }
        await db.transaction((client) => syncPollSchedule(client, isPolled ? [target] : []))
        const errors = stored.filter((event) => event.kind === 'collector_error' && isOpen(event))
        const dropped = errors.filter(({ subject }) => !isPolled || !subject.startsWith('peers'))
        expect((await readErrorsOfUnscheduledPolls(db.pool)).filter(({ key }) => key.startsWith(`${made} `))).toEqual(
          dropped
            .map(({ scope, key }) => ({ scope, key }))
            .toSorted((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1)),
        )

        const [whole] = stored
        if (!whole) return
        await mergeErrorsIntoEvent(db.pool, feed.resourceId.split('/').slice(0, 3).join('/').toLowerCase(), idOf(whole))
        const after = await readEventsById(db.pool, stored.map(idOf))
        for (const event of stored) {
          const folded = errors.includes(event) && event.partOf == null && event !== whole
          const partOf = folded ? whole.key : event.partOf
          expect(after.find(({ id }) => id === idOf(event))?.partOf).toBe(
            partOf == null ? null : computeEventId(partOf),
          )
        }
      }),
      RUNS,
    )
  })
})

/** Returns the text that a search matches. */
function textOf({ kind, subject, causes }: DetectedEvent, name: string): string {
  const classes = causes.map((one) => one.class.replaceAll('_', ' ')).join(' ')
  const parts = [kind.replaceAll('_', ' '), name, subject.replaceAll('~', ' '), subject, classes]
  return parts
    .filter((part, i) => part !== '' || i < 4)
    .join(' ')
    .toLowerCase()
}

describe('incidents are as the list of their last versions', () => {
  const state = fc.record({
    severity: fc.constantFrom(...severities),
    started: bounds,
    ended: fc.option(bounds),
    root: fc.constantFrom(...keys),
    closed: fc.option(minute),
  })
  const cases = fc.tuple(
    writes,
    fc.tuple(...incidentKeys.map(() => fc.tuple(fc.constantFrom(...scopes), minute))),
    fc.array(fc.tuple(fc.nat({ max: incidentKeys.length - 1 }), state), { minLength: 2, maxLength: 8, size: 'max' }),
    fc.array(fc.tuple(fc.constantFrom(...incidentKeys), minute), { maxLength: 2 }),
  )

  it('in every list, one by one, and after somebody acknowledged them', async () => {
    await fc.assert(
      fc.asyncProperty(cases, minute, fc.integer({ min: 1, max: 2 }), async (drawn, since, limit) => {
        const [events, fixed, versions, acknowledgements] = drawn
        await db.pool.query('TRUNCATE incident, event CASCADE')
        const { feed, circuit, stored, own } = await written(events)
        const ids: Record<string, string> = {
          GATEWAY: computeShortId(feed.resourceId),
          CIRCUIT: computeShortId(circuit.resourceId),
        }
        const incidents = new Map<string, DetectedIncident>()
        for (const [n, { severity, started, ended, root, closed }] of versions) {
          const [scope, openedAt] = fixed[n] ?? [WHOLE_ESTATE, T0]
          const one: DetectedIncident = {
            key: own(incidentKeys[n]) ?? '',
            scope: ids[scope] ?? scope,
            root: own(root) ?? '',
            formerRoots: [{ root: 'x', until: T0 }],
            severity,
            members: [],
            started,
            ended,
            openedAt,
            closedAt: closed,
          }
          await upsertIncidents(db.pool, [one])
          incidents.set(one.key, one)
        }
        const acknowledged = new Map<string, number>()
        for (const [key, at] of acknowledgements) {
          const id = own(key) ?? ''
          const isThere = await acknowledgeIncident(db.pool, computeEventId(id), { by: 'ops', note: null, at })
          expect(isThere).toBe(incidents.has(id))
          if (isThere) acknowledged.set(id, at)
        }

        // errors that became parts of a shared fault moved from their incident to the incident of that fault
        const isLeft = ({ key, root }: DetectedIncident) => {
          const event = stored.find((one) => one.key === root)
          const isMonitoring = event?.kind === 'collector_error' || event?.kind === 'collector_degraded'
          const isPart = isMonitoring && event.partOf != null && event.incident != null
          return isPart && event.incident !== key
        }
        const every = [...incidents.values()]
        const all = every
          .filter((one) => !isLeft(one))
          .toSorted((a, b) => b.openedAt - a.openedAt || (idOf(a) < idOf(b) ? 1 : -1))
        const eventsOf = ({ key }: DetectedIncident) => stored.filter(({ incident }) => incident === key)
        const worstFirst = (a: DetectedIncident, b: DetectedIncident) =>
          severities.indexOf(a.severity) - severities.indexOf(b.severity)
        const list = (query: Omit<Parameters<typeof listIncidents>[1], 'limit' | 'cursor'>) =>
          readEveryPage(limit, (page) => listIncidents(db.pool, { ...query, ...page })).then((rows) =>
            rows.map(({ id }) => id),
          )
        const open = all.filter(({ closedAt }) => closedAt === null)
        expect(await list({})).toEqual(all.map(idOf))
        expect(await list({ open: true })).toEqual(open.toSorted(worstFirst).map(idOf))
        expect(await list({ open: false })).toEqual(all.filter((one) => !open.includes(one)).map(idOf))
        const scope = ids.GATEWAY ?? ''
        const isThere = (one: DetectedIncident) =>
          one.scope === scope || eventsOf(one).some((event) => event.scope === scope)
        expect(await list({ scope })).toEqual(all.filter(isThere).map(idOf))
        expect(await list({ severities: ['major', 'warning'] })).toEqual(
          all.filter(({ severity }) => severity === 'major' || severity === 'warning').map(idOf),
        )
        for (const isTaken of [true, false]) {
          expect(await list({ acknowledged: isTaken })).toEqual(
            all.filter(({ key }) => acknowledged.has(key) === isTaken).map(idOf),
          )
        }
        const ownerOf = ({ root }: DetectedIncident) =>
          stored.find(({ key }) => key === root)?.causes[0]?.owner ?? 'unknown'
        for (const owner of causeOwners)
          expect(await list({ owners: [owner] })).toEqual(all.filter((one) => ownerOf(one) === owner).map(idOf))

        const figures = (query: { from: number; to: number; scope?: string }) =>
          readIncidentStatistics(db.pool, query).then((rows) =>
            rows.map(({ openedAt, owner, isOpen }) => [openedAt, owner, isOpen]),
          )
        const figuresOf = ({ openedAt, closedAt, ...one }: DetectedIncident) => [
          openedAt,
          ownerOf({ openedAt, closedAt, ...one }),
          closedAt === null || closedAt > since,
        ]
        const before = all.toReversed().filter(({ openedAt }) => openedAt < since)
        expect(await figures({ from: T0, to: since })).toEqual(before.map(figuresOf))
        expect(await figures({ from: T0, to: since, scope })).toEqual(before.filter(isThere).map(figuresOf))

        const ends = every.flatMap(({ ended }) => ended ?? [])
        const last = (of: (end: (typeof ends)[number]) => number) => Math.max(...ends.map(of))
        expect(await findLastIncidentEnd(db.pool)).toEqual(
          ends.length === 0
            ? null
            : { earliest: last(({ earliest }) => earliest), latest: last(({ latest }) => latest) },
        )

        const recent = all.filter(
          ({ key, openedAt, closedAt }) =>
            closedAt === null || Math.max(openedAt, closedAt, acknowledged.get(key) ?? 0) >= since,
        )
        expect((await readIncidentsSince(db.pool, since, 10)).map(({ id }) => id)).toEqual(recent.map(idOf))
        expect(await readIncidentsSince(db.pool, since, 1)).toHaveLength(Math.min(1, recent.length))

        for (const one of every) {
          const found = await readIncidentById(db.pool, idOf(one))
          const own = eventsOf(one)
          const roots = own.filter(({ partOf }) => partOf == null)
          const ackedAt = acknowledged.get(one.key)
          expect(found?.incident).toMatchObject({
            scope: one.scope,
            rootEventId: computeEventId(one.root),
            formerRoots: [{ eventId: computeEventId('x'), until: T0 }],
            severity: one.severity,
            started: one.started,
            ended: one.ended,
            openedAt: one.openedAt,
            closedAt: one.closedAt,
            acknowledged: ackedAt === undefined ? null : { at: ackedAt, by: 'ops', note: null },
            events: own.length,
            maintenance:
              roots.length > 0 && roots.every(({ flags }) => flags.some((flag) => flag.startsWith(MAINTENANCE_FLAG))),
          })
          expect(found?.events.map(({ id }) => id)).toEqual(
            own
              .toSorted(
                (a, b) =>
                  a.started.earliest - b.started.earliest ||
                  a.detectedAt - b.detectedAt ||
                  (idOf(a) < idOf(b) ? -1 : 1),
              )
              .map(idOf),
          )
          const left = every
            .filter((other) => {
              const root = own.find(({ key }) => key === other.root)
              return other !== one && root?.flags.includes(FOLLOWS_NETWORK_FAULT_FLAG)
            })
            .toSorted((a, b) => a.openedAt - b.openedAt || (idOf(a) < idOf(b) ? -1 : 1))
          expect(await findMergedIncidents(db.pool, idOf(one))).toEqual(left.map(idOf))
        }
        expect(await readIncidentById(db.pool, 'nosuchid')).toBeNull()
      }),
      RUNS,
    )
  })
})
