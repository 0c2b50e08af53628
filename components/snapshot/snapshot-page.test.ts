import { hashKey, QueryObserver } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import { createEndpointQuery } from '../data/endpoint.ts'
import { createSnapshotQueryClient } from './snapshot-page.tsx'

const kept = {
  '/api/v1/circuits/c1': 'circuit',
  '/api/v1/probes?scope=c1&from=2026-11-26T01%3A00%3A00.000Z': 'probes',
  '/api/v1/cost/weekly': 'review',
  '/api/v1/cost/weekly?week=2026-W47&circuit=c1': 'one circuit',
  '/api/v1/events?scope=c1&from=2026-11-01T00%3A00%3A00.000Z&limit=1': 'a month',
  '/api/v1/events?scope=c1&from=2026-11-26T00%3A00%3A00.000Z&limit=1': 'a day',
}
const { client, drawn } = createSnapshotQueryClient(kept)
const [day, step] = ['2026-11-26T00:00:00.000Z', '2026-11-26T01:01:00.000Z']

it.each([
  ['as it was asked', createEndpointQuery('circuits/{id}', { id: 'c1' }), 'circuit'],
  ['when its range begins a step later', createEndpointQuery('probes', { scope: 'c1', from: step }), 'probes'],
  ['of two by its range', createEndpointQuery('events', { scope: 'c1', from: day, limit: 1 }), 'a day'],
  ['in place of its brief form', createEndpointQuery('cost/weekly', { detail: 'brief' }), 'review'],
  ['not of two that are alike', createEndpointQuery('events', { scope: 'c1', from: step, limit: 1 }), undefined],
  ['not of another circuit', createEndpointQuery('circuits/{id}', { id: 'c2' }), undefined],
])('a kept answer is found %s', (_, { queryKey }, expected) => {
  expect(drawn.get(hashKey(queryKey))).toBe(expected)
})

it('nothing is asked, and what was not kept is said', async () => {
  const found = new QueryObserver(
    client,
    createEndpointQuery('circuits/{id}', { id: 'c1' }) as never,
  ).getCurrentResult()
  expect(found).toMatchObject({ data: 'circuit', isFetching: false })
  await expect(client.fetchQuery(createEndpointQuery('circuits/{id}', { id: 'c2' }))).rejects.toMatchObject({
    status: 410,
  })
})
