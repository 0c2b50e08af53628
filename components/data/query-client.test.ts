import { QueryObserver } from '@tanstack/react-query'
import { expect, it, vi } from 'vitest'
import { createQueryClient } from './query-client.ts'

it.each([
  ['read for the first time', 0],
  ['read again', 1],
])('what is %s while it is changed is asked for again, and the answer of before is dropped', async (_, answered) => {
  const asked: ((answer: string) => void)[] = []
  const client = createQueryClient()
  const queryKey = ['access', null, 'tokens']
  const observer = new QueryObserver(client, {
    queryKey,
    queryFn: () => new Promise<string>((resolve) => asked.push(resolve)),
  })
  const stop = observer.subscribe(() => {})
  const data = () => observer.getCurrentResult().data
  for (let n = 0; n < answered; n++) {
    asked[n]?.('none')
    await vi.waitUntil(() => data() === 'none')
    void client.invalidateQueries({ queryKey: ['access'] })
  }
  const before = asked.length
  const changed = client.invalidateQueries({ queryKey: ['access'] })
  asked[before - 1]?.('as it was')
  expect(asked).toHaveLength(before + 1)
  asked[before]?.('with the token')
  await changed
  expect(data()).toBe('with the token')
  stop()
  client.clear()
})
