import { parseConnectedDuration } from '#lib/azure/decode/connected-duration.ts'
import { parseUpDown } from '#lib/azure/decode/up-down.ts'

const AGE = /"(connectedDuration|upDown)":\s*"([^"]*)"/gi

/** How long each session of an answer has been in its state, milliseconds; what the answer rounds is rounded down. */
export function stateAges(body: string): number[] {
  return [...body.matchAll(AGE)].flatMap(([, member = '', text = '']) => {
    const age = member.toLowerCase() === 'updown' ? parseUpDown(text) : parseConnectedDuration(text)
    return age === null || age === 'never' ? [] : age.ms
  })
}
