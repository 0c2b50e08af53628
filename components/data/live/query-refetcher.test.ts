import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryRefetcher } from './query-refetcher.ts'

/** Simulates a server whose responses are given by the test, numbered in the order of the requests. */
class Server {
  readonly asked: ((answer: number) => void)[] = []
  broken = 0
  readonly ask = ({ signal }: { signal: AbortSignal }) => {
    signal.addEventListener('abort', () => this.broken++)
    return new Promise<number>((resolve) => this.asked.push(resolve))
  }
  answer(index: number): Promise<unknown> {
    this.asked[index]?.(index)
    return vi.waitFor(() => null)
  }
}

describe('renewals', () => {
  let server: Server
  let client: QueryClient
  let renewals: QueryRefetcher
  let seen: unknown
  let stop: () => void

  beforeEach(async () => {
    server = new Server()
    client = new QueryClient()
    renewals = new QueryRefetcher(client)
    const observer = new QueryObserver(client, { queryKey: ['circuits', null], queryFn: server.ask, retry: false })
    stop = observer.subscribe(({ data }) => {
      seen = data
    })
    await server.answer(0)
    await vi.waitUntil(() => seen === 0, { timeout: 30_000 })
  })
  afterEach(() => {
    stop()
    client.clear()
  })

  const change = () => renewals.renew(([topic]) => topic === 'circuits')

  it('ask at once what is not being asked', () => {
    change()
    expect(server.asked).toHaveLength(2)
  })

  it('leave out unaffected queries', () => {
    renewals.renew(([topic]) => topic === 'gateways')
    expect(server.asked).toHaveLength(1)
  })

  it('let a fetch in progress finish, and fetch once more for all changes in between', async () => {
    change()
    change()
    change()
    expect(server.asked).toHaveLength(2)
    await server.answer(1)
    await vi.waitFor(() => expect(server.asked).toHaveLength(3), { timeout: 30_000 })
    expect(seen).toBe(1)
    await server.answer(2)
    await vi.waitFor(() => expect(seen).toBe(2), { timeout: 30_000 })
    expect(server.asked).toHaveLength(3)
    expect(server.broken).toBe(0)
  })
})
