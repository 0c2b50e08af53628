import { expect, it } from 'vitest'
import { formatPostMortem } from './post-mortem.ts'
import { testMinuteIso, testIncidentDetail, testEvent } from '../testing.ts'

const context = {
  picture: 'ckt-lon |..##..|',
  link: 'http://127.0.0.1:3000/incidents/i1',
  now: Date.parse(testMinuteIso(30)),
  zone: 'UTC',
}

const failover = testEvent({
  id: 'f',
  kind: 'failover',
  subject: 'a > b',
  failover: {
    forwardingEnds: null,
    sessionEnds: [testMinuteIso(1), testMinuteIso(2)],
    rerouted: [testMinuteIso(1), testMinuteIso(2)],
    forwardingResumes: null,
    controlPlane: { atLeastSeconds: 0, atMostSeconds: 17 },
    dataPlane: null,
    detection: null,
    noRelearning: false,
    missing: ['No counters were polled.'],
    mechanism: null,
    expectations: [{ class: 'bfd', budgetSeconds: 20, verdict: 'within' }],
    revisedOutside: false,
    revisions: [
      {
        at: testMinuteIso(6),
        mark: 'sessionEnds',
        by: 'rates',
        before: [testMinuteIso(0), testMinuteIso(2)],
        reported: [testMinuteIso(1), testMinuteIso(3)],
        isOutside: false,
      },
    ],
  },
})

const written = formatPostMortem(
  testIncidentDetail(
    [
      testEvent({ id: 'p', kind: 'path_down', parts: 1 }),
      testEvent({
        id: 's',
        kind: 'session_down',
        partOf: 'p',
        subject: '192.0.2.2~192.0.2.1',
        evidence: [
          {
            field: 'state',
            before: 'up | 50',
            after: null,
            sampledBefore: [testMinuteIso(1), testMinuteIso(1)],
            sampledAfter: [testMinuteIso(2), testMinuteIso(2)],
          },
          {
            field: 'azureState',
            before: null,
            after: '8',
            sampledBefore: null,
            sampledAfter: [testMinuteIso(2), testMinuteIso(2)],
          },
        ],
      }),
      failover,
    ],
    {
      acknowledged: { at: testMinuteIso(4), by: 'local', note: 'rang Equinix' },
      explainedBy: [{ kind: 'location', name: 'London', members: { of: 'circuits', hit: 2, total: 2 } }],
    },
  ),
  context,
)

it.each([
  ['its name', '# Path down: ckt-lon'],
  [
    'what was revised',
    '- Azure Monitor’s bit rates narrowed the bounds of the end of the session: previously between 2026-11-20 03:00:00 and 2026-11-20 03:02:00 UTC',
  ],
  ['its bounds', '| Began | between 2026-11-20 03:01:00 and 2026-11-20 03:02:00 UTC |'],
  ['how long, as bounds', '| Duration | at least 6 min 00 s, at most 8 min 00 s |'],
  ['why', '| Probable cause | provider or customer link, the provider (confidence 70 %) |'],
  ['what explains it', '| Explained by | peering location London, both of its 2 circuits |'],
  ['who took it on', '| Acknowledged | by local at 2026-11-20 03:04:00 UTC: rang Equinix |'],
  ['the picture', '```text\nckt-lon |..##..|\n```'],
  ['parts under what they belong to', '\n  - **Session down** ckt-lon `192.0.2.2 ↔ 192.0.2.1`'],
  [
    'evidence with both times, safe in a table',
    '| state | up \\| 50 | 2026-11-20 03:01:00 UTC | none | 2026-11-20 03:02:00 UTC |',
  ],
  [
    'evidence that was never sampled before without a value, and Azure’s word in words',
    '| Azure’s state |  |  | established, 8 prefixes | 2026-11-20 03:02:00 UTC |',
  ],
  ['the failover’s lengths', '- Control plane (from the session’s end to the new best path): at most 17 s'],
  ['what is not known of it', '- Data plane (until traffic used the new path): not measurable from the polls'],
  ['what that proves', '- a failover by BFD at 300 ms takes 20 s: within target'],
])('says %s', (_, text) => {
  expect(written).toContain(text)
})

it('holds the drawn picture where it is a file, and not where it is pasted', () => {
  const detail = testIncidentDetail([testEvent({ id: 'p', kind: 'path_down' })])
  expect(formatPostMortem(detail, context)).not.toContain('data:image')
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>↔</text></svg>'
  const file = formatPostMortem(detail, { ...context, svg })
  const [, encoded = ''] = /base64,([^)]*)\)/.exec(file) ?? []
  expect(Buffer.from(encoded, 'base64').toString('utf8')).toBe(svg)
})

it('shows names and notes as they are written, and renders nothing of them', () => {
  const name = '<img src=x onerror=1> [x](javascript:1) `rm` \\'
  const forged = formatPostMortem(
    testIncidentDetail(
      [
        testEvent({
          id: 'p',
          kind: 'path_down',
          scopeName: name,
          subject: 'a`b`',
          evidence: [
            { field: name, before: '![x](http://evil.example)', after: null, sampledBefore: null, sampledAfter: null },
          ],
        }),
      ],
      { scopeName: name, acknowledged: { at: testMinuteIso(4), by: name, note: 'x\n\n# Forged\n```' } },
    ),
    { ...context, picture: 'a\n```\n<b>\n' },
  )
  const outsideCode = forged.replaceAll(/^```text$[^]*?^```$/gm, '').replaceAll(/(?<!\\)`[^`\n]*`/g, '')
  expect(outsideCode).not.toMatch(/(?<!\\)[<[`]/)
  expect(outsideCode).not.toMatch(/^# Forged/m)
  expect(forged).toContain('\\<img src=x onerror=1> \\[x\\](javascript:1) \\`rm\\` \\\\')
})

it('of one that is open says that it has not ended, and how long it has lasted so far', () => {
  const open = formatPostMortem(
    testIncidentDetail([], { state: 'open', endedBetween: null, root: null, cause: null }),
    context,
  )
  expect(open).toContain('| Ended | not yet |')
  expect(open).toContain('| Duration so far | at least 28 min 00 s, at most 29 min 00 s |')
  expect(open).toContain('| Acknowledged | no |')
})
