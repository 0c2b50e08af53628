import { expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { AnonymizedHttpExchange } from '../recording-format.ts'
import { RecordedResponseServer, type ReplayTimePosition } from './replay.ts'

const NOON = Date.parse('2026-11-18T12:00:00Z')
const SUBSCRIPTION = '/subscriptions/s1'
const GATEWAY = `${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw`

const recorded = (seconds: number, over: Partial<AnonymizedHttpExchange> = {}): AnonymizedHttpExchange => ({
  at: NOON + seconds * MS_PER_SECOND,
  ms: 10,
  method: 'GET',
  url: `${GATEWAY}?api-version=1`,
  request: null,
  status: 200,
  headers: {},
  body: `{"at":${seconds}}`,
  fault: null,
  ...over,
})
const replayOf = (...exchanges: AnonymizedHttpExchange[]) => new RecordedResponseServer({ headers: [], exchanges })
const moment = (seconds: number, over: Partial<ReplayTimePosition> = {}): ReplayTimePosition => ({
  at: NOON + seconds * MS_PER_SECOND,
  shiftMs: 0,
  wall: seconds * MS_PER_SECOND,
  speed: 1,
  base: 'http://127.0.0.1:9',
  ...over,
})
const get = (
  replay: RecordedResponseServer,
  seconds: number,
  url = `${GATEWAY}?api-version=2`,
  over: Partial<ReplayTimePosition> = {},
) => {
  const answer = replay.answer({ method: 'GET', url, body: null }, moment(seconds, over))
  if ('fault' in answer) throw new Error(answer.fault)
  return answer
}

it.each([
  ['before the first answer, the first', -5, 0],
  ['at an answer, that one', 60, 60],
  ['between two, the earlier', 119, 60],
  ['after the last, the last', 9_999, 120],
])('%s', (_, seconds, expected) => {
  const replay = replayOf(recorded(0), recorded(60), recorded(120))
  expect(get(replay, seconds).body).toBe(`{"at":${expected}}`)
})

it('what was never asked is a 404 that says so', () => {
  const answer = get(replayOf(recorded(0)), 0, '/subscriptions/s1/resourceGroups')
  expect(answer.status).toBe(404)
  expect(JSON.parse(answer.body).error).toMatchObject({
    code: 'NotRecorded',
    message: expect.stringContaining('GET /subscriptions/s1/resourceGroups was not recorded'),
  })
})

it('a refusal and a broken connection come again', () => {
  const replay = replayOf(recorded(0, { status: 403, body: '{}' }), recorded(10, { status: null, fault: 'ECONNRESET' }))
  expect(get(replay, 5).status).toBe(403)
  expect(replay.answer({ method: 'GET', url: GATEWAY, body: null }, moment(10))).toEqual({ fault: 'ECONNRESET' })
})

it('an operation takes as long as it took, each one by itself', () => {
  const place = `${SUBSCRIPTION}/providers/Microsoft.Network/locations/x/operationResults/o1?api-version=1`
  const link = { location: `https://azure.invalid${place}`, 'retry-after': '10' }
  const replay = replayOf(
    recorded(0, {
      method: 'POST',
      url: `${GATEWAY}/getBgpPeerStatus?api-version=1`,
      status: 202,
      headers: link,
      body: '',
    }),
    recorded(10, { url: place, status: 202, headers: link, body: '' }),
    recorded(20, { url: place, body: '{"value":[]}' }),
    recorded(900),
  )
  const post = { method: 'POST', url: `${GATEWAY}/getBgpPeerStatus?api-version=1`, body: null }
  const first = replay.answer(post, moment(300))
  const second = replay.answer(post, moment(307))
  if ('fault' in first || 'fault' in second) throw new Error('it breaks off')
  expect([first.status, first.headers['retry-after']]).toEqual([202, '10'])
  const [one, other] = [first, second].map(({ headers }) => (headers.location ?? '').replace('http://127.0.0.1:9', ''))
  expect(first.headers.location).toMatch(/^http:\/\/127\.0\.0\.1:9\/subscriptions/)
  expect([305, 312, 319].map((seconds) => get(replay, seconds, one).status)).toEqual([202, 202, 202])
  expect(get(replay, 320, one)).toMatchObject({ status: 200, body: '{"value":[]}' })
  expect(get(replay, 320, other).status).toBe(202)
  expect(get(replay, 327, other).status).toBe(200)
})

it('an operation whose result the recording does not hold is left out while there is another', () => {
  const url = `${GATEWAY}/getBgpPeerStatus`
  const link = { location: 'https://azure.invalid/subscriptions/s1/operationResults/o2' }
  const replay = replayOf(
    recorded(0, { method: 'POST', url, body: '{"value":[]}' }),
    recorded(60, { method: 'POST', url, status: 202, headers: link, body: '' }),
  )
  const answer = replay.answer({ method: 'POST', url, body: null }, moment(70))
  expect(answer).toMatchObject({ status: 200, body: '{"value":[]}' })
})

it('times in answers are moved with the replay, digits and links kept', () => {
  const body =
    '{"timeStamp":"2026-11-18T12:00:00.1234567Z","count":9007199254740993,"nextLink":"https://azure.invalid/x?p=1"}'
  const replay = replayOf(recorded(0, { body }))
  expect(get(replay, 0, GATEWAY, { shiftMs: 3_600_000 }).body).toBe(
    '{"timeStamp":"2026-11-18T13:00:00.1234567Z","count":9007199254740993,"nextLink":"http://127.0.0.1:9/x?p=1"}',
  )
})

it('only subscriptions that something was recorded of are listed', () => {
  const list = '{"value":[{"subscriptionId":"S1"},{"subscriptionId":"s2"}]}'
  const replay = replayOf(recorded(0, { url: '/subscriptions?api-version=1', body: list }), recorded(1))
  expect(JSON.parse(get(replay, 2, '/subscriptions?api-version=1').body).value).toEqual([{ subscriptionId: 'S1' }])
})

const metricsUrl = (from: string, to: string) =>
  `${GATEWAY}/providers/Microsoft.Insights/metrics?api-version=1&interval=PT1M&timespan=2026-11-18T${from}Z/2026-11-18T${to}Z`
const metrics = (...points: [string, number][]) =>
  JSON.stringify({
    value: [
      {
        name: { value: 'Bits' },
        timeseries: [
          { metadatavalues: [], data: points.map(([at, average]) => ({ timeStamp: `2026-11-18T${at}Z`, average })) },
        ],
      },
    ],
  })

it('metrics of a period are put together of what was known by then, the latest figure of each minute', () => {
  const replay = replayOf(
    recorded(120, { url: metricsUrl('11:58:00', '12:02:00'), body: metrics(['12:00:00', 1], ['12:01:00', 2]) }),
    recorded(240, { url: metricsUrl('12:00:00', '12:04:00'), body: metrics(['12:01:00', 3], ['12:03:00', 4]) }),
  )
  const pointsAt = (seconds: number) =>
    JSON.parse(get(replay, seconds, metricsUrl('12:00:30', '12:10:00')).body).value[0].timeseries[0].data.map(
      ({ timeStamp, average }: { timeStamp: string; average: number }) => [timeStamp.slice(11, 19), average],
    )
  expect(pointsAt(130)).toEqual([['12:01:00', 2]])
  expect(pointsAt(240)).toEqual([
    ['12:01:00', 3],
    ['12:03:00', 4],
  ])
})

it('entries of the Activity Log come once, within the period that is asked for', () => {
  const url = (from: string, to: string) =>
    `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values?$filter=eventTimestamp ge '2026-11-18T${from}Z' and eventTimestamp le '2026-11-18T${to}Z'`
  const entry = (id: string, at: string) => ({ eventDataId: id, eventTimestamp: `2026-11-18T${at}Z` })
  const replay = replayOf(
    recorded(0, { url: url('11:45:00', '12:00:00'), body: JSON.stringify({ value: [entry('a', '11:50:00')] }) }),
    recorded(900, {
      url: url('12:00:00', '12:15:00'),
      body: JSON.stringify({ value: [entry('b', '12:10:00'), entry('a', '11:50:00')] }),
    }),
  )
  const ids = JSON.parse(get(replay, 900, url('11:49:00', '12:09:00')).body).value.map(
    ({ eventDataId }: { eventDataId: string }) => eventDataId,
  )
  expect(ids).toEqual(['a'])
})

it('metrics of several resources are answered for those that are asked for, in whatever company they were recorded', () => {
  const url = (from: string, to: string) =>
    `${SUBSCRIPTION}/metrics:getBatch?api-version=1&starttime=2026-11-18T${from}Z&endtime=2026-11-18T${to}Z&metricnames=Bits`
  const batch = (...ids: string[]) => JSON.stringify({ resourceids: ids })
  const entry = (id: string) => ({ resourceid: id, ...JSON.parse(metrics(['12:00:00', 1])) })
  const replay = replayOf(
    recorded(0, {
      method: 'POST',
      url: url('11:50:00', '12:01:00'),
      request: batch('/a', '/b'),
      body: JSON.stringify({ values: [entry('/a'), entry('/b')] }),
    }),
  )
  const answer = replay.answer(
    { method: 'POST', url: url('11:55:00', '12:02:00'), body: batch('/B', '/c') },
    moment(60),
  )
  if ('fault' in answer) throw new Error('it breaks off')
  expect(JSON.parse(answer.body).values.map(({ resourceid }: { resourceid: string }) => resourceid)).toEqual(['/b'])
})

it('a session that the next answer says to be up since before is shown up since then, with the age that it had', () => {
  const url = `${GATEWAY}/getBgpPeerStatus`
  const place = '/subscriptions/s1/operationResults/o3'
  const link = { location: `https://azure.invalid${place}` }
  const replay = replayOf(
    recorded(0, { method: 'POST', url, body: '{"value":[{"state":"Connecting","connectedDuration":null}]}' }),
    recorded(60, { method: 'POST', url, status: 202, headers: link, body: '' }),
    recorded(65, { url: place, body: '{"value":[{"state":"Connected","connectedDuration":"00:00:20"}]}' }),
    recorded(120, { method: 'POST', url, body: '{"value":[{"state":"Connected","connectedDuration":"00:01:20"}]}' }),
    recorded(900),
  )
  const bodyAt = (seconds: number) => {
    const answer = replay.answer({ method: 'POST', url, body: null }, moment(seconds))
    if ('fault' in answer) throw new Error('it breaks off')
    const next = (answer.headers.location ?? '').replace('http://127.0.0.1:9', '')
    return next === '' ? answer.body : get(replay, seconds + 5, next).body
  }
  expect(bodyAt(39)).toContain('Connecting')
  expect(bodyAt(41)).toContain('"connectedDuration":"00:00:01"')
  expect(bodyAt(70)).toContain('"connectedDuration":"00:00:30"')
  expect(bodyAt(130)).toContain('"connectedDuration":"00:01:30"')
})
