import { openStreams, type Streams } from '../screens/streams.ts'

export interface Walls {
  /** One of them loses its connection and opens another one, each in its turn. */
  reconnectOne(): Promise<void>
  reconnected(): number
  stillOpen(): number
  /** changes that all of them were sent */
  changes(): number
  close(): void
}

/** So many streams as walls hold them. */
export async function openWalls(url: string, count: number): Promise<Walls> {
  const open = (): Promise<Streams> => openStreams(url, 1)
  const streams = await Promise.all(Array.from({ length: count }, open))
  let [reconnected, changesBefore] = [0, 0]
  return {
    async reconnectOne() {
      const former = streams.shift()
      changesBefore += former?.changes() ?? 0
      former?.close()
      streams.push(await open())
      reconnected += 1
    },
    reconnected: () => reconnected,
    stillOpen: () => streams.reduce((sum, one) => sum + one.stillOpen(), 0),
    changes: () => streams.reduce((sum, one) => sum + one.changes(), changesBefore),
    close: () => {
      for (const one of streams) one.close()
    },
  }
}
